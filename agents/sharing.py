"""Sharing: read, decide, commit, again. What is decided, and on what, is hub.sharing's; how it is written, the log's.

Any exception ends the loop, and whoever runs it ends the process: the log must not be used again, and whatever comes
next restores what was committed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from consent.policy import Policy
from hub import metrics
from hub.kafka import timeline
from hub.kafka.ownership import Own, Reconciler, Wish, follow_group
from hub.kafka.restore import Connection
from hub.kafka.transaction import USUAL_PACE, Pace, PartitionLog
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import Batch, Log, Record
from hub.model.directory import Directory
from hub.model.keys import Keys
from hub.model.ruling import Outcome
from hub.sharing.records import records
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions

OWED_AFTER_MS: Final = 60_000
"""By the log's clock: a withdrawal that the timeline has not brought by then is an alarm."""


async def share(partition: Log, registers: Registers, stopping: asyncio.Event, ready: Callable[[], None]) -> None:
    """Decide what comes until `stopping` is set, then finish the transaction at hand. Calls `ready` once restored.

    Raises what kept it from deciding or committing: then nothing of the last transaction was committed.
    """
    metrics.taken_up(registers.partition)
    try:
        registers.restore(await partition.open())
        ready()
        while not stopping.is_set():
            await _next(partition, registers)
    finally:
        await partition.close()
        metrics.given_up(registers.partition)


async def _next(partition: Log, registers: Registers) -> None:
    batch = await partition.take()
    if not batch.arrivals:
        return
    began = time.monotonic()
    outcomes, written = decide(batch, registers)
    await partition.commit(written, registers.at)
    metrics.transaction(time.monotonic() - began)
    _count(batch, registers, outcomes)


def decide(batch: Batch, registers: Registers) -> tuple[Sequence[Outcome], Sequence[Record]]:
    """The outcome of every entry, in order, and all records that they cause."""
    outcomes = list(registers.decide(batch))
    return outcomes, [record for outcome in outcomes for record in records(outcome, registers.keys)]


def _count(batch: Batch, registers: Registers, outcomes: Sequence[Outcome]) -> None:
    metrics.lag(batch.partition, batch.behind)
    metrics.unfolded(batch.partition, len(registers.unfolded(registers.at.highest_timestamp - OWED_AFTER_MS)))
    for kind, entries in Counter(outcome.kind for outcome in outcomes).items():
        metrics.sheets(kind, entries)
    for reason, number in Counter(_quarantined(outcomes)).items():
        metrics.quarantined(reason, number)
    rulings = [ruling for outcome in outcomes for ruling in outcome.rulings]
    for verdict, number in Counter(ruling.verdict for ruling in rulings).items():
        metrics.rulings(verdict, number)
    metrics.broken(sum(ruling.reason == "RULE_BROKEN" for ruling in rulings))


def _quarantined(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Why entries went no further here; a REJECTED one was counted by intake."""
    for outcome in outcomes:
        if outcome.kind == "QUARANTINED" and outcome.entry.kind == "EVENT":
            yield outcome.faults[0].code if outcome.faults else metrics.OTHER


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
    withdrawals = WithdrawalsReader(connection)
    await withdrawals.start()
    try:
        wish = Wish(partitions)
        reconciler = Reconciler(_owner(connection, basis, withdrawals), wish, ready)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(reconciler.run(stopping))
            if partitions is None:
                tasks.create_task(follow_group(connection, wish, stopping))
    finally:
        await withdrawals.stop()


def _owner(connection: Connection, basis: Basis, withdrawals: WithdrawalsReader) -> Own:
    decisions = Decisions(basis.policy)
    outlets = [desk.out_topic for desk in basis.directory.desks.values()]

    def own(partition: int, stopping: asyncio.Event, ready: Callable[[], None]) -> Awaitable[None]:
        registers = Registers(partition, basis.directory, decisions, basis.keys)
        return share(PartitionLog(connection, partition, withdrawals, outlets, basis.pace), registers, stopping, ready)

    return own
