"""Looks at the broker every now and then, from beside the loops: whether it answers, and how much waits there.

A loop that hangs cannot say so itself; this one asks for the ends of topics with clients of its own. It asks for no
more than its process may see: under a name of its own, a broker refuses the rest, and that must not look like silence.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from hub.kafka import reach, restore
from hub.kafka.restore import Connection
from hub.log import TIMELINE

ANSWERS_WITHIN: Final = 8.0
"""Seconds; and a worker that is told to stop must not wait longer for a broker that is away."""
LEAVE_WITHIN: Final = 2.0


class Seen(NamedTuple):
    """What was seen at one look."""

    ends: Mapping[int, int]
    """Where each partition of the topic ends that this process reads."""
    untaken: int | None
    """Records of in topics that intake has not acknowledged; None: it was not asked for them."""


@dataclass(slots=True)
class Pulse:
    """Clients that are kept from look to look, and made anew after one that failed."""

    connection: Connection
    partitions: int = 0
    """Of the topic that this process reads; 0: it is not its to look at."""
    topics: Mapping[str, int] = field(default_factory=dict)
    """In topics, and how many partitions each has; none: they are not this process's to look at."""
    reads: str = TIMELINE
    """The topic."""
    _admin: AIOKafkaAdminClient | None = field(default=None, init=False)
    _consumer: AIOKafkaConsumer | None = field(default=None, init=False)

    async def look(self) -> Seen | None:
        """What is to be seen now; None: the broker does not answer."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                return await self._look()
        except (KafkaError, OSError, TimeoutError):
            await self.stop()
            return None

    async def stop(self) -> None:
        """Leave the broker; never raises."""
        admin, self._admin, consumer, self._consumer = self._admin, None, self._consumer, None
        for leave in (admin.close if admin else None, consumer.stop if consumer else None):
            with contextlib.suppress(Exception):
                async with asyncio.timeout(LEAVE_WITHIN):
                    await leave() if leave else None

    async def _look(self) -> Seen:
        admin, consumer = await self._clients()
        await consumer.topics()  # something that everybody may ask
        places = [TopicPartition(self.reads, partition) for partition in range(self.partitions)]
        ends = {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}
        return Seen(ends, (await reach.intake(admin, consumer, self.topics)).waiting if self.topics else None)

    async def _clients(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        if self._admin is None or self._consumer is None:
            self._admin = AIOKafkaAdminClient(**self.connection)
            self._consumer = restore.reader(self.connection, committed=True)
            await self._admin.start()
            await self._consumer.start()
        return self._admin, self._consumer
