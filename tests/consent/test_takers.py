import pytest

from consent.errors import PolicyError
from consent.takers import Takers
from consent.terms import PURPOSES, ROLES, VIEWS
from tests.consent.files import POLICY, TEXTS, changed

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


def test_what_the_text_says_is_what_may_be_taken() -> None:
    takers = Takers.parse(TEXTS["takers.toml"])
    assert takers.may_take("GP", VIEWS, tuple(PURPOSES))
    assert takers.may_take("PROB_OM", MINIMUM, REFERRAL)
    assert takers.may_take("COURT", ("identity", "location"), ("SUPERVISION",))
    assert not takers.may_take("COURT", MINIMUM, REFERRAL)


ROW = '[[taker]]\nroles = ["GP"]\nviews = ["status"]\npurposes = ["PSR"]\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("never = []\ntaker = 1", "line 2: NOT_ROWS in taker"),
        ("never = []\nalways = []\ntaker = []", "line 2: UNKNOWN_FIELD in takers, always"),
        ("taker = []", "line 1: MISSING in takers, never"),
        ('taker = []\nnever = ["PRESS"]', "line 2: UNKNOWN_ROLE in takers, never"),
        ("taker = []\nnever = 1", "line 2: NOT_A_LIST in takers, never"),
        (f"never = []\n{ROW}when = 1\n", "line 6: UNKNOWN_FIELD in taker, when"),
        (f"never = []\n{ROW}".replace("GP", "PRESS"), "line 3: UNKNOWN_ROLE in taker, roles"),
        (f"never = []\n{ROW}".replace('["GP"]', "1"), "line 3: NOT_A_LIST in taker, roles"),
        (f"never = []\n{ROW}".replace("status", "state"), "line 4: UNKNOWN_VIEW in taker, views"),
        (f"never = []\n{ROW}".replace('["status"]', "1"), "line 4: NOT_A_LIST in taker, views"),
        (f"never = []\n{ROW}".replace("PSR", "PSL"), "line 5: UNKNOWN_PURPOSE in taker, purposes"),
        (f"never = []\n{ROW}".replace('["PSR"]', "1"), "line 5: NOT_A_LIST in taker, purposes"),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused_by_name_and_line(text: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Takers.parse(text)
    assert str(caught.value) == f"takers.toml, {told}"
