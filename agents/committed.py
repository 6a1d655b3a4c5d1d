"""A Faust transport whose consumer is handed committed records only.

Without it a Faust agent on a transactional topic gets records of aborted transactions too. Faust reads committed
records only under its own `exactly_once`, which counted twice after restarts when it was tried.
"""

import asyncio
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver
from typing_extensions import override
from yarl import URL


class _Thread(driver.AIOKafkaConsumerThread):
    @override
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - Faust offers no setting
        return consumer


class _Consumer(driver.Consumer):
    @override
    def _new_consumer_thread(self) -> Any:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class Transport(driver.Transport):
    """For `app.transport`, before the app starts."""

    Consumer = _Consumer


def reads_committed(app: faust.App, broker: str, loop: asyncio.AbstractEventLoop) -> faust.App:
    """Let the app's agents see committed records only."""
    app.transport = Transport([URL(f"kafka://{broker}")], app, loop=loop)
    return app
