"""What a handover brings and how long something waits, from dated rules; a day without a rule has neither."""

from datetime import date

import pytest

from consent.errors import PolicyError
from consent.expiry import Expiry
from consent.terms import IDENTIFIERS, VIEWS
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


def test_of_what_comes_again_an_order_comes_whole_and_a_screening_with_what_the_next_desk_must_know() -> None:
    rule = EXPIRY.handover(date(2026, 3, 2))
    assert rule is not None
    everything = frozenset(VIEWS)
    assert rule.given("order", everything) == everything
    kept = rule.given("screening", everything)
    assert kept >= {"identity", "location", "self_risk", "adjustments", "staff_safety", "risk", *IDENTIFIERS}
    assert kept.isdisjoint({"health_full", "health_minimum", "health_extract", "criminal_justice", "minutes", "victim"})
    assert rule.given("screening", frozenset({"self_risk", "health_full"})) == {"self_risk"}


def test_before_its_first_day_and_after_its_last_no_rule_holds() -> None:
    assert EXPIRY.handover(date(2019, 12, 31)) is None
    dated = expiry(HOLD, HOLD + "effective_to = 2026-11-25\n")
    assert dated.hold(date(2026, 11, 25)) is not None
    assert dated.hold(TODAY) is None


def test_one_rule_follows_another() -> None:
    later = HOLD.replace("30", "15").replace("2020-01-01", "2026-11-26")
    dated = expiry(HOLD, later + HOLD + "effective_to = 2026-11-25\n")
    assert [rule.urgent_minutes for day in (date(2026, 11, 25), TODAY) if (rule := dated.hold(day))] == [30, 15]


HANDOVER = '[[handover]]\nviews = ["self_risk", "adjustments", "staff_safety", "risk"]\n'
REMINDER = "[[reminder]]\ndays = 14\neffective_from = 2020-01-01\n"
WRONG = [
    (HOLD, HOLD.replace("30", "0"), 1, "NOT_A_NUMBER in hold, urgent_minutes"),
    (HOLD, HOLD.replace("= 1", "= 1.5"), 2, "NOT_A_NUMBER in hold, working_days"),
    (HOLD, HOLD.replace("2020-01-01", '"soon"'), 3, "NOT_A_DATE in hold, effective_from"),
    (HOLD, HOLD + 'effective_to = "never"\n', 4, "NOT_A_DATE in hold, effective_to"),
    (HOLD, HOLD.replace("working_days", "days"), 2, "UNKNOWN_FIELD in hold, days"),
    (HOLD, HOLD + HOLD, 3, "DATES_OVERLAP in hold, effective_from"),
    (HANDOVER, HANDOVER.replace("self_risk", "mood"), 1, "UNKNOWN_VIEW in handover, views"),
    (HANDOVER, HANDOVER.replace("[[handover]]", "[[handover]]\nview = 1"), 1, "UNKNOWN_FIELD in handover, view"),
    ('events = ["order"', "events = [7", 0, "UNKNOWN_EVENT in handover, events"),
    ('events = ["order"', 'events = [""', 0, "UNKNOWN_EVENT in handover, events"),
    ('events = ["order", "concern"]', 'events = "order"', 0, "NOT_A_LIST in handover, events"),
    ('events = ["order", "concern"]', "events = 7", 0, "NOT_A_LIST in handover, events"),
    ("days = 30", 'days = "30"', 0, "NOT_A_NUMBER in handover, days"),
    (
        "days = 30\neffective_from = 2020",
        "days = 30\neffective_from = 1  # 2020",
        1,
        "NOT_A_DATE in handover, effective_from",
    ),
    ("days = 30\n", "days = 30\neffective_to = 1\n", 1, "NOT_A_DATE in handover, effective_to"),
    (REMINDER, REMINDER.replace("14", "0"), 1, "NOT_A_NUMBER in reminder, days"),
    (REMINDER, REMINDER.replace("days", "weeks"), 1, "UNKNOWN_FIELD in reminder, weeks"),
    (REMINDER, REMINDER.replace("2020-01-01", "2020"), 2, "NOT_A_DATE in reminder, effective_from"),
    (REMINDER, REMINDER + "effective_to = 2020\n", 3, "NOT_A_DATE in reminder, effective_to"),
    (REMINDER, REMINDER + REMINDER, 2, "DATES_OVERLAP in reminder, effective_from"),
]


@pytest.mark.parametrize(("old", "new", "below", "told"), WRONG, ids=[f"{n}-{one[3]}" for n, one in enumerate(WRONG)])
def test_a_rule_that_cannot_be_meant_is_refused_by_name_and_line(old: str, new: str, below: int, told: str) -> None:
    text = TEXTS["expiry.toml"]
    line = text.count("\n", 0, text.index(old)) + 1 + below
    with pytest.raises(PolicyError) as refused:
        expiry(old, new)
    assert str(refused.value) == f"expiry.toml, line {line}: {told}"


def test_two_handovers_that_speak_of_one_day_are_refused() -> None:
    text = TEXTS["expiry.toml"]
    row = text[text.index("[[handover]]") : text.index("\n\n# How long something waits")]
    with pytest.raises(PolicyError, match=r"DATES_OVERLAP in handover, effective_from$"):
        expiry(row, f"{row}\n{row}")


def test_a_rule_may_begin_the_day_after_another_ends_but_not_on_the_same_day() -> None:
    ending = HOLD + "effective_to = 2026-11-25\n"
    assert expiry(HOLD, ending + HOLD.replace("2020-01-01", "2026-11-26")).hold(TODAY) is not None
    with pytest.raises(PolicyError, match="DATES_OVERLAP"):
        expiry(HOLD, ending + HOLD.replace("2020-01-01", "2026-11-25"))


def test_whoever_took_a_consent_is_to_ask_again_two_weeks_before_it_ends_or_at_once() -> None:
    day = 86_400_000
    start = 1_800_000_000_000
    assert EXPIRY.ask_again(start + 100 * day, start) == start + 86 * day
    assert EXPIRY.ask_again(start + 7 * day, start) == start
    assert EXPIRY.ask_again(None, start) is None
    assert EXPIRY.ask_again(1_000_000_000, 0) is None
