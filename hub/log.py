"""The one port between deciding and the log: open a partition, take what is next, commit what it causes.

Kafka stands behind it in hub/kafka, a list in memory in hub/memory_log.py; the same tests run on both. It promises:

* `open` fences any predecessor, then restores the state as far as it was committed.
* `take` opens a transaction with a barrier in hub.withdrawals and returns every withdrawal acknowledged before it.
* `commit` writes all records and the next offset together, or raises and writes nothing; then the process ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

TIMELINE = "hub.timeline"
WITHDRAWALS = "hub.withdrawals"
STATE = "hub.state"
AUDIT = "hub.audit"
QUARANTINE = "hub.quarantine"


class Record(NamedTuple):
    """One record to write. `partition` None: the topic's only one."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None

    def __repr__(self) -> str:
        return f"Record({self.topic})"


class Arrival(NamedTuple):
    """One record read from hub.timeline or hub.withdrawals: where, when (milliseconds UTC) and its bytes."""

    offset: int
    timestamp: int
    value: bytes

    def __repr__(self) -> str:
        return f"Arrival({self.offset})"


class Barrier(NamedTuple):
    """The record that opened this transaction in hub.withdrawals: all before it is known."""

    offset: int
    timestamp: int


class At(NamedTuple):
    """How far a partition has been decided: `_at` in hub.state."""

    next_offset: int
    highest_timestamp: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction decides about, and everything it must know first."""

    partition: int
    arrivals: Sequence[Arrival]
    """In order; empty: nothing came within the wait, and no transaction was opened."""
    barrier: Barrier
    withdrawals: Sequence[Arrival]
    """Of this partition's people, read since the last batch, as hub.timeline.Entry; all before the barrier."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A partition's state as far as it was committed."""

    at: At
    state: Iterable[tuple[bytes, bytes]] = field(repr=False)
    """Key and value of hub.state, newest per key, `_at` left out."""


class Log(Protocol):
    """One partition of the timeline, owned by one worker at a time."""

    partition: int

    async def open(self) -> Restored:
        """Fence any predecessor and restore. Raises StateMissingError where sheets exist but `_at` does not."""
        ...

    async def take(self) -> Batch:
        """The next entries and every withdrawal acknowledged before this transaction opened."""
        ...

    async def commit(self, records: Sequence[Record], at: At) -> None:
        """Write all of it in this transaction, or raise CommitFailedError: then this log must not be used again."""
        ...

    async def close(self) -> None:
        """Leave the partition; an open transaction is aborted."""
        ...
