"""Whoever writes a policy is told everything that is wrong with it at once, each by file, line and rule."""

import pytest

from consent import faults
from tests.consent.files import POLICY_TEXTS, TEXTS
from tests.consent.test_policy import WRONG

pytestmark = pytest.mark.wide

MANY = {
    "views.toml": [
        ("[probable]", "[maybe]"),
        ('["VITAL", ', '["FATAL", '),
        ('GP             = ["-",    "Y"', 'GP = ["-", "X"'),
    ],
    "receivers.toml": [('publishers = ["POLICE"]', 'publishers = ["PRESS"]'), ('only = ["WARRANT"]', 'only = "W"')],
    "gateways.toml": [('needs = ["holds_person"]', 'needs = ["holds"]'), ("\norder = 20\n", "\norder = 10\n")],
}


def changed(file: str, *changes: tuple[str, str]) -> list[str]:
    """The five texts with changes to one of them."""
    text = TEXTS[file]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return [text if name == file else TEXTS[name] for name in POLICY_TEXTS]


def codes(texts: list[str]) -> list[str]:
    return [fault.code for fault in faults.found(texts)]


def test_the_policy_that_ships_has_no_fault() -> None:
    assert faults.found([TEXTS[name] for name in POLICY_TEXTS]) == ()


STOPS = [one for one in WRONG if one[0] != "views.toml"][::6]


@pytest.mark.parametrize(("file", "old", "new", "told"), STOPS, ids=[f"{n}-{one[3]}" for n, one in enumerate(STOPS)])
def test_whatever_stops_a_policy_from_loading_is_found(file: str, old: str, new: str, told: str) -> None:
    assert any(str(fault).endswith(f": {told}") for fault in faults.found(changed(file, (old, new))))


def test_one_fault_hides_no_other_of_the_same_text() -> None:
    assert codes(changed("views.toml", *MANY["views.toml"][1:])) == ["UNKNOWN_GATEWAY", "UNKNOWN_SIGN"]
    assert codes(changed("receivers.toml", *MANY["receivers.toml"])) == ["UNKNOWN_ROLE", "NO_ASPECT"]
    assert sorted(codes(changed("gateways.toml", *MANY["gateways.toml"]))) == ["DUPLICATE_ORDER", "UNKNOWN_TEST"]


def test_nor_do_the_faults_of_one_text_hide_those_of_another() -> None:
    texts = [changed(name, MANY[name][0])[at] if name in MANY else TEXTS[name] for at, name in enumerate(POLICY_TEXTS)]
    told = faults.found(texts)
    assert [fault.file for fault in told] == ["views.toml", "receivers.toml", "gateways.toml"]
    assert all(fault.line for fault in told)


def test_every_cell_and_row_that_nothing_opens_is_told() -> None:
    dead = changed("gateways.toml", ('opens = ["minutes"]', 'opens = ["status"]'))
    assert len(codes(dead)) > 5
    assert set(codes(dead)) == {"OPENED_BY_NOTHING"}


def test_a_text_that_is_no_toml_hides_no_fault_of_another() -> None:
    texts = [
        "[[" if name == "views.toml" else changed(name, MANY[name][0])[at] if name in MANY else TEXTS[name]
        for at, name in enumerate(POLICY_TEXTS)
    ]
    assert codes(texts) == ["NOT_TOML", "UNKNOWN_ROLE", "UNKNOWN_TEST"]


def test_what_texts_that_are_sound_by_themselves_say_against_each_other_is_told() -> None:
    assert codes(changed("gateways.toml", ('events = ["recall"]', 'events = ["rekall"]'))) == ["UNKNOWN_EVENT"]


def test_nor_do_the_faults_of_takers_and_expiry_hide_each_other() -> None:
    wrong = {"takers.toml": ("never = [", 'never = ["PRESS", '), "expiry.toml": ("months = 6", "months = 0")}
    texts = [TEXTS[name].replace(*wrong.get(name, ("", "")), 1) for name in POLICY_TEXTS]
    assert codes(texts) == ["UNKNOWN_ROLE", "NOT_A_NUMBER"]


def test_a_legend_without_the_sign_for_never_hides_no_other_sign_that_is_unknown() -> None:
    never = '"-" = { means = "never", gateways = [] }\n'
    told = faults.found(changed("views.toml", (never, ""), MANY["views.toml"][2]))
    assert [(fault.code, fault.table, fault.field) for fault in told] == [
        ("UNKNOWN_SIGN", "who", "AMHP_EDT"),
        ("UNKNOWN_SIGN", "risk", "GP"),
    ]


def test_what_is_no_table_hides_no_fault_of_one() -> None:
    wrong = changed("receivers.toml", ("[groups]", "odd = 1\n[groups]"), MANY["receivers.toml"][0])
    assert codes(wrong) == ["MISSING", "UNKNOWN_ROLE"]


def test_gateways_that_cannot_be_read_at_all_are_told_of_themselves() -> None:
    texts = ["[[" if name == "gateways.toml" else TEXTS[name] for name in POLICY_TEXTS]
    assert ("gateways.toml", "NOT_TOML", 1) in [(fault.file, fault.code, fault.line) for fault in faults.found(texts)]
