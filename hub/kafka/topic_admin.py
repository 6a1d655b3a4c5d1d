"""Reads the topics of a broker and changes them as a plan says.

Kafka's older request to alter settings, which is the one aiokafka speaks, puts back to the broker's default whatever it
does not name: a compacted topic would begin to delete. So what was set on a topic is read again at that moment and
sent along.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidReplicationFactorError, KafkaError, for_code

from hub.kafka.errors import away, is_away
from hub.kafka.restore import Connection
from hub.kafka.topics import Alter, Change, Create, Grow, Topic, pending, plan, refusals
from hub.model.errors import HubError

SET_ON_TOPIC: Final = 1
"""Kafka's word for a setting that does not come from the broker."""
SETTLED_WITHIN: Final = 30.0
"""Seconds in which a broker must show what it has acknowledged."""
LOOK_EVERY: Final = 0.05
TOO_MANY_COPIES: Final = " Is HUB_REPLICATION right?"


class TopicsError(HubError):
    """The broker could not be asked, or did not do as planned; names the topic and Kafka's own reason."""


@asynccontextmanager
async def connected(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    """An administrator of that cluster. Raises NoBrokerError when nobody answers, TopicsError when Kafka refuses."""
    admin = AIOKafkaAdminClient(**connection)
    try:
        await admin.start()
        yield admin
    except (KafkaError, TimeoutError) as error:
        bootstrap = connection.get("bootstrap_servers")
        raise away(connection) if is_away(error) else TopicsError(f"{bootstrap}: {type(error).__name__}") from None
    finally:
        await admin.close()


async def actual(admin: AIOKafkaAdminClient) -> tuple[Topic, ...]:
    """The topics that are there with all settings in force, by name; Kafka's own are left out."""
    described = [topic for topic in await admin.describe_topics() if not _kafkas_own(topic)]
    configs = await _configs(admin, [topic["topic"] for topic in described])
    return tuple(sorted((_topic(topic, configs.get(topic["topic"], [])) for topic in described), key=_name))


async def apply(admin: AIOKafkaAdminClient, changes: Sequence[Change]) -> None:
    """Make the planned changes and return once the broker shows them.

    Raises TopicsError, having done nothing, while the plan holds a refusal; having stopped where it is, when the
    broker refuses.
    """
    if refused := refusals(changes):
        raise TopicsError("\n".join(refusal.told() for refusal in refused))
    await _create(admin, [change.topic for change in changes if isinstance(change, Create)])
    await _grow(admin, [change for change in changes if isinstance(change, Grow)])
    await _alter(admin, [change for change in changes if isinstance(change, Alter)])


async def settle(admin: AIOKafkaAdminClient, wanted: Sequence[Topic]) -> None:
    """Return once the broker shows what is wanted. Raises TopicsError when it does not in half a minute."""
    left = pending(plan(wanted, await actual(admin)))
    try:
        async with asyncio.timeout(SETTLED_WITHIN):
            while left:
                await asyncio.sleep(LOOK_EVERY)  # noqa: TID251 - between two looks at a condition
                left = pending(plan(wanted, await actual(admin)))
    except TimeoutError:
        raise TopicsError(f"the broker does not show what it acknowledged: {left[0].told()}") from None


def _kafkas_own(topic: dict[str, Any]) -> bool:
    return bool(topic["is_internal"]) or topic["topic"].startswith("__")


def _name(topic: Topic) -> str:
    return topic.name


def _topic(described: dict[str, Any], entries: list[tuple[Any, ...]]) -> Topic:
    partitions = described["partitions"]
    replication = max((len(partition["replicas"]) for partition in partitions), default=0)
    configs = {setting: value for setting, value, *_ in entries if value is not None}
    return Topic(described["topic"], len(partitions), replication, configs)


async def _configs(admin: AIOKafkaAdminClient, names: Iterable[str]) -> dict[str, list[tuple[Any, ...]]]:
    """By topic: name, value, whether it is read-only, where it comes from, ..."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    if not resources:
        return {}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for response in await admin.describe_configs(resources):
        for code, _, _, name, entries in response.resources:
            _check(name, code, "cannot be described")
            found[name] = entries
    return found


async def _create(admin: AIOKafkaAdminClient, topics: list[Topic]) -> None:
    if not topics:
        return
    response = await admin.create_topics(
        [
            NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=dict(topic.configs))
            for topic in topics
        ]
    )
    for name, code, why in response.topic_errors:
        _check(name, code, why)


async def _grow(admin: AIOKafkaAdminClient, changes: list[Grow]) -> None:
    for change in changes:
        try:
            await admin.create_partitions({change.name: NewPartitions(change.then)})
        except KafkaError as error:
            raise TopicsError(f"{change.name}: {type(error).__name__}") from None


async def _alter(admin: AIOKafkaAdminClient, changes: list[Alter]) -> None:
    if not changes:
        return
    names = {change.name for change in changes}
    whole = {name: _set_on_topic(entries) for name, entries in (await _configs(admin, names)).items()}
    for change in changes:
        whole[change.name][change.setting] = change.then
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, configs) for name, configs in whole.items()]
    for response in await admin.alter_configs(resources):
        for code, why, _, name in response.resources:
            _check(name, code, why)


def _set_on_topic(entries: list[tuple[Any, ...]]) -> dict[str, str]:
    return {setting: value for setting, value, _, source, *_ in entries if source == SET_ON_TOPIC}


def _check(name: str, code: int, why: str | None) -> None:
    if code:
        hint = TOO_MANY_COPIES if code == InvalidReplicationFactorError.errno else ""
        raise TopicsError(f"{name}: {why or for_code(code).__name__}{hint}")
