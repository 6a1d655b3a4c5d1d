"""Agencies publish while people withdraw: what was acknowledged before a transaction opened is honoured in it (G4)."""

import asyncio

import pytest

from tests.checker import log
from tests.checker.guarantees import Seen
from tests.faults.scene import Scene
from tests.kafka.load import race
from tests.world import CHARITY

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(600)]

RACES = 2_000


async def test_whoever_withdraws_while_somebody_publishes_is_heard_as_from_the_acknowledgement(scene: Scene) -> None:
    async with scene.supervised():
        await scene.until_all_is_decided()
        scene.loaded = await race(scene.bootstrap, scene.loaded, range(10_000, 10_000 + RACES))
        scene.times = RACES
        await scene.until_all_is_decided()
    assert await scene.faults("publish against withdraw") == []
    told, untold = await outcomes(scene)
    assert told > RACES // 100, "the withdrawals were always first"
    assert untold > RACES // 100, "the referrals were always first"


async def outcomes(scene: Scene) -> tuple[int, int]:
    """How many of the referrals in the races the charity was told of, and how many not."""
    seen = Seen(await asyncio.to_thread(log.read, scene.bootstrap))
    raced = {(n, at) for n, each in seen.timeline.items() for at, one in each if one["event_id"].startswith("raced/")}
    rulings = [r for s, r in seen.rulings() if (s["partition"], s["offset"]) in raced and r["desk"] == CHARITY]
    told = sum(ruling["copy_id"] is not None for ruling in rulings)
    return told, len(rulings) - told
