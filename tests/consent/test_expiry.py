from datetime import UTC, date, datetime

import pytest

from consent.errors import PolicyError
from consent.expiry import Expiry
from consent.lasting import Handover, Hold
from tests.consent.files import EXPIRY, TEXTS


def ms(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]  # a plain moment


MARCH = ms(2026, 3, 4, 11)
DAY = 86_400_000


def ends(*purposes: str, first: int = MARCH, last: date | None = None, custody: bool = False) -> int | None:
    return EXPIRY.expires_at(purposes, first, last, taken_at=first, custody_setting=custody)


def test_a_last_day_lasts_to_its_end_in_london() -> None:
    assert ends("REFERRAL", last=date(2026, 9, 4)) == ms(2026, 9, 4, 23)
    assert ends("REFERRAL", last=date(2026, 12, 4)) == ms(2026, 12, 5)


def test_the_days_on_which_clocks_change_end_at_midnight_in_london() -> None:
    assert ends("REFERRAL", last=date(2026, 3, 29)) == ms(2026, 3, 29, 23)
    assert ends("REFERRAL", last=date(2026, 10, 25)) == ms(2026, 10, 26)


def test_a_referral_lasts_six_months() -> None:
    assert isinstance(ends("REFERRAL"), int)
    assert ends("REFERRAL") == ms(2026, 9, 4, 23)


def test_six_months_from_the_end_of_august_end_with_february() -> None:
    assert ends("REFERRAL", first=ms(2026, 8, 31, 11)) == ms(2027, 3, 1)
    assert ends("REFERRAL", first=ms(2026, 6, 30, 11)) == ms(2026, 12, 31)


def test_the_first_day_is_londons() -> None:
    assert ends("REFERRAL", first=ms(2026, 6, 30, 23, 30)) == ms(2027, 1, 2)


def test_a_report_lasts_until_sentence_which_no_clock_knows() -> None:
    assert ends("PSR") is None


def test_of_several_purposes_the_earliest_end_counts() -> None:
    assert ends("PSR", "REFERRAL") == ends("REFERRAL")


def test_a_purpose_without_a_rule_of_its_own_has_the_common_one() -> None:
    assert ends("SUPERVISION") == ends("REFERRAL")


def test_no_purpose_has_no_end_for_it_gives_nothing() -> None:
    assert ends() is None


def test_consent_taken_in_custody_lasts_seven_days_or_less() -> None:
    assert ends("PSR", custody=True) == ms(2026, 3, 11, 11)
    assert ends("REFERRAL", last=date(2026, 9, 4), custody=True) == ms(2026, 3, 11, 11)
    assert ends("REFERRAL", last=date(2026, 3, 5), custody=True) == ms(2026, 3, 6)


def test_what_was_taken_in_custody_ends_seven_days_after_it_was_taken_whenever_it_begins() -> None:
    later = ms(2026, 3, 9)
    end = EXPIRY.expires_at(["REFERRAL"], later, None, taken_at=MARCH, custody_setting=True)
    assert end == ms(2026, 3, 11, 11)


def test_the_last_day_that_a_calendar_knows_does_no_harm() -> None:
    assert ends("REFERRAL", last=date.max) == ms(9999, 12, 31)


def test_where_no_rule_was_in_force_nothing_ever_held() -> None:
    early = ms(2019, 12, 31)
    assert ends("REFERRAL", first=early) == early
    assert ends("REFERRAL", first=early, last=date(2020, 3, 1), custody=True) == early


def test_a_rule_ends_with_its_last_day() -> None:
    text = TEXTS["expiry.toml"].replace("months = 6\n", "months = 6\neffective_to = 2026-03-03\n", 1)
    assert Expiry.parse(text).expires_at(["REFERRAL"], MARCH, None, taken_at=MARCH, custody_setting=False) == ms(
        2026, 9, 4, 23
    )
    text = text.replace('purposes = "otherwise"\nmonths = 6', 'purposes = "otherwise"\nmonths = 1')
    assert Expiry.parse(text).expires_at(["REFERRAL"], MARCH, None, taken_at=MARCH, custody_setting=False) == ms(
        2026, 4, 4, 23
    )


