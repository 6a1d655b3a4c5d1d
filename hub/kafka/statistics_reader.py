"""Reads the statistics as they stand in hub.statistics."""

import json
from typing import Any

from aiokafka import TopicPartition

from hub.kafka import restore
from hub.kafka.restore import Connection
from hub.log import STATISTICS


async def values(connection: Connection, partitions: int) -> list[dict[str, Any]]:
    """What is kept for each partition of hub.audit that was counted. Raises UnreadableError."""
    kept: dict[bytes, bytes] = {}
    for partition in range(partitions):
        place = TopicPartition(STATISTICS, partition)
        kept |= await restore.newest(connection, place, await restore.end(connection, place))
    return [json.loads(value) for _, value in sorted(kept.items())]
