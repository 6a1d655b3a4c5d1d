"""A ruling: what one desk was told of one event, or why it was not; and the outcome, which holds everything it causes.

A copy exists only inside the ruling that permits it. So there is no list of forwards that could fall out of step with
the audit: what is sent and what is recorded are read from the same value.

Tuples with names, for they are made many times an event; none shows what it holds of a person.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from consent.terms import Decision, Reason, Relationship, Verdict
from hub.model.directory import Desk
from hub.model.entry import Entry, Fault
from hub.model.pending import Pending
from hub.model.person import Person

SheetKind = Literal["RULED", "FOLDED", "REPEAT", "QUARANTINED"]
ReceiptOutcome = Literal["DELIVERED", "FIX_AND_RESEND", "NOT_DELIVERED"]


class Digest(NamedTuple):
    """Proof of one view that was sent."""

    view: str
    hmac: bytes


class Copy(NamedTuple):
    """The minimised event as one desk receives it."""

    copy_id: str
    person_ref: str
    body: bytes
    """Framed; readable with the event's registered schema."""
    digests: Mapping[str, bytes]
    """Proof of each view that was sent, in the order of the schema."""
    encoded: bytes
    """The digests as they stand on the sheet; the same for all who are sent the same, so encoded once."""

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Copy({self.copy_id})"


class Ruling(NamedTuple):
    """The one answer for one desk."""

    desk: Desk
    relationship: Relationship
    verdict: Verdict
    reason: Reason
    consents: tuple[str, ...]
    """Ids of the consents that a given view rests on."""
    decision: Decision
    encoded: bytes
    """All of it but what was sent, as it stands on the sheet; one of few, so encoded once."""
    waits: bool = False
    """Something that such an event is for this desk to have waits for a reviewer."""
    copy: Copy | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Ruling({self.desk.name}, {self.verdict}, {self.reason})"


class Receipt(NamedTuple):
    """What the publisher is told. Faults come from its own message alone; a NOT_DELIVERED has no reason."""

    event_id: str
    outcome: ReceiptOutcome
    faults: tuple[Fault, ...] = ()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Receipt({self.outcome})"


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


class Outcome(NamedTuple):
    """Everything one entry causes; written whole or not at all."""

    entry: Entry
    moment: Moment
    kind: SheetKind
    rulings: tuple[Ruling, ...]
    overtaking: tuple[str, ...]
    """Entry ids of the withdrawals applied ahead of their place."""
    policy: str
    """Digest of the policy that decided."""
    person: Person | None
    """The person afterwards; None: unchanged."""
    repeats: bytes | None
    """The person's remembered event ids afterwards; None: unchanged, and so is the past."""
    past: bytes
    """What became of the person's entries, afterwards."""
    pending: Pending | None = None
    """What is open about the person afterwards; None: unchanged."""
    receipt: Receipt | None = None
    faults: tuple[Fault, ...] = ()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Outcome({self.kind}, {self.rulings!r})"

    def copies(self) -> list[tuple[Ruling, Copy]]:
        """The copies that leave, each with the ruling that permits it."""
        return [(ruling, ruling.copy) for ruling in self.rulings if ruling.copy]
