"""How long until a disclosure can be read: real workers, events on schedule, timed from when each was meant to be sent.

A publisher that waits for a slow hub would hide the wait. So each event has its moment, whatever became of the one
before it, and every copy counts from there until its recipient, who reads committed records alone, is handed it.
"""

import asyncio
import os
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer

from hub import clock, settings
from hub.demo.house import open_house
from hub.kafka.desk_client import DeskClient
from hub.model import keys as derive
from hub.model.directory import Directory
from hub.model.keys import Keys
from hub.settings import Settings
from schemas import codec
from tests.bench import ground, population
from tests.bench.population import Published

RATE: Final = 50
"""Events a second."""
WARM: Final = 4 * RATE
"""Events that come first and do not count."""
LATE: Final = 30.0
"""Seconds after which what has not come is missing."""
PARTITIONS: Final = 4


class Latency(NamedTuple):
    """Milliseconds from the intended time of publishing to the readable copy, over all copies of one window."""

    p50: float
    p99: float
    longest: float


class MissingError(AssertionError):
    """Copies that should have come did not."""


@dataclass(slots=True)
class Awaited:
    """Every copy that will come, when its event was meant to be sent, and how long it took."""

    due: dict[str, tuple[int, float]]
    """By copy id: number of the event, intended time."""
    took: dict[int, list[float]] = field(default_factory=dict)
    """By number of the event: seconds for each copy."""
    left: int = 0

    def came(self, copy_id: str, now: float) -> None:
        """A record stands readable; receipts and whatever else is not awaited do not count."""
        number, intended = self.due.get(copy_id, (-1, 0.0))
        if number >= 0:
            self.took.setdefault(number, []).append(now - intended)
            self.left -= 1


def measure(bootstrap: str, home: Path, amount: tuple[int, int], program: Path | None) -> list[Latency]:
    """One latency per window, one window after another. `amount`: windows, and seconds of each. Raises MissingError.

    `program`: where the workers' hub is read from; None: this checkout.
    """
    windows, seconds = amount
    home.mkdir(mode=0o700)
    chosen = settings.read({"HUB_HOME": str(home), "HUB_BOOTSTRAP": bootstrap, "HUB_REPLICATION": "1"})
    chosen.directory.write_text(population.directory_text(PARTITIONS), "utf-8")
    keys, each = settings.create_keys(chosen.key_file), seconds * RATE
    events = list(population.published(people=500, events=WARM + windows * each, end_ms=clock.now_ms()))
    os.environ.update(ground.reading_from(program))  # for the workers that are started from here
    awaited = asyncio.run(_in_house(chosen, keys, events))
    return [_latency(awaited, range(first, first + each)) for first in range(WARM, len(events), each)]


def typical(windows: Sequence[Latency]) -> Latency:
    """The median window, and the longest that any copy took."""
    p50, p99 = median(each.p50 for each in windows), median(each.p99 for each in windows)
    return Latency(p50, p99, max(each.longest for each in windows))


async def _in_house(chosen: Settings, keys: Keys, events: Sequence[Published]) -> Awaited:
    async with open_house(chosen) as house:
        await asyncio.gather(house.start("intake", ("intake", "ledger")), house.start("sharing", ("sharing",)))
        return await _play(chosen.bootstrap, house.directory, keys, events)


async def _play(bootstrap: str, known: Directory, keys: Keys, events: Sequence[Published]) -> Awaited:
    loop = asyncio.get_running_loop()
    topics = population.outlets(known)
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(consumer)
        desks = {name: DeskClient(bootstrap, name) for name in known.desks}
        for client in desks.values():
            await stack.enter_async_context(client)
        begin = loop.time() + 1.0
        awaited = Awaited(dict(_due(known, keys, events, begin)), left=population.COPIES * len(events))
        sent: list[Awaitable[Any]] = []
        for number, event in enumerate(events):
            loop.call_at(begin + number / RATE, _publish, desks[event.desk], event, sent)
        await _read(consumer, awaited, begin + len(events) / RATE + LATE)
        await asyncio.gather(*sent)
    return awaited


def _publish(client: DeskClient, event: Published, sent: list[Awaitable[Any]]) -> None:
    sent.append(asyncio.ensure_future(client.publish(event.body)))


async def _read(consumer: AIOKafkaConsumer, awaited: Awaited, until: float) -> None:
    loop = asyncio.get_running_loop()
    while awaited.left and loop.time() < until:
        found = await consumer.getmany(timeout_ms=1000)
        now = loop.time()
        for records in found.values():
            for record in records:
                awaited.came(dict(record.headers)["ce_id"].decode(), now)
    if awaited.left:
        raise MissingError(f"{awaited.left} copies did not come")


def _due(
    known: Directory, keys: Keys, events: Sequence[Published], begin: float
) -> Iterator[tuple[str, tuple[int, float]]]:
    for number, event in enumerate(events):
        event_id = codec.decode(event.body)[1]["submission"]["event_id"]
        entry_id = derive.entry_id(keys, event.desk, event_id)
        for desk in known.desks:
            yield derive.copy_id(keys, desk, entry_id), (number, begin + number / RATE)


def _latency(awaited: Awaited, numbers: range) -> Latency:
    took = sorted(1000 * each for number in numbers for each in awaited.took[number])
    return Latency(median(took), took[int(len(took) * 0.99)], took[-1])
