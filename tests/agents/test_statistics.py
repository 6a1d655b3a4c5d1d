"""The statistics are exact after three restarts, and a sheet that was aborted is never counted."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from hub import directories
from hub.demo.house import furnish
from hub.kafka import restore, statistics_reader, topic_admin
from hub.kafka.local import Cluster, ports
from hub.kafka.topics import plan, wanted
from hub.log import AUDIT, STATISTICS
from hub.model.directory import Directory
from hub.settings import Settings
from hub.statistics import Folded, total
from schemas.codec import encode_record
from tests.agents.test_worker import fetched
from tests.hub.ledger.sheets import sheet

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WITHIN = 60.0
LOOK_MS = 500
RULINGS = len(sheet(0)["rulings"])


class Counting:
    """A hub.audit to write to, the agent as a process of its own, and what it keeps."""

    def __init__(self, chosen: Settings, directory: Directory, reader: AIOKafkaConsumer) -> None:
        self.chosen, self.partitions = chosen, directory.partitions
        self._next = [0] * directory.partitions
        self._reader, self._kept = reader, dict[bytes, bytes]()
        self._said = chosen.home / "said.txt"
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
    async def agent(self, end: signal.Signals) -> AsyncIterator[asyncio.subprocess.Process]:
        """The agent while the block lasts; then it is ended by that signal."""
        environment = {
            **os.environ,
            "HUB_HOME": str(self.chosen.home),
            "HUB_BOOTSTRAP": self.chosen.bootstrap,
            "HUB_METRICS_PORT": str(self.port),
        }
        command = (sys.executable, "-m", "hub", "statistics", "count")
        with self._said.open("wb") as said:
            process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=said)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(end)
            await process.wait()

    @property
    def counted(self) -> int:
        """What was counted, as far as it was looked at."""
        return rulings(json.loads(value) for value in self._kept.values())

    async def all_counted(self, agent: asyncio.subprocess.Process) -> None:
        """Look on until all that was written stands counted. Fails, with what the agent said, if it ends or stalls."""
        try:
            async with asyncio.timeout(WITHIN):
                while self.counted < self.written:
                    await self._look_on(agent)
        except TimeoutError:
            kept = list(self._kept.values())
            pytest.fail(f"of {self.written} rulings {self.counted} are counted: {kept} {self.said()}")

    async def told(self, line: str, agent: asyncio.subprocess.Process) -> bool:
        """Whether its metrics say so, once they do."""
        async with asyncio.timeout(WITHIN):
            while line not in await asyncio.to_thread(fetched, self.port, "127.0.0.1"):
                await self._look_on(agent)
        return True

    def said(self) -> str:
        """What the agent wrote on standard error."""
        return self._said.read_text("utf-8") or "it said nothing"

    async def _look_on(self, agent: asyncio.subprocess.Process) -> None:
        """Take what the agent keeps next, if it does so soon. Fails if it has ended."""
        assert agent.returncode is None, f"the agent ended with {agent.returncode}: {self.said()}"
        found = await self._reader.getmany(timeout_ms=LOOK_MS)
        self._kept |= {record.key: record.value for records in found.values() for record in records}


def rulings(kept: Iterable[Mapping[str, Any]]) -> int:
    """How many stand counted in these values."""
    return sum(total(map(Folded.from_value, kept)).values())


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncIterator[Counting]:
    with Cluster() as cluster:
        chosen = furnish(cluster.bootstrap, tmp_path / "home", None)
        directory = directories.read(chosen.directory)
        async with topic_admin.connected({"bootstrap_servers": chosen.bootstrap}) as admin:
            topics = wanted(directory, 1)
            await topic_admin.apply(admin, plan(topics, await topic_admin.actual(admin)))
            await topic_admin.settle(admin, topics)
        async with restore.started(restore.reader({"bootstrap_servers": chosen.bootstrap}, committed=True)) as reader:
            places = [TopicPartition(STATISTICS, partition) for partition in range(directory.partitions)]
            reader.assign(places)
            for place in places:
                reader.seek(place, 0)
            yield Counting(chosen, directory, reader)


async def test_three_restarts_leave_the_counts_exact_and_aborted_sheets_uncounted(counting: Counting) -> None:
    for end in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        await counting.write(5, commit=True)
        await counting.write(7, commit=False)
        await counting.write(3, commit=True)
        async with counting.agent(end) as agent:
            await counting.all_counted(agent)
            assert counting.counted == counting.written
            assert await counting.told("hub_broker_reachable 1.0\n", agent)
    kept = await statistics_reader.values({"bootstrap_servers": counting.chosen.bootstrap}, counting.partitions)
    assert rulings(kept) == counting.written == 4 * 8 * counting.partitions * RULINGS
