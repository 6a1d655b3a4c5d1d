from dataclasses import replace
from typing import Any

from consent.terms import Recipient
from hub.model.directory import Desk
from hub.model.entry import Entry
from hub.model.keys import copy_id, entry_id
from hub.model.person import Person
from hub.model.ruling import Copy, Ruling
from hub.sharing import process
from schemas import codec
from tests.world import (
    CHARITY,
    CUSTODY,
    KEYS,
    LD_TEAM,
    MARCH_2,
    MARCH_4,
    PERSON,
    SUITE,
    TO_CHARITY,
    consent,
    directory,
    entry,
    world,
)

AGREED = Person(consents=(consent(),))


def ruled(made: Entry, desk: str, person: Person = AGREED) -> Ruling:
    outcome = process(made, world(person, made.occurred_at))
    return next(ruling for ruling in outcome.rulings if ruling.desk.name == desk)


def copied(made: Entry, desk: str, person: Person = AGREED) -> tuple[Copy, dict[str, Any]]:
    copy = ruled(made, desk, person).copy
    assert copy
    return copy, codec.decode(copy.body)[1]


def test_a_copy_holds_what_is_given_and_never_the_submission() -> None:
    _, body = copied(entry("referral", MARCH_4), CHARITY)
    held = {name for name, value in body.items() if value is not None} - {"envelope", "withheld"}
    assert held == {"identity", "health_minimum"}
    assert body["submission"] is None
    assert body["envelope"]["publisher_org"] == "avon-ld"


def test_what_is_withheld_is_named_by_type_and_role_whatever_the_event_holds() -> None:
    full = entry("referral", MARCH_4)
    bare = full._replace(segments={view: full.segments[view] for view in ("identity", "health_minimum")})
    assert copied(full, CHARITY)[1]["withheld"] == copied(bare, CHARITY)[1]["withheld"] != []


def test_two_events_that_differ_only_in_what_is_forbidden_give_the_same_bytes() -> None:
    one = entry("referral", MARCH_4)
    other = entry("referral", MARCH_4, plain={"health_full": None, "criminal_justice": None, "location": None})
    assert one.segments != other.segments
    assert copied(one, CHARITY) == copied(other, CHARITY)


def test_every_id_in_a_copy_is_the_recipients_own() -> None:
    made = entry("arrest", MARCH_2, case_ref="AP/26/1", supersedes="E-0")
    copy, body = copied(made, LD_TEAM)
    envelope = body["envelope"]
    assert (envelope["copy_id"], envelope["person_ref"]) == (copy.copy_id, copy.person_ref)
    assert envelope["supersedes"] == copy_id(KEYS, LD_TEAM, entry_id(KEYS, CUSTODY, "E-0"))
    own = {copy.copy_id, copy.person_ref, envelope["supersedes"], envelope["case_ref"]}
    assert len(own) == 4
    for given in (b"AP/26/1", b"E-0", made.event_id.encode(), made.entry_id.encode(), PERSON.encode()):
        assert given not in copy.body


def test_an_event_without_case_or_predecessor_names_neither() -> None:
    envelope = copied(entry("referral", MARCH_4, case_ref=None), CHARITY)[1]["envelope"]
    assert (envelope["case_ref"], envelope["supersedes"]) == (None, None)


def test_the_publishing_desk_is_named_only_to_whoever_sees_what_the_event_reveals() -> None:
    assert copied(entry("referral", MARCH_4), CHARITY)[1]["envelope"]["publisher_desk"] == LD_TEAM
    assert copied(entry("arrest", MARCH_2, place=SUITE), LD_TEAM)[1]["envelope"]["publisher_desk"] is None


def test_a_copy_says_under_what_it_comes_and_what_its_recipient_must_do() -> None:
    envelope = copied(entry("referral", MARCH_4), CHARITY)[1]["envelope"]
    assert envelope["basis"] == ["CONSENT"]
    assert envelope["handling"]
    assert (envelope["type"], envelope["occurred_at"]) == ("referral", MARCH_4)


def test_digests_prove_each_view_sent_and_change_with_it_and_with_the_person() -> None:
    copy, _ = copied(entry("referral", MARCH_4), CHARITY)
    assert list(copy.digests) == ["identity", "health_minimum"]
    other, _ = copied(entry("referral", MARCH_4, plain={"identity": {"name": "B. Synthetic"}}), CHARITY)
    assert other.digests["identity"] != copy.digests["identity"]
    assert other.digests["health_minimum"] == copy.digests["health_minimum"]
    stranger, _ = copied(entry("referral", MARCH_4, route_key="ab" * 16), CHARITY)
    assert not set(stranger.digests.values()) & set(copy.digests.values())


def test_two_desks_hold_the_same_proof_of_the_same_view_and_no_id_in_common() -> None:
    second = Desk("other-charity.support", "other-charity", "CVO")
    to_both = Person(consents=(consent(recipients=(TO_CHARITY, Recipient("other-charity", "CVO"))),))
    referral = entry("referral", MARCH_4, named=(CHARITY, second.name), supersedes="E-0")
    one, other = (copy for _, copy in process(referral, world(to_both, MARCH_4, directory=directory(second))).copies())
    assert one.digests == other.digests
    mine, theirs = (codec.decode(copy.body)[1]["envelope"] for copy in (one, other))
    ids = [
        envelope[name] for envelope in (mine, theirs) for name in ("copy_id", "person_ref", "case_ref", "supersedes")
    ]
    assert len(set(ids)) == 8


def test_nothing_printable_of_a_ruling_shows_who_it_is_about() -> None:
    shown = repr(process(entry("referral", MARCH_4), world(AGREED, MARCH_4)))
    assert "Synthetic" not in shown
    assert "999" not in shown


def test_two_desks_that_get_the_same_answer_get_the_same_views_under_ids_of_their_own() -> None:
    second = Desk("avon-ld.nights", "avon-ld", "LD_TEAM", frozenset({"avon"}), frozenset({"arrest"}))
    known = directory(second)
    suite = replace(known.places[SUITE], served_by=(LD_TEAM, second.name))
    arrest = entry("arrest")
    outcome = process(arrest, world(directory=replace(known, places={**known.places, SUITE: suite})))
    first, other = (copy for ruling, copy in outcome.copies() if ruling.desk.role == "LD_TEAM")
    assert first.digests == other.digests
    assert (first.copy_id, first.person_ref) != (other.copy_id, other.person_ref)
    assert len(first.body) == len(other.body)
