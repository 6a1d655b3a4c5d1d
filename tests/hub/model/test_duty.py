from datetime import UTC, date, datetime

import pytest

from hub.model.duty import DAYS, Day, Hour, Hours, Rota, Turn, Window, hour_at, overlap
from hub.model.holidays import USUAL, BankHolidays

WEEKDAYS: tuple[Day, ...] = ("MON", "TUE", "WED", "THU", "FRI")
OFFICE = Hours({day: (Window(9 * 60, 17 * 60),) for day in WEEKDAYS})
SEVEN_TO_TEN = Hours({day: (Window(7 * 60, 22 * 60),) for day in DAYS})
ALWAYS = Hours({day: (Window(0, 24 * 60),) for day in DAYS})
NIGHTS = Hours({day: (Window(0, 7 * 60), Window(22 * 60, 24 * 60)) for day in DAYS})
DAY_TEAM, ON_CALL = Turn("a.team", SEVEN_TO_TEN), Turn("a.line", None)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "hour"),
    [
        ("2026-03-02T10:00", Hour("MON", 600)),
        ("2026-03-28T23:59", Hour("SAT", 1439)),
        ("2026-03-29T00:59", Hour("SUN", 59)),
        ("2026-03-29T01:00", Hour("SUN", 120)),  # summer time begins: there is no hour from one to two
        ("2026-06-30T23:30", Hour("WED", 30)),  # it is the next day already
        ("2026-10-25T00:30", Hour("SUN", 90)),
        ("2026-10-25T01:30", Hour("SUN", 90)),  # the hour from one to two comes twice
        ("2026-04-06T12:00", Hour("BANK_HOLIDAY", 780)),
        ("2026-04-05T23:30", Hour("BANK_HOLIDAY", 30)),  # Easter Monday has begun in London
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall_in_london(moment: str, hour: Hour) -> None:
    assert hour_at(at(moment), USUAL) == hour


def test_a_day_that_the_operator_added_is_a_bank_holiday() -> None:
    added = BankHolidays(frozenset({date(2026, 6, 15)}))
    assert [hour_at(at("2026-06-15T12:00"), holidays).day for holidays in (USUAL, added)] == ["MON", "BANK_HOLIDAY"]


def test_a_moment_reads_as_day_and_time() -> None:
    assert Hour("SAT", 65).told() == "SAT 01:05"


@pytest.mark.parametrize(
    ("minute", "is_open"), [(9 * 60 - 1, False), (9 * 60, True), (17 * 60 - 1, True), (17 * 60, False)]
)
def test_an_office_opens_at_its_first_minute_and_closes_at_its_last(minute: int, is_open: bool) -> None:  # noqa: FBT001
    assert OFFICE.has(Hour("MON", minute)) is is_open


@pytest.mark.parametrize("day", ["SAT", "SUN", "BANK_HOLIDAY"])
def test_an_office_is_closed_at_the_weekend_and_on_bank_holidays(day: Day) -> None:
    assert not OFFICE.has(Hour(day, 12 * 60))


def answers(rota: Rota, minute: int, danger: str = "") -> list[str]:
    return list(rota.line(Hour("MON", minute), danger))


def test_whoever_is_open_answers_and_whoever_is_on_call_comes_next() -> None:
    rota = Rota((ON_CALL, DAY_TEAM))
    assert answers(rota, 12 * 60) == ["a.team", "a.line"]
    assert answers(rota, 3 * 60) == ["a.line"]


def test_a_turn_for_a_danger_comes_before_those_for_any_and_is_silent_about_others() -> None:
    rota = Rota((DAY_TEAM, ON_CALL, Turn("p.control", ALWAYS, frozenset({"OTHERS"}))))
    assert answers(rota, 12 * 60, "OTHERS") == ["p.control", "a.team", "a.line"]
    assert answers(rota, 12 * 60, "SELF") == answers(rota, 12 * 60) == ["a.team", "a.line"]


def test_on_call_fills_every_gap_and_without_it_the_first_gap_of_the_week_is_found() -> None:
    assert Rota((DAY_TEAM, ON_CALL)).gap() is None
    assert Rota((DAY_TEAM, Turn("a.night", NIGHTS))).gap() is None
    assert Rota((DAY_TEAM,)).gap() == Hour("MON", 0)
    assert Rota((Turn("a.team", OFFICE), Turn("a.night", NIGHTS))).gap() == Hour("MON", 7 * 60)
    assert Rota().gap() == Hour("MON", 0)


def test_a_turn_for_one_danger_does_not_fill_a_gap() -> None:
    assert Rota((DAY_TEAM, Turn("p.control", ALWAYS, frozenset({"OTHERS"})))).gap() == Hour("MON", 0)


def test_two_that_answer_at_once_clash_unless_it_is_about_different_dangers() -> None:
    both = Turn("b.team", Hours({"SUN": (Window(21 * 60, 23 * 60),)}))
    assert Rota((DAY_TEAM, both)).clash() == Hour("SUN", 21 * 60)
    assert Rota((DAY_TEAM, both._replace(about=frozenset({"CHILD"})))).clash() is None
    assert Rota((DAY_TEAM, Turn("a.night", NIGHTS))).clash() is None


def test_only_one_desk_can_be_on_call_for_a_danger() -> None:
    assert Rota((ON_CALL, ON_CALL)).on_call_twice()
    assert not Rota((ON_CALL, ON_CALL._replace(about=frozenset({"SELF"})))).on_call_twice()


@pytest.mark.parametrize(
    ("windows", "shared"),
    [
        ([], None),
        ([Window(0, 10), Window(10, 20)], None),
        ([Window(10, 20), Window(0, 11)], 10),
        ([Window(0, 60), Window(10, 11), Window(70, 80)], 10),
    ],
)
def test_windows_overlap_only_if_they_share_a_minute(windows: list[Window], shared: int | None) -> None:
    assert overlap(windows) == shared
