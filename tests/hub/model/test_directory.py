from dataclasses import replace
from datetime import date

import pytest

from hub.model.directory import Agreement, Area, Desk, Directory, Organisation, Panel, Place, Standing
from hub.model.duty import DAYS, Hours, Rota, Turn, Window

CUSTODY = Desk("avon-police.custody", "avon-police", "POLICE_CUSTODY", frozenset({"avon"}), frozenset({"screening"}))
NIGHTS = replace(CUSTODY, name="avon-police.nights")
TEAM = Desk("avon-ld.team", "avon-ld", "LD_TEAM", frozenset({"avon", "severn"}), frozenset({"arrest", "screening"}))
GP = Desk("hillside-gp.practice", "hillside-gp", "GP", frozenset({"severn"}), frozenset({"arrest"}), partitions=2)
SUITE = Place("avon/suite", "Suite", "SUITE", "avon", served_by=(TEAM.name, GP.name), held_by=CUSTODY.name)
COURT = Place("avon/court", "Court", "COURT", "avon")
POLICE = Organisation("avon-police", "Avon Police", "POLICE")

DIRECTORY = Directory(
    desks={desk.name: desk for desk in (NIGHTS, GP, CUSTODY, TEAM)},
    organisations={"avon-police": POLICE},
    places={place.code: place for place in (SUITE, COURT)},
    areas={name: Area(name, name) for name in ("avon", "severn")},
    partitions=4,
)


def test_a_desk_is_asked_about_its_types_in_its_areas_only() -> None:
    assert DIRECTORY.subscribers("arrest", "avon") == (TEAM,)
    assert DIRECTORY.subscribers("arrest", "severn") == (TEAM, GP)
    assert DIRECTORY.subscribers("screening", "avon") == (TEAM, CUSTODY, NIGHTS)


@pytest.mark.parametrize(("event_type", "area"), [("referral", "avon"), ("arrest", "elsewhere"), ("", "")])
def test_nobody_is_asked_about_what_nobody_subscribed_to(event_type: str, area: str) -> None:
    assert DIRECTORY.subscribers(event_type, area) == ()


def test_a_place_is_covered_by_the_desks_that_serve_it_in_their_order() -> None:
    assert DIRECTORY.cover("avon/suite") == (TEAM, GP)


@pytest.mark.parametrize("place", ["avon/court", "nowhere", "", None])
def test_a_place_that_nobody_serves_or_nobody_knows_has_no_cover_and_no_holder(place: str | None) -> None:
    assert DIRECTORY.cover(place) == ()
    assert DIRECTORY.holder(place) is None


def test_a_suite_is_held_by_its_custody_desk() -> None:
    assert DIRECTORY.holder("avon/suite") == CUSTODY


def test_a_consent_that_names_an_organisation_in_a_role_means_all_its_desks_in_that_role() -> None:
    assert DIRECTORY.desks_of("avon-police", "POLICE_CUSTODY") == (CUSTODY, NIGHTS)
    assert DIRECTORY.desks_of("avon-police", "LD_TEAM") == DIRECTORY.desks_of("avon-ld", "GP") == ()


def test_a_desk_that_is_not_in_the_directory_is_nobody() -> None:
    assert DIRECTORY.desk("avon-ld.team") == TEAM
    assert DIRECTORY.desk("avon-ld") is None


def test_each_desk_speaks_and_listens_on_topics_of_its_own() -> None:
    assert (TEAM.in_topic, TEAM.out_topic) == ("in.avon-ld.team", "out.avon-ld.team")


def test_a_directory_takes_live_identifiers_and_real_time_unless_it_says_otherwise() -> None:
    assert (DIRECTORY.demo, DIRECTORY.identifiers) == (False, "live")


def test_legal_standing_holds_from_its_first_day_to_its_last() -> None:
    police = replace(POLICE, standing=(Standing("RA", date(2020, 1, 1), date(2026, 3, 31)),))
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [police.stands("RA", day) for day in days] == [False, True, True, False]
    assert not police.stands("DTC", days[1])
    assert [police.standing_on(day) for day in days] == [(), ("RA",), ("RA",), ()]


def test_an_agreement_counts_for_its_party_its_purposes_and_its_time() -> None:
    ours = Agreement("ISA-7", "SHARING", "avon-ld", frozenset({"CUSTODY"}), date(2026, 1, 1))
    police = replace(POLICE, agreements=(ours,))
    assert police.agreed("avon-ld", "CUSTODY", date(2026, 3, 2)) == (ours,)
    assert police.agreed("avon-ld", "PSR", date(2026, 3, 2)) == ()
    assert police.agreed("hillside-gp", "CUSTODY", date(2026, 3, 2)) == ()
    assert police.agreed("avon-ld", "CUSTODY", date(2025, 12, 31)) == ()


