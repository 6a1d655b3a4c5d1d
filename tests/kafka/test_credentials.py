"""The whole hub at a broker that asks everybody for a name and a password, over TLS: each comes by its own."""

import asyncio
import os
import secrets
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, ThrottleEvent

from hub import credentials, directories
from hub.kafka.local import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(400)]

HUB = (credentials.INTAKE, credentials.SHARING, credentials.LEDGER, credentials.STATISTICS, credentials.OPERATOR)
DIRECTORY = directories.read(Path(str(resources.files("hub.demo") / "directory.toml")))
DESKS = tuple(sorted(DIRECTORY.desks))
CUSTODY, TEAM, FLOODER = "avon-police.custody", "avon-ld.team", "hillside-gp.practice"
PASSWORDS = {name: secrets.token_hex(16) for name in (*HUB, *DESKS)}
ARREST = Path(str(resources.files("schemas"))) / "examples" / "arrest.json"
WITHIN = 90.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(named=PASSWORDS, operator=credentials.OPERATOR) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def home(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a hub's home at that broker; its topics and access rules are made."""
    folder = tmp_path_factory.mktemp("home")
    made = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
        "HUB_HOME": str(folder / "home"),
        "HUB_BOOTSTRAP": cluster.door,
        "HUB_REPLICATION": "1",
        "HUB_CREDENTIALS": str(written(folder / "credentials.toml", PASSWORDS, cluster)),
    }
    assert asyncio.run(said(made, "init"))[0] == 0
    code, told = asyncio.run(said(made, "topics", "apply"))
    assert code == 0, told
    return made


def written(path: Path, names: dict[str, str], cluster: Cluster) -> Path:
    lines = [f'ca_file = "{cluster.certificate}"', "[names]", *(f'"{name}" = "{word}"' for name, word in names.items())]
    path.write_text("\n".join(lines), "utf-8")
    path.chmod(0o600)
    return path


async def said(home: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and words of one command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", *arguments, env=home, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), WITHIN)
    return process.returncode or 0, (out + err).decode()


@asynccontextmanager
async def worker(home: dict[str, str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", "worker", env=home, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        assert process.stderr is not None
        words = []
        async with asyncio.timeout(WITHIN):
            while line := (await process.stderr.readline()).decode():
                words.append(line)
                if line.rstrip().endswith("ready"):
                    break
        assert words
        assert words[-1].rstrip().endswith("ready"), words
        drain = asyncio.create_task(process.stderr.read())
        yield process
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), WITHIN) == 0
        await drain
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def counting(home: dict[str, str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub", "statistics", "count", env=home, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, words = await asyncio.wait_for(process.communicate(), WITHIN)
        assert process.returncode == 0, words.decode()


async def until(home: dict[str, str], word: str, *arguments: str) -> str:
    """What a command says once it says that word."""
    async with asyncio.timeout(WITHIN):
        while word not in (told := (await said(home, *arguments))[1]):
            assert "Error" not in told
    return told


async def test_an_event_goes_all_the_way_each_by_its_own_name(home: dict[str, str]) -> None:
    async with worker(home):
        code, told = await said(home, "publish", "--as", CUSTODY, str(ARREST))
        assert code == 0, told
        assert "cj_summary" in await until(home, "arrest", "tail", TEAM, "--once")
        async with counting(home):
            await until(home, "LD_TEAM", "statistics", "show")
        assert "WRONG" not in (await said(home, "doctor"))[1]


async def test_a_wrong_password_and_a_name_that_is_not_there_are_told_apart(
    home: dict[str, str], cluster: Cluster, tmp_path: Path
) -> None:
    stranger = {**home, "HUB_CREDENTIALS": str(written(tmp_path / "two.toml", {CUSTODY: "wrong"}, cluster))}
    code, told = await said(stranger, "publish", "--as", CUSTODY, str(ARREST))
    assert (code, "does not let this name in" in told, "wrong" in told) == (1, True, False)
    code, told = await said(stranger, "tail", TEAM, "--once")
    assert (code, f"names: has no {TEAM}" in told) == (1, True)


@pytest.mark.usefixtures("home")
async def test_a_flood_of_one_desk_is_held_back_and_another_does_not_wait_for_it(cluster: Cluster) -> None:
    held_back: dict[str, float] = {}
    waits: list[float] = []

    def flood() -> None:
        flooding = Producer({**named(cluster, FLOODER), "throttle_cb": lambda one: _note(held_back, FLOODER, one)})
        for _ in range(150):  # over ten seconds it may write ten million bytes
            flooding.produce(f"in.{FLOODER}", bytes(100_000))
            flooding.poll(0)
        assert flooding.flush(60) == 0

    flooded = asyncio.create_task(asyncio.to_thread(flood))
    other = Producer({**named(cluster, TEAM), "throttle_cb": lambda one: _note(held_back, TEAM, one)})
    while not flooded.done():
        began = time.monotonic()
        other.produce(f"in.{TEAM}", b"x")
        assert await asyncio.to_thread(other.flush, 30) == 0
        waits.append(time.monotonic() - began)
    await flooded
    assert set(held_back) == {FLOODER}
    assert sorted(waits)[len(waits) // 2] < held_back[FLOODER]


def _note(held_back: dict[str, float], desk: str, event: ThrottleEvent) -> None:
    if event.throttle_time:
        held_back[desk] = max(held_back.get(desk, 0.0), event.throttle_time)


def named(cluster: Cluster, desk: str) -> dict[str, Any]:
    return {
        "bootstrap.servers": cluster.door,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": desk,
        "sasl.password": PASSWORDS[desk],
        "ssl.ca.location": str(cluster.certificate),
        "topic.metadata.propagation.max.ms": 1_000,
        "log_level": 0,
    }


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("desk", DESKS)
def test_each_desk_of_the_demo_speaks_and_listens_on_its_own_topics_and_sees_no_other(
    cluster: Cluster, desk: str
) -> None:
    told: dict[str | None, KafkaError | None] = {}
    producer = Producer(named(cluster, desk))
    for other in DESKS:
        for topic in (f"in.{other}", f"out.{other}"):
            producer.produce(topic, b"x", on_delivery=lambda error, record: told.update({record.topic(): error}))
    assert producer.flush(60) == 0
    assert {topic for topic, error in told.items() if error is None} == {f"in.{desk}"}
    assert {error.code() for error in told.values() if error is not None} == {KafkaError.TOPIC_AUTHORIZATION_FAILED}
    reader = Consumer({**named(cluster, desk), "group.id": desk})
    assert set(reader.list_topics(timeout=30).topics) == {f"in.{desk}", f"out.{desk}"}
    reader.close()
