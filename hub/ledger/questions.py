"""What an auditor asks of the ledger: who was told what, and who was not.

Looking is itself recorded, in the transaction that looks: who asked, why, for what and how much was found. Where that
cannot be recorded nothing is shown. A person is asked for by pseudonym; one that the hub does not know looks like one
without entries.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from random import SystemRandom
from typing import Any, NamedTuple, get_args

from sqlalchemy import Connection, Engine, Select, String, cast, exists, func, insert, null, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import ColumnElement

from consent.terms import Review
from hub.ledger.errors import LedgerError
from hub.ledger.rows import Row, ruling_from, sheet_from
from hub.ledger.sheet import Ruled, Sheet
from hub.ledger.tables import CONSENTS, CONSULTATIONS, DECISIONS, RULINGS, SHEETS
from hub.model.entry import OWN_CLAIM


class Asker(NamedTuple):
    """Who looks, and why."""

    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; what is None is not asked. Times are milliseconds UTC by the log's clock."""

    person: str | None = field(default=None, repr=False)
    """A pseudonym in the audit."""
    records: tuple[str, ...] = field(default=(), repr=False)
    """Those of further records of the same person, where a reviewer linked them."""
    desk: str | None = None
    """The desk that was told, or was not."""
    entry: str | None = None
    consent: str | None = None
    verdict: str | None = None
    type: str | None = None
    since: int | None = None
    until: int | None = None
    """First moment that is not asked for."""
    waiting: bool = False
    """Only what waits for a reviewer's word now, with the desks for which it waits."""
    own_claims: bool = False
    """Only what let a carer's own organisation receive by its own word."""
    sample: int | None = None
    """So many events of those found, drawn by chance."""


class Finding(NamedTuple):
    """One desk's ruling with its sheet; None where a sheet has no ruling."""

    sheet: Sheet
    ruling: Ruled | None


@dataclass(frozen=True, slots=True)
class Consultation:
    """What was found, in the order of the log's clock."""

    number: int
    """Under which the question is on record."""
    findings: tuple[Finding, ...]
    recorded_until: int | None
    """The log's clock at the newest sheet that the ledger has; None: it has none."""


def consult(
    engine: Engine, asker: Asker, question: Question, at: int, also: Mapping[str, str] | None = None
) -> Consultation:
    """Answer and record that it was asked, at `at` (milliseconds UTC); `also` joins what is recorded as asked.

    Raises LedgerError, and shows nothing, if no purpose is given or the consultation cannot be recorded.
    """
    must_say_why(asker)
    try:
        with engine.begin() as connection:
            found = tuple(_finding(dict(row)) for row in connection.execute(_selected(question)).mappings())
            findings = _drawn(found, question.sample)
            recorded_until = connection.scalar(select(func.max(SHEETS.c.recorded_at)))
            asked = {**_asked(question), **(also or {})}
            number = put_on_record(connection, asker, asked, at, len(findings))
    except (SQLAlchemyError, LookupError, TypeError, ValueError):  # a row may be spoilt; its text is not shown
        raise LedgerError("NOT_CONSULTED") from None
    return Consultation(number, findings, recorded_until)


def _drawn(found: tuple[Finding, ...], number: int | None) -> tuple[Finding, ...]:
    """The findings of so many events, drawn so that nobody can foresee which."""
    events = sorted({(each.sheet.partition, each.sheet.offset) for each in found})
    if number is None or number >= len(events):
        return found
    drawn = set(SystemRandom().sample(events, number))
    return tuple(each for each in found if (each.sheet.partition, each.sheet.offset) in drawn)


def _asked(question: Question) -> dict[str, Any]:
    return {name: value for name, value in asdict(question).items() if value not in {None, False, ()}}


def must_say_why(asker: Asker) -> None:
    """Raises LedgerError unless it is said who asks, and why."""
    if not (asker.name.strip() and asker.purpose.strip()):
        raise LedgerError("NO_PURPOSE")


def put_on_record(connection: Connection, asker: Asker, asked: Mapping[str, Any], at: int, entries: int) -> int:
    """Write down, in the transaction that looks, who asked, why and for what; answers under which number."""
    who = {"asker": asker.name.strip(), "purpose": asker.purpose.strip()}
    row = {"at": at, **who, "asked": dict(asked), "entries": entries}
    recorded = insert(CONSULTATIONS).values(row).returning(CONSULTATIONS.c.consultation_id)
    return int(connection.execute(recorded).scalar_one())


def _selected(question: Question) -> Select[Any]:
    at = SHEETS.c.timeline_partition, SHEETS.c.timeline_offset
    ruled = [column for column in RULINGS.c if column.name not in SHEETS.c]
    return (
        select(*SHEETS.c, *ruled, DECISIONS.c.answers)
        .outerjoin_from(SHEETS, RULINGS)
        .outerjoin(DECISIONS)
        .where(*_conditions(question))
        .order_by(SHEETS.c.recorded_at, *at, RULINGS.c.desk)
    )


def _conditions(question: Question) -> list[ColumnElement[bool]]:
    equal = {
        SHEETS.c.type: question.type,
        RULINGS.c.desk: question.desk,
        RULINGS.c.verdict: question.verdict,
    }
    conditions = [column == wanted for column, wanted in equal.items() if wanted is not None]
    if question.person is not None:
        conditions.append(SHEETS.c.person.in_((question.person, *question.records)))
    if question.entry is not None:  # as it came, and each time that it came again
        conditions.append(or_(SHEETS.c.entry_id == question.entry, SHEETS.c.subject == question.entry))
    if question.waiting:
        conditions += [SHEETS.c.held.is_not(null()), ~_decided_later()]
    if question.own_claims:
        conditions.append(cast(SHEETS.c.faults, String).contains(f'"{OWN_CLAIM.code}"'))
    if question.since is not None:
        conditions.append(SHEETS.c.recorded_at >= question.since)
    if question.until is not None:
        conditions.append(SHEETS.c.recorded_at < question.until)
    if question.consent is not None:
        conditions.append(_rests_on(question.consent))
    return conditions


def _decided_later() -> ColumnElement[bool]:
    """Whether a later sheet says what became of what waited: a reviewer spoke, or time ran out."""
    later = SHEETS.alias()
    same = (later.c.subject == SHEETS.c.subject) & (later.c.timeline_partition == SHEETS.c.timeline_partition)
    says = later.c.again["cause"].as_string().in_(get_args(Review))
    return exists().where(same, later.c.timeline_offset > SHEETS.c.timeline_offset, says)


def _rests_on(consent: str) -> ColumnElement[bool]:
    of_this_ruling = [CONSENTS.c[column.name] == column for column in RULINGS.primary_key]
    return exists().where(CONSENTS.c.consent_id == consent, *of_this_ruling)


def _finding(row: Row) -> Finding:
    ruling = ruling_from(row) if row["desk"] is not None else None
    return Finding(sheet_from(row, [ruling] if ruling else []), ruling)
