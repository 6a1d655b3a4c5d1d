from pathlib import Path

import pytest

from hub.directories import Fault, read
from tests.hub.directories.small import SMALL, TYPES, changed, only, refused

PANEL = 'panel = { level = 2, coordinator = "avon-police.coordinator" }'

BROKEN = [
    ("areas = ['avon']", 'areas = ["avno"]', "names an unknown area"),
    ('subscriptions = ["screening"]', 'subscriptions = ["screenning"]', "names an unknown event type"),
    ('served_by = ["avon-ld.team"]', 'served_by = ["avon-ld"]', "names an unknown desk"),
    ('served_by = ["avon-ld.team"]', 'served_by = ["avon-dl.team"]', "names an unknown desk"),
    ('held_by = "avon-police.custody"', 'held_by = "avon-police.cells"', "names an unknown desk"),
    ('held_by = "avon-police.custody"', 'held_by = "avon-ld.team"', "a desk of this role holds nobody"),
    ('parties = ["avon-ld", "bridge"]', 'parties = ["avon-ld", "brigde", "bridge"]', "names an unknown organisation"),
    ("to = 2028-12-31", "to = 2025-12-31", "ends before it starts"),
    ("from = 2025-04-01", "from = 2025-04-01\nto = 2025-12-31", "had ended when this directory came into force"),
    ('subscriptions = ["screening"]', 'profile = { services = ["CHAT"] }', "names an unknown kind of service"),
    ('subscriptions = ["screening"]', 'profile = { needs = ["UNKNOWN"] }', "names an unknown level of need"),
    ('subscriptions = ["screening"]', "profile = { youngest = 18, oldest = 17 }", "is younger than the youngest"),
    ('purposes = ["CUSTODY"]', 'purposes = ["CUSTODY", "UNKNOWN"]', "nobody can agree to what is not known"),
]


@pytest.mark.parametrize(("right", "wrong", "rule"), BROKEN)
def test_what_refers_to_nothing_or_holds_no_longer_is_told_with_its_line(
    file: Path, right: str, wrong: str, rule: str
) -> None:
    faults = refused(file, changed(right, wrong))
    line = SMALL[: SMALL.index(right)].count("\n") + 1 + wrong.count("\n")
    assert (line, rule) in [(fault.line, fault.rule) for fault in faults]


@pytest.mark.parametrize(
    ("parties", "rule"),
    [
        ('["avon-police"]', "takes two or more organisations, each named once"),
        ('["avon-police", "avon-police", "avon-ld"]', "takes two or more organisations, each named once"),
    ],
)
def test_an_agreement_has_two_parties_or_more(file: Path, parties: str, rule: str) -> None:
    faults = refused(file, changed('["avon-police", "avon-ld"]', parties))
    assert rule in [fault.rule for fault in faults]


def test_a_contract_has_two(file: Path) -> None:
    fault = only(file, 'parties = ["avon-ld", "bridge"]', 'parties = ["avon-ld", "bridge", "avon-police"]')
    assert fault.rule == "a contract has two parties"


def test_a_standing_that_ends_before_it_starts_is_refused(file: Path) -> None:
    (fault,) = refused(file, changed("to = 2030-03-31", "to = 2001-03-31"))
    assert (SMALL.splitlines()[fault.line - 1], fault.rule) == ("standing = [", "ends before it starts")


def test_a_directory_says_since_when_it_holds_or_nothing_in_it_could_have_ended(file: Path) -> None:
    (fault,) = refused(file, changed("in_force = 2026-01-01\n", ""))
    assert (fault.field, fault.rule) == ("in_force", "Field required")


def test_an_organisation_that_has_agreed_with_nobody_is_named_unless_it_audits_or_guards(file: Path) -> None:
    alone = '[organisations.gp]\ntitle = "GP"\nkind = "GP_PRACTICE"\n[organisations.gp.desks.practice]\nrole = "GP"\n'
    (fault,) = refused(file, SMALL + alone)
    assert fault.rule == "a missing agreement: it has desks and has agreed with nobody"
    assert (SMALL + alone).splitlines()[fault.line - 1] == "[organisations.gp]"
    office = alone.replace("GP_PRACTICE", "OVERSIGHT").replace('role = "GP"', 'role = "AUDITOR"')
    file.write_text(SMALL + office, encoding="utf-8")
    assert read(file, TYPES).desk("gp.practice")


