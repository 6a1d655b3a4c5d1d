"""Workers killed and frozen under lag: nothing missing, nothing twice, nothing told that was not permitted."""

import random

import pytest

from tests.faults.scene import ALL, Scene
from tests.kafka.workers import Worker, worker

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(600)]

KILLS = 3


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
    scene.times = kills - 1
    async with worker(scene.environment, *ALL) as last:
        await scene.happened()
        await scene.until_all_is_decided()
        assert await last.stop() == 0
    assert await scene.faults("worker killed under lag") == []


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
            scene.times = 1
            await scene.until_all_is_decided()
            assert await successor.stop() == 0
    assert await scene.faults("a frozen worker replaced and thawed") == []


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
            scene.times = 1
            assert await successor.stop() == 0
    assert await scene.faults("a worker frozen between transactions") == []


async def test_workers_share_the_partitions_out_and_take_over_from_one_that_is_killed_or_told_to_go(
    scene: Scene,
) -> None:
    async with worker(scene.environment) as first:
        async with worker(scene.environment) as killed:
            assert taken_up(killed) == 2
            await scene.fill_more()
            await killed.kill()
            await scene.happened()
        await scene.fill_more()
        await scene.until_all_is_decided()
        async with worker(scene.environment) as leaving:
            assert taken_up(leaving) == 2
            await scene.fill_more()
            assert await leaving.stop() == 0
        await scene.until_all_is_decided()
        await first.until_said("is taken up", 8)
        assert await first.stop() == 0
    assert await scene.faults("workers come, are killed, go") == []
    assert taken_up(first) == 8
    assert sum("is given up" in line for line in first.said) == 4


def taken_up(one: Worker) -> int:
    return sum("is taken up" in line for line in one.said)
