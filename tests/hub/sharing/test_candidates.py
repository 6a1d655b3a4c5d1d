from typing import Any

from consent import register
from consent.register import ALL_REFUSED
from consent.terms import Relationship as Kind
from hub.model.entry import Entry
from hub.model.person import NOBODY, Person, Relationship, Told
from hub.sharing.candidates import candidates
from hub.sharing.matter import matter
from tests.hub.sharing import county
from tests.world import (
    CHARITY,
    CUSTODY,
    GP,
    LD_TEAM,
    MARCH_2,
    PROBATION,
    SUITE,
    TO_CHARITY,
    bare,
    consent,
    decisions,
    world,
)


def asked(entry: Entry, person: Person = NOBODY, at: int = MARCH_2) -> dict[str, Kind]:
    known = world(person, at)
    return {
        each.desk.name: each.relationship for each in candidates(matter(entry, person, known).case, known.decisions)
    }


def held(desk: str, kind: Kind, ends_at: int | None = None, entry_id: str = "e") -> Person:
    return Person(relationships=(Relationship(desk, kind, MARCH_2, ends_at, entry_id),))


def test_an_arrest_asks_about_its_subscribers_and_who_serves_the_suite() -> None:
    assert asked(bare(place=SUITE)) == {CHARITY: "NONE", GP: "NONE", LD_TEAM: "PLACE_COVER"}


def test_nobody_subscribes_in_another_area() -> None:
    assert asked(bare(area="elsewhere")) == {}


def test_candidates_come_by_name_and_each_once() -> None:
    before = matter(bare(named=(GP, GP, CHARITY), place=SUITE), NOBODY, world())
    names = [each.desk.name for each in candidates(before.case, decisions())]
    assert names == sorted(set(names))


def test_the_publisher_is_never_asked_about() -> None:
    assert LD_TEAM not in asked(bare(publisher=LD_TEAM, place=SUITE, named=(LD_TEAM,), holding_ref=LD_TEAM))


def test_a_referral_proposes_whom_it_names_and_anything_else_only_mentions_them() -> None:
    assert asked(bare(type="referral", publisher=LD_TEAM, named=(CHARITY,))) == {CHARITY: "PROPOSED", PROBATION: "NONE"}
    assert asked(bare(type="screening", publisher=LD_TEAM, named=(GP,)))[GP] == "NONE"
    moved = bare(type="referral", publisher=CHARITY, named=(LD_TEAM,), facts={"status": "ACK"})
    assert asked(moved)[LD_TEAM] == "NONE"


def test_the_desk_that_holds_the_person_is_asked_about() -> None:
    assert asked(bare(type="consent_grant", publisher=LD_TEAM, holding_ref=CUSTODY)) == {CUSTODY: "NONE"}


def test_a_desk_that_the_directory_does_not_know_is_not_asked_about() -> None:
    stranger = held("gone.desk", "ACTIVE")
    assert "gone.desk" not in asked(bare(named=("gone.desk",), holding_ref="gone.desk"), stranger)


def test_an_open_relationship_counts_until_it_ends() -> None:
    assert asked(bare(), held(PROBATION, "ACTIVE"))[PROBATION] == "ACTIVE"
    assert asked(bare(), held(PROBATION, "CUSTODY", MARCH_2 + 1))[PROBATION] == "CUSTODY"
    assert PROBATION not in asked(bare(), held(PROBATION, "CUSTODY", MARCH_2))


def test_to_have_been_proposed_before_is_not_enough() -> None:
    assert PROBATION not in asked(bare(), held(PROBATION, "PROPOSED"))


def test_the_referrer_hears_how_its_referral_moves_and_of_nothing_else() -> None:
    person = Person(relationships=(*held(CHARITY, "ACTIVE").relationships, *held(PROBATION, "PUBLISHER").relationships))
    moved = bare(type="referral", publisher=CHARITY, facts={"status": "ACK"})
    assert asked(moved, person)[PROBATION] == "PUBLISHER"
    assert PROBATION not in asked(bare(), person)


def test_of_several_relationships_the_strongest_counts() -> None:
    both = Person(relationships=(*held(LD_TEAM, "CUSTODY").relationships, *held(LD_TEAM, "ACTIVE").relationships))
    assert asked(bare(place=SUITE), both)[LD_TEAM] == "ACTIVE"


def test_whoever_was_told_under_a_consent_is_asked_about_when_it_ends() -> None:
    told = Person(
        consents=(consent(at=MARCH_2),),
        relationships=held(CHARITY, "ACTIVE").relationships,
        told=(Told("C-1", CHARITY), Told("C-2", GP), Told("C-1", "gone.desk")),
    )
    ended = bare(type="consent_withdraw", publisher=LD_TEAM, consent=consent("WITHDRAW"))
    withdrawn = told._replace(consents=(*told.consents, consent("WITHDRAW")))
    assert asked(ended, withdrawn) == {CHARITY: "TOLD"}
    newer = consent(at=consent("WITHDRAW").occurred_at + 1, version=9)
    answered = told._replace(consents=register.fold((newer,), consent("WITHDRAW")))
    assert "TOLD" not in asked(ended, answered).values(), "a newer yes has answered it already"
    assert asked(bare(type="consent_grant", publisher=LD_TEAM, consent=consent()), told) == {CHARITY: "ACTIVE"}


def test_a_refusal_reaches_whom_it_names_or_everyone_who_was_told() -> None:
    told = Person(told=(Told("C-1", CHARITY), Told("C-2", GP)))

    def told_of(**about: Any) -> Any:
        no = consent("REFUSE", **{"consent_id": "C-9", **about})
        return asked(bare(type="consent_refuse", publisher=LD_TEAM, consent=no), told._replace(consents=(no,)))

    assert told_of() == {CHARITY: "TOLD", GP: "TOLD"}
    assert told_of(recipients=(TO_CHARITY,)) == {CHARITY: "TOLD"}
    assert told_of(among_carers=True) == {}


def test_a_no_that_makes_one_of_everything_reaches_everyone_who_was_told() -> None:
    no = consent("REFUSE", consent_id="C-9", recipients=())
    everything = Person(told=(Told("C-1", CHARITY),), consents=(no._replace(consent_id=ALL_REFUSED, version=1),))
    assert asked(bare(type="consent_refuse", publisher=LD_TEAM, consent=no), everything) == {CHARITY: "TOLD"}


def test_whoever_sits_on_a_panel_is_not_kept_by_it_from_what_is_addressed_to_them() -> None:
    person = county.after(county.event("mappa_registration"))
    alert = county.event("alert", submission={"named": [county.OFFICERS]}, facts={"rule": "T6"})
    assert (county.OFFICERS, "ADDRESSED") in relationships(alert, person)
    review = county.event("mappa_review", submission={"named": [county.OFFICERS]})
    assert (county.OFFICERS, "PANEL") in relationships(review, person)
    breach = county.event("breach", submission={"named": [county.PPU]}, facts={"stage": "WARRANT"})
    assert (county.PPU, "PANEL") in relationships(breach, person)


def relationships(entry: Entry, person: Person) -> set[tuple[str, str]]:
    return {(ruling.desk.name, ruling.relationship) for ruling in county.rulings(entry, person).values()}
