from dataclasses import replace
from typing import Any

import pytest

from hub.model.entry import Entry
from hub.model.person import NOBODY, Person
from hub.sharing.fold import fold
from hub.sharing.mappa import designated, on_the_list
from tests.hub.sharing.county import (
    CHARITY,
    CUSTODY,
    DAY,
    OFFICERS,
    PANEL,
    PPU,
    TRUST,
    after,
    county,
    event,
    given,
    refused,
    rulings,
    told,
)
from tests.world import world

LISTED = event("mappa_registration")
REVIEW = event("mappa_review")
DESIGNATED = event("designation")
AT = LISTED.occurred_at
SITTING = {PANEL, PPU, OFFICERS, TRUST}


def left(at: int = REVIEW.occurred_at + DAY, **changes: Any) -> Entry:
    return event("mappa_registration", at, facts={"registration": "DEREGISTERED"}, **changes)


def ended(at: int = DESIGNATED.occurred_at + DAY, **changes: Any) -> Entry:
    return event("designation", at, facts={"designation": "ENDED"}, event_id="ended", entry_id="e" * 16, **changes)


def test_the_coordinator_puts_a_person_on_the_panels_list() -> None:
    (listed,) = after(LISTED).registrations
    assert (listed.panel, listed.category, listed.level, listed.next_review) == (PANEL, "2", "2", "2026-06-15")
    assert set(listed.desks) == SITTING - {PANEL}
    assert set(told(LISTED)) == SITTING


@pytest.mark.parametrize("publisher", [PANEL, PPU, CHARITY, "mappa.severn-coordinator"])
def test_nobody_but_the_coordinator_of_that_panel_does(publisher: str) -> None:
    assert after(event("mappa_registration", publisher=publisher)) is NOBODY
    assert told(event("mappa_registration", publisher=publisher)) == {}


def test_a_panel_that_the_directory_does_not_know_has_no_list() -> None:
    assert after(event("mappa_registration", facts={"panel": PPU})) is NOBODY


@pytest.mark.parametrize(
    "changes", [{"confidence": "PROBABLE"}, {"confidence": "UNRESOLVED"}, {"facts": {"registration": "NEW"}}]
)
def test_doubt_puts_nobody_on_a_list(changes: dict[str, object]) -> None:
    assert after(event("mappa_registration", **changes)) is NOBODY  # type: ignore[arg-type]


def test_whoever_leaves_the_list_is_told_of_to_those_who_sat_and_to_nobody_afterwards() -> None:
    person, off = after(LISTED), left()
    assert set(told(off, person)) == SITTING
    gone = after(off, person=person)
    assert gone.registrations[0].ended
    contribution = event("risk_contribution", off.occurred_at + 1)
    assert told(contribution, gone) == {}
    assert rulings(contribution, gone)[PANEL].reason == "NO_PANEL_ROLE"


def test_leaving_counts_in_doubt_too_and_is_not_undone_by_what_comes_late() -> None:
    gone = after(LISTED, left(confidence="PROBABLE"))
    assert gone.registrations[0].ended
    assert after(LISTED, REVIEW, person=gone) is gone
    assert after(left(AT), LISTED).registrations[0].ended
    again = event("mappa_registration", left().occurred_at + DAY, facts={"registration": "CHANGED"})
    assert not after(again, person=gone).registrations[0].ended


def test_leaving_a_list_that_nobody_knew_of_keeps_that() -> None:
    assert after(left()).registrations[0].ended


def test_a_review_changes_level_and_adds_who_was_invited() -> None:
    review = event("mappa_review", facts={"level": "3", "invited": "avon-council.housing", "attended": PPU})
    (listed,) = after(LISTED, review).registrations
    assert listed.level == "3"
    assert set(listed.desks) == {PPU, OFFICERS, TRUST, "avon-council.housing"}
    assert after(event("mappa_review")).registrations[0].panel == PANEL
    assert after(event("mappa_review", confidence="PROBABLE")) is NOBODY


def test_minutes_go_to_those_who_attended_and_to_no_one_else() -> None:
    heard = told(REVIEW, after(LISTED))
    assert {name for name, views in heard.items() if "minutes" in views} == {PPU, OFFICERS}
    assert {"risk", "identity"} <= set(heard[PANEL]) <= {"risk", "identity", "location", "staff_safety", "pnc", "crn"}
    assert rulings(REVIEW, after(LISTED))[TRUST].reason == "NOT_ATTENDEE"
    missed = event("mappa_review", facts={"attended": PPU})
    assert "minutes" not in told(missed, after(LISTED))[OFFICERS]


def test_whoever_merely_says_that_others_attended_gives_them_no_minutes() -> None:
    other = event("mappa_review", publisher="mappa.severn-coordinator")
    assert all("minutes" not in views for views in told(other, after(LISTED)).values())


