"""`make bench`: how fast the hub is, beside a bare copy where a machine's own speed would tell nothing.

Prints a table, writes build/bench.json, and exits 1 if a figure is not where it must be. `--quick`: one short run.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from hub import clock
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from tests.bench import figures, ground, intake, latency, population, sharing
from tests.bench.figures import Figure
from tests.bench.latency import Latency
from tests.bench.sharing import Compared


class Size(NamedTuple):
    """How much is measured."""

    runs: int
    people: int
    shared: int
    """Events in one run of sharing."""
    taken_in: int
    """Events in one run of intake."""
    seconds: int
    """Of one window of latencies."""


WHOLE: Final = Size(runs=5, people=2000, shared=24_000, taken_in=3000, seconds=10)
QUICK: Final = Size(runs=1, people=500, shared=4000, taken_in=1000, seconds=5)


def main(arguments: list[str]) -> int:
    """Measure, tell, and say whether all holds."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it warns of every second look for a leader
    size = QUICK if "--quick" in arguments else WHOLE
    program = ground.compiled()
    figures.tell("" if program else "It is measured as it is, not compiled to C as in the image.\n")
    compared = _sharing(size, program)
    latencies = latency.typical(_latency(size, program))
    ruling = ground.measured("ruling_loop", program)
    found = [
        *_of_sharing(compared),
        *_of_ruling(ruling),
        _of_intake(size, *_intake(size, program)),
        *_of_latency(latencies),
    ]
    figures.write(found, compared.stages)
    figures.tell(figures.table(found, compared.stages))
    return 0 if all(figure.holds for figure in found) else 1


def _sharing(size: Size, program: Path | None) -> Compared:
    figures.tell(f"sharing: {size.runs} runs in turn with the bare copy\n")
    known = population.directory(sharing.partitions(size.runs))
    entries = population.entries(known, size.people, size.shared, clock.now_ms())
    made = ground.timeline(entries, sharing.SIDE_BY_SIDE)
    with _broker() as kafka, TemporaryDirectory() as folder:
        asyncio.run(ground.topics_of(kafka.bootstrap, known))
        asyncio.run(ground.fill(kafka.bootstrap, made, known.partitions // len(made)))
        return sharing.compare(kafka.bootstrap, known, made, Path(folder) / "written", (size.runs, program))


def _intake(size: Size, program: Path | None) -> tuple[float, float]:
    """Seconds and processor seconds of the median run."""
    figures.tell(f"intake: {size.runs} runs\n")
    known = population.directory(intake.PARTITIONS)
    with _broker() as kafka, TemporaryDirectory() as folder:
        asyncio.run(ground.topics_of(kafka.bootstrap, known))
        amount = (size.runs, size.people, size.taken_in)
        runs = intake.runs(kafka.bootstrap, known, Path(folder), amount, program)
    return median(run["seconds"] for run in runs), median(run["cpu"] for run in runs)


def _latency(size: Size, program: Path | None) -> list[Latency]:
    figures.tell(f"latency: {size.runs} windows of {size.seconds} s at {latency.RATE} events a second\n")
    with _broker() as kafka, TemporaryDirectory() as folder:
        return latency.measure(kafka.bootstrap, Path(folder) / "home", (size.runs, size.seconds), program)


def _broker() -> Cluster:
    return Cluster(progress=teller(sys.stderr))


def _of_sharing(found: Compared) -> list[Figure]:
    ours, theirs = found.rate(found.ours), found.rate(found.theirs)
    cpu, its = found.per_event("cpu", found.ours), found.per_event("cpu", found.theirs)
    return [
        Figure("sharing_events_per_s", ours, f"bare copy with send: {theirs:,.0f}"),
        Figure("sharing_vs_copy_send", found.ratio(), "bare copy of the same records, run in turn", floor=0.5),
        Figure("sharing_cpu_us_per_event", cpu, f"bare copy with send: {its:,.0f}", ceiling=140),
        Figure("copy_send_cpu_us_per_event", its, "tests/bench/bare_copy.py, frozen"),
    ]


def _of_ruling(found: Mapping[str, float]) -> list[Figure]:
    how = f"the facts met before; {found['rulings']:,} rulings"
    return [
        Figure("ruling_warm_us", found["ruling_us"], how, ceiling=5),
        Figure("policy_read_s", found["policy_read_s"], "read, checked and laid out", ceiling=2),
    ]


def _of_intake(size: Size, seconds: float, cpu: float) -> Figure:
    each = cpu / size.taken_in * 1e6
    return Figure("intake_events_per_s", size.taken_in / seconds, f"one process, SQLite; CPU an event: {each:,.0f} us")


def _of_latency(found: Latency) -> list[Figure]:
    how = f"from the intended time of publishing, {latency.RATE} events/s"
    return [
        Figure("accept_to_readable_p50_ms", found.p50, how),
        Figure("accept_to_readable_p99_ms", found.p99, how, ceiling=100),
        Figure("accept_to_readable_max_ms", found.longest, f"{how}; the longest of all windows"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
