"""A ruling: what one desk was told of one event, or why it was not; and the outcome, which holds everything it causes.

A copy exists only inside the ruling that permits it. So there is no list of forwards that could fall out of step with
the audit: what is sent and what is recorded are read from the same value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from consent.terms import Decision, Reason, Relationship, Verdict
from hub.model.directory import Desk
from hub.model.entry import Entry, Fault
from hub.model.person import Person

SheetKind = Literal["RULED", "FOLDED", "REPEAT", "QUARANTINED"]
ReceiptOutcome = Literal["DELIVERED", "FIX_AND_RESEND", "NOT_DELIVERED"]


class Digest(NamedTuple):
    """Proof of one view that was sent."""

    view: str
    hmac: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """The minimised event as one desk receives it."""

    copy_id: str
    person_ref: str
    body: bytes = field(repr=False)
    """Framed; readable with the event's registered schema."""
    digests: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The one answer for one desk."""

    decision_id: str
    desk: Desk
    relationship: Relationship
    verdict: Verdict
    reason: Reason
    consents: tuple[str, ...]
    """Ids of the consents that a given view rests on."""
    decision: Decision
    encoded: bytes = field(repr=False)
    """The decision as it stands on the sheet; one of few, so encoded once."""
    copy: Copy | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the publisher is told. Faults come from its own message alone; a NOT_DELIVERED has no reason."""

    event_id: str = field(repr=False)
    outcome: ReceiptOutcome
    faults: tuple[Fault, ...] = ()


class Moment(NamedTuple):
    """Where and when an entry is decided. Times are milliseconds UTC, from the log alone."""

    partition: int
    offset: int
    recorded_at: int
    """The highest timestamp of the partition so far."""
    judged_at: int
    """The later of that and the barrier's time; expiry is judged at it."""
    barrier: int
    """Offset of the transaction's barrier in hub.withdrawals."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one entry causes; written whole or not at all."""

    entry: Entry
    moment: Moment
    kind: SheetKind
    rulings: tuple[Ruling, ...]
    overtaking: tuple[str, ...]
    """Entry ids of the withdrawals applied ahead of their place."""
    policy: str
    """Digest of the policy that decided."""
    person: Person | None = field(repr=False)
    """The person afterwards; None: unchanged."""
    repeats: bytes | None = field(repr=False)
    """The person's remembered event ids afterwards; None: unchanged."""
    receipt: Receipt | None = None
    faults: tuple[Fault, ...] = ()

    def copies(self) -> Iterator[tuple[Ruling, Copy]]:
        """The copies that leave, each with the ruling that permits it."""
        return ((ruling, ruling.copy) for ruling in self.rulings if ruling.copy)
