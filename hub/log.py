"""The one port between deciding and the log: open a partition, take what is next, commit what it causes.

Kafka stands behind it in hub/kafka, a list in memory in hub/memory_log.py; the same tests run on both. It promises:

* `open` refuses keys other than those that all was made with, then fences any predecessor, then restores the state as
  far as it was committed, and no further.
* `take` opens a transaction with a barrier in hub.withdrawals and returns every withdrawal acknowledged before it,
  and how often the same was begun before and came to nothing.
* `earlier` gives again what was taken before, for as long as the timeline keeps it.
* `commit` writes all records and the next offset together, or raises and writes nothing; then the process ends.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple, Protocol, Self

TIMELINE = "hub.timeline"
WITHDRAWALS = "hub.withdrawals"
STATE = "hub.state"
AUDIT = "hub.audit"
QUARANTINE = "hub.quarantine"
STATISTICS = "hub.statistics"
KEYRING = "hub.keys"
"""Its first record, as text: the check value of the keys that everything was made with (hub.model.key_check)."""

AT_KEY: Final = b"_at"
"""Of hub.state: `At`, in every transaction."""
OPENED_KEY: Final = b"_opened"
"""Of hub.state: written when a partition is taken up; all that was committed before stands before it."""
BARRIER_KEY: Final = b"barrier/"
"""Of hub.withdrawals, and the partition's number: not a withdrawal but the first record of a transaction (`Span`)."""
PARTITION_HEADER: Final = "hub_partition"
"""Of hub.withdrawals: the number, in ASCII digits, of the timeline partition whose people it is about."""
EVERYBODY: Final = -1
NOBODY: Final = -2

_AT: Final = struct.Struct(">qq")
_SPAN: Final = struct.Struct(">qq")


class Record(NamedTuple):
    """One record to write. `partition` None: the topic's only one."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Record({self.topic})"


class Arrival(NamedTuple):
    """One record read from hub.timeline or hub.withdrawals: where, when (milliseconds UTC) and its bytes."""

    offset: int
    timestamp: int
    value: bytes

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Arrival({self.offset})"


class Barrier(NamedTuple):
    """The record that opened this transaction in hub.withdrawals: all before it is known."""

    offset: int
    timestamp: int


class At(NamedTuple):
    """How far a partition has been decided: `_at` in hub.state."""

    next_offset: int
    highest_timestamp: int

    def encoded(self) -> bytes:
        """Sixteen bytes: two big-endian 64-bit numbers."""
        return _AT.pack(*self)

    @classmethod
    def decode(cls, value: bytes) -> Self:
        """What `encoded` gave. Raises struct.error on any other length."""
        return cls._make(_AT.unpack(value))


class Span(NamedTuple):
    """The offsets of the timeline that a transaction is about, the last included: the value of its barrier.

    Barriers are read although their transactions failed: so whoever comes next sees what was begun and not finished.
    """

    first: int
    last: int

    @classmethod
    def of(cls, arrivals: Sequence[Arrival]) -> Self:
        """From the first of these to the last."""
        return cls(arrivals[0].offset, arrivals[-1].offset)

    def encoded(self) -> bytes:
        """Sixteen bytes: two big-endian 64-bit numbers."""
        return _SPAN.pack(*self)


def begun(partition: int, key: bytes | None, value: bytes | None) -> Span | None:
    """What a record of hub.withdrawals says that a transaction of this partition is about; None: it is no such."""
    if key != barrier_key(partition) or value is None or len(value) != _SPAN.size:
        return None
    return Span._make(_SPAN.unpack(value))


def unfinished(before: Iterable[Span], now: Span) -> list[Span]:
    """Of what was begun before, what begins again with `now`: had it been committed, `now` would begin behind it."""
    return [span for span in before if span.last >= now.first]


def barrier_key(partition: int) -> bytes:
    """The key of a partition's barriers."""
    return BARRIER_KEY + b"%d" % partition


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction decides about, and everything it must know first."""

    partition: int
    arrivals: Sequence[Arrival]
    """In order; empty: nothing came within the wait, and no transaction was opened."""
    barrier: Barrier
    withdrawals: Sequence[Arrival]
    """Of this partition's people, read since the last batch, as hub.timeline.Entry; all before the barrier."""
    behind: int = 0
    """How many entries of the timeline wait behind these, as far as is known."""
    failed: int = 0
    """How many transactions about the first of these were begun before and never committed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A partition's state as far as it was committed."""

    at: At
    state: Iterable[tuple[bytes, bytes]] = field(repr=False)
    """Key and value of hub.state, newest per key; the log's own (`_at`, `_opened`) left out."""


def filed(key: bytes | None, headers: Iterable[tuple[str, bytes]], partitions: int) -> int:
    """Whose a record of hub.withdrawals is: a partition's, NOBODY's (a barrier), or EVERYBODY's.

    It is everybody's unless it names one of the timeline's `partitions`, once: a no that nobody read would be lost.
    """
    if key is not None and key.startswith(BARRIER_KEY):
        return NOBODY
    said = {value for name, value in headers if name == PARTITION_HEADER}
    return _numbers(partitions).get(said.pop(), EVERYBODY) if len(said) == 1 else EVERYBODY


@cache
def _numbers(partitions: int) -> Mapping[bytes, int]:
    return {b"%d" % number: number for number in range(partitions)}


def barrier_time(stamped: int, withdrawals: Iterable[Arrival]) -> int:
    """The time of a barrier: its own, but never before what stands before it (clocks differ between leaders)."""
    return max((stamped, *(arrival.timestamp for arrival in withdrawals)))


class Log(Protocol):
    """One partition of the timeline, owned by one worker at a time."""

    partition: int

    async def open(self) -> Restored:
        """Fence any predecessor and restore.

        Raises ForeignKeysError, before anybody is fenced, where the log was made with other keys; StateMissingError
        where sheets exist but `_at` does not, or entries but nobody said with which keys.
        """
        ...

    async def take(self) -> Batch:
        """The next entries and every withdrawal acknowledged before this transaction opened."""
        ...

    async def earlier(self, offset: int) -> Arrival | None:
        """The entry of this partition at that offset, which was taken before; None: the timeline no longer holds it."""
        ...

    async def commit(self, records: Iterable[Record], at: At) -> None:
        """Write all of it in this transaction, or raise CommitFailedError: then this log must not be used again.

        The records are taken one after another as they are made. What making them raises, this raises.
        """
        ...

    async def close(self) -> None:
        """Leave the partition; an open transaction is aborted."""
        ...
