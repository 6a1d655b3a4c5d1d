"""`make bench`: how fast the hub is, beside a bare copy where a machine's own speed would tell nothing.

Prints a table, writes build/bench.json, and exits 1 if a figure is not where it must be. `--quick`: one short run.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from hub import clock
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from tests.bench import figures, ground, population, sharing
from tests.bench.figures import Figure
from tests.bench.sharing import Compared


class Size(NamedTuple):
    """How much is measured."""

    runs: int
    people: int
    events: int


WHOLE: Final = Size(runs=5, people=2000, events=12_000)
QUICK: Final = Size(runs=1, people=500, events=4_000)


def main(arguments: list[str]) -> int:
    """Measure, tell, and say whether all holds."""
    size = QUICK if "--quick" in arguments else WHOLE
    compared = _sharing(size)
    found = list(_sharing_figures(compared))
    stages = {stage: share * compared.per_event("cpu", compared.ours) for stage, share in compared.stages.items()}
    figures.write(found, stages)
    figures.tell(figures.table(found, stages))
    return 0 if all(figure.holds for figure in found) else 1


def _sharing(size: Size) -> Compared:
    known = population.directory(sharing.partitions(size.runs))
    entries = population.entries(known, size.people, size.events, clock.now_ms())
    made = ground.timeline(entries, sharing.SIDE_BY_SIDE)
    with Cluster(progress=teller(sys.stderr)) as kafka, TemporaryDirectory() as folder:
        asyncio.run(ground.topics_of(kafka.bootstrap, known))
        asyncio.run(ground.fill(kafka.bootstrap, made, known.partitions // len(made)))
        return sharing.compare(kafka.bootstrap, known, made, Path(folder) / "written", size.runs)


def _sharing_figures(found: Compared) -> list[Figure]:
    ours, theirs = found.rate(found.ours), found.rate(found.theirs)
    cpu, its = found.per_event("cpu", found.ours), found.per_event("cpu", found.theirs)
    return [
        Figure("sharing_events_per_s", ours, f"bare copy with send: {theirs:,.0f}"),
        Figure("sharing_vs_copy_send", found.ratio(), "the same records, run in turn, median", floor=0.5),
        Figure("sharing_cpu_us_per_event", cpu, f"bare copy with send: {its:,.0f}", ceiling=140),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
