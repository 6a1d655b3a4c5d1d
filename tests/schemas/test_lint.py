from copy import deepcopy
from typing import Any

import pytest

from schemas import catalogue
from schemas.fields import walk
from schemas.lint import CODED_VIEWS, depth, faults
from schemas.shape import authored

EVENTS = catalogue.event_types()
TEXT = {"name": "x", "type": "string", "doc": "Something."}


def referral() -> Any:
    return deepcopy(authored("hub.Referral"))


def field(tree: Any, path: str) -> Any:
    return next(found for steps, found in walk(tree) if ".".join(steps) == path)


@pytest.mark.parametrize("name", [entry.name for entry in catalogue.registered()])
def test_every_registered_schema_keeps_the_rules(name: str) -> None:
    assert faults(authored(name)) == ()


def test_words_in_a_coded_view_are_found() -> None:
    tree = referral()
    assert "status" in CODED_VIEWS
    next(f for f in tree["fields"] if f["name"] == "status")["type"][1]["fields"].append(dict(TEXT))
    assert faults(tree) == ("status.x: a coded view holds no words",)


@pytest.mark.parametrize(
    ("path", "change", "rule"),
    [
        ("identity.name", {"doc": ""}, "not explained in a sentence"),
        ("identity.name", {"colour": "red"}, "an attribute that nothing reads"),
        ("identity.born", {"default": 0}, "null is the default"),
        ("identity.name", {"type": "double"}, "no double in an event"),
        ("identity.name", {"type": {"type": "map", "values": "string"}}, "no map in an event"),
        ("identity.name", {"type": {"type": "fixed", "name": "x.F", "size": 0}}, "no fixed in an event"),
        ("identity.aliases", {"type": {"type": "array", "items": "null"}}, "items are strings or records"),
        ("identity.name", {"type": {"type": "record", "name": "x.R", "doc": "R.", "fields": []}}, "takes no bytes"),
        ("identity.born", {"type": ["null", "int", "string"]}, "only null and one other"),
        ("identity.born", {"type": ["int", "null"]}, "only null and one other"),
        ("status.state", {"code": "no-such"}, "no such code list"),
        ("location.postcode", {"check": "no-such"}, "no such check"),
        ("identity.born", {"ref": "desk"}, "only strings are codes or references"),
        ("identity.name", {"fact": "name"}, "a fact is one code"),
        ("adjustments.communication", {"fact": "communication"}, "a fact is one code"),
        ("adjustments.communication", {"fact": "communication", "ref": "place"}, "a fact is one code"),
        ("location.postcode", {"fact": "postcode"}, "a fact is one code"),
        ("location.postcode", {"fact": "postcode", "code": "view"}, "a fact is one code"),
        ("cj_requirement.requirement", {"as_of": "end"}, "as_of is a day"),
        ("cj_requirement.requirement_id", {"as_of": "ends"}, "as_of is a day"),
        ("status.state", {"fact": "urgency"}, "urgency: a fact twice"),
        ("submission.purpose", {"fact": "purpose"}, "facts stand in views"),
        ("status", {"type": ["null", "string"]}, "a view is a nullable record"),
        ("withheld", {"name": "more"}, "envelope, submission, ..."),
        ("self_risk.assessed", {"type": {"type": "enum", "name": "x.E", "doc": "E.", "symbols": ["A"]}}, "UNKNOWN is"),
    ],
)
def test_a_schema_that_breaks_a_rule_is_found(path: str, change: dict[str, Any], rule: str) -> None:
    tree = referral()
    field(tree, path).update(change)
    assert any(rule in fault for fault in faults(tree)), faults(tree)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("self_risk.assessed", {}),
        ("cj_requirement.requirement", {}),
        ("cj_requirement.requirement_id", {}),
        ("cj_requirement.ends", {}),
        ("status.changed_at", {}),
        ("identity.aliases", {"ref": "desk"}),
    ],
)
def test_a_fact_is_a_code_a_reference_a_day_a_moment_or_a_list_of_desks(path: str, change: dict[str, Any]) -> None:
    tree = referral()
    field(tree, path).update({**change, "fact": "x"})
    assert faults(tree) == ()


def test_a_schema_that_is_too_deep_is_found() -> None:
    tree = referral()
    deep: Any = "string"
    for level in range(4):
        inner = {**TEXT, "type": deep}
        deep = {"type": "array", "items": {"type": "record", "name": f"x.R{level}", "doc": "R.", "fields": [inner]}}
    field(tree, "identity.aliases")["type"] = deep
    assert depth(tree) > 8
    assert "depth over 8" in faults(tree)


def test_a_part_repeats_a_field_that_exists() -> None:
    named = {".".join(steps) for kind in EVENTS for steps, _ in walk(catalogue.by_type(kind).tree)}
    twins = 0
    for kind in EVENTS:
        paths = {".".join(steps): found for steps, found in walk(catalogue.by_type(kind).tree)}
        for part in (found for found in paths.values() if "same_as" in found):
            twins += part["same_as"] in paths
            assert part["same_as"] in named
            assert part["type"] == paths.get(part["same_as"], part)["type"]
    assert twins
