"""What kills whoever decides it is found in a child that dies of it; everything else is left alone."""

import asyncio
import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from agents.trial import TrialFailedError, poison

Death = Callable[[], object]
NUMBER = 6


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def crashed() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def raising() -> None:
    raise ValueError


def endless() -> None:
    while True:
        pass


def deciding(deaths: dict[int, Death]) -> Callable[[frozenset[int]], Iterator[None]]:
    def decide(without: frozenset[int]) -> Iterator[None]:
        for place in range(NUMBER):
            if place in deaths and place not in without:
                deaths[place]()
            yield

    return decide


@pytest.mark.parametrize("death", [killed, crashed, raising, endless])
async def test_what_kills_is_found_and_nothing_else(death: Death, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.trial.SECONDS_EACH", 1)
    assert await poison(deciding({3: death})) == {3}


async def test_what_kills_at_the_beginning_and_at_the_end_is_found() -> None:
    assert await poison(deciding({0: crashed, 1: killed, NUMBER - 1: crashed})) == {0, 1, NUMBER - 1}


async def test_what_kills_nobody_is_left_alone_and_nothing_changes_here() -> None:
    seen: list[int] = []

    def decide(_: frozenset[int]) -> Iterator[None]:
        for place in range(NUMBER):
            seen.append(place)
            yield

    assert await poison(decide) == frozenset()
    assert seen == []


async def test_a_death_that_does_not_come_twice_says_nothing(tmp_path: Path) -> None:
    once = tmp_path / "once"

    def decide(_: frozenset[int]) -> Iterator[None]:
        for place in range(NUMBER):
            if place == 2 and not once.exists():
                once.touch()
                killed()
            yield

    assert await poison(decide) == frozenset()


async def test_a_shortage_of_memory_says_nothing() -> None:
    def decide(_: frozenset[int]) -> Iterator[None]:
        yield
        raise MemoryError

    with pytest.raises(TrialFailedError, match="no memory to try in"):
        await poison(decide)


async def test_where_setting_aside_kills_too_nothing_is_known() -> None:
    def decide(_: frozenset[int]) -> Iterator[None]:
        yield
        killed()

    with pytest.raises(TrialFailedError, match="setting a record aside"):
        await poison(decide)


async def test_a_child_that_stands_still_is_no_proof_against_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.trial.STALLED", 0.2)

    def decide(_: frozenset[int]) -> Iterator[None]:
        yield
        signal.pause()

    with pytest.raises(TrialFailedError, match=r"no sign of life for 0\.2 s"):
        await poison(decide)


async def test_the_loop_goes_on_meanwhile_and_no_child_is_left() -> None:
    ear, mouth = os.pipe()
    before = psutil.Process().children()  # a broker's guard, when tests that need one ran here before

    def decide(_: frozenset[int]) -> Iterator[None]:
        os.read(ear, 1)
        yield

    trying = asyncio.create_task(poison(decide))
    asyncio.get_running_loop().call_soon(os.write, mouth, b"!")  # never, if trying held the loop up
    assert await trying == frozenset()
    assert psutil.Process().children() == before
    os.close(ear)
    os.close(mouth)


async def test_a_child_leaves_nothing_of_anybody_on_a_disk_and_goes_first_when_memory_is_short(tmp_path: Path) -> None:
    told = tmp_path / "told"

    def decide(_: frozenset[int]) -> Iterator[None]:
        score = Path("/proc/self/oom_score_adj").read_text("ascii").strip()
        told.write_text(f"{resource.getrlimit(resource.RLIMIT_CORE)} {score}")
        yield

    assert await poison(decide) == frozenset()
    assert told.read_text() == "(0, 0) 1000"
