"""How far each part of the hub has got, seen from outside: what stands in a topic, and what of it was dealt with."""

from collections.abc import Iterable, Mapping
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


async def ends(connection: Connection, topic: str, partitions: int) -> dict[int, int]:
    """Where committed records of each partition end. Raises KafkaError."""
    places = [TopicPartition(topic, partition) for partition in range(partitions)]
    async with restore.reader(connection, committed=True) as consumer:
        return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}


async def read_on(connection: Connection, topic: str, partitions: int, since: Mapping[int, int]) -> dict[int, Reach]:
    """How far whoever reads that topic has got, if it stands at these offsets; a partition that is not named is at 0.

    Where nothing but markers of transactions follows it has read all. Raises KafkaError.
    """
    found = {}
    async with restore.reader(connection, committed=True) as consumer:
        for partition, end in (await ends(connection, topic, partitions)).items():
            at = since.get(partition, 0)
            left = at < end and await _follows(consumer, TopicPartition(topic, partition), at, end)
            found[partition] = Reach(at if left else end, end)
    return found


async def sharing(connection: Connection, partitions: int) -> dict[int, Reach]:
    """How far each partition of hub.timeline was decided. Raises KafkaError, UnreadableError."""
    stands = await ends(connection, TIMELINE, partitions)
    return {partition: Reach(await _decided(connection, partition), end) for partition, end in stands.items()}


async def intake(admin: AIOKafkaAdminClient, connection: Connection, topics: Iterable[str]) -> Reach:
    """How far all of these in topics together were taken in. Raises KafkaError."""
    wanted = frozenset(topics)
    committed = await _committed(admin)
    async with restore.reader(connection, committed=True) as consumer:
        places = [
            TopicPartition(topic, partition)
            for topic in sorted(wanted & await consumer.topics())
            for partition in consumer.partitions_for_topic(topic) or ()
        ]
        first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    done = {place: committed[place].offset if place in committed else -1 for place in places}
    return Reach(sum(max(first[place], done[place]) for place in places), sum(last.values()))


async def _committed(admin: AIOKafkaAdminClient) -> Mapping[TopicPartition, OffsetAndMetadata]:
    try:
        found: dict[TopicPartition, OffsetAndMetadata] = await admin.list_consumer_group_offsets(GROUP)
    except GroupCoordinatorNotAvailableError:  # no group ever was on this broker
        return {}
    return found


async def _follows(consumer: AIOKafkaConsumer, place: TopicPartition, at: int, end: int) -> bool:
    """Whether a committed record stands from there on and before `end`."""
    found: list[ConsumerRecord] = []
    consumer.assign([place])
    consumer.seek(place, max(at, (await consumer.beginning_offsets([place]))[place]))
    while not found and await consumer.position(place) < end:
        await restore.step(consumer, place, restore.POLL_MS, found.extend)
    return bool(found)


async def _decided(connection: Connection, partition: int) -> int:
    """The next offset of hub.timeline to decide, as hub.state says; 0 where nothing was ever decided."""
    place = TopicPartition(STATE, partition)
    async with restore.reader(connection, committed=True) as consumer:
        for back in (TAIL, None):
            if (found := (await _tail(consumer, place, back)).get(AT_KEY)) is not None:
                return At.decode(found).next_offset
    return 0


async def _tail(consumer: AIOKafkaConsumer, place: TopicPartition, back: int | None) -> Mapping[bytes, bytes]:
    """The newest value per key in the last `back` offsets, or in all."""
    values: dict[bytes, bytes] = {}

    def keep(records: Iterable[ConsumerRecord]) -> None:
        values.update((record.key, record.value) for record in records if record.key == AT_KEY)

    await restore.from_beginning(consumer, place)
    end = (await consumer.end_offsets([place]))[place]
    if back is not None:
        consumer.seek(place, max(await consumer.position(place), end - back))
    await restore.catch_up(consumer, place, end, keep)
    return values
