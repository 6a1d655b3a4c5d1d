"""What intake reads and writes: every desk's in topic, and the timeline with what goes before and beside it.

Reading is at least once: an offset is committed only after everything that its record caused was acknowledged. The
writer is idempotent and never transactional: a transaction of a door would hold up every reader of the timeline.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.partitioner import murmur2

from hub.kafka.restore import Connection
from hub.kafka.transactor import TopicMissingError
from hub.log import QUARANTINE, TIMELINE, WITHDRAWALS, Record
from hub.model import keys
from hub.model.errors import HubError

TOPICS: Final = (TIMELINE, WITHDRAWALS, QUARANTINE)
GROUP: Final = "hub.intake"
SEND_SECONDS: Final = 10.0
"""After that nobody knows whether a record was written, so the process ends."""
BATCH_BYTES: Final = 512 * 1024
MOST: Final = 500
"""Records taken at once."""
WAIT_MS: Final = 200
LOG_APPEND_TIME: Final = 1

_MASK: Final = 0x7FFFFFFF


class NotWrittenError(HubError):
    """A record was not acknowledged; it may still arrive, so this writer must not be used again, nor flushed."""


class ForeignClockError(HubError):
    """An in topic carries its writers' own time: dates could not be checked against it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One record of an in topic."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    """Milliseconds UTC."""
    body: bytes = field(repr=False)


class Stamped(NamedTuple):
    """A record to write, with the time it carries where its topic does not stamp it itself."""

    record: Record
    timestamp: int


class Written(NamedTuple):
    """Where a record stands. `timestamp`: the broker's own; None: the topic keeps the writer's."""

    partition: int
    offset: int
    timestamp: int | None


def partition_of(route_key: str, partitions: int) -> int:
    """The timeline partition of a person, as Kafka's own clients choose it; of a word on something held, that one's."""
    held = keys.held_place(route_key)
    if held is not None and held[0] < partitions:
        return held[0]
    return int(murmur2(route_key.encode()) & _MASK) % partitions


class TimelineWriter:
    """Writes what intake made of its records. After NotWrittenError: `abandon`, and end the process."""

    def __init__(self, connection: Connection, within: float = SEND_SECONDS) -> None:
        self._within = within
        self._producer = AIOKafkaProducer(
            **connection,
            enable_idempotence=True,
            acks="all",
            max_batch_size=BATCH_BYTES,
            request_timeout_ms=int(within * 1000),
        )

    async def start(self) -> None:
        """Connect, and see that the topics are there. Raises TopicMissingError; then it need not be stopped."""
        try:
            await self._producer.start()
            await self._producer.client.set_topics(set(TOPICS))
            _require(TOPICS, self._producer.client.cluster.topics())
        except BaseException:
            await self._producer.stop()
            raise

    async def write(self, records: Sequence[Stamped]) -> list[Written]:
        """Write all, and return where each stands once every in-sync replica has it. Raises NotWrittenError."""
        queues = _queues(records, self._producer.create_batch)
        try:
            async with asyncio.timeout(self._within):
                await asyncio.gather(*(self._send(place, batches) for place, batches in queues.items()))
        except (KafkaError, TimeoutError, AssertionError) as error:
            raise NotWrittenError(type(error).__name__) from None
        return _in_order(batch for batches in queues.values() for batch in batches)

    async def stop(self) -> None:
        """Leave; everything was acknowledged."""
        await self._producer.stop()

    async def abandon(self) -> None:
        """Leave without sending what is still waiting: it was never acknowledged, and is read again."""
        self._producer._closed = True  # noqa: SLF001 - its own stop would flush
        with contextlib.suppress(Exception):
            await self._producer._sender.close()  # noqa: SLF001
        await self._producer.client.close()

    async def _send(self, place: tuple[str, int], batches: Sequence["_Batch"]) -> None:
        """One after another: a batch that fails must stop those behind it."""
        topic, partition = place
        for batch in batches:
            sent = await self._producer.send_batch(batch.builder, topic, partition=partition)
            metadata = await sent
            stamped = None if metadata.timestamp == -1 else metadata.timestamp
            batch.written = [Written(partition, metadata.offset + n, stamped) for n in range(len(batch.numbers))]


@asynccontextmanager
async def open_writer(connection: Connection) -> AsyncIterator[TimelineWriter]:
    """A writer for the block. Whatever is raised inside, what was not acknowledged is not sent any more."""
    writer = TimelineWriter(connection)
    await writer.start()
    try:
        yield writer
    except BaseException:
        await writer.abandon()
        raise
    await writer.stop()


