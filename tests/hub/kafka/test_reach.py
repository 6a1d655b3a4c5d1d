"""How far each part has got, as it is seen from outside, on a real broker."""

import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.kafka import reach, restore, topic_admin
from hub.kafka.intake_io import Inlet, Stamped, TimelineWriter
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from hub.kafka.pulse import Pulse
from hub.kafka.reach import Reach
from hub.kafka.restore import Connection
from hub.kafka.topics import Topic
from hub.kafka.transactor import Transactor
from hub.log import AUDIT, QUARANTINE, STATE, TIMELINE, At, Record
from tests.contract.stages import PARTITIONS, create_topics

pytestmark = [pytest.mark.kafka, pytest.mark.asyncio(loop_scope="module")]

IN = "in.avon-ld.team"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connection() -> AsyncIterator[Connection]:
    """The hub's topics and one in topic, all empty."""
    async with Cluster(progress=teller(sys.stderr)) as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        await create_topics(at, {IN: {}, QUARANTINE: {}})
        async with topic_admin.connected(at) as admin:
            await topic_admin.settle(admin, [Topic(IN, PARTITIONS, 1), Topic(AUDIT, PARTITIONS, 1)])
        yield at


async def write(connection: Connection, *records: Record) -> None:
    writer = TimelineWriter(connection)
    await writer.start()
    await writer.write([Stamped(record, 1) for record in records])
    await writer.stop()


async def commit(connection: Connection, *records: Record) -> None:
    transactor = Transactor(dict(connection), "hub-sharing-1", 5_000)
    await transactor.start({AUDIT, STATE})
    await transactor.begin(records[0])
    await transactor.write(records[1:])
    await transactor.commit()
    await transactor.stop()


async def test_a_partition_waits_until_what_stands_in_it_was_decided(connection: Connection) -> None:
    assert set((await reach.sharing(connection, PARTITIONS)).values()) == {Reach(0, 0)}
    await write(connection, *[Record(TIMELINE, b"key", b"entry", (), 1) for _ in range(3)])
    assert (await reach.sharing(connection, PARTITIONS))[1] == Reach(0, 3)
    at = Record(STATE, b"_at", At(2, 0).encoded(), (), 1)
    await commit(connection, Record(AUDIT, b"1/1", b"sheet", (), 1), at)
    found = await reach.sharing(connection, PARTITIONS)
    assert (found[1], found[1].waiting, found[0].waiting) == (Reach(2, 3), 1, 0)


async def test_how_far_it_was_decided_is_found_however_much_was_written_since(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await commit(connection, *[Record(STATE, b"somebody", bytes([number]), (), 1) for number in range(9)])
    monkeypatch.setattr(reach, "TAIL", 3)
    assert (await reach.sharing(connection, PARTITIONS))[1].next == 2


async def test_who_has_read_everything_but_markers_has_read_all(connection: Connection) -> None:
    await commit(connection, Record(AUDIT, b"0/0", b"sheet", (), 0))
    assert (await reach.read_on(connection, AUDIT, PARTITIONS, {}))[0] == Reach(0, 2)
    assert (await reach.read_on(connection, AUDIT, PARTITIONS, {0: 1}))[0].waiting == 0


async def test_what_desks_published_waits_until_intake_has_acknowledged_it(connection: Connection) -> None:
    async with topic_admin.connected(connection) as admin, restore.reader(connection, committed=True) as consumer:

        async def waiting() -> int:
            return (await reach.intake(admin, consumer, {IN: 1, "in.no-such.desk": 1})).waiting

        assert await waiting() == 0
        await write(connection, Record(IN, None, b"one"), Record(IN, None, b"other"))
        assert await waiting() == 2
        inlet = Inlet(connection, [IN], stamped_by_broker=False)
        await inlet.start()
        arrived = await inlet.take()
        while len(arrived) < 2:
            arrived += await inlet.take()
        await inlet.done(arrived[:1])
        assert await waiting() == 1
        await inlet.stop()


async def test_a_pulse_sees_what_stands_there_and_that_a_broker_is_away(connection: Connection) -> None:
    pulse = Pulse(connection, PARTITIONS, {IN: 1})
    seen = await pulse.look()
    again = await pulse.look()
    await pulse.stop()
    assert seen
    assert seen == again
    assert (seen.ends[1], seen.ends[0], seen.untaken) == (3, 0, 1)
    less = Pulse(connection)
    assert await less.look() == ({}, None)
    await less.stop()
    assert await Pulse({"bootstrap_servers": "127.0.0.1:9"}, PARTITIONS, {IN: 1}).look() is None
