"""A broker, or three, whose timeline is full, for tests that let workers and brokers die over it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hub import settings
from hub.demo.house import furnish, open_house
from hub.kafka import keyring
from hub.kafka.local import Cluster
from hub.model.key_check import check_value
from hub.settings import Settings
from tests.checker import log
from tests.checker.guarantees import Finding, check
from tests.faults.table import Row, Table
from tests.kafka import reading
from tests.kafka.load import Loaded, fill
from tests.kafka.workers import Worker, worker

PEOPLE = 1_000
MORE = 300
ALL = ("--partitions", "0,1,2,3")


@dataclass(slots=True)
class Scene:
    """Topics, keys and a directory, and a timeline that nobody has decided yet."""

    cluster: Cluster
    chosen: Settings
    environment: dict[str, str]
    partitions: int
    loaded: Loaded
    table: Table
    people: int = 0
    times: int = 0
    """How often the fault has happened."""
    recovery: float | None = None
    began: list[Worker] = field(default_factory=list)

    @property
    def bootstrap(self) -> str:
        return self.cluster.bootstrap

    async def decided(self, *, committed: bool = True) -> int:
        """How far hub.audit reaches, all partitions together."""
        return sum((await reading.ends(self.bootstrap, "hub.audit", self.partitions, committed=committed)).values())

    async def until_written(self, end: int) -> None:
        """Return once hub.audit reaches so far, committed or not."""
        while await self.decided(committed=False) < end:
            pass

    async def is_open(self) -> bool:
        """Whether a transaction is open that has written sheets."""
        return await self.decided(committed=False) > await self.decided()

    async def fill_more(self) -> None:
        self.people, more = self.people + MORE, range(self.people, self.people + MORE)
        self.loaded = await fill(self.bootstrap, self.loaded, more)

    async def until_all_is_decided(self) -> None:
        number = sum(self.loaded.entries.values())
        await reading.until_there_are(self.bootstrap, "hub.audit", self.partitions, number)

    async def happened(self) -> None:
        """The fault has just happened; return once something more is committed."""
        self.times, began, before = self.times + 1, time.monotonic(), await self.decided()
        while await self.decided() <= before:
            pass
        self.recovery = time.monotonic() - began

    async def faults(self, what: str) -> list[str]:
        """What the checker finds; that it found enough to look at is sure. A row of the table, if anything happened."""
        found = {one.name: one for one in check(await asyncio.to_thread(log.read, self.bootstrap))}
        assert all(one.looked_at for name, one in found.items() if name != "G6")  # no ledger here
        self.table.rows.append(self._row(what, found))
        return [f"{name}: {fault}" for name, one in found.items() for fault in one.faults]

    def _row(self, what: str, found: dict[str, Finding]) -> Row:
        broken = [fault for one in found.values() for fault in one.faults]
        return Row(
            what,
            self.times,
            sum(self.loaded.entries.values()),
            found["G1"].looked_at,
            found["G2"].looked_at,
            sum(fault.startswith("0 sheets") or "lacks" in fault or "never decided" in fault for fault in broken),
            sum("2 sheets" in fault or "twice" in fault for fault in broken),
            sum("without a permit" in fault for fault in broken),
            self.recovery,
        )

    @asynccontextmanager
    async def supervised(self, *options: str) -> AsyncIterator[list[Worker]]:
        """A worker that is started again whenever it ends, as its supervisor would; all that there were."""
        there_were: list[Worker] = []

        async def supervise() -> None:
            while True:
                async with worker(self.environment, *(options or ALL), patient=True) as one:
                    there_were.append(one)
                    await one.process.wait()

        supervising = asyncio.create_task(supervise())
        try:
            yield there_were
        finally:
            supervising.cancel()
            await asyncio.wait([supervising])


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> Table:
    from tests.faults.conftest import TABLE  # it imports this module

    return pytestconfig.stash.setdefault(TABLE, Table())


@pytest.fixture
def brokers() -> int:
    """How many; a test module may say three."""
    return 1


@pytest.fixture
def cluster(brokers: int) -> Iterator[Cluster]:
    with Cluster(brokers) as made:
        yield made


@pytest.fixture
def bootstrap(cluster: Cluster) -> str:
    return cluster.bootstrap


@pytest.fixture
async def scene(cluster: Cluster, brokers: int, table: Table, tmp_path: Path) -> AsyncIterator[Scene]:
    chosen = furnish(cluster.bootstrap, tmp_path / "hub").model_copy(update={"replication": brokers})
    async with open_house(chosen) as house:
        partitions = house.directory.partitions
        keys = settings.read_keys(house.chosen.key_file)
        await keyring.agree({"bootstrap_servers": cluster.bootstrap}, check_value(keys))
        loaded = await fill(cluster.bootstrap, Loaded(dict.fromkeys(range(partitions), 0)), range(PEOPLE))
        yield Scene(cluster, house.chosen, dict(house.environment()), partitions, loaded, table, PEOPLE)