@dataclass(slots=True)
class _Batch:
    """A batch for one partition; `numbers`: which of the records to write stand in it."""

    builder: Any
    numbers: list[int] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)

    def takes(self, number: int, stamped: Stamped) -> bool:
        """Add a record if it still fits; the first always does."""
        record = stamped.record
        added = self.builder.append(
            timestamp=stamped.timestamp, key=record.key, value=record.value, headers=list(record.headers)
        )
        if added is not None:
            self.numbers.append(number)
        return added is not None


def _queues(records: Sequence[Stamped], new_builder: Any) -> dict[tuple[str, int], list[_Batch]]:
    queues: dict[tuple[str, int], list[_Batch]] = {}
    for number, stamped in enumerate(records):
        batches = queues.setdefault((stamped.record.topic, stamped.record.partition or 0), [])
        if not batches or not batches[-1].takes(number, stamped):
            batches.append(_Batch(new_builder()))
            batches[-1].takes(number, stamped)
    return queues


def _in_order(batches: Iterator[_Batch]) -> list[Written]:
    placed = {n: written for batch in batches for n, written in zip(batch.numbers, batch.written, strict=True)}
    return [placed[number] for number in range(len(placed))]


def _require(topics: Collection[str], there: Collection[str]) -> None:
    missing = sorted(set(topics) - set(there))
    if missing:
        raise TopicMissingError(f"topics are missing: {', '.join(missing)}")


class Inlet:
    """Every desk's in topic, shared with the other intake workers."""

    def __init__(self, connection: Connection, topics: Sequence[str], *, stamped_by_broker: bool) -> None:
        self._topics, self._stamped_by_broker = topics, stamped_by_broker
        self._given: dict[TopicPartition, int] = {}
        self._done: dict[TopicPartition, int] = {}
        self._consumer = AIOKafkaConsumer(
            **connection,
            group_id=GROUP,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )

    async def start(self) -> None:
        """Join the other workers. Raises TopicMissingError; then it need not be stopped."""
        try:
            await self._consumer.start()
            _require(self._topics, await self._consumer.topics())
            self._consumer.subscribe(self._topics)
        except BaseException:
            await self._consumer.stop()
            raise

    async def take(self) -> list[Arrived]:
        """What came, in order within each partition; nothing, if nothing came for a moment.

        Raises ForeignClockError where the broker should stamp and does not.
        """
        found: Mapping[TopicPartition, Sequence[Any]] = await self._consumer.getmany(
            timeout_ms=WAIT_MS, max_records=MOST
        )
        if not found:
            await self._pass()
        self._given |= {place: records[-1].offset + 1 for place, records in found.items() if records}
        return [self._arrived(record) for records in found.values() for record in records]

    async def done(self, arrived: Sequence[Arrived]) -> None:
        """Never give these again. A partition that went to another worker meanwhile is that worker's."""
        offsets: dict[TopicPartition, int] = {}
        ours = self._consumer.assignment()
        for one in arrived:
            place = TopicPartition(one.topic, one.partition)
            if place in ours:
                offsets[place] = max(offsets.get(place, 0), one.offset + 1)
        await self._commit(offsets)

    async def _pass(self) -> None:
        """Pass by what an agency's transaction left behind its last record: nobody takes it, so it must not wait."""
        with contextlib.suppress(IllegalStateError):
            ours = [place for place in self._consumer.assignment() if place in self._done]
            after = {place: await self._consumer.position(place) for place in ours if self._all_done(place)}
            await self._commit({place: offset for place, offset in after.items() if offset > self._done[place]})
            self._given |= after

    def _all_done(self, place: TopicPartition) -> bool:
        return self._given[place] == self._done[place]

    async def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        if offsets:
            with contextlib.suppress(CommitFailedError, IllegalStateError):
                await self._consumer.commit(offsets)
                self._done |= offsets

    async def stop(self) -> None:
        """Leave the group."""
        await self._consumer.stop()

    def _arrived(self, record: Any) -> Arrived:
        if self._stamped_by_broker and record.timestamp_type != LOG_APPEND_TIME:
            raise ForeignClockError(record.topic)
        return Arrived(record.topic, record.partition, record.offset, record.timestamp, record.value or b"")
