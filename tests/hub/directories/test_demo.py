"""The demo's directory: who is asked about what, so that the scenarios hold, and who answers at which hour."""

import importlib.resources
from datetime import date, datetime

import pytest

from consent.terms import ROLES
from hub.directories import read
from hub.model.directory import Directory
from schemas import catalogue


@pytest.fixture(scope="module")
def demo() -> Directory:
    with importlib.resources.as_file(importlib.resources.files("hub.demo") / "directory.toml") as path:
        return read(path, frozenset(catalogue.event_types()))


def asked(directory: Directory, event_type: str, area: str = "avon") -> list[str]:
    return [desk.name for desk in directory.subscribers(event_type, area)]


def test_the_demo_asks_about_an_arrest_the_desks_of_the_scenario(demo: Directory) -> None:
    assert asked(demo, "arrest") == ["avon-ld.team", "bridge-charity.support", "hillside-gp.practice"]


def test_the_demo_asks_probation_about_a_referral_and_custody_about_a_screening(demo: Directory) -> None:
    assert asked(demo, "referral") == ["probation-sw.officers"]
    assert asked(demo, "screening") == ["avon-ld.team", "avon-police.custody"]


def test_in_severn_a_practice_is_asked_about_a_referral_too(demo: Directory) -> None:
    assert asked(demo, "referral", "severn") == ["probation-sw.officers", "riverside-gp.practice"]


def test_custody_and_a_charity_are_asked_about_a_risk_that_is_not_theirs_to_know(demo: Directory) -> None:
    assert asked(demo, "risk_contribution") == ["avon-police.custody", "avon-police.ppu", "bridge-charity.support"]


def test_the_court_is_asked_about_a_report_that_is_for_probation(demo: Directory) -> None:
    assert asked(demo, "assessment") == ["harbour-court.office", "probation-sw.court"]


@pytest.mark.parametrize("event_type", ["consent_grant", "consent_refuse", "consent_withdraw"])
@pytest.mark.parametrize("area", ["avon", "severn"])
def test_nobody_subscribes_to_what_people_say_about_sharing(demo: Directory, event_type: str, area: str) -> None:
    assert asked(demo, event_type, area) == []


def test_the_demos_suite_is_served_by_liaison_and_diversion_and_held_by_custody(demo: Directory) -> None:
    assert [desk.role for desk in demo.cover("avon/patchway-suite")] == ["LD_TEAM"]
    assert [desk.role for desk in demo.cover("avon/harbour-court")] == ["LD_TEAM"]
    assert demo.holder("avon/patchway-suite") == demo.desk("avon-police.custody")


def test_the_demo_says_that_it_is_one(demo: Directory) -> None:
    assert (demo.demo, demo.identifiers) == (True, "test")


def test_it_has_every_role_in_two_areas_and_many_organisations(demo: Directory) -> None:
    assert {desk.role for desk in demo.desks.values()} == ROLES
    assert demo.areas.keys() == {"avon", "severn"}
    assert len(demo.organisations) >= 14


def test_each_panel_has_a_coordinator_of_its_own(demo: Directory) -> None:
    assert {panel.desk: (panel.level, panel.coordinator) for panel in demo.panels.values()} == {
        "mappa.avon-l2": (2, "mappa.avon-coordinator"),
        "mappa.severn-l3": (3, "mappa.severn-coordinator"),
    }


def at(local: str) -> int:
    return int(datetime.fromisoformat(f"{local}+00:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "place", "area", "danger", "line"),
    [
        ("2026-05-06T11:00", None, "avon", "SELF", "severn-trust.crisis avon-council.edt"),
        ("2026-03-02T06:59", "avon/patchway-suite", "", "", "severn-trust.crisis avon-council.edt"),
        ("2026-03-02T07:00", "avon/patchway-suite", "", "", "avon-ld.team severn-trust.crisis avon-council.edt"),
        ("2026-06-06T19:00", "avon/harbour-court", "", "", "severn-trust.crisis avon-council.edt"),
        ("2026-01-05T22:00", None, "severn", "", "severn-council.edt"),
        ("2026-05-06T11:00", None, "severn", "OTHERS", "severn-police.control severn-trust.crisis severn-council.edt"),
        ("2026-05-04T11:00", None, "avon", "CHILD", "avon-council.edt severn-trust.crisis"),
        ("2026-05-05T11:00", None, "avon", "CHILD", "avon-council.safeguarding avon-council.edt severn-trust.crisis"),
    ],
)
def test_an_emergency_finds_who_is_there(  # noqa: PLR0913, PLR0917 - one for each thing that decides who answers
    demo: Directory, moment: str, place: str | None, area: str, danger: str, line: str
) -> None:
    assert [desk.name for desk in demo.duties(place, area, at(moment), danger)] == line.split()


def test_every_pair_that_a_scenario_lets_share_has_agreed_to(demo: Directory) -> None:
    pairs = [
        ("avon-police", "avon-ld", "CUSTODY", date(2026, 3, 2)),
        ("avon-ld", "bridge-charity", "REFERRAL", date(2026, 9, 5)),
        ("bridge-charity", "probation-sw", "PSR", date(2026, 3, 4)),
        ("probation-sw", "severn-trust", "REFERRAL", date(2026, 3, 4)),
        ("severn-trust", "mappa", "RISK_MANAGEMENT", date(2026, 3, 4)),
        ("severn-trust", "avon-police", "RISK_MANAGEMENT", date(2027, 3, 10)),
    ]
    for one, other, purpose, on in pairs:
        assert demo.organisations[one].agreed(other, purpose, on)
        assert demo.organisations[other].agreed(one, purpose, on)
    assert demo.organisations["lighthouse"].contracted("severn-trust", date(2026, 3, 4))
