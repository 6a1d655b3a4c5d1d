"""Watches the timeline from outside: has what was published been accepted, whether or not it was decided yet?"""

import asyncio
from contextlib import AsyncExitStack
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from hub.kafka.restore import Connection, reader, started
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
        self._left = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as entered:
            await entered.enter_async_context(started(self._consumer))
            self._consumer.assign(self._places)
            for place, end in (await self._consumer.end_offsets(self._places)).items():
                self._consumer.seek(place, end)
            self._left = entered.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._left.aclose()

    async def next_entry(self, within: float) -> Stands:
        """Where the first entry since then stands. Raises NotAcceptedError after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                record = await self._consumer.getone()
        except TimeoutError:
            raise NotAcceptedError(f"nothing was accepted within {within:.0f} s") from None
        return Stands(record.partition, record.offset)
