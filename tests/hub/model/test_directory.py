from dataclasses import replace
from datetime import date

import pytest

from hub.model.directory import Agreement, Area, Desk, Directory, Organisation, Place, Standing

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


def test_an_agreement_counts_for_its_party_its_purposes_and_its_time() -> None:
    ours = Agreement("ISA-7", "SHARING", "avon-ld", frozenset({"CUSTODY"}), date(2026, 1, 1))
    police = replace(POLICE, agreements=(ours,))
    assert police.agreed("avon-ld", "CUSTODY", date(2026, 3, 2)) == (ours,)
    assert police.agreed("avon-ld", "PSR", date(2026, 3, 2)) == ()
    assert police.agreed("hillside-gp", "CUSTODY", date(2026, 3, 2)) == ()
    assert police.agreed("avon-ld", "CUSTODY", date(2025, 12, 31)) == ()


def test_a_place_served_by_a_desk_that_is_nowhere_is_refused() -> None:
    with pytest.raises(KeyError):
        replace(DIRECTORY, places={"avon/court": replace(COURT, served_by=("gone.desk",))})
