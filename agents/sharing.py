"""Sharing: read, decide, commit, again. What is decided, and on what, is hub.sharing's; how it is written, the log's.

Any exception ends the loop, and whoever runs it ends the process: the log must not be used again, and whatever comes
next restores what was committed.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

from agents import memory, trial
from agents.anew import Anew
from agents.owed import Append, Owed
from agents.tally import Tally
from agents.trial import DEATHS
from consent.policy import Policy
from hub import clock, metrics, quarantine
from hub.kafka import keyring, timeline
from hub.kafka.intake_io import Stamped, TimelineWriter
from hub.kafka.ownership import Own, Reconciler, Wish, follow_group
from hub.kafka.partition_log import USUAL_PACE, Pace, PartitionLog
from hub.kafka.restore import Connection
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import TIMELINE, Batch, Log, Record
from hub.model.directory import Directory
from hub.model.key_check import check_value
from hub.model.keys import Keys
from hub.sharing.forward import POISON
from hub.sharing.records import records
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions

log = logging.getLogger("hub.sharing")

NONE: Final[frozenset[int]] = frozenset()


class Upkeep(NamedTuple):
    """What is appended to a partition's timeline besides what intake brings."""

    owed: Owed
    """Withdrawals that it never brought."""
    anew: Anew
    """Earlier entries that are to be decided anew."""
    deaths: int = DEATHS
    """After so many transactions that came to nothing, what is begun again is tried first."""


async def share(
    partition: Log,
    registers: Registers,
    stopping: asyncio.Event,
    ready: Callable[[], None],
    upkeep: Upkeep | None = None,
) -> None:
    """Decide what comes until `stopping` is set, then finish the transaction at hand. Calls `ready` once restored.

    `upkeep` sees to it that the timeline brings what it owes; a replay does without, for its timeline has brought it.
    Raises what kept it from deciding or committing: then nothing of the last transaction was committed.
    """
    metrics.taken_up(registers.partition)
    try:
        registers.restore(await partition.open())
        metrics.decided(registers.partition, registers.at.next_offset)
        ready()
        while not stopping.is_set():
            decided = await _next(partition, registers, upkeep.deaths if upkeep else DEATHS)
            if upkeep and decided:
                await upkeep.owed.look(registers)
            if upkeep:
                await upkeep.anew.look(registers, partition)
    finally:
        await partition.close()
        metrics.given_up(registers.partition)


async def _next(partition: Log, registers: Registers, deaths: int) -> bool:
    """One transaction, if there is anything to decide."""
    batch = await partition.take()
    if not batch.arrivals:
        return False
    poison = await _poison(batch, registers) if batch.failed >= deaths else NONE
    began, tally, at = time.monotonic(), Tally(), registers.behind(batch)
    await partition.commit(records_of(batch, registers, tally, poison), at)
    metrics.transaction(time.monotonic() - began)
    metrics.lag(batch.partition, batch.behind)
    metrics.decided(batch.partition, registers.at.next_offset)
    tally.report()
    return True


def records_of(batch: Batch, registers: Registers, tally: Tally, poison: frozenset[int] = NONE) -> Iterator[Record]:
    """All records that the entries cause, in order. Of an entry nothing is kept while the next is decided.

    `poison`: offsets of those that go to quarantine unread.
    """
    outcomes = tally.counting(registers.decide(batch, poison))
    caused = chain.from_iterable(records(outcome, registers.keys) for outcome in outcomes)
    return chain(caused, _set_aside(batch, registers, poison)) if poison else caused


def _set_aside(batch: Batch, registers: Registers, poison: frozenset[int]) -> Iterator[Record]:
    for arrival in batch.arrivals:
        if arrival.offset in poison:
            yield quarantine.kept(TIMELINE, batch.partition, arrival, (POISON,), registers.keys.quarantine)
            yield registers.set_aside(arrival)


async def _poison(batch: Batch, registers: Registers) -> frozenset[int]:
    """The offsets of this batch, which came to nothing before, that kill whoever decides them."""
    registers.learn(batch.withdrawals)  # here: what kills by being a withdrawal must stop everything
    offsets = [arrival.offset for arrival in batch.arrivals]

    def decide(without: frozenset[int]) -> Iterator[None]:
        for outcome in registers.decide(batch, frozenset(offsets[n] for n in without)):
            for _ in records(outcome, registers.keys):
                pass
            yield

    found = frozenset(offsets[n] for n in await trial.poison(decide))
    log.warning("partition %d: begun %d times in vain; %d set aside", batch.partition, batch.failed, len(found))
    return found


@dataclass(frozen=True, slots=True)
class Basis:
    """What decisions rest on besides the log."""

    directory: Directory = field(repr=False)
    policy: Policy = field(repr=False)
    keys: Keys = field(repr=False)
    pace: Pace = USUAL_PACE


async def run_sharing(
    stopping: asyncio.Event,
    connection: Connection,
    basis: Basis,
    partitions: Collection[int] | None,
    ready: Callable[[], None],
) -> None:
    """Decide partitions side by side until `stopping` is set. Calls `ready` once all that are ours are restored.

    `partitions` None: those that the group of workers leaves to this one. Raises HubError when one of them fails.
    """
    await timeline.check(connection, basis.directory)
    await keyring.agree(connection, check_value(basis.keys))  # before the group takes anything from others for this one
    async with _reading(connection, basis.directory.partitions) as withdrawals, _writing(connection) as append:
        wish = Wish(partitions)
        reconciler = Reconciler(_owner(connection, basis, withdrawals, append), wish, ready)
        finished = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            if partitions is None:
                tasks.create_task(follow_group(connection, wish, finished))
            await reconciler.run(stopping)
            finished.set()  # only now may another worker be given what was finished here


@asynccontextmanager
async def _reading(connection: Connection, partitions: int) -> AsyncIterator[WithdrawalsReader]:
    withdrawals = WithdrawalsReader(connection, partitions)
    await withdrawals.start()
    try:
        yield withdrawals
    finally:
        await withdrawals.stop()


@asynccontextmanager
async def _writing(connection: Connection) -> AsyncIterator[Append]:
    writer = TimelineWriter(connection)
    await writer.start()

    async def append(again: Sequence[Record], timestamp: int) -> None:
        await writer.write([Stamped(record, timestamp) for record in again])

    try:
        yield append
    finally:
        await writer.abandon()  # what was not acknowledged may be late by now: who comes next appends it again


def _owner(connection: Connection, basis: Basis, withdrawals: WithdrawalsReader, append: Append) -> Own:
    decisions = Decisions(basis.policy, basis.directory)
    outlets = [desk.out_topic for desk in basis.directory.desks.values()]

    def own(partition: int, stopping: asyncio.Event, ready: Callable[[], None]) -> Awaitable[None]:
        registers = Registers(partition, decisions, basis.keys)
        log = PartitionLog(connection, partition, check_value(basis.keys), withdrawals, outlets, basis.pace)
        anew = Anew(append, None if basis.directory.demo else clock.now_ms)
        return share(log, registers, stopping, lambda: _settled(ready), Upkeep(Owed(append), anew))

    return own


def _settled(ready: Callable[[], None]) -> None:
    memory.freeze()
    ready()
