from pathlib import Path

import pytest

from tests.hub.directories.small import SMALL, changed, only, refused

OFFICE = '[{ days = ["WEEKDAYS", "SAT"], from = 09:00:00, to = 17:00:00 }]'
AREA = 'duty = [{ desk = "avon-ld.team", hours = "daytime" }, { desk = "avon-police.custody", hours = "on-call" }]'
PLACE = 'duty = [{ desk = "avon-ld.team", hours = "office" }]'


def test_an_area_without_a_duty_desk_is_refused(file: Path) -> None:
    text = changed(AREA + "\n", "")
    (fault,) = refused(file, text)
    assert (text.splitlines()[fault.line - 1], fault.rule) == ("[areas.avon]", "an area without a duty desk")


def test_an_area_without_a_duty_desk_at_night_is_refused_and_the_first_such_hour_told(file: Path) -> None:
    fault = only(file, AREA, 'duty = [{ desk = "avon-ld.team", hours = "daytime" }]')
    assert fault.rule == "an area without a duty desk on MON 00:00"


def test_an_area_without_a_duty_desk_on_bank_holidays_is_refused(file: Path) -> None:
    days = '["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]'
    text = changed(AREA, 'duty = [{ desk = "avon-ld.team", hours = "daytime" }]').replace(
        'days = ["DAILY"], from = 07:00:00, to = 22:00:00', f"days = {days}, from = 00:00:00, to = 00:00:00"
    )
    (fault,) = refused(file, text)
    assert fault.rule == "an area without a duty desk on BANK_HOLIDAY 00:00"


def test_two_desks_that_answer_at_the_same_hour_are_refused(file: Path) -> None:
    both = AREA.replace("on-call", "office")
    rules = [fault.rule for fault in refused(file, changed(AREA, both))]
    assert "hours overlap: two desks answer on MON 09:00" in rules


def test_two_desks_on_call_are_refused(file: Path) -> None:
    assert only(file, AREA, AREA.replace("daytime", "on-call")).rule == "two desks are on call"


@pytest.mark.parametrize(
    ("turn", "rule"),
    [
        ('{ desk = "avon-ld.team", hours = "nights" }', "names unknown hours"),
        ('{ desk = "avon-ld.taem", hours = "office" }', "names an unknown desk"),
        ('{ desk = "avon-police.panel", hours = "office" }', "a desk of this role answers no emergencies"),
        ('{ desk = "bridge.liaison", hours = "office" }', "the desk does not work in this area"),
    ],
)
def test_a_turn_is_that_of_a_desk_that_can_answer_there(file: Path, turn: str, rule: str) -> None:
    assert only(file, PLACE, f"duty = [{turn}]").rule == rule


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ('[{ days = ["MON"], from = 09:00:30, to = 17:00:00 }]', "times are whole minutes"),
        (
            '[{ days = ["MON"], from = 22:00:00, to = 07:00:00 }]',
            "closes before it opens; a night is written as two, up to 00:00 and from 00:00",
        ),
        (
            '[{ days = ["SUN"], from = 09:00:00, to = 12:00:00 }, { days = ["SUN"], from = 11:00:00, to = 13:00:00 }]',
            "hours overlap",
        ),
    ],
)
def test_opening_hours_that_can_be_read_in_two_ways_are_refused(file: Path, written: str, rule: str) -> None:
    told = refused(file, changed(OFFICE, written))
    assert [fault.rule for fault in told if fault.field == "hours.office.open"] == [rule]


def test_the_word_for_being_on_call_names_no_hours(file: Path) -> None:
    text = SMALL.replace("[hours.office]", "[hours.on-call]").replace(PLACE + "\n", "")
    assert [fault.rule for fault in refused(file, text)] == [
        "this name is taken: it is what a turn says instead of hours"
    ]


def test_the_end_of_the_day_is_written_as_midnight(file: Path) -> None:
    night = (
        '[{ days = ["DAILY"], from = 22:00:00, to = 00:00:00 }, { days = ["DAILY"], from = 00:00:00, to = 07:00:00 }]'
    )
    turns = '{ desk = "avon-police.custody", hours = "office" }, { desk = "avon-ld.team", hours = "daytime" }'
    text = changed(OFFICE, night).replace(AREA, f"duty = [{turns}]").replace("partitions = 12", "partitions = 0")
    assert [fault.field for fault in refused(file, text)] == ["partitions"]
