"""What was withdrawn, refused or objected to, read by one reader for all partitions of a process.

It reads hub.withdrawals uncommitted: barriers belong to transactions that are still open, and withdrawals to none.
A loop that waited until the reader is past its own barrier knows every withdrawal acknowledged before it.
"""

import asyncio
import contextlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AsyncExitStack
from operator import attrgetter

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from hub.kafka.restore import Connection, UnreadableError, catch_up, from_beginning, reader, started, step
from hub.log import EVERYBODY, NOBODY, WITHDRAWALS, Arrival, Span, begun, filed, unfinished

PLACE = TopicPartition(WITHDRAWALS, 0)
WAIT_MS = 500

_offset = attrgetter("offset")


class WithdrawalsReader:
    """All withdrawals so far, by partition of the timeline, of which there are so many, and how far that is."""

    def __init__(self, connection: Connection, partitions: int) -> None:
        self._connection, self._partitions = connection, partitions
        self._arrivals: defaultdict[int, list[Arrival]] = defaultdict(list)
        self._begun: list[list[Span]] = [[] for _ in range(partitions)]
        self._position = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self._left = AsyncExitStack()

    async def start(self) -> None:
        """Read what stands there already, so that no transaction has to wait for it; then go on until stopped."""
        async with AsyncExitStack() as entered:
            consumer = await entered.enter_async_context(started(reader(self._connection, committed=False)))
            await from_beginning(consumer, PLACE)
            await catch_up(consumer, PLACE, (await consumer.end_offsets([PLACE]))[PLACE], self._keep)
            self._left = entered.pop_all()
        self._task = asyncio.create_task(self._read(consumer), name="hub.withdrawals")

    async def stop(self) -> None:
        """Read no more; who waits is told."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._task
            with contextlib.suppress(Exception):
                await self._left.aclose()  # a task that is cancelled before it began does nothing, not even this

    async def past(self, offset: int) -> None:
        """Return once everything up to and with `offset` is known. Raises UnreadableError when reading has ended."""
        if self._position > offset:
            return
        if self._task is None or self._task.done():
            raise _unread(offset)
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((offset, waiter))
        await waiter

    def between(self, partition: int, start: int, before: int) -> list[Arrival]:
        """The withdrawals of this partition's people with start <= offset < before, in order."""
        return sorted(self._slice(partition, start, before) + self._slice(EVERYBODY, start, before), key=_offset)

    def failed(self, partition: int) -> int:
        """How many transactions about the same as this partition's last were begun before it and never committed."""
        return max(0, len(self._begun[partition]) - 1)

    def _slice(self, partition: int, start: int, before: int) -> list[Arrival]:
        arrivals = self._arrivals[partition]
        return arrivals[bisect_left(arrivals, start, key=_offset) : bisect_left(arrivals, before, key=_offset)]

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        async with self._left:
            try:
                while True:
                    await step(consumer, PLACE, WAIT_MS, self._keep)
            finally:
                for offset, waiter in self._waiting:
                    if not waiter.done():
                        waiter.set_exception(_unread(offset))

    def _keep(self, records: Iterable[ConsumerRecord]) -> None:
        for record in records:
            self._position = record.offset + 1
            whose = filed(record.key, record.headers, self._partitions)
            if whose != NOBODY:
                self._arrivals[whose].append(Arrival(record.offset, record.timestamp, record.value or b""))
            else:
                self._begin(record)
        self._release()

    def _begin(self, barrier: ConsumerRecord) -> None:
        for partition, before in enumerate(self._begun):
            if span := begun(partition, barrier.key, barrier.value):
                self._begun[partition] = [*unfinished(before, span), span]

    def _release(self) -> None:
        reached = [waiter for offset, waiter in self._waiting if offset < self._position and not waiter.done()]
        self._waiting = [wait for wait in self._waiting if wait[0] >= self._position and not wait[1].done()]
        for waiter in reached:
            waiter.set_result(None)


def _unread(offset: int) -> UnreadableError:
    return UnreadableError(f"{WITHDRAWALS} cannot be read up to {offset}")
