"""Whatever a broker can be asked: whether it is there, what time it has, what it holds, and how far each part has got.

That something waits is no fault. That something waits and nothing moves is.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from hub import clock, credentials, settings
from hub.cli.doctor import lacks
from hub.cli.doctor.finding import Finding, count
from hub.kafka import broker_requests, keyring, preparation, reach, restore, topic_admin
from hub.kafka.acls import INTAKE_GROUP, SHARING_GROUP, STATISTICS_GROUP
from hub.kafka.reach import Reach
from hub.kafka.restore import Connection
from hub.kafka.topics import Create
from hub.ledger import database, store
from hub.ledger.errors import LedgerError
from hub.log import AUDIT, KEYRING
from hub.model.directory import Directory
from hub.model.errors import HubError
from hub.model.key_check import ForeignKeysError, check_value, must_match
from hub.settings import Settings, SettingsError

CLOCKS_DIFFER_MS: Final = 2_000
"""From there on intake refuses to go on."""
MOVES_WITHIN: Final = 6.0
"""Seconds in which a part that runs gets on: longer than a transaction may take."""
LOOK_EVERY: Final = 0.2

Look = Callable[[], Awaitable[Mapping[int, Reach]]]


class Part(NamedTuple):
    """One part of the hub: how far it has got, and what to say of it."""

    name: str
    word: str
    """By which `hub worker` knows it."""
    look: Look
    does: str
    """What happens to an entry that it deals with."""


async def examine(here: Settings, known: Directory) -> AsyncIterator[Finding]:
    """Each thing in turn; what cannot be asked once something is missing is not asked."""
    connection = credentials.connection(here, credentials.OPERATOR)
    try:
        async with topic_admin.connected(connection) as admin:
            planned = await preparation.compared(admin, preparation.wanted(known, here.replication))
    except HubError as error:
        do = "start a developer's with hub kafka up, or let HUB_BOOTSTRAP say where it listens"
        yield Finding("broker", "WRONG", str(error), do)
        return
    yield Finding("broker", "FINE", f"Apache Kafka answers at {here.bootstrap}")
    yield await _asked("clock", clocks(connection))
    yield await _asked("transactions", transactions(connection))
    for finding in lacks.found(planned):
        yield finding
    if not any(isinstance(change, Create) and change.topic.name.startswith("hub.") for change in planned.changes):
        yield await _asked("hub.keys", made_with(here, connection))
        for part in parts(here, known, connection):
            yield await _asked(part.name, progress(part))
        yield await _asked("workers", workers(connection))


async def _asked(about: str, question: Awaitable[Finding]) -> Finding:
    try:
        return await question
    except (ForeignKeysError, SettingsError) as error:
        return Finding(about, "WRONG", str(error))
    except HubError as error:
        return Finding(about, "WRONG", str(error), "see what the broker's own log says")


async def made_with(here: Settings, connection: Connection) -> Finding:
    """Whether everything on the broker was made with the keys of this home."""
    mine, known = check_value(settings.read_keys(here.key_file)), await keyring.known(connection)
    if known is None:
        return Finding(KEYRING, "NOTE", "empty: whoever takes in or decides first says with which keys")
    must_match(KEYRING, known, mine)
    return Finding(KEYRING, "FINE", "all here was made with these keys")


async def clocks(connection: Connection) -> Finding:
    """How far the broker's clock is from this one."""
    async with topic_admin.connected(connection) as admin:
        before = clock.now_ms()
        there = await broker_requests.broker_time(admin)
        after = clock.now_ms()
    ahead = there - (before + after) // 2
    if abs(ahead) > CLOCKS_DIFFER_MS + (after - before):
        way = "ahead of" if ahead > 0 else "behind"
        says = f"the broker's clock is {abs(ahead) / 1000:.1f} s {way} this one"
        return Finding("clock", "WRONG", says, "set both by the same time server; until then intake stops")
    return Finding("clock", "FINE", f"the broker's and this one differ by {abs(ahead)} ms")


