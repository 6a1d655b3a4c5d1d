from datetime import date

import pytest

from hub.model.holidays import BankHolidays, easter, usual

PUBLISHED = {
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_bank_holidays_of_a_year_are_those_that_were_published(year: int) -> None:
    assert usual(year) == {date.fromisoformat(f"{year}-{day}") for day in PUBLISHED[year].split()}


@pytest.mark.parametrize(
    "sunday", [date(1981, 4, 19), date(2008, 3, 23), date(2038, 4, 25), date(2049, 4, 18), date(2100, 3, 28)]
)
def test_easter_is_right_at_its_earliest_its_latest_and_in_the_years_of_exceptions(sunday: date) -> None:
    assert easter(sunday.year) == sunday


@pytest.mark.parametrize("year", range(2020, 2080))
def test_every_year_has_eight_or_more_and_each_is_a_weekday(year: int) -> None:
    assert len(usual(year)) >= 8
    assert all(day.weekday() < 5 for day in usual(year))


def test_an_operator_may_add_a_day_and_drop_another() -> None:
    holidays = BankHolidays(added=frozenset({date(2026, 6, 15)}), dropped=frozenset({date(2026, 5, 25)}))
    days = [date(2026, 6, 15), date(2026, 5, 25), date(2026, 5, 4), date(2026, 5, 5)]
    assert [holidays.has(day) for day in days] == [True, False, True, False]
