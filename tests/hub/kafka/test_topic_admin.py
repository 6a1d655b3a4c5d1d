from dataclasses import replace

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError

from hub.kafka.errors import NoBrokerError
from hub.kafka.local import Cluster
from hub.kafka.topic_admin import TopicsError, actual, apply, connected, settle
from hub.kafka.topics import HUB_BYTES, IN_BYTES, Alter, Create, Grow, Refusal, Topic, pending, plan, wanted
from hub.model.directory import Desk, Directory

pytestmark = pytest.mark.kafka

TEAM = Desk("topics-ld.team", "topics-ld", "LD_TEAM", in_partitions=2)
LIVE = Directory({TEAM.name: TEAM}, {}, {}, {}, partitions=2)
DEMO = replace(LIVE, demo=True, identifiers="test")


def ours(topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """The desk's topics alone: the hub's own belong to all tests of this broker."""
    return tuple(topic for topic in topics if topic.name.endswith("topics-ld.team"))


def of(topics: tuple[Topic, ...], name: str) -> Topic:
    (found,) = (topic for topic in topics if topic.name == name)
    return found


async def make(bootstrap: str, topics: tuple[Topic, ...]) -> None:
    async with connected({"bootstrap_servers": bootstrap}) as admin:
        await apply(admin, plan(topics, await actual(admin)))
        await settle(admin, topics)


def renamed(topics: tuple[Topic, ...], test: str) -> tuple[Topic, ...]:
    return tuple(replace(topic, name=f"{topic.name}-{test}") for topic in topics)


async def test_what_is_applied_is_there_and_nothing_is_left_to_do(broker: str) -> None:
    topics = renamed(wanted(LIVE, 1), "applied")
    async with connected({"bootstrap_servers": broker}) as admin:
        changes = plan(topics, await actual(admin))
        assert pending(changes) == tuple(map(Create, topics))
        await apply(admin, changes)
        await settle(admin, topics)
        assert pending(plan(topics, await actual(admin))) == ()


async def test_a_setting_is_altered_without_losing_the_others(broker: str) -> None:
    topics = renamed(wanted(LIVE, 1), "altered")
    state = of(topics, "hub.state-altered")
    await make(broker, (replace(state, configs={**state.configs, "segment.bytes": "1048576", "flush.ms": "777"}),))
    async with connected({"bootstrap_servers": broker}) as admin:
        changes = plan((state,), await actual(admin))
        assert pending(changes) == (Alter(state.name, "segment.bytes", "1048576", "16777216"),)
        await apply(admin, changes)
        await settle(admin, (state,))
        configs = of(await actual(admin), state.name).configs
        assert (configs["cleanup.policy"], configs["flush.ms"]) == ("compact", "777")


async def test_a_desk_grows(broker: str) -> None:
    topic = of(renamed(wanted(LIVE, 1), "grown"), "in.topics-ld.team-grown")
    await make(broker, (replace(topic, partitions=1),))
    async with connected({"bootstrap_servers": broker}) as admin:
        changes = plan((topic,), await actual(admin))
        assert pending(changes) == (Grow(topic.name, 1, 2),)
        await apply(admin, changes)
        await settle(admin, (topic,))
        assert of(await actual(admin), topic.name).partitions == 2


async def test_while_something_is_refused_nothing_is_done(broker: str) -> None:
    timeline, audit = (of(renamed(wanted(LIVE, 1), "refused"), f"hub.{name}-refused") for name in ("timeline", "audit"))
    await make(broker, (timeline,))
    async with connected({"bootstrap_servers": broker}) as admin:
        changes = (*plan((audit,), await actual(admin)), Refusal(timeline.name, "because"))
        with pytest.raises(TopicsError, match=f"REFUSED {timeline.name}: because"):
            await apply(admin, changes)
        assert audit.name not in {topic.name for topic in await actual(admin)}


async def test_kafkas_own_reason_is_told_when_it_refuses(broker: str) -> None:
    topics = renamed(ours(wanted(LIVE, 3)), "copies")
    async with connected({"bootstrap_servers": broker}) as admin:
        with pytest.raises(TopicsError, match=r"in\.topics-ld\.team-copies: .*eplication factor"):
            await apply(admin, plan(topics, await actual(admin)))


async def test_a_topic_that_came_between_plan_and_apply_is_an_error(broker: str) -> None:
    topics = renamed(ours(wanted(LIVE, 1)), "between")
    async with connected({"bootstrap_servers": broker}) as admin:
        changes = plan(topics, await actual(admin))
        await apply(admin, changes)
        with pytest.raises(TopicsError, match="already exists"):
            await apply(admin, changes)


async def test_a_broker_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NoBrokerError, match=r"no broker answers at 127\.0\.0\.1:1: is it running"):
        async with connected({"bootstrap_servers": "127.0.0.1:1"}):
            pass


