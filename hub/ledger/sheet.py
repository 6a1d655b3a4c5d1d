"""A sheet of hub.audit as the ledger and its readers know it: who was told what of one entry, and who was not.

It names people by pseudonym and views by name; no part of a message is on it. What was sent is read from the digests,
never from the answers: an answer may say GIVE of a view that the event did not hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from consent.terms import Answer, Reason, Tried, Verdict, ViewAnswer
from hub.ledger.errors import LedgerError
from hub.model.entry import Cause
from hub.model.keys import decision_id
from hub.model.ruling import Digest, SheetKind
from schemas.codec import decode_record

NAME = "hub.audit.Sheet"
LISTS = ("overtaking", "possible", "present", "faults")

Fate = Literal["GIVEN", "WITHHELD", "HELD"]
"""What became of one view that the event held, for one desk."""


class Shown(NamedTuple):
    """One view that the event held, and what became of it for one desk."""

    view: str
    fate: Fate
    answer: ViewAnswer


@dataclass(frozen=True, slots=True)
class Ruled:
    """The one answer for one desk, as its sheet recorded it."""

    decision_id: str
    desk: str
    organisation: str
    role: str
    relationship: str
    verdict: Verdict
    reason: Reason
    copy_id: str | None
    digests: tuple[Digest, ...]
    consents: tuple[str, ...]
    answers: tuple[ViewAnswer, ...]

    @property
    def given(self) -> frozenset[str]:
        """The views that were sent."""
        return frozenset(digest.view for digest in self.digests)


class Anew(NamedTuple):
    """Why an earlier entry was decided anew."""

    cause: Cause
    entry_id: str
    """The earlier entry's id: its copies are named by it."""
    offset: int
    """Where it stands in the same partition."""
    by: str
    """Id of the entry that caused it; of the earlier entry itself where time did."""
    ground: str
    """On what ground somebody decided so, as a code; empty: nobody did."""


class Waiting(NamedTuple):
    """Something of an entry waits for a reviewer's word."""

    due_at: int
    """First moment at which it is no longer waited, milliseconds UTC."""
    desks: tuple[str, ...]
    """For whom."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was decided at one offset of hub.timeline. Times are milliseconds UTC."""

    partition: int
    offset: int
    kind: SheetKind
    entry_id: str
    type: str
    publisher: str
    purpose: str
    person: str = field(repr=False)
    """The pseudonym in the audit."""
    confidence: str
    occurred_at: int
    recorded_at: int
    judged_at: int
    barrier: int
    overtaking: tuple[str, ...]
    possible: tuple[str, ...] = field(repr=False)
    """Pseudonyms of others whom it may be about, where that was in doubt."""
    policy: str
    present: tuple[str, ...]
    faults: tuple[str, ...]
    rulings: tuple[Ruled, ...]
    again: Anew | None = None
    """An earlier entry was decided anew; type, publisher and views are that entry's."""
    held: Waiting | None = None
    """What of it waits for a reviewer's word."""

    @property
    def subject(self) -> str:
        """Id of the entry that was ruled upon or spoken about: the earlier one, if there is one."""
        return self.again.entry_id if self.again else self.entry_id

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The sheet that `hub.audit.Sheet` was decoded to."""
        lists = {name: tuple(record[name]) for name in LISTS}
        rulings = tuple(_ruled(record["entry_id"], ruling) for ruling in record["rulings"])
        again = Anew(**record["again"]) if record["again"] else None
        return cls(**{**record, **lists, "rulings": rulings, "again": again, "held": waiting(record["held"])})


def read(raw: bytes, partition: int, place: str) -> Sheet:
    """The sheet in these bytes of hub.audit. Raises LedgerError, with `place` alone, for anything else."""
    try:
        sheet = Sheet.from_record(decode_record(NAME, raw))
    except Exception:  # noqa: BLE001 - whatever it is, its text may quote the sheet
        raise LedgerError("SHEET_UNREADABLE", place) from None
    if sheet.partition != partition:
        raise LedgerError("SHEET_MISPLACED", place)
    return sheet


def shown(sheet: Sheet, ruling: Ruled) -> tuple[Shown, ...]:
    """What became of each view that the event held, in the order of its schema; nothing that was sent is left out.

    Of an event that came again, what the desk has already is.
    """
    answers, given = {answer.view: answer for answer in ruling.answers}, ruling.given
    views = dict.fromkeys([*sheet.present, *(digest.view for digest in ruling.digests)])
    asked = [answers.get(view) or ViewAnswer(view, "WITHHOLD", "", ruling.reason, ()) for view in views]
    if sheet.again:
        asked = [answer for answer in asked if answer.answer != "GIVE" or answer.view in given]
    return tuple(Shown(answer.view, _fate(answer.answer, sent=answer.view in given), answer) for answer in asked)


def waiting(record: Mapping[str, Any] | None) -> Waiting | None:
    """What waits, from the wire or from the ledger's own table."""
    return Waiting(record["due_at"], tuple(record["desks"])) if record else None


def answers_from(records: list[dict[str, Any]]) -> tuple[ViewAnswer, ...]:
    """The answers of a decision, from the wire or from the ledger's own table."""
    return tuple(
        ViewAnswer(**{**record, "tried": tuple(Tried(**tried) for tried in record["tried"])}) for record in records
    )


def _fate(answer: Answer, *, sent: bool) -> Fate:
    if sent:
        return "GIVEN"
    return "HELD" if answer == "HOLD" else "WITHHELD"


def _ruled(entry_id: str, record: Mapping[str, Any]) -> Ruled:
    plain = {name: value for name, value in record.items() if name != "decision"}
    return Ruled(
        **{
            **plain,
            "decision_id": decision_id(entry_id, record["desk"]),
            "digests": tuple(Digest(**digest) for digest in record["digests"]),
            "consents": tuple(record["consents"]),
            "answers": answers_from(record["decision"]["answers"]),
        }
    )
