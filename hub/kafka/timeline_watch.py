"""Watches the timeline from outside: has what was published been accepted, whether or not it was decided yet?"""

import asyncio
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from hub.kafka.restore import Connection, reader
from hub.log import TIMELINE
from hub.model.errors import HubError


class NotAcceptedError(HubError):
    """Nothing new came to the timeline in time."""


class Stands(NamedTuple):
    """Where an entry stands in hub.timeline."""

    partition: int
    offset: int


class TimelineWatch:
    """Sees what is written to the timeline from now on. Use as an async context manager."""

    def __init__(self, connection: Connection, partitions: int) -> None:
        """Connect nothing yet; `partitions` is the timeline's fixed number of them."""
        self._places = [TopicPartition(TIMELINE, partition) for partition in range(partitions)]
        self._consumer: AIOKafkaConsumer = reader(connection, committed=True)

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        self._consumer.assign(self._places)
        for place, end in (await self._consumer.end_offsets(self._places)).items():
            self._consumer.seek(place, end)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def next_entry(self, within: float) -> Stands:
        """Where the first entry since then stands. Raises NotAcceptedError after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                record = await self._consumer.getone()
        except TimeoutError:
            raise NotAcceptedError(f"nothing was accepted within {within:.0f} s") from None
        return Stands(record.partition, record.offset)
