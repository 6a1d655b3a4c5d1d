import pytest

from consent.takers import may_take

MINIMUM = ("identity", "health_minimum")


@pytest.mark.parametrize("role", ["POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL", "PRESS"])
def test_police_never_take_consent_nor_does_whoever_is_unknown(role: str) -> None:
    assert not may_take(role, ("identity",))


@pytest.mark.parametrize("role", ["LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED", "CVO"])
def test_health_and_charity_staff_take_any_consent(role: str) -> None:
    assert may_take(role, ("identity", "health_full"))


@pytest.mark.parametrize("role", ["PROB_OM", "PROB_COURT", "YJS"])
def test_probation_and_youth_justice_take_it_for_minimum_health_in_their_own_referrals(role: str) -> None:
    assert may_take(role, MINIMUM)
    assert not may_take(role, (*MINIMUM, "health_full"))
    assert not may_take(role, MINIMUM, ("REFERRAL", "SUPERVISION"))


def test_others_take_it_for_what_is_not_about_health() -> None:
    assert may_take("COURT", ("identity", "location"))
    assert not may_take("COURT", MINIMUM)
