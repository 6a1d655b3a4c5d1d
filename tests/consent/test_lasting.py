"""What a handover brings and how long something waits, from dated rules; a day without a rule has neither."""

from datetime import date

import pytest

from consent.errors import PolicyError
from consent.expiry import Expiry
from tests.consent.files import EXPIRY, TEXTS

HOLD = "[[hold]]\nurgent_minutes = 30\nworking_days = 1\neffective_from = 2020-01-01\n"
TODAY = date(2026, 11, 26)


def expiry(old: str, new: str) -> Expiry:
    assert old in TEXTS["expiry.toml"]
    return Expiry.parse(TEXTS["expiry.toml"].replace(old, new))


def test_what_a_desk_that_takes_a_person_on_has_to_know_is_current() -> None:
    rule = EXPIRY.handover(TODAY)
    assert rule is not None
    assert rule.current("screening", frozenset({"self_risk", "health_full"}))
    assert rule.current("order", frozenset())
    assert not rule.current("screening", frozenset({"identity", "health_full"}))


def test_before_its_first_day_and_after_its_last_no_rule_holds() -> None:
    assert EXPIRY.handover(date(2019, 12, 31)) is None
    dated = expiry(HOLD, HOLD + "effective_to = 2026-11-25\n")
    assert dated.hold(date(2026, 11, 25)) is not None
    assert dated.hold(TODAY) is None


def test_one_rule_follows_another() -> None:
    later = HOLD.replace("30", "15").replace("2020-01-01", "2026-11-26")
    dated = expiry(HOLD, later + HOLD + "effective_to = 2026-11-25\n")
    assert [rule.urgent_minutes for day in (date(2026, 11, 25), TODAY) if (rule := dated.hold(day))] == [30, 15]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (HOLD, HOLD + HOLD, "DATES_OVERLAP"),
        (HOLD, HOLD.replace("30", "0"), "NOT_A_NUMBER"),
        (HOLD, HOLD.replace("2020-01-01", '"soon"'), "NOT_A_DATE"),
        (HOLD, HOLD.replace("working_days", "days"), "UNKNOWN_FIELD"),
        (HOLD, HOLD + 'effective_to = "never"\n', "NOT_A_DATE"),
        ('views = ["self_risk"', 'views = ["mood"', "UNKNOWN_VIEW"),
        ('events = ["order"', "events = [7", "UNKNOWN_EVENT"),
        ("days = 30", 'days = "30"', "NOT_A_NUMBER"),
        ('events = ["order", "concern"]', 'events = "order"', "NOT_A_LIST"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_by_name_and_line(old: str, new: str, code: str) -> None:
    with pytest.raises(PolicyError) as refused:
        expiry(old, new)
    assert (refused.value.code, refused.value.file) == (code, "expiry.toml")
    assert refused.value.line


def test_whoever_took_a_consent_is_to_ask_again_two_weeks_before_it_ends_or_at_once() -> None:
    day = 86_400_000
    start = 1_800_000_000_000
    assert EXPIRY.ask_again(start + 100 * day, start) == start + 86 * day
    assert EXPIRY.ask_again(start + 7 * day, start) == start
    assert EXPIRY.ask_again(None, start) is None
    assert EXPIRY.ask_again(1_000_000_000, 0) is None
