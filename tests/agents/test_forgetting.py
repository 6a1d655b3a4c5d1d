"""The repeat table forgets what is old, a little at a time, and what is not old never."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select

from agents.forgetting import MOST, Forgetting
from hub.intake.event import DAY_MS
from hub.people import Index, tables
from hub.settings import Settings
from hub.sharing.registers import WINDOW_DAYS
from tests.hub.intake.builders import KEYS

DAYS = 90
TODAY = 20_500
NOON = DAY_MS // 2


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'people.db'}"


@pytest.fixture
def people(url: str) -> Iterator[Index]:
    with Index.open(url, KEYS) as opened:
        yield opened


def accepted(url: str, *days: int) -> None:
    """Let the table know events of those days."""
    answer = {"content_hash": b"content.", "route_key": "r", "confidence": "CONFIRMED", "possible": ""}
    rows = [{"entry_id": f"{day}/{number}", "day": day, **answer} for number, day in enumerate(days)]
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(tables.accepted), rows)
    engine.dispose()


def known(url: str) -> list[int]:
    """The days of which the table knows events."""
    engine = create_engine(url)
    with engine.connect() as connection:
        days = connection.execute(select(tables.accepted.c.day)).scalars().all()
    engine.dispose()
    return sorted(days)


def at(day: int) -> list[int]:
    return [day * DAY_MS + NOON, day * DAY_MS]


async def test_what_is_out_of_the_window_is_forgotten_and_the_window_is_not(people: Index, url: str) -> None:
    accepted(url, TODAY - DAYS - 1, TODAY - DAYS, TODAY - 1, TODAY)
    await Forgetting(people, DAYS).step(at(TODAY))
    assert known(url) == [TODAY - DAYS, TODAY - 1, TODAY]


async def test_only_a_little_is_forgotten_at_once_and_the_oldest_first(people: Index, url: str) -> None:
    accepted(url, *[2] * MOST, *[1] * MOST, 3)
    forgetting, left = Forgetting(people, DAYS), list[list[int]]()
    for _ in range(3):
        await forgetting.step(at(TODAY) if not left else [])
        left.append(known(url))
    assert left == [[2] * MOST + [3], [3], []]


async def test_the_table_is_looked_through_once_a_day(people: Index, url: str) -> None:
    forgetting = Forgetting(people, DAYS)
    await forgetting.step(at(TODAY))
    accepted(url, 1)
    await forgetting.step(at(TODAY))
    assert known(url) == [1]
    await forgetting.step(at(TODAY + 1))
    assert known(url) == []


async def test_before_the_log_says_what_day_it_is_nothing_is_forgotten(people: Index, url: str) -> None:
    accepted(url, -DAYS - 1, 0)
    await Forgetting(people, DAYS).step([])
    assert known(url) == [-DAYS - 1, 0]


async def test_a_record_that_comes_late_brings_no_earlier_day_back(people: Index, url: str) -> None:
    forgetting = Forgetting(people, DAYS)
    await forgetting.step(at(TODAY))
    accepted(url, 1)
    await forgetting.step(at(TODAY - 3))
    assert known(url) == [1]


async def test_a_broker_whose_clock_is_far_ahead_makes_nothing_forgotten(people: Index, url: str) -> None:
    accepted(url, TODAY - DAYS, TODAY)
    forgetting = Forgetting(people, DAYS, lambda: TODAY * DAY_MS + NOON)
    await forgetting.step(at(TODAY + 40_000))
    assert known(url) == [TODAY]  # of its own tomorrow, which is as far as it believes
    await forgetting.step(at(TODAY))
    assert known(url) == [TODAY]


def test_intake_knows_an_event_again_for_longer_than_sharing_does() -> None:
    field = Settings.model_fields["repeat_days"]
    [least] = [rule.ge for rule in field.metadata if hasattr(rule, "ge")]
    assert WINDOW_DAYS < least <= field.default
