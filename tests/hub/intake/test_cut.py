"""An event and whom it is about become entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consent.terms import IDENTIFIERS
from hub.intake.cut import cut, entries, refusal
from hub.intake.event import Event, Identified
from hub.model import timeline
from hub.model.entry import Entry, Fault
from hub.model.keys import PROOF, desk_route_key, entry_id, proved
from schemas import catalogue, codec, segments
from tests.examples import examples
from tests.hub.intake.builders import KEYS, body, event, give, received, rules

A, B = "a" * 32, "b" * 32
SURE = Identified(A, "CONFIRMED")
UNSURE = Identified("f" * 32, "UNRESOLVED", (A, B))


def entry(one: Event, identified: Identified = SURE) -> Entry:
    return cut(one, identified, rules())


def held(one: Entry) -> dict[str, bytes]:
    """The segments without what proves them."""
    return {view: raw[PROOF:] for view, raw in one.segments.items()}


@pytest.mark.parametrize("event_type", catalogue.event_types())
def test_every_committed_example_becomes_an_entry_that_the_timeline_can_carry(event_type: str) -> None:
    made = entry(event(event_type))
    raw = timeline.encode(made)
    assert timeline.decode(raw) == made


def test_an_arrest_states_its_facts_and_keeps_its_views_closed() -> None:
    made = entry(event("arrest"))
    assert made.facts["arrest_status"] == "DETAINED"
    assert (made.place, made.holding_ref) == ("avon/patchway-suite", "avon-police.custody")
    assert made.entry_id == entry_id(KEYS, "avon-police.custody", "avon-custody-26-0001")
    assert list(held(made)) == [view for view in catalogue.by_type("arrest").views if view in held(made)]


@pytest.mark.parametrize("event_type", catalogue.event_types())
def test_what_a_publisher_wrote_stands_in_the_segments_unaltered(event_type: str) -> None:
    schema, written = catalogue.by_type(event_type), body(event_type)
    untouched = {view: raw for view, raw in held(entry(event(event_type))).items() if view not in IDENTIFIERS}
    assert untouched == segments.cut(schema, written)


def test_each_segment_stands_behind_its_proof_under_the_salt_of_the_person() -> None:
    made = entry(event("arrest"))
    assert made.segments == proved(KEYS, A, held(made)) != proved(KEYS, B, held(made))


def test_the_hub_fills_the_views_of_identifiers_with_what_it_checked() -> None:
    one = event("arrest", give(("NHS_NUMBER", "999 000 0018", "TRACED"), ("CUSTODY_NUMBER", "AV/26/1", "STATED")))
    made = held(entry(one))
    assert made["nhs_number"] == b"\x02\x149990000018"
    assert made["custody_number"] == b"\x02\x0eAV/26/1"
    assert "pnc" not in made


def test_of_two_numbers_the_one_that_was_traced_is_shown() -> None:
    said, traced = ("NHS_NUMBER", "9990000026", "STATED"), ("NHS_NUMBER", "9990000018", "TRACED")
    for order in ((said, traced, said), (traced, said)):
        assert held(entry(event("screening", give(*order))))["nhs_number"].endswith(b"9990000018")


def test_an_identifier_view_that_the_publisher_filled_is_not_believed() -> None:
    one = event("arrest", lambda made: made.update(crn={"value": "X999002"}))
    assert "crn" not in held(entry(one))


@examples(30)
@given(some.sets(some.sampled_from(["location", "criminal_justice", "health_minimum", "adjustments"])))
def test_only_views_that_the_event_holds_become_segments(missing: set[str]) -> None:
    one = event("arrest", lambda made: made.update(dict.fromkeys(missing)))
    assert not missing & held(entry(one)).keys()


def test_an_event_causes_one_entry() -> None:
    assert entries(event("arrest"), UNSURE, rules()) == (entry(event("arrest"), UNSURE),)


def test_a_grant_in_doubt_stays_with_nobody() -> None:
    (made,) = entries(event("consent_grant"), UNSURE, rules())
    assert made.route_key == UNSURE.route_key


@pytest.mark.parametrize("event_type", ["consent_refuse", "consent_withdraw"])
def test_a_no_in_doubt_is_written_for_everyone_whom_it_may_be_about(event_type: str) -> None:
    one = event(event_type)
    made = entries(one, UNSURE, rules())
    assert [each.route_key for each in made] == [A, B]
    assert {each.confidence for each in made} == {"UNRESOLVED"}
    assert made[0].entry_id == one.entry_id
    assert len({each.entry_id for each in made}) == 2
    assert all(each.possible == () and each.consent for each in made)
    assert all(each.segments == proved(KEYS, each.route_key, held(each)) for each in made)


def test_a_no_about_nobody_known_is_written_once() -> None:
    nobody = Identified("f" * 32, "UNRESOLVED")
    assert len(entries(event("consent_withdraw"), nobody, rules())) == 1


def test_a_refused_record_leaves_word_for_its_publisher_and_nothing_of_what_it_held() -> None:
    one = received("arrest", offset=7)
    made = refusal(one, "their-id", (Fault("TRUNCATED", ""),), KEYS)
    assert (made.kind, made.event_id, made.segments) == ("REJECTED", "their-id", {})
    assert made.route_key == desk_route_key(KEYS, "avon-police.custody")
    raw = timeline.encode(made)
    assert timeline.decode(raw) == made


def test_two_refused_records_have_two_ids_and_one_read_twice_has_one() -> None:
    first, again, other = (refusal(received("arrest", offset=n), "", (), KEYS).entry_id for n in (7, 7, 8))
    assert first == again != other


def test_an_entry_is_larger_than_its_event_by_little() -> None:
    schema = catalogue.by_type("referral")
    raw = timeline.encode(entry(event("referral")))
    assert len(raw) < len(codec.encode(schema, body("referral"))) + 1_000


def test_an_unlink_is_filed_under_each_place_that_it_names_once() -> None:
    made = event("unlink", lambda made: made["status"].update(entries=["2/7", "0/4", "2/7", "E-17"]))
    first, second, third = entries(made, Identified("5e" * 16, "UNRESOLVED", ("6f" * 16,)), rules())
    assert [one.route_key for one in (first, second, third)] == ["held:2/7", "held:0/4", "5e" * 16]
    assert [one.facts["held"] for one in (first, second, third)] == ["2/7", "0/4", "E-17"]
    assert first.entry_id == made.entry_id
    assert len({first.entry_id, second.entry_id, third.entry_id}) == 3


def test_an_unlink_that_names_no_place_is_about_the_people_that_it_names() -> None:
    [entry] = entries(event("unlink"), Identified("5e" * 16, "CONFIRMED"), rules())
    assert entry.route_key == "5e" * 16
