"""Sharing: read, decide, commit, again. What is decided, and on what, is hub.sharing's; how it is written, the log's.

Any exception ends the loop, and whoever runs it ends the process: the log must not be used again, and whatever comes
next restores what was committed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hub import metrics
from hub.log import Batch, Log, Record
from hub.model.ruling import Outcome
from hub.sharing.records import records
from hub.sharing.registers import Registers

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
