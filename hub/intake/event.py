"""What passes between the stages of intake: the bytes as received, the event that came of them, or why none did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from consent.expiry import Expiry
from consent.terms import Confidence
from hub.model.directory import Desk, Directory
from hub.model.entry import Fault
from hub.model.keys import Keys
from schemas.catalogue import EventSchema

MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
YEAR_MS: Final = 31_557_600_000


@dataclass(frozen=True, slots=True)
class Received:
    """One record of an in topic. Its place is its reference; its topic says who published it."""

    desk: Desk
    topic: str
    partition: int
    offset: int
    timestamp: int
    """Milliseconds UTC: the moment against which its dates and codes are checked."""
    body: bytes = field(repr=False)

    @property
    def reference(self) -> str:
        """The record's place in the log: what is said of it where its body must not be."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything outside the message that intake judges it by."""

    directory: Directory
    publishers: Mapping[str, frozenset[str]]
    """Per event type, the roles that may publish it. A type that is not listed nobody may."""
    expiry: Expiry
    """When a consent ends that does not say so itself."""
    keys: Keys
    ahead_ms: int = 5 * MINUTE_MS
    """How far another clock may be ahead of the log's."""
    behind_ms: int = 10 * YEAR_MS
    """How old an event may be."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A valid identifier in canonical form. Strong: traced or backed by fingerprints, said by who can know."""

    kind: str
    value: str = field(repr=False)
    strong: bool


@dataclass(frozen=True, slots=True)
class Event:
    """A valid event: its bad identifiers dropped, its unknown codes UNKNOWN, both flagged in `faults`."""

    received: Received
    schema: EventSchema
    content_hash: bytes
    """First 8 bytes of SHA-256 over the canonical body as the publisher sent it."""
    entry_id: str
    body: Mapping[str, Any] = field(repr=False)
    identifiers: tuple[Identifier, ...] = field(repr=False)
    born: str | None = field(repr=False)
    """Date of birth (ISO) if it can serve as evidence of who it is."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that goes to quarantine, by its reference, and what its publisher must mend."""

    received: Received
    event_id: str
    """The publisher's own; empty if it could not be read."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom an event is about, and what the person index learns from it."""

    route_key: str
    confidence: Confidence
    possible: tuple[str, ...] = ()
    """Route keys of others whom it may be about, or of further records of the same person."""
    learned: tuple[Identifier, ...] = ()
    """Identifiers that now belong to this person."""
    born: str | None = field(default=None, repr=False)
    """Date of birth (ISO) that is now known of this person."""
    groups: tuple[tuple[str, ...], ...] = ()
    """Of a link or an unlink: the records that it is about, and which of them are of one person from now on."""


Answer = Literal["NEW", "REPEAT", "ALTERED"]
"""REPEAT: this very event was accepted before. ALTERED: its id was, with another body."""


class Settled(NamedTuple):
    """Whether an event is new, and whom it is about: for one seen before, exactly what was answered then."""

    answer: Answer
    identified: Identified
