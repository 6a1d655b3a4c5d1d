"""Every process of the hub and two desks, each under its own name, on a broker that refuses what no rule allows."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from confluent_kafka import KafkaError, Producer

from hub.kafka import intake_io, keyring, ownership, preparation, restore, timeline
from hub.kafka.acls import INTAKE, LEDGER, SHARING, STATISTICIAN, TRANSACTIONS
from hub.kafka.desk_client import DeskClient
from hub.kafka.intake_io import Inlet, Stamped, TimelineWriter
from hub.kafka.local import Cluster, ports
from hub.kafka.partition_log import PartitionLog
from hub.kafka.pulse import Pulse
from hub.kafka.restore import Connection
from hub.kafka.topics import wanted
from hub.kafka.transactor import Transactor
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import AUDIT, KEYRING, QUARANTINE, STATE, STATISTICS, TIMELINE, WITHDRAWALS, At, Record
from hub.model.directory import Desk, Directory
from hub.model.errors import CommitFailedError
from tests.world import CHECK

pytestmark = pytest.mark.kafka

TEAM = Desk("avon-ld.team", "avon-ld", "LD_TEAM")
CUSTODY = Desk("avon-police.custody", "avon-police", "POLICE_CUSTODY")
DIRECTORY = Directory({desk.name: desk for desk in (CUSTODY, TEAM)}, {}, {}, {}, partitions=1)
HUB = (INTAKE, SHARING, LEDGER, STATISTICIAN)
DESKS = (f"User:{CUSTODY.name}", f"User:{TEAM.name}")
PASSWORD = {principal: secrets.token_hex(16) for principal in (*HUB, *DESKS, "User:stranger")}


def user(principal: str) -> str:
    return principal.removeprefix("User:")


def described(
    door: int, broker: int, controller: int, passwords: Mapping[str, str] = MappingProxyType(PASSWORD)
) -> dict[str, str]:
    """A second door, at which a name and a password are asked for; whoever comes by the first may do everything."""
    users = " ".join(f'user_{user(principal)}="{word}"' for principal, word in passwords.items())
    outside = f"PLAINTEXT://{ports.HOST}:{broker},NAMED://{ports.HOST}:{door}"
    return {
        "listeners": f"{outside},CONTROLLER://{ports.HOST}:{controller}",
        "advertised.listeners": outside,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,NAMED:SASL_PLAINTEXT",
        "listener.name.named.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.named.plain.sasl.jaas.config": (
            f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};"
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }


@pytest.fixture(scope="module")
def door() -> Iterator[int]:
    """The port at which names are asked for, on a broker that is as the directory asks."""
    number, broker, controller = ports.free(3)
    changes = described(number, broker, controller)
    with Cluster(changes=changes, choose_ports=lambda _: [broker, controller]) as cluster:
        asked = preparation.wanted(DIRECTORY, 1)
        asyncio.run(preparation.applied({"bootstrap_servers": cluster.bootstrap}, asked))
        yield number


def named(door: int, principal: str) -> dict[str, Any]:
    return {
        "bootstrap_servers": f"{ports.HOST}:{door}",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "PLAIN",
        "sasl_plain_username": user(principal),
        "sasl_plain_password": PASSWORD[principal],
    }


def confluent(door: int, principal: str) -> dict[str, Any]:
    """The same for Confluent's client, which says plainly that it may not write."""
    return {
        "bootstrap.servers": f"{ports.HOST}:{door}",
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": user(principal),
        "sasl.password": PASSWORD[principal],
        "log_level": 0,
    }


def may_write(door: int, principal: str, topic: str) -> bool:
    told: list[KafkaError | None] = []
    producer = Producer(confluent(door, principal))
    producer.produce(topic, b"x", b"k", 0, on_delivery=lambda error, _: told.append(error))
    assert producer.flush(20) == 0
    error = told[0]
    assert error is None or error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    return error is None


async def may_read(connection: Connection, topic: str) -> bool:
    """Whether it is shown at all, and then handed out."""
    place = TopicPartition(topic, 0)
    consumer = restore.reader(connection, committed=True)
    await consumer.start()
    try:
        if topic not in await consumer.topics():
            return False
        consumer.assign([place])
        consumer.seek(place, 0)
        await consumer.getmany(place, timeout_ms=500)
    except TopicAuthorizationFailedError:
        return False
    finally:
        await consumer.stop()
    return True


async def may_join(connection: Connection, group: str) -> bool:
    consumer = AIOKafkaConsumer(**connection, group_id=group, auto_offset_reset="earliest")
    await consumer.start()
    try:
        await consumer.committed(TopicPartition(TEAM.out_topic, 0))
    except GroupAuthorizationFailedError:
        return False
    finally:
        await consumer.stop()
    return True


