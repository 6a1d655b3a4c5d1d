"""Tries seeds, and makes a story that fails as short as it can be while it still fails."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from tests.simulation import oracle
from tests.simulation.play import Play
from tests.simulation.story import Step, story

STEPS: Final = 40


class Ran(NamedTuple):
    """What came of one seed."""

    seed: int
    faults: tuple[str, ...]
    entries: int
    deaths: int
    fenced: int


def play(seed: int, steps: Sequence[Step]) -> Ran:
    """Play these steps under that seed. What a worker may not raise is a fault like any other."""
    run = Play(seed, steps)
    try:
        log = run.run()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
        return Ran(seed, (f"raised: {error!r}",), 0, run.deaths, run.fenced)
    entries = sum(map(len, log.timeline.values()))
    return Ran(seed, tuple(oracle.faults(log)), entries, run.deaths, run.fenced)


def tried(seed: int) -> Ran:
    """Play the story of that seed."""
    return play(seed, story(seed, STEPS))


def every(seeds: Iterable[int]) -> list[Ran]:
    """Play them all, on as many processors as there are."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("forkserver")) as pool:
        return list(pool.map(tried, seeds, chunksize=10))


def shortest(seed: int) -> tuple[Step, ...]:
    """Steps of that seed's story without which it would not fail."""
    steps = story(seed, STEPS)
    for step in steps:
        without = tuple(each for each in steps if each != step)
        if play(seed, without).faults:
            steps = without
    return steps


def told(ran: Sequence[Ran]) -> list[str]:
    """In words: how much was tried, and each failure with its shortest story."""
    failed = [one for one in ran if one.faults]
    entries, deaths, fenced = (sum(getattr(one, name) for one in ran) for name in ("entries", "deaths", "fenced"))
    lines = [
        f"{len(ran)} seeds, {entries} entries decided, {deaths} workers killed, {fenced} fenced, {len(failed)} failed"
    ]
    for one in failed:
        lines += [f"seed {one.seed}: {fault}" for fault in one.faults]
        lines += [f"    {step}" for step in shortest(one.seed)]
    return lines
