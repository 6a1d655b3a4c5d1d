"""How fast sharing is, as it stands beside a bare copy of the same records: runs in turn, the median counts."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from hub import clock, policies
from hub.kafka.partition_log import USUAL_PACE
from hub.log import AUDIT, STATE, Arrival, Barrier, Batch, Record
from hub.model.directory import Directory
from hub.model.ruling import Outcome
from hub.sharing import records as writing
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from tests.bench import ground, population
from tests.bench.bare_copy import Written
from tests.bench.ground import Timeline

SIDE_BY_SIDE: Final = 4
"""Partitions that one process shares."""
MOST: Final = USUAL_PACE.most
_OWN: Final = frozenset({AUDIT, STATE})
"""Topics that have the timeline's partitions."""


class Compared(NamedTuple):
    """All runs, ours and the yardstick's, and where ours spent its time."""

    events: int
    ours: list[dict[str, Any]]
    theirs: list[dict[str, Any]]
    stages: dict[str, float]
    """Processor time in microseconds an event, in a run of its own that is not compiled: there the clocks can stand."""

    def per_event(self, name: str, runs: Sequence[dict[str, Any]]) -> float:
        """Median, in microseconds."""
        return float(median(run[name] for run in runs)) / self.events * 1e6

    def rate(self, runs: Sequence[dict[str, Any]]) -> float:
        """Median, events a second."""
        return self.events / float(median(run["seconds"] for run in runs))

    def ratio(self) -> float:
        """Ours to the yardstick's rate: the median of neighbours, which had the same weather."""
        pairs = zip(self.theirs, self.ours, strict=True)
        return float(median(one["seconds"] / other["seconds"] for one, other in pairs))


def partitions(runs: int) -> int:
    """How many the timeline needs: a fresh set for each run and one for the stages."""
    return SIDE_BY_SIDE * (2 * runs + 1)


def compare(bootstrap: str, known: Directory, made: Timeline, written: Path, size: tuple[int, Path | None]) -> Compared:
    """Run ours and the yardstick in turn, each on partitions of its own. Raises AssertionError if they differ.

    `size`: runs, and where the hub that is measured is read from.
    """
    runs, program = size
    events = sum(map(len, made))
    prepared = [records(known, entries) for entries in made]
    written.write_bytes(pickle.dumps(prepared))
    common = {"bootstrap": bootstrap, "most": MOST}
    ours, theirs = [], []
    for run in range(runs):
        first, second = _set(2 * run), _set(2 * run + 1)
        ours.append(_loop(common, known, made, first, program))
        theirs.append(ground.measured("bare_copy", program, **common, partitions=second, written=str(written)))
        _same(ours[-1], theirs[-1])
    told = _loop(common, known, made, _set(2 * runs), None, stages=True)["stages"]
    return Compared(events, ours, theirs, {stage: seconds / events * 1e6 for stage, seconds in told.items()})


def records(
    known: Directory, entries: Sequence[tuple[bytes, bytes]], stamped: int | None = None
) -> list[list[Written]]:
    """For each entry of a partition, what sharing writes: made in memory, by the same functions.

    `stamped`: when the first stands in the log, milliseconds UTC; None: now.
    """
    stamped = clock.now_ms() if stamped is None else stamped
    registers = Registers(0, Decisions(policies.read(), known), population.KEYS)
    arrivals = [Arrival(offset, stamped + offset, value) for offset, (_, value) in enumerate(entries)]
    outcomes = list(registers.decide(Batch(0, arrivals, Barrier(2**15, stamped), ())))
    assert all(_as_intended(outcome) for outcome in outcomes)
    return [[_written(record) for record in writing.records(outcome, population.KEYS)] for outcome in outcomes]


def _set(number: int) -> list[int]:
    return list(range(number * SIDE_BY_SIDE, (number + 1) * SIDE_BY_SIDE))


def _loop(
    common: dict[str, Any], known: Directory, made: Timeline, own: list[int], program: Path | None, **more: Any
) -> dict[str, Any]:
    goals = [len(entries) for entries in made]
    asked = {"stages": False, **common, **more, "of": known.partitions, "partitions": own, "goals": goals}
    return ground.measured("sharing_loop", program, **asked)


def _as_intended(outcome: Outcome) -> bool:
    return (len(outcome.rulings), len(list(outcome.copies()))) == (population.CANDIDATES, population.COPIES)


def _written(record: Record) -> Written:
    where = None if record.topic in _OWN else record.partition or 0
    return record.topic, where, record.key, record.value, list(record.headers)


def _same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Both must have written the same number of records; `_at` comes once in each transaction."""
    counts = {run["records"] - run["transactions"] for run in (ours, theirs)}
    assert len(counts) == 1, counts
