"""A whole worker: it says when it is ready, tells its metrics, ends as told, and refuses what it must not rest on."""

import asyncio
import socket
import sys
import urllib.error
import urllib.request
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.counter import open_counter
from agents.worker import Readiness
from hub import settings
from hub.demo.house import House, furnish, open_house
from hub.kafka.local import Cluster
from hub.model.key_check import ForeignKeysError
from tests.kafka.workers import Worker

pytestmark = pytest.mark.wide

ELSEWHERE = "127.0.0.2"
"""Not where /metrics is served unless somebody says so."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    with Cluster() as cluster:
        async with open_house(furnish(cluster.bootstrap, tmp_path / "hub")) as opened:
            yield opened


async def started(house: House, *options: str, **changes: str) -> Worker:
    environment = {**house.environment(), **changes}
    return Worker(
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hub", "worker", *options, env=environment, stderr=PIPE
        )
    )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def fetched(port: int, address: str) -> str:
    with urllib.request.urlopen(f"http://{address}:{port}/metrics", timeout=10) as answer:
        return bytes(answer.read()).decode()


@pytest.mark.kafka
async def test_a_worker_runs_all_parts_tells_its_metrics_and_ends_as_told(house: House) -> None:
    port = free_port()
    worker = await started(house, HUB_METRICS_PORT=str(port), HUB_METRICS_ADDRESS=ELSEWHERE)
    await worker.until_ready()
    text = await asyncio.to_thread(fetched, port, ELSEWHERE)
    assert f"hub_partitions_owned {house.directory.partitions}.0" in text
    with pytest.raises(urllib.error.URLError):
        fetched(port, "127.0.0.1")
    assert await worker.stop() == 0
    assert sum(line.endswith("ready") for line in worker.said) == 1


@pytest.mark.kafka
async def test_a_worker_refuses_a_timeline_that_writers_stamp_unless_it_is_a_demo(house: House) -> None:
    written = house.chosen.directory.read_text("utf-8")
    house.chosen.directory.write_text(written.replace("demo = true", "demo = false"), "utf-8")
    worker = await started(house, "--part", "sharing")
    _, said = await asyncio.wait_for(worker.process.communicate(), 60)
    assert worker.process.returncode == 1
    assert b"which only a demo may be" in said
    assert not any(line.endswith(b"ready") for line in said.splitlines())


@pytest.mark.kafka
async def test_with_another_homes_keys_nothing_is_taken_from_whoever_decides_and_nothing_is_written(
    house: House,
) -> None:
    owner = await started(house)
    await owner.until_ready()
    others = house.chosen.model_copy(
        update={"key_file": house.chosen.home / "others.toml", "people": f"sqlite:///{house.chosen.home}/others.db"}
    )
    settings.create_keys(others.key_file)
    stranger = await started(house, HUB_KEY_FILE=str(others.key_file), HUB_PEOPLE=others.people)
    _, said = await asyncio.wait_for(stranger.process.communicate(), 60)
    assert stranger.process.returncode == 1
    assert b"hub.keys was made with other keys than these (pseudonym, digest, audit, quarantine): set" in said
    assert b"taken up" not in said
    with pytest.raises(ForeignKeysError):
        async with open_counter(others):
            pytest.fail("it opened")
    assert await owner.stop() == 0
    assert not any("FENCED" in line or "ended" in line for line in owner.said)
    assert sum("is taken up" in line for line in owner.said) == house.directory.partitions


def test_ready_is_said_when_the_last_part_runs_and_only_then(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="hub.worker")
    readiness = Readiness({"intake", "sharing"})
    readiness.of("intake")()
    assert caplog.messages == []
    readiness.of("sharing")()
    readiness.of("sharing")()
    assert caplog.messages == ["ready"]
