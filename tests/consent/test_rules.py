"""Every rule of the policy stands in a case that would be decided otherwise without it."""

from collections import defaultdict
from functools import cache
from typing import Any, Final

import pytest

from consent.decision import decide
from tests.consent.cases import all_cases, decided, facts
from tests.consent.files import POLICY
from tests.consent.mutants import Mutant, mutants

pytestmark = pytest.mark.wide

CASES: Final = tuple(all_cases())
MUTANTS: Final = tuple(sorted(mutants(POLICY), key=lambda mutant: mutant.rule))
ANY_EVENT: Final = "for any event"
NOT_SAID: Final = "without on_duty"
"""That nobody claims an emergency stands on no sheet."""

KEPT_TWICE: Final = {
    "CONSENT_NOTICE without told": "only whoever was told is a receiver of the change of a consent",
    "HANDOVER without takes_on": "only whoever takes the person on is a receiver of a handover",
    "MAPPA_RISK without on_panel": "each of its events is for those on the panel alone",
    "OWN_DATA without named": "only the desk that is named is a receiver of a request",
    "CONSENT_NOTICE for any event": "nobody but those told of a consent, a designation or a correction is TOLD",
    "DESIGNATION_NOTICE for any event": "the same",
    "MAPPA_ATTENDANCE for any event": "only a review has minutes",
    "CJA254_DISPUTED for any event": "only a recall is of a kind that could be excluded",
    "S136 for any event": "only s136 has a state that goes on",
    "ALERT for any event": "the hub's clocks publish alerts and corrections alone",
    "ALERT_TO_GUARDIAN for any event": "no other type has a stage of these names",
    "GUARDIAN for any event": "the Guardian is a receiver of overrides and alerts alone",
}
"""Rules that another rule keeps too, and by which: what is dangerous to lose is said in two places."""
BY_EMERGENCY: Final = "disclosure_correction without the row"
"""A correction is asked before receivers; its row says for whom it is all the same."""


@cache
def _as_decided(n: int) -> Any:
    return decided(CASES[n], POLICY)


@cache
def _asking() -> dict[str, set[int]]:
    """By gateway, the cases that ask it."""
    asked: dict[str, set[int]] = defaultdict(set)
    for n, case in enumerate(CASES):
        for answer in decide(facts(case), POLICY).answers:
            for tried in answer.tried:
                asked[tried.gateway].add(n)
    return asked


def _shown(mutant: Mutant) -> bool:
    asked = mutant.gateway and ANY_EVENT not in mutant.rule and not mutant.rule.endswith(NOT_SAID)
    among = _asking()[mutant.gateway] if asked else range(len(CASES))
    cases = (n for n in among if not mutant.event or CASES[n]["event"] == mutant.event)
    return any(decided(CASES[n], mutant.policy) != _as_decided(n) for n in cases)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.rule for mutant in MUTANTS])
def test_some_case_is_decided_otherwise_without_the_rule(mutant: Mutant) -> None:
    kept_twice = mutant.rule in KEPT_TWICE or mutant.rule.startswith(BY_EMERGENCY)
    assert _shown(mutant) is not kept_twice


def test_there_are_many_cases_and_each_rule_of_the_list_exists() -> None:
    assert len(CASES) >= 300
    assert KEPT_TWICE.keys() <= {mutant.rule for mutant in MUTANTS}
