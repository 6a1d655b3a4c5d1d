"""Which worker decides which partition: a consumer group says what is wished, and a reconciler makes it so.

The group is only a hint. Nothing is read through it and nothing committed; who really owns a partition is settled by
its transactional id. So the group's callbacks do no more than note the wish: a callback that waited for a loop which
waits for the group would never return. A partition that stays where it is never stops.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from hub.kafka.restore import Connection, started
from hub.log import TIMELINE
from hub.model.errors import LoopEndedError, told

log = logging.getLogger("hub.ownership")

GROUP: Final = "hub-sharing"
NEVER_MS: Final = 2**31 - 1
LOOK_MS: Final = 1000
GRACE: Final = 12.0
"""Seconds in which a loop that was told to stop finishes its transaction."""

Ready = Callable[[], None]
Own = Callable[[int, asyncio.Event, Ready], Awaitable[None]]
"""Decides one partition until the event is set; calls Ready once it does."""


class Wish:
    """The partitions that this process should decide; unknown until somebody says."""

    def __init__(self, partitions: Iterable[int] | None = None) -> None:
        self.known = partitions is not None
        self.partitions = frozenset(partitions or ())
        self.changed = asyncio.Event()

    def become(self, partitions: Iterable[int]) -> None:
        """Say what is wished from now on."""
        self.known, self.partitions = True, frozenset(partitions)
        self.changed.set()


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, consumer: AIOKafkaConsumer, wish: Wish) -> None:
        self._consumer, self._wish = consumer, wish

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Nothing: what is not assigned again a moment later is given up then."""

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._consumer.pause(*assigned)
        self._wish.become(place.partition for place in assigned)


async def follow_group(connection: Connection, wish: Wish, stopping: asyncio.Event) -> None:
    """Be a member of the group and note what it wishes, until `stopping` is set."""
    consumer = AIOKafkaConsumer(
        **connection,
        group_id=GROUP,
        partition_assignment_strategy=(StickyPartitionAssignor,),
        enable_auto_commit=False,
        auto_offset_reset="latest",
        isolation_level="read_committed",
        max_poll_interval_ms=NEVER_MS,
    )
    consumer.subscribe([TIMELINE], listener=_Listener(consumer, wish))
    async with started(consumer):
        while not stopping.is_set():
            await consumer.getmany(timeout_ms=LOOK_MS)  # everything is paused: this only raises what went wrong


@dataclass(eq=False, slots=True)
class _Loop:
    task: asyncio.Task[None]
    stop: asyncio.Event
    ready: bool = False


@dataclass(eq=False, slots=True)
class Reconciler:
    """Starts and stops one loop per partition until what runs is what is wished."""

    own: Own
    wish: Wish
    ready: Ready
    """Called once: when all that is wished first is decided here."""
    _running: dict[int, _Loop] = field(default_factory=dict, init=False)
    _told: bool = field(default=False, init=False)

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping` is set; then return once every loop has finished.

        Raises LoopEndedError when a loop ends that should not, or fails while it finishes.
        """
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                self._start_and_stop()
                await self._change(stop)
                self._look_at_ended()
        finally:
            stop.cancel()
            await self._finish()

    def _start_and_stop(self) -> None:
        self.wish.changed.clear()
        for partition in sorted(self.wish.partitions - self._running.keys()):
            self._start(partition)
        for partition in self._running.keys() - self.wish.partitions:
            self._running[partition].stop.set()
        self._maybe_tell()

    def _start(self, partition: int) -> None:
        stop = asyncio.Event()
        own = self.own(partition, stop, lambda: self._is_ready(partition))
        self._running[partition] = _Loop(asyncio.ensure_future(own), stop)
        log.info("partition %d is taken up", partition)

    async def _change(self, stop: asyncio.Task[bool]) -> None:
        changed = asyncio.create_task(self.wish.changed.wait())
        loops = (loop.task for loop in self._running.values())
        await asyncio.wait({stop, changed, *loops}, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()

    def _look_at_ended(self) -> None:
        for partition, loop in [(p, loop) for p, loop in self._running.items() if loop.task.done()]:
            del self._running[partition]
            if not loop.stop.is_set():
                log.error("partition %d ended: %s", partition, _how(loop.task))
                raise LoopEndedError(f"partition {partition}: {_how(loop.task)}")
            log.info("partition %d is given up: %s", partition, _how(loop.task))

    async def _finish(self) -> None:
        for loop in self._running.values():
            loop.stop.set()
        tasks = {loop.task: partition for partition, loop in self._running.items()}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.wait(tasks)
        if failed := [f"partition {p}: {_how(task)}" for task, p in tasks.items() if _how(task) != RETURNED]:
            raise LoopEndedError("; ".join(failed))

    def _is_ready(self, partition: int) -> None:
        self._running[partition].ready = True
        self._maybe_tell()

    def _maybe_tell(self) -> None:
        if self._told or not self.wish.known:
            return
        if all(p in self._running and self._running[p].ready for p in self.wish.partitions):
            self._told = True
            self.ready()


RETURNED: Final = "returned"


def _how(task: asyncio.Task[None]) -> str:
    """How it ended, in words that may be logged."""
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    return told(error) if error else RETURNED
