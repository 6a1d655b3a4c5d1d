"""Workers killed and frozen under lag: nothing missing, nothing twice, nothing told that was not permitted."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub import settings
from hub.demo.house import furnish, open_house
from hub.kafka import keyring
from hub.kafka.local import Cluster
from hub.model.key_check import check_value
from tests.kafka import checker
from tests.kafka.load import Loaded, fill
from tests.kafka.workers import Worker, worker

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]

PEOPLE = 1_000
MORE = 300
KILLS = 3
ALL = ("--partitions", "0,1,2,3")


@dataclass(slots=True)
class Scene:
    """A broker with topics, keys and a directory, and a timeline that nobody has decided yet."""

    bootstrap: str
    environment: dict[str, str]
    partitions: int
    desks: tuple[str, ...]
    loaded: Loaded
    people: int = 0

    async def decided(self, *, committed: bool = True) -> int:
        """How far hub.audit reaches, all partitions together."""
        return sum((await checker.ends(self.bootstrap, "hub.audit", self.partitions, committed=committed)).values())

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
        await checker.until_there_are(self.bootstrap, "hub.audit", self.partitions, number)

    async def faults(self) -> list[str]:
        found = await checker.read(self.bootstrap, self.partitions, self.desks)
        assert any(found.copies.values())
        return list(checker.faults(found, self.loaded.entries, self.loaded.refused))


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
        nothing = Loaded(dict.fromkeys(range(partitions), 0), frozenset())
        loaded = await fill(bootstrap, nothing, range(PEOPLE))
        yield Scene(bootstrap, dict(house.environment()), partitions, desks, loaded, PEOPLE)


async def test_killed_workers_leave_nothing_missing_and_nothing_twice(scene: Scene) -> None:
    chance = random.Random(20261122)  # noqa: S311 - not a secret
    kills, fell_inside = 0, False
    while kills < KILLS or not fell_inside:
        await scene.fill_more()
        end = await scene.decided(committed=False) + chance.randint(1, 800)
        async with worker(scene.environment, *ALL) as doomed:
            await scene.until_written(end)
            await doomed.kill()
        kills += 1
        fell_inside |= await scene.is_open()
    async with worker(scene.environment, *ALL) as last:
        await scene.until_all_is_decided()
        assert await last.stop() == 0
    assert await scene.faults() == []


async def test_a_frozen_worker_is_replaced_and_dies_fenced_when_it_thaws(scene: Scene) -> None:
    async with worker(scene.environment, *ALL) as frozen:
        await scene.until_written(100)
        frozen.freeze()
        await scene.fill_more()
        further = await scene.decided(committed=False) + 100
        async with worker(scene.environment, *ALL) as successor:
            await scene.until_written(further)
            frozen.thaw()
            assert await frozen.ended() == 1
            assert any("FencedError" in line for line in frozen.said), frozen.said
            await scene.until_all_is_decided()
            assert await successor.stop() == 0
    assert await scene.faults() == []


async def test_a_worker_that_froze_between_transactions_cannot_begin_another(scene: Scene) -> None:
    async with worker(scene.environment, *ALL) as frozen:
        await scene.until_all_is_decided()
        frozen.freeze()
        await scene.fill_more()
        async with worker(scene.environment, *ALL) as successor:
            await scene.until_all_is_decided()
            frozen.thaw()
            assert await frozen.ended() == 1
            assert any("FencedError" in line for line in frozen.said), frozen.said
            assert await successor.stop() == 0
    assert await scene.faults() == []


async def test_workers_share_the_partitions_out_and_take_over_from_one_that_is_killed_or_told_to_go(
    scene: Scene,
) -> None:
    async with worker(scene.environment) as first:
        async with worker(scene.environment) as killed:
            assert taken_up(killed) == 2
            await scene.fill_more()
            await killed.kill()
        await scene.fill_more()
        await scene.until_all_is_decided()
        async with worker(scene.environment) as leaving:
            assert taken_up(leaving) == 2
            await scene.fill_more()
            assert await leaving.stop() == 0
        await scene.until_all_is_decided()
        await first.until_said("is taken up", 8)
        assert await first.stop() == 0
    assert await scene.faults() == []
    assert taken_up(first) == 8
    assert sum("is given up" in line for line in first.said) == 4


def taken_up(one: Worker) -> int:
    return sum("is taken up" in line for line in one.said)
