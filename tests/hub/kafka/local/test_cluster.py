"""Apache Kafka itself, started and ended for these tests."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from hub.kafka.local import Cluster, JarError, PortTakenError, StartError, places, ports
from hub.kafka.local.wait import until

pytestmark = pytest.mark.kafka

PARENT = """
import sys, threading
from hub.kafka.local import Cluster

cluster = Cluster()
worker = threading.Thread(target=cluster.start)
worker.start()
worker.join()
print(cluster.nodes[0].pid, cluster.nodes[0].folder.parent, flush=True)
sys.stdin.read()
"""


def gone(pid: int | None) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def one() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def create(bootstrap: str, topic: str, copies: int = 1) -> None:
    async with admin(bootstrap) as client:
        await client.create_topics([NewTopic(topic, 1, copies)])


async def send(bootstrap: str, topic: str, value: bytes, within_ms: int = 30_000) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", request_timeout_ms=within_ms) as producer:
        await producer.send_and_wait(topic, value)


async def first(bootstrap: str, topic: str) -> bytes | None:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        value: bytes | None = (await consumer.getone()).value
        return value


async def test_what_is_sent_is_read_back(broker: str) -> None:
    await create(broker, "local.round-trip")
    await send(broker, "local.round-trip", b"hello")
    assert await first(broker, "local.round-trip") == b"hello"


async def test_a_topic_that_nobody_created_does_not_come_to_be(broker: str) -> None:
    with pytest.raises(KafkaError):
        await send(broker, "local.never-created", b"hello", within_ms=1_000)


async def test_a_cluster_can_be_entered_from_a_loop_and_changed_by_its_caller() -> None:
    async with Cluster(changes={"message.max.bytes": "2000000"}) as cluster, admin(cluster.bootstrap) as client:
        [answer] = await client.describe_configs([ConfigResource(ConfigResourceType.BROKER, "1")])
        found = {row[0]: row[1] for row in answer.resources[0][4]}
    assert found["message.max.bytes"] == "2000000"
    assert found["transaction.abort.timed.out.transaction.cleanup.interval.ms"] == "1000"


async def test_a_killed_broker_comes_back_at_its_address_with_its_data(one: Cluster) -> None:
    [node] = one.nodes
    await create(one.bootstrap, "kept")
    await send(one.bootstrap, "kept", b"before")
    node.kill()
    assert not node.running
    node.start()
    assert await first(one.bootstrap, "kept") == b"before"


def test_a_frozen_broker_answers_again_when_thawed(one: Cluster) -> None:
    [node] = one.nodes
    me = frozenset({1})
    node.freeze()
    assert node.running
    assert not node.knows(me)
    node.thaw()
    assert until(lambda: node.knows(me), 10)


def test_a_clean_stop_takes_three_seconds_at_most(one: Cluster) -> None:
    [node] = one.nodes
    began = time.monotonic()
    node.stop()
    assert time.monotonic() - began < 3
    assert "kafka.server" in node.log()


def test_leaving_the_block_leaves_nothing() -> None:
    with Cluster() as cluster:
        [node] = cluster.nodes
        assert node.folder.exists()
    assert gone(node.pid)
    assert not node.folder.parent.exists()


def test_an_exception_in_the_block_leaves_nothing() -> None:
    cluster = Cluster()
    with pytest.raises(ZeroDivisionError), cluster:
        raise ZeroDivisionError
    assert gone(cluster.nodes[0].pid)
    assert not cluster.nodes[0].folder.parent.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_killed_parent_leaves_nothing_though_a_finished_thread_started_it(number: int) -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603
        assert parent.stdout is not None
        pid, folder = parent.stdout.readline().split()
        assert not gone(int(pid))
        parent.send_signal(number)
    assert until(lambda: gone(int(pid)) and not Path(folder).exists(), 10)


@pytest.mark.slow
def test_a_cluster_started_by_a_thread_outlives_the_thread() -> None:
    cluster = Cluster()
    worker = threading.Thread(target=cluster.start)
    worker.start()
    worker.join()
    ended = until(lambda: not cluster.nodes[0].running, 1)
    cluster.stop()
    assert not ended


@pytest.mark.slow
@pytest.mark.parametrize("position", [0, 1])
def test_a_port_taken_after_it_was_chosen_leads_to_another(position: int) -> None:
    taken, spare, *free = ports.free(4)
    partly_taken = [spare]
    partly_taken.insert(position, taken)
    choices = iter([partly_taken, free])
    with socket.create_server((ports.HOST, taken)), Cluster(choose_ports=lambda _count: next(choices)) as cluster:
        assert cluster.bootstrap == f"{ports.HOST}:{free[0]}"


@pytest.mark.slow
def test_ports_taken_every_time_are_an_error() -> None:
    [taken, free] = ports.free(2)
    cluster = Cluster(choose_ports=lambda _count: [taken, free])
    with socket.create_server((ports.HOST, taken)), pytest.raises(PortTakenError, match="already in use"):
        cluster.start()


def test_a_broker_that_cannot_start_shows_the_end_of_its_log() -> None:
    cluster = Cluster(changes={"num.io.threads": "none"})
    with pytest.raises(StartError, match=r"(?s)its log ends:.*num\.io\.threads"):
        cluster.start()
    assert not cluster.nodes[0].folder.parent.exists()


def test_a_jar_that_is_not_the_listed_one_keeps_kafka_from_starting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    jars = tmp_path / "jars"
    shutil.copytree(places.cache() / "jars", jars)
    changed = next(jars.rglob("kafka-raft-*.jar"))
    changed.write_bytes(b"PK" + changed.read_bytes())
    monkeypatch.setenv("HUB_CACHE", str(tmp_path))
    with pytest.raises(JarError, match="kafka-raft-"):
        Cluster().start()


@pytest.mark.slow
async def test_three_brokers_keep_three_copies_and_lose_one_without_loss(three_brokers: Cluster) -> None:
    bootstrap = three_brokers.bootstrap
    await create(bootstrap, "local.copies", copies=3)
    await send(bootstrap, "local.copies", b"before")
    lost = three_brokers.nodes[0]
    lost.kill()
    await send(bootstrap, "local.copies", b"after")
    assert await first(bootstrap, "local.copies") == b"before"
    lost.start()
    lost.await_ready(frozenset({1, 2, 3}))


async def configured(client: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    [answer] = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {row[0]: row[1] for row in answer.resources[0][4]}


@pytest.mark.slow
async def test_one_of_three_alone_acknowledges_nothing() -> None:
    async with Cluster(3) as cluster:
        await create(cluster.bootstrap, "strict", copies=3)
        async with asyncio.timeout(30), admin(cluster.bootstrap) as client:
            while not (told := await configured(client, "strict")):  # the broker that answers may hear of it later
                pass
        assert told["min.insync.replicas"] == "2"
        for node in cluster.nodes[1:]:
            node.kill()
        with pytest.raises(KafkaError):
            await send(cluster.bootstrap, "strict", b"alone", within_ms=3_000)