def test_sp04_the_panel_and_public_protection_get_the_extract_and_third_parties_words_stay() -> None:
    person = after(LISTED)._replace(consents=(refused(),))
    contribution = event("risk_contribution")
    found = rulings(contribution, person)
    for desk in (PANEL, PPU):
        assert found[desk].verdict == "REDACT"
        assert found[desk].reason == "VIC_NOT_RELEVANT"
        assert {"identity", "health_extract", "risk"} <= set(given(found[desk]))
        assert "victim" not in given(found[desk])
    assert (found[CUSTODY].verdict, found[CUSTODY].reason) == ("DENY", "NO_PANEL_ROLE")
    assert (found[CHARITY].verdict, found[CHARITY].reason) == ("DENY", "NOT_DESIGNATED")


def test_sp04_without_an_answer_the_extract_waits_and_the_risk_does_not() -> None:
    person = after(LISTED)._replace(consents=(refused(),))
    ruling = rulings(event("risk_contribution", without=["victim"], submission={"over_refusal": None}), person)[PANEL]
    assert (ruling.verdict, ruling.reason) == ("REDACT", "NECESSITY_UNANSWERED")
    assert {"identity", "risk"} <= set(given(ruling))
    assert "health_extract" not in given(ruling)


def test_sp04_a_change_of_risk_reaches_the_panel() -> None:
    person = after(LISTED)._replace(consents=(refused(),))
    update = event("risk_contribution", without=["victim", "health_extract"], publisher=OFFICERS)
    ruling = rulings(update, person)[PANEL]
    assert (ruling.verdict, ruling.reason) == ("PERMIT", "RISK")
    assert told(update, NOBODY) == {}


def test_relatives_words_go_where_they_bear_on_harm() -> None:
    person = after(LISTED)
    assert "victim" in told(event("risk_contribution", facts={"relevant_to_harm": "YES"}), person)[PPU]
    assert "victim" not in told(event("risk_contribution", facts={"relevant_to_harm": "UNKNOWN"}), person)[PPU]


def test_sp04_a_designated_charity_gets_the_condition_that_it_has_to_know() -> None:
    person = after(LISTED)
    heard = told(DESIGNATED, person)[CHARITY]
    assert {"identity", "cj_requirement", "staff_safety"} <= set(heard)
    (kept,) = after(LISTED, DESIGNATED).designations
    assert (kept.body, kept.desk, kept.purpose) == ("bridge-charity", CHARITY, "HOUSING")


def test_a_charity_on_record_may_contribute_and_hears_of_risk_only_if_it_sits_on_the_panel() -> None:
    person, at = after(LISTED, DESIGNATED), DESIGNATED.occurred_at + DAY
    contribution = event("risk_contribution", at, publisher=CHARITY, without=["health_extract", "victim"])
    assert told(contribution, person)[PANEL] == ["identity", "location", "risk", "staff_safety"]
    assert told(contribution, after(LISTED)) == {}
    assert rulings(event("risk_contribution", at), person)[CHARITY].reason == "NO_PANEL_ROLE"
    invited = after(event("mappa_review", at, facts={"invited": CHARITY}), person=person)
    assert told(event("risk_contribution", at + 1), invited)[CHARITY] == ["identity", "risk", "staff_safety"]


@pytest.mark.parametrize(
    "changes",
    [
        {"confidence": "PROBABLE"},
        {"publisher": CHARITY},
        {"facts": {"designation": "UNKNOWN"}},
        {"facts": {"body": ""}},
    ],
)
def test_nobody_is_designated_by_a_claim_or_in_doubt(changes: dict[str, object]) -> None:
    assert after(event("designation", **changes)).designations == ()  # type: ignore[arg-type]


def live(person: Person, at: int, *ahead: Entry) -> list[str]:
    return [each.body for each in designated(person, ahead, at)]


def test_a_designation_holds_from_its_first_day_to_its_last() -> None:
    person = after(DESIGNATED)
    (kept,) = person.designations
    assert kept.ends_at is not None
    assert [live(person, at) for at in (kept.starts_at - 1, kept.starts_at, kept.ends_at - 1, kept.ends_at)] == [
        [],
        ["bridge-charity"],
        ["bridge-charity"],
        [],
    ]
    endless = after(event("designation", facts={"starts": "", "ends": ""}))
    assert live(endless, DESIGNATED.occurred_at) == ["bridge-charity"]


def test_the_end_of_a_designation_counts_at_once_and_the_body_is_told() -> None:
    person, over = after(LISTED, DESIGNATED), ended()
    assert live(person, over.occurred_at, over) == []
    gone = after(over, person=person)
    assert live(gone, over.occurred_at) == []
    assert told(over, person)[CHARITY] == ["status"]
    assert rulings(over, person)[CHARITY].relationship == "TOLD"
    late = event("risk_contribution", over.occurred_at, publisher=CHARITY, without=["health_extract", "victim"])
    assert told(late, person)
    assert told(late, person, overtaking=(over,)) == {}


