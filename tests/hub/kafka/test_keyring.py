"""Whose keys a broker has, asked of a real one."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from hub.kafka import keyring
from hub.kafka.restore import Connection
from hub.kafka.transactor import TopicMissingError
from hub.model.errors import StateMissingError
from hub.model.key_check import ForeignKeysError, check_value
from tests.world import CHECK, KEYS

pytestmark = pytest.mark.kafka

OTHER = check_value(replace(KEYS, quarantine=b"Q" * 32))
numbers = count()


@pytest.fixture
async def connection(broker: str, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A broker that has nothing but these two topics, as far as this test is concerned."""
    number = next(numbers)
    keys, timeline = f"keyring-{number}", f"timeline-{number}"
    monkeypatch.setattr(keyring, "KEYRING", keys)
    monkeypatch.setattr(keyring, "TIMELINE", timeline)
    monkeypatch.setattr(keyring, "PLACE", TopicPartition(keys, 0))
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(keys, 1, 1), NewTopic(timeline, 3, 1)])
    await admin.close()
    return {"bootstrap_servers": broker}


async def write(connection: Connection, name: str, value: str) -> None:
    async with AIOKafkaProducer(**connection) as producer:
        await producer.send_and_wait(getattr(keyring, name), value.encode())


async def test_whoever_comes_first_says_whose_keys_they_are(connection: Connection) -> None:
    assert await keyring.known(connection) is None
    await keyring.agree(connection, CHECK)
    assert await keyring.known(connection) == CHECK
    await write(connection, "TIMELINE", "entry")
    await keyring.agree(connection, CHECK)
    with pytest.raises(ForeignKeysError):
        await keyring.agree(connection, OTHER)


async def test_of_two_who_come_first_at_once_one_stays(connection: Connection) -> None:
    said = (CHECK, OTHER)
    answers = await asyncio.gather(*(keyring.agree(connection, one) for one in said), return_exceptions=True)
    first = await keyring.known(connection)
    assert [type(answer) for answer in answers] == [type(None) if one == first else ForeignKeysError for one in said]


async def test_what_is_said_later_counts_for_nothing(connection: Connection) -> None:
    for one in (CHECK, OTHER):
        await write(connection, "KEYRING", one)
    await keyring.agree(connection, CHECK)
    with pytest.raises(ForeignKeysError):
        await keyring.agree(connection, OTHER)


async def test_entries_without_anybody_having_said_refuse_everybody(connection: Connection) -> None:
    await write(connection, "TIMELINE", "entry")
    with pytest.raises(StateMissingError, match="has entries, but"):
        await keyring.agree(connection, CHECK)
    assert await keyring.known(connection) is None


async def test_who_only_looks_says_nothing(connection: Connection) -> None:
    await keyring.must_be(connection, CHECK)
    assert await keyring.known(connection) is None
    await keyring.agree(connection, CHECK)
    with pytest.raises(ForeignKeysError):
        await keyring.must_be(connection, OTHER)


async def test_a_broker_without_the_topic_is_told(broker: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "KEYRING", "nobody-made-it")
    with pytest.raises(TopicMissingError, match="nobody-made-it"):
        await keyring.agree({"bootstrap_servers": broker}, CHECK)
