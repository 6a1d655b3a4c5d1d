"""The statistics are exact after three restarts, and a sheet that was aborted is never counted."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from hub import directories
from hub.demo.house import furnish
from hub.kafka import statistics_reader, topic_admin
from hub.kafka.local import Cluster, ports
from hub.kafka.topics import plan, wanted
from hub.log import AUDIT
from hub.model.directory import Directory
from hub.settings import Settings
from hub.statistics import Folded, total
from schemas.codec import encode_record
from tests.agents.test_worker import fetched
from tests.hub.ledger.sheets import sheet

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WITHIN = 60.0
RULINGS = len(sheet(0)["rulings"])


class Counting:
    """A hub.audit to write to, and the agent as a process of its own."""

    def __init__(self, chosen: Settings, directory: Directory) -> None:
        self.chosen, self.partitions = chosen, directory.partitions
        self._next = [0] * directory.partitions
        self.written = 0
        [self.port] = ports.free(1)

    async def write(self, number: int, *, commit: bool) -> None:
        """So many sheets in each partition, in one transaction."""
        producer = AIOKafkaProducer(bootstrap_servers=self.chosen.bootstrap, transactional_id="a-sharing-worker")
        await producer.start()
        await producer.begin_transaction()
        for partition in range(self.partitions):
            for offset in range(self._next[partition], self._next[partition] + number):
                value = encode_record("hub.audit.Sheet", sheet(offset, partition=partition))
                await producer.send_and_wait(AUDIT, value, partition=partition)
        await (producer.commit_transaction() if commit else producer.abort_transaction())
        await producer.stop()
        if commit:
            self._next = [offset + number for offset in self._next]
            self.written += number * self.partitions * RULINGS

    @asynccontextmanager
    async def agent(self, end: signal.Signals) -> AsyncIterator[None]:
        """The agent while the block lasts; then it is ended by that signal."""
        environment = {
            **os.environ,
            "HUB_HOME": str(self.chosen.home),
            "HUB_BOOTSTRAP": self.chosen.bootstrap,
            "HUB_METRICS_PORT": str(self.port),
        }
        command = (sys.executable, "-m", "hub", "statistics", "count")
        process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
        try:
            yield
        finally:
            process.send_signal(end)
            await process.wait()

    async def counted(self) -> int:
        """Everything that stands counted."""
        kept = await statistics_reader.values({"bootstrap_servers": self.chosen.bootstrap}, self.partitions)
        return sum(total(Folded.from_value(value) for value in kept).values())

    async def told(self, line: str) -> bool:
        """Whether its metrics say so, once they do."""
        async with asyncio.timeout(WITHIN):
            while line not in await asyncio.to_thread(fetched, self.port, "127.0.0.1"):
                pass
        return True

    async def until(self, reached: Callable[[int], bool]) -> int:
        """The count, once it satisfies the condition."""
        async with asyncio.timeout(WITHIN):
            while not reached(counted := await self.counted()):
                pass
        return counted


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncIterator[Counting]:
    with Cluster() as cluster:
        chosen = furnish(cluster.bootstrap, tmp_path / "home", None)
        directory = directories.read(chosen.directory)
        async with topic_admin.connected({"bootstrap_servers": chosen.bootstrap}) as admin:
            topics = wanted(directory, 1)
            await topic_admin.apply(admin, plan(topics, await topic_admin.actual(admin)))
            await topic_admin.settle(admin, topics)
        yield Counting(chosen, directory)


async def test_three_restarts_leave_the_counts_exact_and_aborted_sheets_uncounted(counting: Counting) -> None:
    for end in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        await counting.write(5, commit=True)
        await counting.write(7, commit=False)
        await counting.write(3, commit=True)
        async with counting.agent(end):
            assert await counting.until(lambda counted: counted >= counting.written) == counting.written
            assert await counting.told("hub_broker_reachable 1.0\n")
    assert await counting.counted() == counting.written == 4 * 8 * counting.partitions * RULINGS