TOPICS = [topic.name for topic in wanted(DIRECTORY, 1)]


@pytest.mark.parametrize("principal", [*DESKS, "User:stranger"])
async def test_a_desk_writes_and_reads_its_own_topic_and_no_other(door: int, principal: str) -> None:
    own = user(principal)
    writes = [topic for topic in TOPICS if may_write(door, principal, topic)]
    reads = [topic for topic in TOPICS if await may_read(named(door, principal), topic)]
    expected = ([f"in.{own}"], [f"out.{own}"]) if principal in DESKS else ([], [])
    assert (writes, reads) == expected


async def test_a_desk_reads_in_its_own_group_and_no_other(door: int) -> None:
    groups = [TEAM.name, CUSTODY.name, intake_io.GROUP, ownership.GROUP]
    assert [group for group in groups if await may_join(named(door, f"User:{TEAM.name}"), group)] == [TEAM.name]


@pytest.mark.parametrize("principal", [*DESKS, INTAKE, LEDGER, STATISTICIAN])
async def test_nobody_else_can_fence_the_worker_that_decides(door: int, principal: str) -> None:
    stranger = Transactor(named(door, principal), f"{TRANSACTIONS}0", 5_000)
    with pytest.raises(CommitFailedError, match="TransactionalIdAuthorizationFailed"):
        await stranger.start([])
    await stranger.stop()


async def test_intake_and_sharing_can_do_all_that_they_do(door: int) -> None:
    intake, sharing = named(door, INTAKE), named(door, SHARING)
    address, *security = named(door, f"User:{TEAM.name}").items()
    async with DeskClient(address[1], TEAM.name, dict(security)) as desk:
        assert (await desk.publish(b"x")).topic == TEAM.in_topic

    inlet = Inlet(intake, [TEAM.in_topic, CUSTODY.in_topic], stamped_by_broker=True)
    await inlet.start()
    while not (arrived := await inlet.take()):
        pass
    await inlet.done(arrived)
    await inlet.stop()
    await keyring.agree(intake, CHECK)
    await wrote(intake, TIMELINE, WITHDRAWALS, QUARANTINE)

    await timeline.check(sharing, DIRECTORY)
    await wrote(sharing, TIMELINE, KEYRING)
    await decided_one(sharing)
    await followed(sharing)


async def wrote(connection: Connection, *topics: str) -> None:
    writer = TimelineWriter(connection)
    await writer.start()
    await writer.write([Stamped(Record(topic, b"k", b"v", (), 0), 0) for topic in topics])
    await writer.stop()


async def decided_one(connection: Connection) -> None:
    withdrawals = WithdrawalsReader(connection, 1)
    await withdrawals.start()
    log = PartitionLog(connection, 0, CHECK, withdrawals, [TEAM.out_topic])
    try:
        await log.open()
        while not (batch := await log.take()).arrivals:
            pass
        records = [Record(topic, b"k", b"v", (), 0) for topic in (AUDIT, STATE, TEAM.out_topic)]
        await log.commit(records, At(batch.arrivals[-1].offset + 1, batch.barrier.timestamp))
    finally:
        await log.close()
        await withdrawals.stop()


async def followed(connection: Connection) -> None:
    wish, stopping = ownership.Wish(), asyncio.Event()
    following = asyncio.create_task(ownership.follow_group(connection, wish, stopping))
    await asyncio.wait_for(wish.changed.wait(), 20)
    stopping.set()
    await following
    assert wish.partitions == {0}


@pytest.mark.parametrize(
    "pulse",
    [
        Pulse(named(0, INTAKE), 0, {TEAM.in_topic: 1, CUSTODY.in_topic: 1}),
        Pulse(named(0, SHARING), DIRECTORY.partitions),
        Pulse(named(0, LEDGER)),
        Pulse(named(0, STATISTICIAN), DIRECTORY.partitions, reads=AUDIT),
    ],
    ids=lambda pulse: pulse.connection["sasl_plain_username"],
)
async def test_each_process_sees_under_its_own_name_that_the_broker_answers(door: int, pulse: Pulse) -> None:
    there = replace(pulse, connection={**pulse.connection, "bootstrap_servers": f"{ports.HOST}:{door}"})
    seen = await there.look()
    await there.stop()
    assert seen
    assert (len(seen.ends), seen.untaken is None) == (pulse.partitions, not pulse.topics)


async def test_the_ledger_and_the_statistics_read_sheets_and_no_copies(door: int) -> None:
    for principal, reads, writes in ((LEDGER, [AUDIT], []), (STATISTICIAN, [AUDIT, STATISTICS], [STATISTICS])):
        assert [topic for topic in TOPICS if await may_read(named(door, principal), topic)] == reads
        assert [topic for topic in TOPICS if may_write(door, principal, topic)] == writes