async def test_kafkas_own_topics_are_not_ours_to_mention(broker: str) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, group_id="topics-mention", auto_offset_reset="earliest")
    await consumer.start()
    await consumer.stop()
    async with connected({"bootstrap_servers": broker}) as admin:
        assert not [topic.name for topic in await actual(admin) if topic.name.startswith("__")]


async def test_a_demo_takes_a_record_of_any_year_as_it_is_stamped(broker: str) -> None:
    timeline = of(renamed(wanted(DEMO, 1), "years"), "hub.timeline-years")
    await make(broker, (timeline,))
    stamps = [946_684_800_000, 4_102_444_800_000]  # 2000 and 2100
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
        for stamp in stamps:
            await producer.send_and_wait(timeline.name, b"x", partition=0, timestamp_ms=stamp)
    place = TopicPartition(timeline.name, 0)
    async with AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest") as consumer:
        consumer.assign([place])
        assert [(await consumer.getone(place)).timestamp for _ in stamps] == stamps


async def test_the_broker_stamps_what_a_publisher_dates(broker: str) -> None:
    topic = of(renamed(wanted(LIVE, 1), "stamped"), "in.topics-ld.team-stamped")
    await make(broker, (topic,))
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
        place = await producer.send_and_wait(topic.name, b"x", timestamp_ms=946_684_800_000)
    assert place.timestamp > 1_700_000_000_000


@pytest.mark.parametrize("packing", [None, "gzip"])
async def test_what_an_agency_sends_is_measured_unpacked(broker: str, packing: str | None) -> None:
    topic = of(renamed(wanted(LIVE, 1), f"packed-{packing}"), f"in.topics-ld.team-packed-{packing}")
    await make(broker, (topic,))
    async with AIOKafkaProducer(
        bootstrap_servers=broker, compression_type=packing, max_request_size=64 * IN_BYTES, max_batch_size=64 * IN_BYTES
    ) as producer:
        await producer.send_and_wait(topic.name, bytes(IN_BYTES - 1024))
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(topic.name, bytes(32 * IN_BYTES))


async def test_the_hub_may_write_all_that_came_in_and_more(broker: str) -> None:
    topic = of(renamed(wanted(LIVE, 1), "large"), "hub.quarantine-large")
    await make(broker, (topic,))
    async with AIOKafkaProducer(bootstrap_servers=broker, max_request_size=HUB_BYTES) as producer:
        assert (await producer.send_and_wait(topic.name, bytes(HUB_BYTES - 1024))).offset == 0


async def test_on_three_brokers_every_record_is_kept_by_two_at_least(three_brokers: Cluster) -> None:
    topics = renamed(wanted(LIVE, 3), "three")
    await make(three_brokers.bootstrap, topics)
    async with connected({"bootstrap_servers": three_brokers.bootstrap}) as admin:
        await settle(admin, topics)  # it may ask another of the three, which has not heard of them yet
        found = {topic.name: topic for topic in await actual(admin)}
    assert {found[topic.name].replication for topic in topics} == {3}
    assert {found[topic.name].configs["min.insync.replicas"] for topic in topics} == {"2"}
