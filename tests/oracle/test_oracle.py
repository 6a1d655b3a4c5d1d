"""Policy against a second reading of the law, written in Cedar by hand from the domain's tables."""

import re
from itertools import islice
from pathlib import Path

import pytest

from consent.terms import ROLES, VIEWS
from tests.consent.files import POLICY, TEXTS, parsed
from tests.oracle import reading
from tests.oracle.cedar import TEXT, Oracle, Question
from tests.oracle.comparison import differences, read_by_oracle
from tests.oracle.worlds import BRIGHT, COMBINED, DESKS, WORLDS, Setting, combined, everywhere

ORACLE = Oracle()
LAW = read_by_oracle(TEXTS["gateways.toml"])
CUSTODY = ("arrest",), ("LD_TEAM",)


@pytest.mark.slow
@pytest.mark.parametrize("world", [*WORLDS, "BRIGHT"])
def test_policy_and_oracle_agree_for_every_type_sender_recipient_and_relationship(world: str) -> None:
    found = differences(everywhere(WORLDS.get(world, BRIGHT)), LAW, ORACLE)
    assert [str(each) for each in islice(found, 20)] == []


@pytest.mark.slow
@pytest.mark.parametrize(("world", "at", "names"), COMBINED)
def test_policy_and_oracle_agree_on_every_combination_of_facts(world: str, at: Setting, names: tuple[str, ...]) -> None:
    found = differences(combined(world, at, names), LAW, ORACLE)
    assert [(str(each), each.facts) for each in islice(found, 5)] == []


def test_policy_and_oracle_agree_on_a_few_combinations() -> None:
    cases = (facts for row in COMBINED[:7:2] for facts in islice(combined(*row), 0, 400, 211))
    assert [str(each) for each in differences(cases, LAW, ORACLE)] == []


def test_policy_and_oracle_name_the_same_publishers() -> None:
    for event in reading.EVENTS:
        named = {role for role in ROLES if ORACLE.says(Question("publish", role, event, ()))}
        assert named == POLICY.events[event].publishers, event


def test_a_cell_of_the_matrix_that_is_turned_is_named() -> None:
    row = 'LD_TEAM        = ["Y",        "Y",          "-",   "-",   "-",   "-",             "Y",              "Y"]'
    turned = TEXTS["views.toml"].replace(row, row.removesuffix('"Y"]') + '"-"]')
    assert turned != TEXTS["views.toml"]
    found = differences(everywhere(WORLDS["CUSTODY_CARE"], *CUSTODY), parsed(views=turned), ORACLE)
    assert "arrest POLICE_CUSTODY -> LD_TEAM PLACE_COVER: location only by oracle" in {str(each) for each in found}


def test_a_test_of_a_gateway_that_is_left_out_is_named() -> None:
    law = TEXTS["gateways.toml"].replace('needs = ["place_cover", "agreement"]', 'needs = ["agreement"]')
    assert law != TEXTS["gateways.toml"]
    cases = everywhere({**WORLDS["CUSTODY_CARE"], "place_cover": False}, *CUSTODY)
    found = {str(each) for each in differences(cases, read_by_oracle(law), ORACLE)}
    assert "arrest POLICE_CUSTODY -> LD_TEAM ACTIVE: health_minimum only by policy" in found


def test_each_place_where_the_domain_leaves_it_open_is_said_in_words() -> None:
    page = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    said = set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE))
    assert said == set(re.findall(r'@open\("([a-z0-9-]+)"\)', TEXT))


def test_roles_that_see_no_case_are_given_none() -> None:
    for role in ROLES - set(DESKS):
        seen = [view for view in VIEWS if ORACLE.says(Question("see", role, view, (("gateway", "CONSENT"),)))]
        assert seen == []
        assert all(reached <= {"status", "equality"} for (_, to), reached in LAW.reach.items() if to == role)
