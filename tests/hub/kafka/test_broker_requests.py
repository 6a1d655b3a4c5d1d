"""What a broker answers to the questions that aiokafka has no words for."""

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import NewTopic

from hub import clock
from hub.kafka import topic_admin
from hub.kafka.broker_requests import broker_time, open_transactions, peopled_groups
from hub.kafka.local import Cluster
from hub.kafka.topics import Topic

pytestmark = pytest.mark.kafka


async def test_a_broker_says_what_time_it_is(broker: str) -> None:
    async with topic_admin.connected({"bootstrap_servers": broker}) as admin:
        before = clock.now_ms()
        told = await broker_time(admin)
        assert before - 50 <= told <= clock.now_ms() + 50


async def test_each_broker_of_three_gives_the_one_time_of_their_leader(three_brokers: Cluster) -> None:
    async with topic_admin.connected({"bootstrap_servers": three_brokers.bootstrap}) as admin:
        told = [await broker_time(admin) for _ in range(6)]
        assert told == sorted(told)


async def test_a_transaction_is_open_until_it_is_committed(broker: str) -> None:
    connection, topic = {"bootstrap_servers": broker}, "open-transactions"
    async with topic_admin.connected(connection) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1)])
        await topic_admin.settle(admin, [Topic(topic, 1, 1)])
        async with AIOKafkaProducer(
            **connection, transactional_id="hub-sharing-99", transaction_timeout_ms=7_000
        ) as producer:
            await producer.begin_transaction()
            await producer.send_and_wait(topic, b"")
            [found] = [one for one in await open_transactions(admin) if one.transactional_id == "hub-sharing-99"]
            assert found.timeout_ms == 7_000
            assert abs(found.began_at - clock.now_ms()) < 10_000
            await producer.commit_transaction()
        assert "hub-sharing-99" not in [one.transactional_id for one in await open_transactions(admin)]


async def test_a_group_is_peopled_while_somebody_is_in_it(broker: str) -> None:
    connection, topic = {"bootstrap_servers": broker}, "peopled-groups"
    async with topic_admin.connected(connection) as admin:
        await admin.create_topics([NewTopic(topic, 1, 1)])
        await topic_admin.settle(admin, [Topic(topic, 1, 1)])
        assert "a-group" not in await peopled_groups(admin)
        consumer = AIOKafkaConsumer(topic, **connection, group_id="a-group", enable_auto_commit=False)
        await consumer.start()
        assert "a-group" in await peopled_groups(admin)
        await consumer.stop()
        assert "a-group" not in await peopled_groups(admin)
