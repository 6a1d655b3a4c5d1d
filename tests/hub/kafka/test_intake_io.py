"""What intake reads and writes, on a broker."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from hypothesis import given
from hypothesis import strategies as some

from hub.kafka import reach, restore, topic_admin, topics
from hub.kafka.intake_io import (
    Arrived,
    ForeignClockError,
    Inlet,
    NotWrittenError,
    Stamped,
    TimelineWriter,
    Written,
    partition_of,
)
from hub.kafka.local import Cluster
from hub.kafka.restore import Connection
from hub.kafka.transactor import TopicMissingError
from hub.log import TIMELINE, Record
from tests.hub.intake.builders import directory

kafka = pytest.mark.kafka
DESK = "in.avon-ld.team"
OTHER = "in.avon-police.custody"
TRANSACTED = "in.bridge-charity.support"


@given(some.text(alphabet="0123456789abcdef", min_size=32, max_size=32), some.integers(1, 50))
def test_a_person_has_one_partition(route_key: str, partitions: int) -> None:
    assert 0 <= partition_of(route_key, partitions) < partitions
    assert partition_of(route_key, partitions) == partition_of(route_key, partitions)


def test_a_persons_partition_is_the_one_that_every_kafka_client_chooses() -> None:
    assert [partition_of(key, 1_000_000) for key in ("21", "foobar", "abc")] == [
        (-973932308 & 0x7FFFFFFF) % 1_000_000,
        (-790332482 & 0x7FFFFFFF) % 1_000_000,
        (479470107 & 0x7FFFFFFF) % 1_000_000,
    ]  # the vectors of Apache Kafka's own test of murmur2


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A broker with the demo's topics."""
    with Cluster() as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        asyncio.run(_create(at))
        yield at


async def _create(at: Connection) -> None:
    wanted = topics.wanted(replace(directory(), demo=True), 1)
    async with topic_admin.connected(at) as admin:
        await topic_admin.apply(admin, topics.plan(wanted, ()))


@pytest.fixture
async def writer(connection: Connection) -> AsyncIterator[TimelineWriter]:
    made = TimelineWriter(connection)
    await made.start()
    yield made
    await made.stop()


def entry(n: int, partition: int, size: int = 10) -> Stamped:
    return Stamped(Record(TIMELINE, b"key", f"{n}".encode().ljust(size), (), partition), 1_000 + n)


async def stored(connection: Connection, places: Sequence[Written]) -> list[tuple[int, int]]:
    """Number and timestamp of what stands at these places."""
    consumer = AIOKafkaConsumer(**connection, auto_offset_reset="none", enable_auto_commit=False)
    await consumer.start()
    try:
        found = []
        for place in places:
            where = TopicPartition(TIMELINE, place.partition)
            consumer.assign([where])
            consumer.seek(where, place.offset)
            record = await consumer.getone(where)
            found.append((int(record.value), record.timestamp))
        return found
    finally:
        await consumer.stop()


@kafka
async def test_every_record_stands_where_the_writer_says(connection: Connection, writer: TimelineWriter) -> None:
    places = await writer.write([entry(n, n % 3) for n in range(20)])
    assert await stored(connection, places) == [(n, 1_000 + n) for n in range(20)]
    assert {place.timestamp for place in places} == {None}


@kafka
async def test_one_partitions_batches_keep_their_order(connection: Connection, writer: TimelineWriter) -> None:
    places = await writer.write([entry(n, 1, size=300_000) for n in range(5)])
    assert [place.offset - places[0].offset for place in places] == [0, 1, 2, 3, 4]
    assert [n for n, _ in await stored(connection, places)] == [0, 1, 2, 3, 4]


@kafka
async def test_nothing_to_write_is_written_at_once(writer: TimelineWriter) -> None:
    assert await writer.write([]) == []


