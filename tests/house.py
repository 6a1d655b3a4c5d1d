"""A whole hub for the tests of one module: a broker, topics, keys, and workers as processes whose every word is kept.

Whatever is read here is read as anybody could: with a plain consumer, and with the authored schemas alone.
"""

import asyncio
import io
import signal
import sys
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import fastavro
import psutil
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from hub import settings
from hub.demo.house import House, furnish, open_house
from hub.kafka.local import Cluster
from hub.kafka.local.ports import free
from hub.kafka.local.progress import teller
from hub.model.keys import Keys

SCHEMAS = Path(str(resources.files("schemas")))
WITHIN = 60.0
"""Seconds for anything that a test waits for, also on a busy machine."""
PARTS = {"intake": ("intake", "ledger"), "sharing": ("sharing",)}
"""The processes of a house, as the demo has them."""


class Stored(NamedTuple):
    """One record of a topic, as whoever runs the broker sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    value: bytes


@dataclass(slots=True)
class Worker:
    """One `hub worker` and all that it has said on standard error."""

    process: Process
    metrics_port: int
    said: list[str] = field(default_factory=list)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _reading: asyncio.Task[None] | None = None

    async def until_ready(self) -> None:
        self._reading = asyncio.create_task(self._read())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._reading}, return_when=asyncio.FIRST_COMPLETED, timeout=WITHIN)
        ready.cancel()
        assert self._ready.is_set(), self.said

    @property
    def lives(self) -> bool:
        """Whether the process that was started is still at work."""
        try:
            return psutil.Process(self.process.pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    async def stop(self) -> int:
        """End it as an operator would; its exit code."""
        if self.process.returncode is None and self.lives:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = await asyncio.wait_for(self.process.wait(), WITHIN)
        except TimeoutError:
            self.process.kill()
            code = await self.process.wait()
        if self._reading:
            await self._reading
        return code

    def metrics(self) -> str:
        """What Prometheus would read of it."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=WITHIN) as page:
            return str(page.read().decode())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.said.append(line.decode().rstrip())
            if self.said[-1].endswith("ready"):
                self._ready.set()


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub that runs."""

    bootstrap: str
    house: House
    broker_log: Path
    workers: dict[str, Worker] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.house.chosen.home

    @property
    def environment(self) -> dict[str, str]:
        """What the hub's own commands need to find it."""
        return dict(self.house.environment())

    @property
    def keys(self) -> Keys:
        return settings.read_keys(self.house.chosen.key_file)

    async def start(self, name: str, parts: Sequence[str]) -> None:
        options = [word for part in parts for word in ("--part", part)]
        [port] = free(1)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", "worker", *options),
            env={**self.environment, "HUB_METRICS_PORT": str(port)},
            cwd=self.home,
            stderr=PIPE,
        )
        self.workers[name] = Worker(process, port)
        await self.workers[name].until_ready()

    async def stop(self) -> dict[str, int]:
        """End every worker; exit code by name."""
        return {name: await worker.stop() for name, worker in self.workers.items()}

    @asynccontextmanager
    async def agency(self) -> AsyncIterator[AIOKafkaProducer]:
        """A producer as an agency may have it: no rule of ours holds in it, and it packs what it sends."""
        async with AIOKafkaProducer(
            bootstrap_servers=self.bootstrap, max_request_size=2**27, compression_type="gzip", acks="all"
        ) as producer:
            yield producer

    async def topics(self) -> dict[str, int]:
        """Every topic of the broker, Kafka's own too, and how many partitions it has."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
        finally:
            await admin.close()

    async def records(self, topic: str, *, committed: bool = True) -> list[Stored]:
        """Everything that stands in a topic up to its present end."""
        level = "read_committed" if committed else "read_uncommitted"
        places = [TopicPartition(topic, number) for number in range((await self.topics())[topic])]
        async with AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, isolation_level=level, auto_offset_reset="earliest"
        ) as consumer:
            consumer.assign(places)
            return [stored for place in places for stored in await _to_the_end(consumer, place)]

    async def until_decided(self, number: int) -> list[dict[str, Any]]:
        """Every sheet, once there are that many."""
        found: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(WITHIN):
                await self._follow(found, number)
        except TimeoutError:
            said = {name: (worker.lives, worker.said[-5:]) for name, worker in self.workers.items()}
            raise AssertionError(f"{len(found)} sheets of {number}; {said}") from None
        return found

    async def _follow(self, found: list[dict[str, Any]], number: int) -> None:
        async with AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
        ) as consumer:
            consumer.assign([TopicPartition("hub.audit", n) for n in range(self.house.directory.partitions)])
            while len(found) < number:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [decoded("hub.audit.Sheet", record.value) for record in records]


async def _to_the_end(consumer: AIOKafkaConsumer, place: TopicPartition) -> list[Stored]:
    end = (await consumer.end_offsets([place]))[place]
    found: list[Stored] = []
    while await consumer.position(place) < end:
        for record in (await consumer.getmany(place, timeout_ms=100)).get(place, ()):
            key, value, headers = record.key or b"", record.value or b"", tuple(record.headers)
            found.append(Stored(place.topic, place.partition, record.offset, record.timestamp, key, headers, value))
    return found


def decoded(name: str, value: bytes) -> dict[str, Any]:
    """One of the hub's own records."""
    return _read(SCHEMAS / "source" / f"{name}.avsc", value)


def opened(framed: bytes) -> dict[str, Any]:
    """A copy or a receipt, by the registered schema that its frame names."""
    [path] = (SCHEMAS / "registered").glob(f"{int.from_bytes(framed[1:5])}-*.avsc")
    return _read(path, framed[5:])


def _read(path: Path, value: bytes) -> dict[str, Any]:
    read = fastavro.schemaless_reader(io.BytesIO(value), _schema(path), None)
    assert isinstance(read, dict)
    return read


@cache
def _schema(path: Path) -> Any:
    return fastavro.schema.load_schema(str(path))


@asynccontextmanager
async def open_hub(home: Path, *, demo: bool = True) -> AsyncIterator[Hub]:
    """A hub with its workers at work; nothing of it is left when the block ends. `demo`: writers set the time."""
    async with Cluster(progress=teller(sys.stderr)) as cluster:
        chosen = furnish(cluster.bootstrap, home)
        if not demo:
            written = chosen.directory.read_text("utf-8")
            chosen.directory.write_text(written.replace("demo = true", "demo = false"), "utf-8")
        async with open_house(chosen) as house:
            hub = Hub(cluster.bootstrap, house, cluster.nodes[0].log_file)
            try:
                await asyncio.gather(*(hub.start(name, parts) for name, parts in PARTS.items()))
                yield hub
            finally:
                ended = await hub.stop()
    assert ended == dict.fromkeys(PARTS, 0), {name: worker.said for name, worker in hub.workers.items()}
    assert not hub.broker_log.parent.exists()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """The one hub of a module's tests."""
    async with open_hub(tmp_path_factory.mktemp("hub") / "home") as running:
        yield running


def by_entry(sheets: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Sheets by the entry that they are about, in order."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for sheet in sheets:
        found.setdefault(sheet["entry_id"], []).append(sheet)
    return found
