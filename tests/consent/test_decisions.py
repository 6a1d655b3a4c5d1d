import pytest

from consent.decision import decide
from consent.policy import Policy
from consent.terms import REASONS
from tests.consent.cases import Case, all_cases, decided, expected, facts
from tests.consent.files import POLICY, without

CASES = tuple(all_cases())


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_a_case_is_decided_as_it_says(case: Case) -> None:
    found = decided(case, POLICY)
    assert found == expected(case, found)


def test_no_two_cases_say_the_same() -> None:
    assert len({case["says"] for case in CASES}) == len(CASES)


def test_every_reason_but_a_broken_rule_stands_in_some_case() -> None:
    shown = {reason for case in CASES for reason in _reasons(case)}
    assert shown == REASONS - {"RULE_BROKEN"}


def _reasons(case: Case) -> set[str]:
    found = decided(case, POLICY)
    asked = {tried.answer for answer in decide(facts(case), POLICY).answers for tried in answer.tried}
    return {found["reason"], *found["refused"].values(), *found["waiting"].values(), *asked} & REASONS


@pytest.mark.wide
@pytest.mark.parametrize("gateway", sorted(POLICY.gateways))
def test_without_any_one_gateway_some_case_gives_less_or_for_another_reason(gateway: str) -> None:
    poorer = without(gateway)
    assert any(_less(decided(case, poorer)["given"], case["given"]) or _otherwise(case, poorer) for case in CASES)


def _otherwise(case: Case, poorer: Policy) -> bool:
    return bool(decided(case, poorer)["reason"] != case["reason"])


def _less(found: list[str], said: list[str]) -> bool:
    assert set(found) <= set(said)
    return found != said
