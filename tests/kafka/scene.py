"""A broker whose timeline is full, for tests that let workers die over it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub import settings
from hub.demo.house import furnish, open_house
from hub.kafka import keyring
from hub.kafka.local import Cluster
from hub.model.key_check import check_value
from hub.settings import Settings
from tests.checker import log
from tests.checker.guarantees import check
from tests.kafka import reading
from tests.kafka.load import Loaded, fill

PEOPLE = 1_000
MORE = 300
ALL = ("--partitions", "0,1,2,3")


@dataclass(slots=True)
class Scene:
    """A broker with topics, keys and a directory, and a timeline that nobody has decided yet."""

    bootstrap: str
    chosen: Settings
    environment: dict[str, str]
    partitions: int
    desks: tuple[str, ...]
    loaded: Loaded
    people: int = 0

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

    async def faults(self) -> list[str]:
        """What the checker finds; that it found enough to look at is sure."""
        found = check(await asyncio.to_thread(log.read, self.bootstrap))
        assert all(one.looked_at for one in found if one.name != "G6")  # no ledger here
        return [f"{one.name}: {fault}" for one in found for fault in one.faults]


@pytest.fixture
def bootstrap() -> Iterator[str]:
    with Cluster() as cluster:
        yield cluster.bootstrap


@pytest.fixture
async def scene(bootstrap: str, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_house(furnish(bootstrap, tmp_path / "hub")) as house:
        partitions, desks = house.directory.partitions, tuple(house.directory.desks)
        keys = settings.read_keys(house.chosen.key_file)
        await keyring.agree({"bootstrap_servers": bootstrap}, check_value(keys))
        nothing = Loaded(dict.fromkeys(range(partitions), 0))
        loaded = await fill(bootstrap, nothing, range(PEOPLE))
        yield Scene(bootstrap, house.chosen, dict(house.environment()), partitions, desks, loaded, PEOPLE)
