"""A batch that was begun twice in vain is tried, and what kills is named; a batch that was done is not."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents import breaker
from agents.breaker import Breaker
from hub.intake import opened
from hub.intake.event import Event, Received, Rejected, Rules
from hub.log import Span
from hub.people import Index
from tests.hub.intake.builders import KEYS, received, rules


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Index]:
    with Index.open(f"sqlite:///{tmp_path / 'people.db'}", KEYS) as index:
        yield index


def at(offset: int, event_type: str = "screening") -> Received:
    return replace(received(event_type), offset=offset)


@pytest.fixture
def _fragile(monkeypatch: pytest.MonkeyPatch) -> None:
    def ingesting(one: Received, judged_by: Rules) -> Event | Rejected:
        if one.offset == 8:
            os.kill(os.getpid(), signal.SIGKILL)
        return opened(one, judged_by)

    monkeypatch.setattr(breaker, "opened", ingesting)


@pytest.mark.usefixtures("_fragile")
async def test_at_the_third_attempt_what_kills_is_named(people: Index) -> None:
    looked = Breaker(people, rules())
    batch = [at(7), at(8), at(9, "arrest")]
    assert [await looked.poison(batch) for _ in range(3)] == [frozenset(), frozenset(), {1}]


async def test_what_kills_nobody_is_never_set_aside(people: Index) -> None:
    looked = Breaker(people, rules())
    assert [await looked.poison([at(7), at(9)]) for _ in range(5)] == [frozenset()] * 5


@pytest.mark.usefixtures("_fragile")
async def test_a_batch_that_was_done_says_nothing_of_the_next(people: Index) -> None:
    looked = Breaker(people, rules())
    for offset in (2, 4, 6):
        assert await looked.poison([at(offset), at(offset + 1)]) == frozenset()
    assert people.begin({"in.avon-ld.team/0": Span(8, 8)}) == {"in.avon-ld.team/0": 0}