async def transactions(connection: Connection) -> Finding:
    """Whether one is open for longer than it may be: until it ends its desks see nothing that comes after it."""
    async with topic_admin.connected(connection) as admin:
        now, found = await broker_requests.broker_time(admin), await broker_requests.open_transactions(admin)
    hanging = sorted(one for one in found if now - one.began_at > one.timeout_ms)
    if not hanging:
        return Finding("transactions", "FINE", f"{count(len(found), 'transaction')} open, none for too long")
    says = "; ".join(f"{one.transactional_id} open for {(now - one.began_at) / 1000:.0f} s" for one in hanging)
    return Finding("transactions", "WRONG", says, "end the worker that holds it; the next one to start settles it")


async def workers(connection: Connection) -> Finding:
    """Whether anybody takes in, decides and counts, as far as their groups tell."""
    async with topic_admin.connected(connection) as admin:
        there = await broker_requests.peopled_groups(admin)
    idle = [part for group, part in GROUPS.items() if group not in there]
    if not idle:
        return Finding("workers", "FINE", "all parts of the hub are hosted")
    says = f"nobody hosts {' or '.join(idle)} (who was given partitions by hand is not seen here); what comes now waits"
    return Finding("workers", "NOTE", says, f"start it: {' and '.join(STARTED_BY[word] for word in idle)}")


GROUPS: Final = {INTAKE_GROUP: "intake", SHARING_GROUP: "sharing", STATISTICS_GROUP: "statistics"}
"""In which each part's processes are members."""
STARTED_BY: Final = {
    "intake": "hub worker --part intake",
    "sharing": "hub worker --part sharing",
    "statistics": "hub statistics count, if you want the counts",
}


def parts(here: Settings, known: Directory, connection: Connection) -> tuple[Part, ...]:
    """The parts of the hub, as an event meets them."""

    async def intake() -> Mapping[int, Reach]:
        spoken = {desk.in_topic: desk.in_partitions for desk in known.desks.values()}
        reader = restore.reader(connection, committed=True)
        async with topic_admin.connected(connection) as admin, restore.started(reader) as consumer:
            return {0: await reach.intake(admin, consumer, spoken)}

    async def sharing() -> Mapping[int, Reach]:
        async with topic_admin.connected(connection):
            return await reach.sharing(connection, known.partitions)

    async def ledger() -> Mapping[int, Reach]:
        recorded = await asyncio.to_thread(_recorded, here)
        async with topic_admin.connected(connection):
            return await reach.read_on(connection, AUDIT, known.partitions, recorded)

    return (
        Part("intake", "intake", intake, "taken in"),
        Part("sharing", "sharing", sharing, "decided"),
        Part("ledger sink", "ledger", ledger, "recorded"),
    )


async def progress(part: Part) -> Finding:
    """How much waits, and whether it gets less."""
    before = await part.look()
    after = await _moved(part.look, before)
    still = sorted(at for at, reached in after.items() if reached.waiting and reached.next == before[at].next)
    if still:
        where = ", ".join(f"partition {at}: {after[at].waiting:,}" for at in still)
        says = f"something waits to be {part.does} and nothing moves ({where})"
        return Finding(part.name, "WRONG", says, f"start it: hub worker --part {part.word}; if it runs, read its log")
    waiting = sum(reached.waiting for reached in after.values())
    says = f"{count(waiting, 'offset')} waiting to be {part.does}, and it moves" if waiting else f"all is {part.does}"
    return Finding(part.name, "FINE", says)


async def _moved(look: Look, before: Mapping[int, Reach]) -> Mapping[int, Reach]:
    """What is seen once each partition in which something waits has moved, or that should have been long enough."""
    waits = {at for at, reached in before.items() if reached.waiting}
    after, loop = before, asyncio.get_running_loop()
    end = loop.time() + MOVES_WITHIN
    while any(after[at].waiting and after[at].next == before[at].next for at in waits) and loop.time() < end:
        await asyncio.sleep(LOOK_EVERY)  # noqa: TID251 - between two looks at a condition
        after = await look()
    return after


def _recorded(here: Settings) -> Mapping[int, int]:
    """How far the ledger has recorded hub.audit; nowhere, if nobody made it yet."""
    try:
        engine = database.find(here.ledger)
    except LedgerError as error:
        if error.code == "LEDGER_MISSING":
            return {}
        raise
    try:
        return store.reached(engine)
    finally:
        engine.dispose()
