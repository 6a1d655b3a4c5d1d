"""Identifiers as given: who can vouch for which."""

import pytest

from hub.intake.event import Identifier
from hub.intake.identifiers import checked
from hub.model.entry import Fault


def given(kind: str, value: str, assurance: str = "STATED") -> dict[str, str]:
    return {"kind": kind, "value": value, "assurance": assurance}


def test_valid_identifiers_go_on_in_canonical_form_and_in_order() -> None:
    valid, faults = checked([given("NHS_NUMBER", "999 000 0018"), given("CRN", "x999001")], "CVO", "test", 2026)
    assert valid == (Identifier("nhs_number", "9990000018", strong=False), Identifier("crn", "X999001", strong=False))
    assert faults == ()


def test_each_bad_one_is_told_by_its_place() -> None:
    bad = [given("NHS_NUMBER", "9990000086"), given("NHS_NUMBER", "1111111111"), given("UNKNOWN", "1")]
    valid, faults = checked(bad, "LD_TEAM", "test", 2026)
    assert valid == ()
    assert faults == (
        Fault("BAD_CHECK", "submission.identifiers[0].value"),
        Fault("REPEATED_DIGITS", "submission.identifiers[1].value"),
        Fault("UNKNOWN_KIND", "submission.identifiers[2].value"),
    )


@pytest.mark.parametrize(
    ("kind", "value", "assurance", "role", "strong"),
    [
        ("NHS_NUMBER", "9990000018", "TRACED", "LD_TEAM", True),
        ("NHS_NUMBER", "9990000018", "TRACED", "POLICE_CUSTODY", False),
        ("NHS_NUMBER", "9990000018", "STATED", "LD_TEAM", False),
        ("NHS_NUMBER", "9990000018", "FINGERPRINT", "POLICE_CUSTODY", False),
        ("PNC", "2019/9999901W", "FINGERPRINT", "POLICE_CUSTODY", True),
        ("PNC", "2019/9999901W", "FINGERPRINT", "CVO", False),
        ("PNC", "2019/9999901W", "TRACED", "LD_TEAM", False),
        ("CRN", "X999001", "TRACED", "LD_TEAM", False),
    ],
)
def test_only_who_traces_or_takes_prints_can_say_so(
    kind: str, value: str, assurance: str, role: str, *, strong: bool
) -> None:
    (identifier,), _ = checked([given(kind, value, assurance)], role, "test", 2026)
    assert identifier.strong is strong


def test_a_custody_number_is_opaque_but_never_a_sentence() -> None:
    numbers = [given("CUSTODY_NUMBER", "AV/PW/26/0001"), given("CUSTODY_NUMBER", "the man in cell 4")]
    valid, faults = checked(numbers, "POLICE_CUSTODY", "test", 2026)
    assert valid == (Identifier("custody_number", "AV/PW/26/0001", strong=False),)
    assert faults == (Fault("BAD_SHAPE", "submission.identifiers[1].value"),)
