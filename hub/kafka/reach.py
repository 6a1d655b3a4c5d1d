"""How far each part of the hub has got, seen from outside: what stands in a topic, and what of it was dealt with."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata

from hub.kafka import restore
from hub.kafka.intake_io import GROUP
from hub.kafka.restore import Connection
from hub.log import AT_KEY, STATE, TIMELINE, At

TAIL: Final = 2_000
"""Offsets before the end of hub.state in which the last transaction's `_at` is looked for first."""


class Reach(NamedTuple):
    """How far a partition was dealt with, and where it ends."""

    next: int
    end: int

    @property
    def waiting(self) -> int:
        """Offsets that were not dealt with; markers of transactions count."""
        return max(0, self.end - self.next)


async def ends(connection: Connection, topic: str, partitions: Iterable[int]) -> dict[int, int]:
    """Where committed records of each partition end. Raises KafkaError."""
    places = [TopicPartition(topic, partition) for partition in partitions]
    async with _reader(connection) as consumer:
        return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}


async def read_on(connection: Connection, topic: str, partitions: int, since: Mapping[int, int]) -> dict[int, Reach]:
    """How far whoever reads that topic has got, if it stands at these offsets; a partition that is not named is at 0.

    Where nothing but markers of transactions follows it has read all. Raises KafkaError.
    """
    stands = await ends(connection, topic, range(partitions))
    waits = {TopicPartition(topic, n): since.get(n, 0) for n, end in stands.items() if since.get(n, 0) < end}
    async with _at(connection, waits) as consumer:
        left = {place.partition for place in waits if await _follows(consumer, place, stands[place.partition])}
    return {n: Reach(since.get(n, 0) if n in left else end, end) for n, end in stands.items()}


async def sharing(connection: Connection, partitions: int) -> dict[int, Reach]:
    """How far each partition of hub.timeline was decided. Raises KafkaError, UnreadableError."""
    stands = await ends(connection, TIMELINE, range(partitions))
    decided = await _decided(connection, stands, TAIL)
    decided |= await _decided(connection, stands.keys() - decided.keys(), None)
    return {partition: Reach(decided.get(partition, 0), end) for partition, end in stands.items()}


async def intake(admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer, topics: Mapping[str, int]) -> Reach:
    """How far in topics, each with so many partitions, were taken in together; `consumer`: any that has started.

    Raises KafkaError.
    """
    committed, there = await _committed(admin), await consumer.topics()
    places = [TopicPartition(topic, n) for topic, count in topics.items() if topic in there for n in range(count)]
    first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    done = {place: committed[place].offset if place in committed else -1 for place in places}
    return Reach(sum(max(first[place], done[place]) for place in places), sum(last.values()))


async def _committed(admin: AIOKafkaAdminClient) -> Mapping[TopicPartition, OffsetAndMetadata]:
    try:
        found: dict[TopicPartition, OffsetAndMetadata] = await admin.list_consumer_group_offsets(GROUP)
    except GroupCoordinatorNotAvailableError:  # no group ever was on this broker
        return {}
    return found


def _reader(connection: Connection) -> AbstractAsyncContextManager[AIOKafkaConsumer]:
    return restore.started(restore.reader(connection, committed=True))


@asynccontextmanager
async def _at(connection: Connection, offsets: Mapping[TopicPartition, int]) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that stands there, or where the partition begins now.

    It is assigned once only: aiokafka 0.14, assigned anew and stopped soon after, waits for itself for ever.
    """
    async with _reader(connection) as consumer:
        first = await consumer.beginning_offsets(list(offsets))
        consumer.assign(list(offsets))
        for place, offset in offsets.items():
            consumer.seek(place, max(offset, first[place]))
        yield consumer


async def _follows(consumer: AIOKafkaConsumer, place: TopicPartition, end: int) -> bool:
    """Whether a committed record stands from where it is and before `end`."""
    found: list[ConsumerRecord] = []
    while not found and await consumer.position(place) < end:
        await restore.step(consumer, place, restore.POLL_MS, found.extend)
    return bool(found)


async def _decided(connection: Connection, partitions: Collection[int], back: int | None) -> dict[int, int]:
    """The next offset to decide of each partition whose `_at` stands in the last `back` offsets of hub.state.

    `back` None: anywhere. Where nothing was ever decided there is none.
    """
    found: dict[int, int] = {}

    def keep(records: Iterable[ConsumerRecord]) -> None:
        found.update((one.partition, At.decode(one.value).next_offset) for one in records if one.key == AT_KEY)

    last = {TopicPartition(STATE, n): end for n, end in (await ends(connection, STATE, partitions)).items()}
    filled = {place: 0 if back is None else end - back for place, end in last.items() if end}
    async with _at(connection, filled) as consumer:
        for place in filled:
            await restore.catch_up(consumer, place, last[place], keep)
    return found