def test_a_rule_holds_on_its_first_day_and_on_its_last() -> None:
    text = TEXTS["expiry.toml"].replace("2020-01-01", "2026-03-04\neffective_to = 2026-03-04", 1)
    text = text.replace('purposes = "otherwise"\nmonths = 6', 'purposes = "otherwise"\nmonths = 1')
    dated = Expiry.parse(text)

    def end(first: int) -> int | None:
        return dated.expires_at(["REFERRAL"], first, None, taken_at=first, custody_setting=False)

    assert end(ms(2026, 3, 3, 11)) == ms(2026, 4, 3, 23)
    assert end(ms(2026, 3, 4, 11)) == ms(2026, 9, 4, 23)
    assert end(ms(2026, 3, 5, 11)) == ms(2026, 4, 5, 23)


def test_six_months_from_the_end_of_may_end_with_november() -> None:
    assert ends("REFERRAL", first=ms(2026, 5, 31, 11)) == ms(2026, 12, 1)


def test_the_rules_of_the_text_are_what_is_asked() -> None:
    read = Expiry.parse(TEXTS["expiry.toml"])
    assert read.expires_at(["REFERRAL"], MARCH, None, taken_at=MARCH, custody_setting=True) == ms(2026, 3, 11, 11)
    assert read.expires_at(["PSR"], MARCH, None, taken_at=MARCH, custody_setting=False) is None
    assert read.hold(date(2026, 3, 4)) == Hold(30, 1, date(2020, 1, 1), None)
    assert read.handover(date(2026, 3, 4)) == Handover(
        frozenset({"self_risk", "adjustments", "staff_safety", "risk"}),
        frozenset({"order", "concern"}),
        30,
        date(2020, 1, 1),
        None,
    )
    assert read.ask_again(MARCH + 100 * DAY, MARCH) == MARCH + 86 * DAY


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("months = 6", "months = 0", "NOT_A_NUMBER in rule, months"),
        ('until = "sentence"', 'until = ""', "MISSING in rule, until"),
        ('purposes = ["PSR"]', 'purposes = ["PSL"]', "UNKNOWN_PURPOSE in rule, purposes"),
        ('purposes = ["REFERRAL"]', 'purposes = "REFERRAL"', "NOT_A_LIST in rule, purposes"),
        ("months = 6", "days = 2\nmonths = 6", "UNKNOWN_FIELD in rule, days"),
        ("effective_from = 2020-01-01", "effective_from = 2020-01-01T00:00:00Z", "NOT_A_DATE in rule, effective_from"),
        (
            "effective_from = 2020-01-01",
            'effective_to = "soon"\neffective_from = 2020-01-01',
            "NOT_A_DATE in rule, effective_to",
        ),
        ("days = 7", "days = true", "NOT_A_NUMBER in custody, days"),
        ("days = 7", 'purposes = ["PSR"]\ndays = 7', "UNKNOWN_FIELD in custody, purposes"),
        ("[[custody]]", "[custody]", "NOT_ROWS in custody"),
    ],
)
def test_rules_that_say_anything_unknown_do_not_load_and_tell_where_it_stands(old: str, new: str, told: str) -> None:
    text = TEXTS["expiry.toml"]
    assert old in text
    with pytest.raises(PolicyError) as caught:
        Expiry.parse(text.replace(old, new, 1))
    line = text.count("\n", 0, text.index(old)) + 1
    assert str(caught.value) == f"expiry.toml, line {line}: {told}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("months = 6", 'months = 6\nuntil = "x"', "ONE_END_NEEDED in rule"),
        ("months = 6\n", "", "ONE_END_NEEDED in rule"),
        ("days = 7\n", "", "ONE_END_NEEDED in custody"),
        ('purposes = ["PSR"]', "", "MISSING in rule, purposes"),
        ("effective_from = 2020-01-01\n", "", "MISSING in rule, effective_from"),
        ("[[custody]]", "[[detention]]", "UNKNOWN_FIELD in expiry, detention"),
    ],
)
def test_a_rule_that_lacks_anything_does_not_load(old: str, new: str, told: str) -> None:
    assert old in TEXTS["expiry.toml"]
    with pytest.raises(PolicyError) as caught:
        Expiry.parse(TEXTS["expiry.toml"].replace(old, new, 1))
    assert str(caught.value) == f"expiry.toml, line {caught.value.line}: {told}"


KINDS = ("rule", "handover", "hold", "reminder", "custody")


@pytest.mark.parametrize("kind", KINDS)
def test_rules_of_each_kind_are_rows(kind: str) -> None:
    text = "".join(f"{one} = {1 if one == kind else []}\n" for one in KINDS)
    with pytest.raises(PolicyError) as caught:
        Expiry.parse(text)
    assert str(caught.value) == f"expiry.toml, line {KINDS.index(kind) + 1}: NOT_ROWS in {kind}"
