"""Reads the statistics as they stand in hub.statistics."""

import json

from aiokafka import TopicPartition

from hub.kafka import restore
from hub.kafka.restore import Connection
from hub.log import STATISTICS
from hub.statistics import Folded


async def folded(connection: Connection, partitions: int) -> tuple[Folded, ...]:
    """The counts of each partition of hub.audit that has any. Raises UnreadableError."""
    kept: dict[bytes, bytes] = {}
    for partition in range(partitions):
        place = TopicPartition(STATISTICS, partition)
        kept |= await restore.newest(connection, place, await restore.end(connection, place))
    return tuple(Folded.from_value(json.loads(value)) for _, value in sorted(kept.items()))
