"""How long it takes to read and check the policy, and to rule for one desk once the facts have been met before.

In a process of its own, so that what is measured may be the compiled hub. Cases are the bench's own events; each is
ruled upon anew, and only what the policy answers to facts is known already, as it is to a worker that runs.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

from hub import clock, policies
from hub.log import Arrival, Barrier, Batch
from hub.model.directory import Directory
from hub.sharing.case import Case, case
from hub.sharing.decide import plan
from hub.sharing.fold import fold
from hub.sharing.registers import Registers, read
from hub.sharing.world import Decisions
from tests.bench import ground, population

READINGS: Final = 3
ROUNDS: Final = 21
PEOPLE, EVENTS = 40, 400


def main() -> dict[str, Any]:
    """Seconds to read the policy, and microseconds a ruling: medians."""
    reading = median(_seconds(policies.read) for _ in range(READINGS))
    known = population.directory(1)
    decisions = Decisions(policies.read(), known)
    cases = list(_cases(known, decisions))
    number = sum(len(plan(each, decisions)) for each in cases)
    took = [_seconds(lambda: _rule(cases, decisions)) for _ in range(ROUNDS)]
    return {"policy_read_s": reading, "ruling_us": median(took) / number * 1e6, "rulings": number}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rule(cases: list[Case], decisions: Decisions) -> None:
    for each in cases:
        decisions.plans.clear()  # the case is new, the facts are not
        plan(each, decisions)


def _cases(known: Directory, decisions: Decisions) -> Iterator[Case]:
    """What is ruled upon, entry by entry, each as those before it left its person."""
    registers = Registers(0, decisions, population.KEYS)
    [made] = ground.timeline(population.entries(known, PEOPLE, EVENTS, clock.now_ms()), 1)
    for offset, (_, value) in enumerate(made):
        arrival = Arrival(offset, clock.now_ms(), value)
        entry, barrier = read(arrival), Barrier(0, 0)
        world = registers.world(arrival, entry, barrier)
        yield case(entry, fold(entry, world), (), world)
        assert list(registers.decide(Batch(0, [arrival], barrier, [])))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
