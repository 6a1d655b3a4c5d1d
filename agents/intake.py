"""Intake from Kafka: take what came on the desks' in topics, put it through the door, go on. No rule lives here.

An offset is committed only after the door has acknowledged, so a worker that dies has its records read again, and the
repeat table keeps that from changing anything. Any exception ends the loop, and whoever runs it ends the process.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from agents.breaker import Breaker
from agents.door import open_door
from agents.forgetting import Forgetting
from consent.policy import Policy
from hub.intake.event import Received, Rules
from hub.kafka.intake_io import Arrived, Inlet
from hub.kafka.restore import Connection
from hub.model.directory import Desk, Directory
from hub.model.keys import Keys
from hub.people import Index


def rules_of(directory: Directory, policy: Policy, keys: Keys) -> Rules:
    """What intake judges by: who takes part, who may publish what, and when a consent ends by itself."""
    return Rules(directory, policy.publishers(), policy.expiry, keys)


class Kept(NamedTuple):
    """Where the person index is, and for how many days it knows an event again."""

    database: str
    days: int


async def run_intake(
    stopping: asyncio.Event, connection: Connection, rules: Rules, kept: Kept, ready: Callable[[], None]
) -> None:
    """Take in what comes until `stopping` is set, then finish what is at hand. Calls `ready` once it can begin.

    Raises whatever kept a record from being acknowledged.
    """
    desks = {desk.in_topic: desk for desk in rules.directory.desks.values()}
    inlet = Inlet(connection, sorted(desks), stamped_by_broker=not rules.directory.demo)
    async with open_door(connection, rules, kept.database) as door, _upkeep(rules, kept) as (breaker, forgetting):
        await inlet.start()
        try:
            ready()
            while not stopping.is_set():
                if arrived := await inlet.take():
                    received = [_received(one, desks[one.topic]) for one in arrived]
                    await door.accept(received, await breaker.poison(received))
                    await inlet.done(arrived)
                if forgetting:
                    await forgetting.step(one.timestamp for one in arrived)
        finally:
            await inlet.stop()


@asynccontextmanager
async def _upkeep(rules: Rules, kept: Kept) -> AsyncIterator[tuple[Breaker, Forgetting | None]]:
    """Nothing is forgotten in a demo, where whoever publishes says what day it is and the timeline keeps everything."""
    with await asyncio.to_thread(Index.open, kept.database, rules.keys) as people:
        yield Breaker(people, rules), None if rules.directory.demo else Forgetting(people, kept.days)


def _received(arrived: Arrived, desk: Desk) -> Received:
    return Received(desk, arrived.topic, arrived.partition, arrived.offset, arrived.timestamp, arrived.body)
