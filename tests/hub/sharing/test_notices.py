"""What the hub itself says: to whom, in whose name, about which copy, and what is to be done with it."""

from dataclasses import replace

import pytest

from hub.model.directory import Directory
from hub.model.entry import Again, Entry
from hub.sharing import notices
from tests.hub.sharing.county import DAY, TEAM, TRUST, county, event
from tests.hub.sharing.test_again import AT, GUARDIAN, review
from tests.partition import Partition
from tests.world import KEYS

REFERRAL = event("referral", AT, publisher=TEAM, named=(TRUST,), event_id="F-1")


def said(cause: str, ground: str = "", earlier: Entry = REFERRAL) -> Entry:
    why = Again(cause, earlier.entry_id, 0, "cause", ground, (TRUST,))  # type: ignore[arg-type]
    return notices.about(earlier, why, AT + DAY, county(), KEYS)


def areas(*names: str) -> Directory:
    """The county, whose Guardian answers for these areas alone."""
    desks = {**county().desks, GUARDIAN: replace(county().desks[GUARDIAN], areas=frozenset(names))}
    return replace(county(), desks=desks)


def test_a_guardian_of_another_area_is_not_told_and_one_of_every_area_is() -> None:
    assert GUARDIAN in notices.guardians(areas(), "avon")
    assert GUARDIAN in notices.guardians(areas("avon", "severn"), "avon")
    assert GUARDIAN not in notices.guardians(areas("severn"), "avon")
    assert GUARDIAN in notices.guardians(areas("severn"), "")


@pytest.mark.parametrize(
    ("ground", "action"), [("UNLINKED", "DELETE"), ("WITHDRAWN", "DELETE"), ("WRONG_CONTENT", "REVIEW")]
)
def test_what_was_wrong_is_said_in_the_senders_name_with_what_to_do(ground: str, action: str) -> None:
    told = said("CORRECTED", ground)
    assert (told.type, told.publisher, told.supersedes) == ("disclosure_correction", TEAM, "F-1")
    assert told.facts == {"correction_reason": ground, "correction_action": action}
    assert (told.occurred_at, told.published_at, told.area) == (AT + DAY, AT + DAY, REFERRAL.area)
    assert (told.named, set(told.segments)) == ((TRUST,), {"status"})


def test_that_somebody_decided_without_consent_is_said_in_the_hubs_own_name_about_no_copy() -> None:
    told = said("OVERRIDDEN", "VITAL_INTERESTS")
    assert (told.type, told.publisher, told.supersedes) == ("alert", notices.speaker(county()), None)
    assert told.facts == {"rule": "OVERRIDE", "finding": "TO_REVIEW"}


def test_that_a_no_came_late_is_said_in_the_hubs_own_name_too() -> None:
    told = said("LATE_REFUSAL", "WITHDRAW")
    assert (told.type, told.publisher, told.supersedes) == ("alert", notices.speaker(county()), None)
    assert told.facts == {"rule": "LATE_REFUSAL", "finding": "TO_REVIEW"}


def test_it_stands_beside_the_earlier_entry_as_sure_whose_it_is_as_that() -> None:
    for earlier in (REFERRAL, REFERRAL._replace(route_key="7" * 32, confidence="PROBABLE")):
        told = said("CORRECTED", "UNLINKED", earlier)
        assert (told.route_key, told.confidence) == (earlier.route_key, earlier.confidence)
        assert told.again is not None
        assert (told.again.cause, told.again.entry_id) == ("CORRECTED", earlier.entry_id)


@pytest.mark.parametrize(("purpose", "then"), [("REFERRAL", "REFERRAL"), ("UNKNOWN", "SAFEGUARDING")])
def test_it_is_for_what_the_earlier_was_for_or_else_to_keep_people_safe(purpose: str, then: str) -> None:
    assert said("CORRECTED", "UNLINKED", REFERRAL._replace(purpose=purpose)).purpose == then


def grounds(*entries: Entry) -> list[tuple[str, str]]:
    """Cause and ground of all that came again."""
    partition = Partition(county())
    return [
        (one.entry.again.cause, one.entry.again.ground)
        for one in partition.say(*entries)
        if one.entry.again is not None
    ]


def test_what_replaces_an_event_with_nothing_withdraws_it_and_what_replaces_it_with_more_does_not() -> None:
    newer = event("referral", AT + 1, publisher=TEAM, named=(), event_id="F-2", supersedes="F-1")
    assert grounds(REFERRAL, newer) == [("CORRECTED", "WRONG_CONTENT")]
    assert grounds(REFERRAL, newer._replace(segments={})) == [("CORRECTED", "WITHDRAWN")]


def test_a_correction_is_not_corrected_again() -> None:
    itself = event("disclosure_correction", AT + 1, publisher=TEAM, supersedes="F-1", named=())
    assert grounds(REFERRAL, itself) == []


def test_a_reviewers_ground_is_kept_and_one_that_is_missing_is_unknown() -> None:
    held = REFERRAL._replace(confidence="UNRESOLVED")
    assert grounds(held, review("RELEASE")) == [("RELEASED", "IDENTITY_CHECKED")]
    word = review("RELEASE")
    without = word._replace(facts={name: told for name, told in word.facts.items() if name != "review_ground"})
    assert grounds(held, without) == [("RELEASED", "UNKNOWN")]


def unlink(place: str = "0/0") -> Entry:
    facts = {"held": place}
    return event("unlink", AT + 1, publisher="sharing-office.protection", facts=facts, route_key=f"held:{place}")


def test_what_was_of_the_wrong_person_and_waits_is_refused_and_what_nobody_had_is_corrected_for_nobody() -> None:
    assert grounds(REFERRAL, unlink()) == [("CORRECTED", "UNLINKED")]
    held = REFERRAL._replace(confidence="UNRESOLVED")
    assert grounds(held, unlink()) == [("REFUSED", "UNLINKED")]
