"""Intake on a broker: nothing lost, nobody mixed up, whoever of two workers reads."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from agents.door import at_door, open_door
from agents.intake import Kept, rules_of, run_intake
from hub import policies
from hub.intake.event import Received
from hub.kafka import topic_admin, topics
from hub.kafka.local import Cluster
from hub.kafka.restore import Connection
from hub.log import TIMELINE, WITHDRAWALS
from hub.model import timeline
from hub.model.entry import Entry, nameless
from tests.hub.intake.builders import KEYS, directory, give, received, rules

pytestmark = [pytest.mark.kafka]

WITHIN = 60.0
PEOPLE = ("9990000018", "9990000026", "9990000050", "9990000131")
PLACES = {topic: tuple(TopicPartition(topic, n) for n in range(4)) for topic in (TIMELINE,)} | {
    WITHDRAWALS: (TopicPartition(WITHDRAWALS, 0),)
}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """A broker with the demo's topics."""
    with Cluster() as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        asyncio.run(_create(at))
        yield at


async def _create(at: Connection) -> None:
    async with topic_admin.connected(at) as admin:
        await topic_admin.apply(admin, topics.plan(topics.wanted(directory(), 1), ()))


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'people.db'}"


@asynccontextmanager
async def reading(connection: Connection, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A reader of what comes from now on."""
    async with AIOKafkaConsumer(**connection, enable_auto_commit=False) as consumer:
        consumer.assign(PLACES[topic])
        for place, end in (await consumer.end_offsets(PLACES[topic])).items():
            consumer.seek(place, end)
        yield consumer


async def entries(consumer: AIOKafkaConsumer, number: int) -> list[Entry]:
    """The next entries, and proof that there are no more."""
    found: list[Entry] = []
    async with asyncio.timeout(WITHIN):
        while len(found) < number:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found += [timeline.decode(one.value) for one in records]
    places = consumer.assignment()
    assert {place: await consumer.position(place) for place in places} == await consumer.end_offsets(places)
    return found


@asynccontextmanager
async def working(connection: Connection, database: str, workers: int = 1) -> AsyncIterator[None]:
    """Intake by so many workers, all of them ready."""
    stopping, ready = asyncio.Event(), asyncio.Semaphore(0)
    loops = [
        asyncio.create_task(run_intake(stopping, connection, rules(), Kept(database, 90), ready.release))
        for _ in range(workers)
    ]
    for _ in loops:
        await ready.acquire()
    try:
        yield
    finally:
        stopping.set()
        await asyncio.gather(*loops)


async def publish(connection: Connection, sent: Sequence[Received]) -> None:
    async with AIOKafkaProducer(**connection) as producer:
        for one in sent:
            await producer.send(one.topic, one.body, timestamp_ms=one.timestamp)


def of(person: str, event_id: str, event_type: str = "screening") -> Received:
    """An event about that person; police vouch for nobody's NHS number."""
    return received(event_type, give(("NHS_NUMBER", person, "TRACED"), event_id=event_id))


def test_the_rules_are_the_directory_the_policy_and_when_a_consent_ends() -> None:
    assert rules_of(directory(), policies.read(), KEYS) == rules()


async def test_two_workers_lose_nothing_and_know_everybody_alike(connection: Connection, database: str) -> None:
    sent = [of(PEOPLE[n % 4], f"two-{n}", event_type) for n in range(40) for event_type in ("screening", "arrest")]
    async with reading(connection, TIMELINE) as timeline, working(connection, database, workers=2):
        await publish(connection, sent)
        came = await entries(timeline, len(sent))
    assert len({entry.entry_id for entry in came}) == len(sent)
    assert set(Counter(entry.route_key for entry in came).values()) == {20}


async def test_after_a_restart_intake_goes_on_where_it_was(connection: Connection, database: str) -> None:
    async with reading(connection, TIMELINE) as timeline:
        for event_id in ("before", "after"):
            async with working(connection, database):
                await publish(connection, [of(PEOPLE[0], event_id)])
                assert [entry.event_id for entry in await entries(timeline, 1)] == [event_id]


async def test_a_withdrawal_that_is_acknowledged_stands_in_both_topics(connection: Connection, database: str) -> None:
    one = received("consent_withdraw")
    handed_in = at_door(one.desk, one.timestamp, one.body, rules())
    async with (
        reading(connection, TIMELINE) as timeline,
        reading(connection, WITHDRAWALS) as withdrawals,
        open_door(connection, rules(), database) as door,
    ):
        (answer,) = await door.accept([handed_in])
        (entry,) = await entries(timeline, 1)
        assert await entries(withdrawals, 1) == [nameless(entry)]
    assert (answer.kind, answer.entry_id) == ("ACCEPTED", entry.entry_id)


class PowerCutError(Exception):
    """The test's own."""


async def break_down(connection: Connection, database: str) -> None:
    async with open_door(connection, rules(), database) as door:
        assert await door.accept([]) == []
        raise PowerCutError


async def test_a_door_that_breaks_leaves_nothing_behind(connection: Connection, database: str) -> None:
    with pytest.raises(PowerCutError):
        await break_down(connection, database)
