from typing import Any

import pytest

from hub.ledger import words
from hub.ledger.sheet import Sheet
from tests.hub.ledger.sheets import NOT_TOLD, TOLD, UNDER_CONSENT, answer, given, referral, refused, ruling, sheet


def said(record: dict[str, Any], **changes: Any) -> str:
    read = Sheet.from_record(sheet(rulings=[record], **changes))
    return words.sentence(read, read.rulings[0])


def test_who_was_told_what_and_why_is_said_and_what_was_kept_back() -> None:
    assert said(TOLD) == (
        "avon-ld.team (liaison and diversion team) was given: name, date of birth and aliases; NHS number; address and "
        "contact; the arrest in short; need for help, in codes. Custody hands over to the health team that serves this "
        "place (CUSTODY_CARE). Kept back: PNC number; offence, status and bail. A desk of this role is never given "
        "this (NO_NEED_TO_KNOW)."
    )


def test_in_short_only_what_was_given_is_said() -> None:
    read = Sheet.from_record(referral())
    assert words.in_short(read, read.rulings[0]) == (
        "bridge-charity.support (charity) was given: name, date of birth and aliases; need for help, in codes. The "
        "person agreed to it (CONSENT)."
    )


def test_who_was_not_told_is_said_with_the_one_reason() -> None:
    assert said(NOT_TOLD) == (
        "bridge-charity.support (charity) was not told. The desk has nothing to do with this person at present "
        "(NO_RELATIONSHIP)."
    )


def test_what_consent_does_not_cover_is_said_beside_what_it_does() -> None:
    read = Sheet.from_record(referral())
    assert words.sentence(read, read.rulings[0]) == (
        "bridge-charity.support (charity) was given: name, date of birth and aliases; need for help, in codes. The "
        "person agreed to it (CONSENT). It rests on consent consent-1. Kept back: the health record in full. The "
        "person agreed to share other things with this desk, not this (SCOPE_VIEW)."
    )


def test_what_waits_is_said_beside_what_was_given_at_once() -> None:
    views = [{**answer("identity", "HOLD", "ID_UNRESOLVED")}, *given("DETAINED_SAFETY", "self_risk")]
    held = ruling("avon-police.custody", "POLICE_CUSTODY", "HOLD", "ID_UNRESOLVED", views)
    assert said(held, present=["identity", "self_risk"]) == (
        "avon-police.custody (police custody) was given: risk to self. Whoever holds the person has to know of a risk "
        "to their life (DETAINED_SAFETY). Waiting: name, date of birth and aliases. It is not known for certain whom "
        "this is about (ID_UNRESOLVED)."
    )


def test_a_desk_for_which_all_waits_has_not_been_told_yet() -> None:
    held = ruling("a.b", "GP", "HOLD", "ID_UNRESOLVED", [answer("identity", "HOLD", "ID_UNRESOLVED")])
    assert said(held, present=["identity"]).startswith("a.b (GP practice) has not been told yet. It is not known")


def test_two_reasons_for_giving_are_both_said() -> None:
    views = [*given("CONSENT", "identity"), *given("DETAINED_SAFETY", "self_risk"), *given("CONSENT", "location")]
    both = ruling("a.b", "CVO", "PERMIT", "CONSENT", views)
    assert said(both, present=["identity", "self_risk", "location"]) == (
        "a.b (charity) was given: name, date of birth and aliases; address and contact. The person agreed to it "
        "(CONSENT). And: risk to self. Whoever holds the person has to know of a risk to their life (DETAINED_SAFETY)."
    )


def test_a_reason_for_refusing_that_the_verdict_does_not_give_is_said_beside_it() -> None:
    views = [*refused("NO_NEED_TO_KNOW", "pnc"), *refused("CONSENT_EXPIRED", "health_minimum")]
    denied = ruling("a.b", "CVO", "DENY", "CONSENT_EXPIRED", views)
    assert said(denied, present=["pnc", "health_minimum"]) == (
        "a.b (charity) was not told. The person's agreement has run out (CONSENT_EXPIRED). "
        "Kept back: PNC number. A desk of this role is never given this (NO_NEED_TO_KNOW)."
    )


def test_what_was_sent_is_said_whatever_the_verdict() -> None:
    wrong = {**UNDER_CONSENT, "verdict": "DENY"}
    assert " was given: " in said(wrong, present=["identity", "health_minimum"])


def test_a_code_without_words_is_said_as_it_is() -> None:
    assert words.because("BRAND_NEW") == "BRAND_NEW."


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "arrest from avon-police.custody was decided"),
        ({"kind": "REPEAT"}, "arrest from avon-police.custody had come before and was not decided again"),
        (
            {"kind": "FOLDED", "type": "consent_withdraw"},
            "withdrawal of consent from avon-police.custody was taken into account; no desk had to be asked about",
        ),
        (
            {"kind": "QUARANTINED", "type": "", "faults": ["UNREADABLE_ENTRY"]},
            "a record was set aside and not shared (UNREADABLE_ENTRY)",
        ),
        (
            {"kind": "QUARANTINED", "faults": ["WRONG_PUBLISHER", "BAD_CHECK", "WRONG_PUBLISHER"]},
            "arrest from avon-police.custody was set aside and not shared (WRONG_PUBLISHER, BAD_CHECK)",
        ),
        (
            {"kind": "FOLDED", "again": {"cause": "LINKED", "entry_id": "", "offset": 1, "by": "", "ground": ""}},
            "another record of the same person said what is known there, or was told",
        ),
    ],
)
def test_what_became_of_an_event_as_a_whole_is_said(changes: dict[str, Any], says: str) -> None:
    assert words.event(Sheet.from_record(sheet(**changes))) == says