def test_an_end_that_comes_first_is_not_undone_and_counts_in_doubt() -> None:
    first = after(ended(confidence="PROBABLE"))
    assert first.designations[0].ended
    assert after(DESIGNATED, person=first) is first


def test_without_a_named_desk_the_bodys_charity_desks_are_meant_and_a_desk_of_another_body_is_not() -> None:
    person = after(LISTED)
    assert CHARITY in told(event("designation", facts={"designee": ""}, submission={"named": []}), person)
    other = event("designation", facts={"designee": TRUST}, submission={"named": []})
    assert CHARITY not in rulings(other, person)


def test_a_list_that_this_entry_takes_the_person_off_still_counts_for_it() -> None:
    off = left()
    person = after(LISTED, off)
    assert on_the_list(person, off)
    assert not on_the_list(person, event("risk_contribution"))


def test_an_organisation_that_is_no_responsible_authority_designates_nobody() -> None:
    bodies = {name: replace(body, standing=()) for name, body in county().organisations.items()}
    known = world(at=DESIGNATED.occurred_at, directory=replace(county(), organisations=bodies))
    assert fold(DESIGNATED, known).designations == ()
    nobody = world(at=DESIGNATED.occurred_at, directory=replace(county(), organisations={}))
    assert fold(DESIGNATED, nobody).designations == ()


def test_a_contributor_on_record_is_asked_about_though_no_order_or_list_names_it() -> None:
    person = after(DESIGNATED)._replace(registrations=())
    ruling = rulings(event("risk_contribution", DESIGNATED.occurred_at + DAY), person)[CHARITY]
    assert (ruling.relationship, ruling.reason) == ("PANEL", "NO_PANEL_ROLE")


def test_a_list_that_says_neither_level_nor_category_has_none_and_counts_all_the_same() -> None:
    bare = event("mappa_registration")
    facts = {name: said for name, said in bare.facts.items() if name not in {"level", "category", "next_review"}}
    (listed,) = after(bare._replace(facts=facts)).registrations
    assert (listed.level, listed.category, listed.next_review, listed.ended) == ("UNKNOWN", "UNKNOWN", "", False)
    assert (listed.said_at, listed.entry_id) == (AT, bare.entry_id)


def test_leaving_says_when_and_by_which_entry_and_of_a_list_that_nobody_knew_too() -> None:
    gone = left(entry_id="9" * 16)
    (over,) = after(LISTED, gone).registrations
    assert (over.said_at, over.entry_id, over.ended, over.level) == (gone.occurred_at, "9" * 16, True, "2")
    (unknown,) = after(gone).registrations
    assert (unknown.panel, unknown.said_at, unknown.ended) == (PANEL, gone.occurred_at, True)


def test_whoever_was_at_a_review_sits_on_the_panel() -> None:
    review = event("mappa_review", facts={"attended": CHARITY, "invited": ""})
    (listed,) = after(LISTED, review).registrations
    assert CHARITY in listed.desks


def test_a_designation_without_days_holds_from_when_it_was_said_until_it_is_ended_and_then_no_more() -> None:
    bare = DESIGNATED._replace(
        facts={name: said for name, said in DESIGNATED.facts.items() if name not in {"starts", "ends", "designee"}}
    )
    (named,) = after(bare).designations
    assert (named.starts_at, named.ends_at, named.desk) == (bare.occurred_at, None, "")
    over = ended()
    (gone,) = after(bare, over).designations
    assert (gone.ends_at, gone.said_at, gone.ended) == (over.occurred_at, over.occurred_at, True)


def test_a_designation_holds_from_the_day_that_it_names() -> None:
    (named,) = after(event("designation", facts={"starts": "2026-06-01", "ends": "2026-06-30"})).designations
    assert (named.starts_at, named.ends_at) == (1_780_268_400_000, 1_782_860_400_000)  # midnights in London


def test_of_two_words_at_once_the_first_stays() -> None:
    other = event("mappa_registration", AT, facts={"level": "3"}, event_id="other", entry_id="d" * 16)
    assert [each.level for each in after(LISTED, other).registrations] == ["2"]


def test_a_designation_that_ends_keeps_what_it_was_and_one_that_never_began_is_kept_as_ended() -> None:
    (before,) = after(DESIGNATED).designations
    (over,) = after(DESIGNATED, ended()).designations
    assert over == before._replace(ended=True, ends_at=over.said_at, said_at=over.said_at, entry_id="e" * 16)
    alone = event("designation", AT, facts={"designation": "ENDED", "starts": "", "ends": ""}, entry_id="e" * 16)
    (never,) = after(alone).designations
    assert (never.ended, never.starts_at, never.ends_at) == (True, AT, AT)
