"""The ledger's tables: sheets, their rulings, the decisions they share, how far hub.audit was read, and who asked.

A row holds pseudonyms, codes, times and digests; no part of a message. A decision is one of few, so it is kept once,
under its digest. Times are milliseconds UTC.
"""

from typing import Final

from sqlalchemy import JSON, BigInteger, Column, ForeignKeyConstraint, Index, Integer, MetaData, String, Table

METADATA: Final = MetaData()

_PLACE: Final = ["timeline_partition", "timeline_offset"]


def _place() -> list[Column[int]]:
    """Where in hub.timeline a row belongs; never made by the database."""
    return [
        Column("timeline_partition", Integer, primary_key=True, autoincrement=False),
        Column("timeline_offset", BigInteger, primary_key=True, autoincrement=False),
    ]


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, String, nullable=False) for name in names]


SHEETS: Final = Table(
    "ledger_sheets",
    METADATA,
    *_place(),
    *_texts("kind", "entry_id", "type", "publisher", "purpose", "person", "confidence", "policy"),
    *[Column(name, BigInteger, nullable=False) for name in ("occurred_at", "recorded_at", "judged_at", "barrier")],
    *[Column(name, JSON, nullable=False) for name in ("overtaking", "possible", "present", "faults")],
    *_texts("subject"),
    Column("again", JSON(none_as_null=True)),
    Column("held", JSON(none_as_null=True)),
    Index("ledger_sheets_person", "person", "recorded_at"),
    Index("ledger_sheets_entry", "entry_id"),
    Index("ledger_sheets_subject", "subject"),
    Index("ledger_sheets_recorded", "recorded_at"),
)
"""One row per offset of hub.timeline."""

DECISIONS: Final = Table(
    "ledger_decisions",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("answers", JSON, nullable=False),
)
"""Each distinct set of answers, with every gateway that was asked."""

RULINGS: Final = Table(
    "ledger_rulings",
    METADATA,
    *_place(),
    Column("desk", String, primary_key=True),
    *_texts("decision_id", "organisation", "role", "relationship", "verdict", "reason"),
    Column("copy_id", String),
    Column("digests", JSON, nullable=False),
    Column("consents", JSON, nullable=False),
    Column("decision", String, nullable=False),
    ForeignKeyConstraint(_PLACE, ["ledger_sheets.timeline_partition", "ledger_sheets.timeline_offset"]),
    ForeignKeyConstraint(["decision"], ["ledger_decisions.digest"]),
    Index("ledger_rulings_desk", "desk", *_PLACE),
)
"""One row per candidate of a sheet."""

CONSENTS: Final = Table(
    "ledger_consents",
    METADATA,
    *_place(),
    Column("desk", String, primary_key=True),
    Column("consent_id", String, primary_key=True),
    ForeignKeyConstraint(
        [*_PLACE, "desk"],
        ["ledger_rulings.timeline_partition", "ledger_rulings.timeline_offset", "ledger_rulings.desk"],
    ),
    Index("ledger_consents_consent", "consent_id"),
)
"""Which rulings rest on which consent, so that it can be asked."""

OFFSETS: Final = Table(
    "ledger_offsets",
    METADATA,
    Column("audit_partition", Integer, primary_key=True, autoincrement=False),
    Column("next_offset", BigInteger, nullable=False),
)
"""How far hub.audit was read; written in the transaction of the sheets themselves."""

MADE_WITH: Final = Table(
    "ledger_made_with",
    METADATA,
    Column("keys_check", String, primary_key=True),
)
"""One row: the check value of the keys that every pseudonym and id here was made with."""

CONSULTATIONS: Final = Table(
    "ledger_consultations",
    METADATA,
    Column("consultation_id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    *_texts("asker", "purpose"),
    Column("asked", JSON, nullable=False),
    Column("entries", Integer, nullable=False),
)
"""Who looked in the ledger, why, for what, and how many rows were found; written before anything is shown."""
