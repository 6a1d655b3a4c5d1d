"""What tests read from a broker, and what they wait for there."""

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

Stored = tuple[int, bytes, Mapping[str, bytes], bytes]
"""Offset, key, headers, value."""


async def records(bootstrap: str, topic: str, partition: int, *, committed: bool = True) -> list[Stored]:
    """What stands in a partition up to its present end."""
    level = "read_committed" if committed else "read_uncommitted"
    place = TopicPartition(topic, partition)
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level=level, auto_offset_reset="earliest"
    ) as consumer:
        end = (await consumer.end_offsets([place]))[place]
        consumer.assign([place])
        found: list[Stored] = []
        while await consumer.position(place) < end:
            new = (await consumer.getmany(place, timeout_ms=100)).get(place, ())
            found += [(record.offset, record.key or b"", dict(record.headers), record.value or b"") for record in new]
        return found


async def until_there_are(bootstrap: str, topic: str, partitions: int, number: int) -> None:
    """Return once that many records are committed in all partitions together."""
    places = [TopicPartition(topic, n) for n in range(partitions)]
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        await consumer.end_offsets(places)
        consumer.assign(places)
        while number > 0:
            number -= sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))


async def ends(bootstrap: str, topic: str, partitions: int, *, committed: bool) -> dict[int, int]:
    """Where each partition ends: for whoever reads committed, before the first open transaction."""
    level = "read_committed" if committed else "read_uncommitted"
    places = [TopicPartition(topic, n) for n in range(partitions)]
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level=level) as consumer:
        return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}