def test_an_agreement_that_ended_was_one_and_one_that_never_was_is_not() -> None:
    ended = Agreement("ISA-7", "SHARING", "avon-ld", frozenset({"CUSTODY"}), date(2020, 1, 1), date(2021, 1, 1))
    police = replace(POLICE, agreements=(ended,))
    assert police.agreed("avon-ld", "CUSTODY", date(2026, 3, 2)) == ()
    assert police.ever_agreed("avon-ld", "CUSTODY") == (ended,)
    assert police.ever_agreed("avon-ld", "PSR") == ()


def test_two_organisations_work_under_a_contract_while_it_lasts() -> None:
    contract = Agreement("C-1", "CONTRACT", "avon-ld", frozenset({"REFERRAL"}), date(2026, 1, 1), date(2026, 12, 31))
    sharing = replace(contract, ref="S-1", kind="SHARING", party="hillside-gp")
    police = replace(POLICE, agreements=(contract, sharing))
    assert [police.contracted("avon-ld", date(year, 6, 1)) for year in (2025, 2026, 2027)] == [False, True, False]
    assert not police.contracted("hillside-gp", date(2026, 6, 1))


def test_desks_of_a_role_are_found_by_their_area() -> None:
    assert DIRECTORY.desks_in("severn", "LD_TEAM") == (TEAM,)
    assert DIRECTORY.desks_in("avon", "POLICE_CUSTODY") == (CUSTODY, NIGHTS)
    assert DIRECTORY.desks_in("severn", "POLICE_CUSTODY") == DIRECTORY.desks_in("", "GP") == ()


DAYTIME = Hours({day: (Window(7 * 60, 22 * 60),) for day in DAYS})
NOON, NIGHT = 1_772_452_800_000, 1_772_420_400_000
"""2026-03-02T12:00:00Z and 03:00:00Z"""
ON_DUTY = replace(
    DIRECTORY,
    places={SUITE.code: replace(SUITE, duty=Rota((Turn(TEAM.name, DAYTIME),))), COURT.code: COURT},
    areas={
        "avon": Area("avon", "Avon", Rota((Turn(GP.name, DAYTIME), Turn(CUSTODY.name, None)))),
        "severn": Area("severn", "Severn"),
    },
)


def names(place: str | None, area: str, at: int) -> list[str]:
    return [desk.name for desk in ON_DUTY.duties(place, area, at)]


def test_an_emergency_goes_to_the_desk_of_the_place_before_those_of_its_area() -> None:
    assert names("avon/suite", "severn", NOON) == [TEAM.name, GP.name, CUSTODY.name]
    assert ON_DUTY.duty("avon/suite", "severn", NOON) == TEAM


def test_a_place_that_is_closed_leaves_it_to_its_area() -> None:
    assert names("avon/suite", "severn", NIGHT) == names("avon/court", "severn", NIGHT) == [CUSTODY.name]


@pytest.mark.parametrize("place", [None, "", "nowhere"])
def test_where_nobody_knows_where_the_person_is_the_area_answers(place: str | None) -> None:
    assert names(place, "avon", NOON) == [GP.name, CUSTODY.name]


@pytest.mark.parametrize("area", ["severn", "nowhere", ""])
def test_an_area_that_nobody_covers_answers_nobody(area: str) -> None:
    assert ON_DUTY.duty(None, area, NOON) is None


def test_who_does_not_answer_is_followed_by_the_next_and_after_the_last_there_is_none() -> None:
    line = [ON_DUTY.next_duty("avon/suite", "", NOON, after) for after in (TEAM.name, GP.name, CUSTODY.name)]
    assert line == [GP, CUSTODY, None]


def test_when_the_turn_of_who_did_not_answer_is_over_whoever_answers_now_is_next() -> None:
    assert ON_DUTY.next_duty("avon/suite", "", NIGHT, TEAM.name) == CUSTODY


def test_a_panel_is_known_by_the_name_of_its_desk() -> None:
    panel = Panel("mappa.avon-l2", 2, "mappa.avon-coordinator")
    directory = replace(DIRECTORY, panels={panel.desk: panel})
    assert directory.panel("mappa.avon-l2") == panel
    assert directory.panel("mappa.avon-coordinator") is None


def test_a_place_served_by_a_desk_that_is_nowhere_is_refused() -> None:
    with pytest.raises(KeyError):
        replace(DIRECTORY, places={"avon/court": replace(COURT, served_by=("gone.desk",))})