def test_a_desk_without_an_area_subscribes_to_nothing(file: Path) -> None:
    text = changed('areas = ["avon"]\nsubscriptions', "subscriptions")
    assert "a desk without an area is asked about nothing" in [fault.rule for fault in refused(file, text)]


def test_people_of_the_real_world_have_no_place_in_a_demo(file: Path) -> None:
    (fault,) = refused(file, "demo = true\n" + SMALL)
    assert fault == Fault(2, "identifiers", "a demo takes test identifiers only")


def test_whoever_holds_people_and_whoever_serves_them_there_have_an_agreement(file: Path) -> None:
    without = changed('["avon-police", "avon-ld"]', '["avon-police", "bridge"]')
    (fault,) = refused(file, without)
    assert fault.rule == "a missing agreement: who holds people here has none with who serves them"
    assert without.splitlines()[fault.line - 1] == 'served_by = ["avon-ld.team"]'


def test_an_organisation_needs_no_agreement_with_itself(file: Path) -> None:
    more = (
        SMALL + '[places."avon/cells"]\ntitle = "C"\nkind = "SUITE"\narea = "avon"\nheld_by = "avon-police.custody"\n'
    )
    text = more + 'served_by = ["avon-police.custody", "avon-ld.gone"]\n'
    assert [fault.rule for fault in refused(file, text)] == ["names an unknown desk"]


@pytest.mark.parametrize(
    ("coordinator", "rule"),
    [
        ("avon-police.coordinatr", "the coordinator is no desk of role MAPPA_RA in the panel's area"),
        ("avon-police.custody", "the coordinator is no desk of role MAPPA_RA in the panel's area"),
    ],
)
def test_a_panels_coordinator_is_a_desk_that_can_be_one(file: Path, coordinator: str, rule: str) -> None:
    faults = refused(file, changed("avon-police.coordinator", coordinator))
    assert [fault.rule for fault in faults] == ["a panel without a coordinator, and no coordinator of one", rule]


def test_a_panel_may_keep_its_own_list(file: Path) -> None:
    text = changed("avon-police.coordinator", "avon-police.panel")
    (fault,) = refused(file, text)
    assert text.splitlines()[fault.line - 1] == "[organisations.avon-police.desks.coordinator]"


def test_a_desk_of_a_panels_role_that_is_neither_panel_nor_coordinator_is_refused(file: Path) -> None:
    faults = refused(file, changed(PANEL + "\n", ""))
    assert [fault.rule for fault in faults] == ["a panel without a coordinator, and no coordinator of one"] * 2


def test_only_a_desk_of_the_responsible_authority_is_a_panel(file: Path) -> None:
    text = changed('role = "MAPPA_RA"\nareas = [ "avon" ]', 'role = "POLICE_PPU"\nareas = ["avon"]')
    assert [fault.rule for fault in refused(file, text)] == ["a panel is a desk of role MAPPA_RA"]


def test_a_panel_sits_in_one_area(file: Path) -> None:
    rules = [fault.rule for fault in refused(file, changed('areas = [ "avon" ]', "areas = []"))]
    assert rules == ["a panel has one area"]


@pytest.mark.parametrize(("role", "standing"), [("MAPPA_RA", "RA"), ("MAPPA_DTC", "DTC")])
def test_nobody_joins_mappa_without_the_standing_for_it(file: Path, role: str, standing: str) -> None:
    text = changed("role = 'LD_TEAM'", f'role = "{role}"')
    assert f"takes an organisation of standing {standing}" in [fault.rule for fault in refused(file, text)]


def test_a_charity_runs_a_health_desk_under_a_contract_only(file: Path) -> None:
    fault_text = changed('kind = "CONTRACT"\n', "")
    (fault,) = refused(file, fault_text)
    assert fault.rule == "a charity's health desk works under a contract with a health body"
    assert fault_text.splitlines()[fault.line - 1] == "role = 'LD_TEAM'"


def test_a_contract_with_somebody_else_is_not_enough(file: Path) -> None:
    text = changed('["avon-ld", "bridge"]', '["avon-police", "bridge"]')
    assert [fault.rule for fault in refused(file, text)] == [
        "a charity's health desk works under a contract with a health body"
    ]
