"""The watch beside the loops of a worker."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from agents.watch import run_watch
from hub.kafka.pulse import Pulse

pytestmark = pytest.mark.kafka


async def _until_stopped(pulse: Pulse, wanted: float) -> float | None:
    """What the gauge says once it says that, or after a while."""
    stopping = asyncio.Event()
    watching = asyncio.create_task(run_watch(stopping, [pulse], every=0.01))
    async with asyncio.timeout(20):
        while (said := REGISTRY.get_sample_value("hub_broker_reachable")) != wanted:  # noqa: ASYNC110 - a gauge tells nobody
            await asyncio.sleep(0.01)  # noqa: TID251 - between two looks at a condition
    stopping.set()
    await watching
    return said


async def test_a_broker_that_answers_is_reachable_and_one_that_is_away_is_not_and_the_watch_goes_on(
    broker: str,
) -> None:
    there = {"bootstrap_servers": broker}
    assert await _until_stopped(Pulse(there, 0, {}), 1) == 1
    assert await _until_stopped(Pulse({"bootstrap_servers": "127.0.0.1:9"}, 0, {}), 0) == 0
