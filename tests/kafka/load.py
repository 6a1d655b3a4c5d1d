"""A timeline full of real entries, so that workers have something to lag behind; half of the people have said no."""

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aiokafka import AIOKafkaProducer

from hub.model import timeline
from hub.model.entry import Entry
from hub.model.keys import entry_id
from tests.world import KEYS, LD_TEAM, MARCH_4, entry, said

HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the timeline now."""

    entries: Mapping[int, int]
    """By partition."""


def stages() -> tuple[Entry, ...]:
    """What happens to each person, in order: the last is the withdrawal, which half of them have acknowledged first."""
    return (
        entry("arrest"),
        said("GRANT"),
        _referral(MARCH_4 + HOUR),
        _referral(MARCH_4 + 2 * HOUR, event_id="again"),
        said("WITHDRAW", MARCH_4 + 3 * HOUR),
    )


def _referral(at: int, **changes: Any) -> Entry:
    """Of an adult: the charity of the demo's directory is for adults."""
    made = entry("referral", at, publisher=LD_TEAM, **changes)
    return made._replace(facts={**made.facts, "age": "34"})


def of(person: int, stage: Entry) -> Entry:
    """The stage as it happens to that person."""
    event_id = f"{stage.event_id}/{person}"
    consent = stage.consent._replace(consent_id=f"C-{person}") if stage.consent else None
    return stage._replace(
        route_key=sha256(b"%d" % person).hexdigest()[:32],
        event_id=event_id,
        entry_id=entry_id(KEYS, stage.publisher, event_id),
        content_hash=sha256(event_id.encode()).digest()[:8],
        consent=consent,
    )


async def fill(bootstrap: str, before: Loaded, people: range) -> Loaded:
    """Write every stage of every person; the withdrawals of every second one before everything else."""
    told, entries = stages(), dict(before.entries)
    partitions = len(entries)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, linger_ms=5) as producer:
        for some in _chunks(person for person in people if person % 2):
            await _send(producer, [("hub.withdrawals", p % partitions, of(p, told[-1])) for p in some])
        for stage, some in itertools.product(told, list(_chunks(iter(people)))):
            for person in some:
                partition = person % partitions
                entries[partition] += 1
            await _send(producer, [("hub.timeline", p % partitions, of(p, stage)) for p in some])
    return Loaded(entries)


async def race(bootstrap: str, before: Loaded, people: range) -> Loaded:
    """Each person agrees. Then a referral of each of a hundred is sent at once, while they withdraw one after another:
    of the first the withdrawal comes before the referral is decided, of the last long after.
    """
    grant, withdrawal = said("GRANT"), said("WITHDRAW", MARCH_4 + 3 * HOUR)
    raced, partitions = _referral(MARCH_4 + HOUR, event_id="raced"), len(before.entries)
    entries = dict(before.entries)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        for some in _chunks(iter(people), 100):
            await _send(producer, [("hub.timeline", person % partitions, of(person, grant)) for person in some])
            referrals = [("hub.timeline", person % partitions, of(person, raced)) for person in some]
            noes = [(person % partitions, of(person, withdrawal)) for person in some]
            await asyncio.gather(_send(producer, referrals), _withdraw(producer, noes))
    for person in people:
        entries[person % partitions] += 3
    return Loaded(entries)


async def _withdraw(producer: AIOKafkaProducer, noes: list[tuple[int, Entry]]) -> None:
    """As a door does: the timeline has each only after hub.withdrawals."""
    for partition, no in noes:
        await _send(producer, [("hub.withdrawals", partition, no)])
        await _send(producer, [("hub.timeline", partition, no)])


async def say(bootstrap: str, partition: int, told: Entry) -> None:
    """Write one more entry to that partition of the timeline."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True) as producer:
        await _send(producer, [("hub.timeline", partition, told)])


def _chunks(people: Iterator[int], size: int = 500) -> Iterator[list[int]]:
    while some := list(itertools.islice(people, size)):
        yield some


async def _send(producer: AIOKafkaProducer, entries: list[tuple[str, int, Entry]]) -> None:
    sent = []
    for topic, partition, told in entries:
        value = timeline.encode(told)
        headers = [("hub_partition", str(partition).encode())]
        place = 0 if topic == "hub.withdrawals" else partition
        key = told.entry_id if topic == "hub.withdrawals" else told.route_key
        sent.append(await producer.send(topic, value, key.encode(), place, told.occurred_at, headers))
    await asyncio.gather(*sent)
