"""The comparison of two policies leaves nothing out and makes nothing up, measured by deciding on sampled facts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from consent.compare.cubes import covering, cube, meet, within
from consent.compare.differ import Difference, carriers, differences
from consent.compare.suppose import leaves
from consent.decision import opens, taken_back
from consent.policy import Policy
from consent.terms import Facts
from hub.policies import codes
from tests.consent.files import POLICY, changed, parsed
from tests.consent.test_properties import facts_, gives
from tests.examples import examples

pytestmark = pytest.mark.slow

GP_CELL = ("views.toml", 'GP             = ["Y",              "C/K"', 'GP             = ["Y",              "C"')
NEED = 'relationships = ["PROPOSED"]\nviews = "all"\nneeds = ["need_stated"]'
CODES = codes(POLICY)
CHANGES = {
    "a cell": GP_CELL,
    "a stage": ("receivers.toml", 'only = ["WARRANT"]', 'only = ["WARRANT", "SUMMONS"]'),
    "a row's test": ("receivers.toml", NEED, NEED.rpartition("\n")[0]),
    "a gateway's test": ("gateways.toml", 'needs = ["s136_active", "agreement"]', 'needs = ["agreement"]'),
    "doubt of identity": ("views.toml", '"cj_summary", "health_minimum"]', '"cj_summary"]'),
}  # fmt: skip


def holds(facts: Facts, view: str, case: Mapping[str, Any]) -> bool:
    return all(value(facts, view, fact) in held for fact, held in case.items())


def value(facts: Facts, view: str, fact: str) -> Any:
    name, _, about = fact.partition(":")
    about = view if about == "this" else about
    if name == "consent":
        return dict(facts.consent).get(about, "NO_CONSENT")
    if name in {"override_views", "answered"}:
        return about in getattr(facts, name)
    if name.endswith("standing"):
        return tuple(sorted(set(getattr(facts, name)) - {"CHARITY"}))
    return getattr(facts, name)


def foretold(facts: Facts, found: Sequence[Difference]) -> set[tuple[str, str]]:
    """(change, view) that the comparison says of these facts."""
    return {
        (one.change, one.view)
        for one in found
        if one[1:4] == facts[:3]
        and any(holds(facts, one.view, case) for case in one.when)
        and not any(holds(facts, one.view, case) for case in one.unless)
    }


@pytest.mark.parametrize("name", ["a cell", "a gateway's test", "doubt of identity"])
def test_what_the_comparison_says_is_what_two_decisions_differ_in(name: str) -> None:
    new = changed(*CHANGES[name])
    found = list(differences(POLICY, new, CODES))
    assert found
    whom = sorted({one[1:4] for one in found})

    @examples(100)
    @over(facts_(), st.sampled_from(whom), st.data())
    def agree(facts: Facts, asked: tuple[str, str, str], data: st.DataObject) -> None:
        facts = near(facts, [one for one in found if one[1:4] == asked], data)
        before, after = by_itself(facts, POLICY), by_itself(facts, new)
        assert foretold(facts, found) == {("OPENS", view) for view in after - before} | {
            ("CLOSES", view) for view in before - after
        }

    agree()


def by_itself(facts: Facts, policy: Policy) -> set[str]:
    """The views that are given, before it is asked what they go with."""
    rule = policy.events[facts.event_type]
    found = {view for view in rule.views if facts.from_role in rule.publishers and opens(facts, policy, view)}
    assert gives(facts, policy) == (set() if taken_back(found, rule) else found)
    return found


def near(facts: Facts, found: Sequence[Difference], data: st.DataObject) -> Facts:
    """Facts within reach of a difference: what it asks for holds, save one thing perhaps."""
    one = data.draw(st.sampled_from(found))
    case = data.draw(st.sampled_from(one.when))
    facts = facts._replace(reviewed="NONE")  # what a reviewer says is no rule of a policy
    fields: dict[str, Any] = {"event_type": one.event, "from_role": one.from_role, "to_role": one.to_role}
    aspect = facts.aspect if POLICY.events[one.event].aspect and facts.aspect in CODES[one.event] else "UNKNOWN"
    fields["aspect"] = aspect
    for fact, held in case.items():
        if ":" not in fact and data.draw(st.integers(0, 7)):
            fields[fact] = data.draw(st.sampled_from(sorted(held, key=repr)))
    return facts._replace(**fields)


def test_what_a_type_reveals_is_told_apart() -> None:
    new = changed("receivers.toml", 'reveals = "compliance"', 'reveals = "health_full"')
    ((event, before, after),) = carriers(POLICY, new)
    assert event == "compliance"
    assert (set(before - after), set(after - before)) == ({"compliance"}, {"health_full"})


def test_a_policy_compared_with_itself_or_with_other_words_and_order_differs_in_nothing() -> None:
    assert list(differences(POLICY, parsed(), CODES)) == []
    other = changed("gateways.toml", '"place_cover", "agreement"', '"agreement", "place_cover"')
    assert list(differences(POLICY, other, CODES)) == []


def test_what_closes_one_way_opens_the_other() -> None:
    new = changed(*GP_CELL)
    there, back = list(differences(POLICY, new, CODES)), list(differences(new, POLICY, CODES))
    assert {one.change for one in there} == {"CLOSES"}
    assert {one.change for one in back} == {"OPENS"}
    assert [one[1:] for one in there] == [one[1:] for one in back]


def test_whatever_a_rule_does_not_ask_for_multiplies_nothing() -> None:
    def rule(facts: Any) -> bool:
        return bool(facts.duty and facts.treating)

    found = list(leaves(rule, lambda _: (False, True), {}))
    assert len(found) == 3
    assert [leaf.facts for leaf in found if leaf.said] == [{"duty": True, "treating": True}]


def test_a_condition_takes_in_all_that_it_should_and_nothing_that_it_should_not() -> None:
    these = [cube({"a": 1, "b": 1}), cube({"a": 1, "b": 2}), cube({"a": 2, "b": 1})]
    others = [cube({"a": 2, "b": 2})]
    found = covering(these, others, lambda _: (1, 2))
    assert all(any(within(each, wide) for wide in found) for each in these)
    assert not any(meet(wide, others[0]) for wide in found)
    assert len(found) == 2


def test_a_type_that_only_one_of_them_knows_is_closed_or_opened_whole() -> None:
    fewer = replace(POLICY, events={kind: rule for kind, rule in POLICY.events.items() if kind != "ack"})
    closed, opened = list(differences(POLICY, fewer, CODES)), list(differences(fewer, POLICY, CODES))
    assert {(one.change, one.event) for one in closed} == {("CLOSES", "ack")}
    assert {(one.change, one.event) for one in opened} == {("OPENS", "ack")}
    assert len(closed) == len(opened) > 0
