"""A broker of three killed while workers decide: nothing lost, nothing twice, and it goes on by itself."""

import pytest

from hub.kafka.local.node import Node
from tests.faults.scene import Scene

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(600)]

ROUNDS = 1


@pytest.fixture
def brokers() -> int:
    return 3


async def test_a_broker_is_killed_and_comes_back(scene: Scene) -> None:
    async with scene.supervised():
        for node in scene.cluster.nodes[:ROUNDS]:
            await scene.until_written(await scene.decided(committed=False) + 100)
            node.kill()
            await scene.happened()
            await scene.fill_more()
            again(node)
        await scene.until_all_is_decided()
    assert await scene.faults("a broker of three killed") == []


def again(node: Node) -> None:
    node.start()
    node.await_ready(frozenset({1, 2, 3}))
