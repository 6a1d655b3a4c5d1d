import pytest

from consent.takers import Takers
from consent.terms import PURPOSES, ROLES, VIEWS
from tests.consent.files import POLICY, changed

MINIMUM = ("identity", "nhs_number", "health_minimum")
REFERRAL = ("REFERRAL",)
may_take = POLICY.takers.may_take


@pytest.mark.parametrize("role", ["POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL", "PRESS"])
def test_police_never_take_consent_nor_does_whoever_is_unknown(role: str) -> None:
    assert not may_take(role, ("identity",), REFERRAL)


def test_never_outweighs_any_row() -> None:
    row = 'roles = ["LD_TEAM", '
    takers = changed("takers.toml", row, 'roles = ["POLICE_PPU", "LD_TEAM", ').takers
    assert not takers.may_take("POLICE_PPU", ("identity",), REFERRAL)


@pytest.mark.parametrize("role", ["LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED", "CVO"])
def test_health_and_charity_staff_take_any_consent(role: str) -> None:
    assert may_take(role, VIEWS, tuple(PURPOSES))


@pytest.mark.parametrize("role", ["PROB_OM", "PROB_COURT", "YJS"])
def test_probation_and_youth_justice_take_it_for_minimum_health_in_their_own_referrals(role: str) -> None:
    assert may_take(role, MINIMUM, REFERRAL)
    assert not may_take(role, (*MINIMUM, "health_full"), REFERRAL)
    assert not may_take(role, MINIMUM, ("REFERRAL", "SUPERVISION"))


def test_others_take_it_for_what_is_not_about_health() -> None:
    assert may_take("COURT", ("identity", "location"), ("SUPERVISION",))
    assert not may_take("COURT", MINIMUM, REFERRAL)


def test_two_rows_do_not_add_up() -> None:
    assert may_take("PROB_OM", ("identity", "location"), REFERRAL)
    assert not may_take("PROB_OM", ("location", "health_minimum"), REFERRAL)


def test_without_a_row_nobody_takes_anything() -> None:
    text = "never = []\ntaker = []"
    nobody = Takers.parse(text)
    assert not any(nobody.may_take(role, ("identity",), REFERRAL) for role in ROLES)
