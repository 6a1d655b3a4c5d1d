"""A Faust transport whose consumer is handed every committed record, and no other.

Without it a Faust agent on a transactional topic gets records of aborted transactions too. Faust reads committed
records only under its own `exactly_once`, which counted twice after restarts when it was tried.

And an agent with a table may miss records. While Faust restores the table it takes records of every partition from the
client and drops those whose turn has not come; once it has restored it, it resumes the streams, seeks, and only then
empties every queue. Neither is read again unless an offset was committed. So the client itself holds a partition back
until Faust lets everything flow.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from typing_extensions import override
from yarl import URL


class _Thread(driver.AIOKafkaConsumerThread):
    @override
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - Faust offers no setting
        return consumer

    def pause(self, partitions: Iterable[TP]) -> None:
        """Hold these back in the client, which then goes no further in them. To be called in the client's thread."""
        self._ensure_consumer().pause(*map(driver.ensure_aiokafka_TP, partitions))

    def resume(self, partitions: Iterable[TP]) -> None:
        """Hold them back no longer, in so far as they are still assigned. To be called in the client's thread."""
        consumer = self._ensure_consumer()
        consumer.resume(*consumer.assignment() & {driver.ensure_aiokafka_TP(partition) for partition in partitions})


class _Assigned(driver.ConsumerRebalanceListener):
    """Holds every partition back from the moment it is assigned."""

    _thread: _Thread

    @override
    async def on_partitions_assigned(self, assigned: Iterable[TP]) -> None:
        self._thread.pause(assigned)
        await super().on_partitions_assigned(assigned)


class _Consumer(driver.Consumer):
    """Lets partitions go on when the flow does: Faust empties the queues just before that, never after."""

    RebalanceListener = _Assigned
    _thread: _Thread

    def __init__(self, *args: Any, **options: Any) -> None:
        self._awaiting_flow: set[TP] = set()
        super().__init__(*args, **options)

    @override
    def resume_partitions(self, tps: Iterable[TP]) -> None:
        self._awaiting_flow.update(tps)

    @override
    def pause_partitions(self, tps: Iterable[TP]) -> None:
        self._awaiting_flow.difference_update(tps)
        super().pause_partitions(tps)

    @override
    def resume_flow(self) -> None:
        super().resume_flow()
        resumed, self._awaiting_flow = self._awaiting_flow, set()
        super().resume_partitions(resumed)
        self._thread.thread_loop.call_soon_threadsafe(self._thread.resume, resumed)

    @override
    def _new_consumer_thread(self) -> Any:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """For `app.transport`, before the app starts."""

    Consumer = _Consumer

    @override
    async def _create_topic(self, owner: Any, client: Any, topic: str, *_args: Any, **_options: Any) -> None:
        """Make none: `hub topics` does, and this process may not. Its clients only learn where its parts are."""
        await client._wait_on_metadata(topic)  # noqa: SLF001 - aiokafka offers no other way to wait for it


def reads_committed(app: faust.App, broker: str, loop: asyncio.AbstractEventLoop) -> faust.App:
    """Let the app's agents see committed records only."""
    app.transport = Transport([URL(f"kafka://{broker}")], app, loop=loop)
    return app
