from datetime import date

import pytest

from hub.model.days import begins, day_at, over, written

HOUR = 3_600_000
MARCH_29 = 1_774_742_400_000
"""2026-03-29T00:00:00Z: the day on which summer time begins at 01:00."""


def test_a_day_begins_at_midnight_in_london_in_winter_and_in_summer() -> None:
    assert begins(date(2026, 3, 29)) == MARCH_29
    assert over(date(2026, 3, 29)) == begins(date(2026, 3, 30)) == MARCH_29 + 23 * HOUR


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25), date(2026, 12, 31)])
def test_a_moment_falls_on_the_day_that_has_begun_and_is_not_over(day: date) -> None:
    assert day_at(begins(day)) == day_at(over(day) - 1) == day
    assert day_at(begins(day) - 1) < day < day_at(over(day))


def test_the_last_day_of_all_has_an_end() -> None:
    assert over(date.max) > begins(date(9999, 1, 1))


@pytest.mark.parametrize("said", [None, "", "soon", "2026-02-30"])
def test_what_names_no_day_is_none(said: str | None) -> None:
    assert written(said) is None


def test_a_day_is_read_as_it_is_written() -> None:
    assert written("2026-03-02") == date(2026, 3, 2)