@kafka
async def test_what_is_too_large_for_its_topic_is_not_written(connection: Connection) -> None:
    made = TimelineWriter(connection)
    await made.start()
    with pytest.raises(NotWrittenError):
        await made.write([entry(1, 0, size=topics.HUB_BYTES + 1)])
    await made.abandon()


@kafka
@pytest.mark.slow
async def test_when_the_broker_has_gone_nothing_is_said_to_be_written() -> None:
    with Cluster() as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        await _create(at)
        made = TimelineWriter(at, within=2)
        await made.start()
        await made.write([entry(1, 0)])
    with pytest.raises(NotWrittenError):
        await made.write([entry(2, 0)])
    await made.abandon()


@kafka
async def test_without_its_topics_neither_starts(broker: str) -> None:
    at = {"bootstrap_servers": broker}
    with pytest.raises(TopicMissingError, match=r"in\.nobody\.here"):
        await Inlet(at, ["in.nobody.here"], stamped_by_broker=False).start()


async def publish(connection: Connection, topic: str, *values: bytes) -> None:
    async with AIOKafkaProducer(**connection) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, timestamp_ms=5)


async def come(inlet: Inlet) -> list[Arrived]:
    """What comes first."""
    async with asyncio.timeout(60):
        while not (arrived := await inlet.take()):
            pass
    return arrived


async def taken(inlet: Inlet, number: int) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    async with asyncio.timeout(60):
        while len(found) < number:
            arrived = await inlet.take()
            found += [(one.topic, one.body) for one in arrived]
    return found


@kafka
async def test_what_was_not_done_is_given_again_and_what_was_is_not(connection: Connection) -> None:
    await publish(connection, DESK, b"first", b"second")
    first = Inlet(connection, [DESK], stamped_by_broker=False)
    await first.start()
    assert await taken(first, 2) == [(DESK, b"first"), (DESK, b"second")]
    await first.stop()

    again = Inlet(connection, [DESK], stamped_by_broker=False)
    await again.start()
    arrived = await come(again)
    assert arrived[0].timestamp == 5
    await again.done(arrived)
    await again.stop()

    await publish(connection, DESK, b"third")
    last = Inlet(connection, [DESK], stamped_by_broker=False)
    await last.start()
    assert await taken(last, 1) == [(DESK, b"third")]
    await last.stop()


@kafka
async def test_what_a_transaction_leaves_behind_its_records_does_not_wait_to_be_taken(connection: Connection) -> None:
    producer = AIOKafkaProducer(**connection, transactional_id="an-agency")
    await producer.start()
    async with producer.transaction():
        await producer.send_and_wait(TRANSACTED, b"one", partition=0, timestamp_ms=5)
    await producer.stop()
    inlet = Inlet(connection, [TRANSACTED], stamped_by_broker=False)
    await inlet.start()
    arrived = await come(inlet)
    async with topic_admin.connected(connection) as admin, restore.reader(connection, committed=True) as consumer:

        async def waiting() -> int:
            return (await reach.intake(admin, consumer, {TRANSACTED: 1})).waiting

        assert await waiting() == 2
        await inlet.take()
        assert await waiting() == 2
        await inlet.done(arrived)
        async with asyncio.timeout(20):
            while await waiting():
                await inlet.take()
    await inlet.stop()


@kafka
async def test_a_partition_that_another_worker_has_now_is_left_to_it(connection: Connection) -> None:
    await publish(connection, OTHER, b"one")
    inlet = Inlet(connection, [OTHER], stamped_by_broker=False)
    await inlet.start()
    arrived = await come(inlet)
    await inlet.done([replace(one, topic=DESK) for one in arrived])
    await inlet.done(arrived)
    await inlet.stop()


@kafka
async def test_time_that_its_writers_chose_is_not_believed(connection: Connection) -> None:
    await publish(connection, OTHER, b"two")
    inlet = Inlet(connection, [OTHER], stamped_by_broker=True)
    await inlet.start()
    with pytest.raises(ForeignClockError, match=OTHER):
        await come(inlet)
    await inlet.stop()
