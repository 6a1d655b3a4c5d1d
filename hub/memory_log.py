"""The log in memory, for tests and replays: the promises of hub.log with Kafka's own behaviour, and no broker.

A topic's partition is a list, and a record's offset its place there. Records of a transaction stand in it at once, as
in Kafka; whoever reads committed sees them, and all after them, once the transaction has ended, and never if it was
aborted. Its end takes up one offset in every partition it wrote to.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, NamedTuple

from hub.log import (
    AT_KEY,
    AUDIT,
    EVERYBODY,
    KEYRING,
    OPENED_KEY,
    STATE,
    TIMELINE,
    WITHDRAWALS,
    Arrival,
    At,
    Barrier,
    Batch,
    Record,
    Restored,
    Span,
    barrier_key,
    barrier_time,
    begun,
    filed,
    unfinished,
)
from hub.model.errors import CommitFailedError, FencedError, StateMissingError
from hub.model.key_check import must_match

Step = Literal["OPEN", "BEGIN", "BARRIER", "WRITE", "AT", "COMMIT", "COMMITTED"]
Place = tuple[str, int]

MAX_MESSAGE_BYTES = 1_048_588
"""What a Kafka broker takes unless told otherwise."""


@dataclass(eq=False, slots=True)
class Transaction:
    """What was written as one, and how it ended."""

    state: Literal["OPEN", "COMMITTED", "ABORTED"] = "OPEN"
    places: set[Place] = field(default_factory=set)


class Stored(NamedTuple):
    """One record where it stands."""

    offset: int
    timestamp: int
    record: Record
    transaction: Transaction | None


def _nothing(_: Step) -> None:
    return None


async def _at_once(_: Step) -> None:
    return None


class MemoryBroker:
    """All topics. `partitions` are the timeline's. `now` stamps what is appended (LogAppendTime); without it writers
    do (CreateTime).

    `step` is called before each step of a transaction; what it raises is a worker killed there. `pause` is awaited
    before it: meanwhile others go on.
    """

    def __init__(
        self,
        *,
        partitions: int = 4,
        now: Callable[[], int] | None = None,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        step: Callable[[Step], None] = _nothing,
        pause: Callable[[Step], Awaitable[None]] = _at_once,
    ) -> None:
        self.partitions, self.now, self.max_message_bytes, self.step = partitions, now, max_message_bytes, step
        self.pause = pause
        self.epochs: defaultdict[int, int] = defaultdict(int)
        self.transactions: dict[int, Transaction] = {}
        self._records: defaultdict[Place, list[Stored | None]] = defaultdict(list)
        self._waiting: dict[asyncio.Future[None], None] = {}  # in order, so that one run is like another

    def append(self, record: Record, timestamp: int = 0, transaction: Transaction | None = None) -> Arrival:
        """Write one record; visible at once unless it belongs to a transaction."""
        place = (record.topic, record.partition or 0)
        stamped = self.now() if self.now else timestamp
        records = self._records[place]
        records.append(Stored(len(records), stamped, record, transaction))
        if transaction:
            transaction.places.add(place)
        self._wake()
        return Arrival(len(records) - 1, stamped, record.value or b"")

    def read(self, topic: str, partition: int = 0, start: int = 0, *, committed: bool = True) -> Iterator[Stored]:
        """What stands there from `start` on; committed: up to the first open transaction and without the aborted."""
        records = self._records[topic, partition]
        for stored in (records[offset] for offset in range(start, len(records))):
            if stored is None:
                continue
            state = stored.transaction.state if stored.transaction else "COMMITTED"
            if committed and state == "OPEN":
                return
            if not committed or state == "COMMITTED":
                yield stored

    def end(self, topic: str, partition: int = 0) -> int:
        """The offset that the next record will have."""
        return len(self._records[topic, partition])

    def finish(self, transaction: Transaction, state: Literal["COMMITTED", "ABORTED"]) -> None:
        """Commit or abort; the marker takes up one offset in each partition written to."""
        transaction.state = state
        for place in transaction.places:
            self._records[place].append(None)
        self._wake()

    async def news(self, wait: float) -> None:
        """Return when anything is written, or after `wait` seconds."""
        news = asyncio.get_running_loop().create_future()
        self._waiting[news] = None
        await asyncio.wait({news}, timeout=wait)
        self._waiting.pop(news)

    def _wake(self) -> None:
        for news in self._waiting:
            if not news.done():
                news.set_result(None)


class MemoryLog:
    """One partition's owner, whose keys have that check value; a second one fences it."""

    def __init__(
        self, broker: MemoryBroker, partition: int, keys_check: str, *, wait: float = 0.02, most: int = 500
    ) -> None:
        self.partition = partition
        self._broker, self._keys_check, self._wait, self._most = broker, keys_check, wait, most
        self._epoch, self._next, self._known, self._highest = -1, 0, 0, 0
        self._transaction: Transaction | None = None
        self._begun: list[Span] = []
        self._ended = False

    async def open(self) -> Restored:
        """As hub.log.Log promises; so with the others."""
        await self._reach("OPEN")
        self._agree()
        self._fence()
        state = self._state()
        state.pop(OPENED_KEY, None)
        at = self._at(state.pop(AT_KEY, None))
        self._next, self._highest = at
        return Restored(at, tuple(state.items()))

    async def take(self) -> Batch:
        """Return the next entries, or none after the wait."""
        if self._ended or self._transaction:
            raise CommitFailedError("ENDED")
        arrivals = self._arrivals()
        if not arrivals:
            await self._broker.news(self._wait)
            arrivals = self._arrivals()
        if not arrivals:
            return Batch(self.partition, (), Barrier(-1, -1), ())
        return await self._begin(arrivals)

    async def earlier(self, offset: int) -> Arrival | None:
        """Return what stands there."""
        stored = next(self._broker.read(TIMELINE, self.partition, offset), None)
        found = stored is not None and stored.offset == offset
        return Arrival(offset, stored.timestamp, stored.record.value or b"") if stored and found else None

    async def commit(self, records: Iterable[Record], at: At) -> None:
        """Write all of it or raise; a worker killed at a step leaves what it wrote, uncommitted."""
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            raise CommitFailedError("NO_TRANSACTION")
        self._ended = True  # until it has gone well
        for record in records:
            await self._write(record, transaction)
        await self._reach("AT")
        await self._write(Record(STATE, AT_KEY, at.encoded(), (), self.partition), transaction)
        await self._reach("COMMIT")
        self._must_own()
        self._broker.finish(transaction, "COMMITTED")
        await self._reach("COMMITTED")
        self._highest, self._ended = at.highest_timestamp, False

    async def close(self) -> None:
        """Abort what is open, if this log still owns the partition."""
        self._ended = True
        if self._broker.epochs[self.partition] == self._epoch:
            self._abort_open()

    async def _reach(self, step: Step) -> None:
        await self._broker.pause(step)
        self._broker.step(step)

    def _agree(self) -> None:
        if self._broker.end(KEYRING) == 0:
            if any(self._broker.end(TIMELINE, number) for number in range(self._broker.partitions)):
                raise StateMissingError(f"{TIMELINE} has entries, but {KEYRING} does not say with which keys")
            self._broker.append(Record(KEYRING, None, self._keys_check.encode()))
        first = next(self._broker.read(KEYRING)).record.value or b""
        must_match(KEYRING, first.decode("ascii", "replace"), self._keys_check)

    def _fence(self) -> None:
        self._broker.epochs[self.partition] += 1
        self._epoch = self._broker.epochs[self.partition]
        self._abort_open()

    def _abort_open(self) -> None:
        left = self._broker.transactions.pop(self.partition, None)
        if left and left.state == "OPEN":
            self._broker.finish(left, "ABORTED")

    def _state(self) -> dict[bytes, bytes]:
        newest = {s.record.key: s.record.value for s in self._broker.read(STATE, self.partition)}
        return {key: value for key, value in newest.items() if key is not None and value is not None}

    def _at(self, value: bytes | None) -> At:
        if value is not None:
            return At.decode(value)
        if next(self._broker.read(AUDIT, self.partition), None):
            raise StateMissingError(f"hub.audit[{self.partition}] has sheets, hub.state has no _at")
        return At(0, 0)

    def _arrivals(self) -> list[Arrival]:
        stored = self._broker.read(TIMELINE, self.partition, self._next)
        return [Arrival(s.offset, s.timestamp, s.record.value or b"") for s in islice(stored, self._most)]

    async def _begin(self, arrivals: Sequence[Arrival]) -> Batch:
        await self._reach("BEGIN")
        self._must_own()
        self._transaction = self._broker.transactions[self.partition] = Transaction()
        await self._reach("BARRIER")
        self._must_own()
        latest = max(self._highest, *(arrival.timestamp for arrival in arrivals))
        span = Span.of(arrivals)
        first = Record(WITHDRAWALS, barrier_key(self.partition), span.encoded())
        barrier = self._broker.append(first, latest, self._transaction)
        self._begun = unfinished([*self._begun, *self._barriers(barrier.offset)], span)
        withdrawals = self._withdrawals(barrier.offset)
        self._next = arrivals[-1].offset + 1
        behind = self._broker.end(TIMELINE, self.partition) - self._next
        time = barrier_time(barrier.timestamp, withdrawals)
        return Batch(self.partition, arrivals, Barrier(barrier.offset, time), withdrawals, behind, len(self._begun))

    def _barriers(self, before: int) -> list[Span]:
        """What was begun since the last transaction here, before this one."""
        stored = self._broker.read(WITHDRAWALS, 0, self._known, committed=False)
        spans = [begun(self.partition, s.record.key, s.record.value) for s in stored if s.offset < before]
        return [span for span in spans if span is not None]

    def _withdrawals(self, before: int) -> list[Arrival]:
        stored = self._broker.read(WITHDRAWALS, 0, self._known, committed=False)
        new = [s for s in stored if s.offset < before and self._is_ours(s.record)]
        self._known = before
        return [Arrival(s.offset, s.timestamp, s.record.value or b"") for s in new]

    def _is_ours(self, record: Record) -> bool:
        return filed(record.key, record.headers, self._broker.partitions) in (self.partition, EVERYBODY)

    async def _write(self, record: Record, transaction: Transaction) -> None:
        await self._reach("WRITE")
        self._must_own()
        if len(record.key or b"") + len(record.value or b"") > self._broker.max_message_bytes:
            self._abort_open()
            raise CommitFailedError("MessageSizeTooLargeError")
        self._broker.append(record, self._highest, transaction)

    def _must_own(self) -> None:
        if self._broker.epochs[self.partition] != self._epoch:
            self._ended = True
            raise FencedError("FENCED")
