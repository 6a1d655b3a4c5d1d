from typing import Any

import pytest

from consent.terms import Relationship
from hub.model.entry import Entry, Override
from hub.model.person import Person
from tests.hub.sharing.county import (
    CHARITY,
    CONTROL,
    COUNCIL,
    CRISIS,
    CUSTODY,
    DAY,
    OFFICERS,
    PPU,
    TEAM,
    TRUST,
    after,
    agreed,
    event,
    given,
    refused,
    rulings,
    shared,
    told,
)
from tests.world import bare

CONCERN = event("concern")
SUNDAY = 1_779_598_800_000
"""24 May 2026, 06:00 in London: a Sunday."""
WHOLE = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("identity", "location", "health_minimum"))


def concern(about: str = "SELF", at: int = CONCERN.occurred_at, **changes: object) -> Entry:
    return event("concern", at, facts={"about": about}, **changes)  # type: ignore[arg-type]


def test_sp03_a_charitys_manager_decides_and_the_crisis_team_on_duty_gets_it_against_a_refusal() -> None:
    found = shared(CONCERN, Person(consents=(refused(),)))
    (ruling,) = [ruling for ruling in found.rulings if ruling.copy]
    assert (ruling.desk.name, ruling.verdict, ruling.reason) == (CRISIS, "PERMIT", "VITAL_INTERESTS")
    assert {"identity", "nhs_number", "location", "health_minimum"} - set(given(ruling)) == {"nhs_number"}
    assert "health_full" not in given(ruling)
    assert found.receipt is not None
    assert found.receipt.outcome == "DELIVERED"


@pytest.mark.parametrize("doubt", ["PROBABLE", "UNRESOLVED"])
def test_it_does_not_wait_for_a_sure_identity(doubt: str) -> None:
    assert told(concern(confidence=doubt)) == told(CONCERN)


@pytest.mark.parametrize(
    "block",
    [
        None,
        WHOLE._replace(complete=False),
        WHOLE._replace(basis="UNKNOWN"),
        WHOLE._replace(basis="NEW_CODE"),
        WHOLE._replace(basis="COURT"),
    ],
)
def test_without_a_whole_decision_nothing_goes_and_the_sender_is_told_to_telephone(block: Override | None) -> None:
    outcome = shared(concern(override=block))
    assert list(outcome.copies()) == []
    assert outcome.receipt is not None
    assert outcome.receipt.outcome == "NOT_DELIVERED"


def test_danger_to_others_is_answered_by_the_control_room() -> None:
    override = WHOLE._replace(basis="PUBLIC_PROTECTION")
    assert set(told(concern("OTHERS", override=override))) == {CONTROL}
    assert set(told(concern("STAFF", override=override))) == {CONTROL}


def test_danger_to_a_child_is_answered_by_the_council_in_hours_and_out_of_them() -> None:
    override = WHOLE._replace(basis="SAFEGUARDING")
    assert "health_minimum" in told(concern("CHILD", override=override))[COUNCIL]
    assert "avon-council.edt" in told(concern("CHILD", SUNDAY, override=override))


def test_who_is_on_duty_where_the_person_is_answers_before_the_area_does() -> None:
    there = rulings(concern(place="avon/royal-harbour", override=WHOLE))
    assert there["royal-harbour.ed"].relationship == "DUTY"
    assert CRISIS not in there
    elsewhere = rulings(concern(place=None, override=WHOLE))
    assert elsewhere[CRISIS].relationship == "DUTY"
    assert "royal-harbour.ed" not in elsewhere


def test_the_desk_that_calls_does_not_answer_itself() -> None:
    found = rulings(concern(publisher=CRISIS, override=WHOLE))
    assert CRISIS not in found
    assert found["avon-council.edt"].relationship == "DUTY"


def test_an_urgent_event_of_a_carer_reaches_the_desk_on_duty_and_a_charitys_needs_a_decision() -> None:
    urgent = event("screening", facts={"urgency": "EMERGENCY"}, place=None)
    assert rulings(urgent)[CRISIS].reason == "DIRECT_CARE"
    assert rulings(urgent._replace(publisher=CHARITY))[CRISIS].verdict == "DENY"
    assert CRISIS not in rulings(event("screening", facts={"urgency": "ROUTINE"}, place=None))


def test_where_nobody_answers_the_sender_is_told_to_telephone() -> None:
    outcome = shared(concern(area="nowhere"))
    assert outcome.kind in {"RULED", "FOLDED"}
    assert outcome.receipt is not None
    assert outcome.receipt.outcome == "NOT_DELIVERED"


def test_public_protection_hears_of_danger_to_others_if_it_is_named_or_takes_part_in_managing_risk() -> None:
    bare_concern = concern("OTHERS", override=None, publisher=TRUST, purpose="SAFEGUARDING", safeguarding=False)
    assert PPU not in told(bare_concern)
    assert "status" in told(bare_concern._replace(named=(PPU,)))[PPU]
    listed = after(event("mappa_registration"))
    assert "status" in told(bare_concern, listed)[PPU]


def test_the_supervising_officer_gets_the_fact() -> None:
    person = after(event("order"))
    made = concern("OTHERS", at=CONCERN.occurred_at, override=None, publisher=TRUST, purpose="RISK_MANAGEMENT")
    assert told(made, person)[OFFICERS] == ["identity", "status"]


def test_a_flagged_event_goes_to_the_council_whatever_it_is_and_whatever_is_unknown() -> None:
    flagged = event("screening", safeguarding=True, purpose="UNKNOWN", confidence="UNRESOLVED", place=None)
    assert "health_minimum" in told(flagged, Person(consents=(refused(),)))[COUNCIL]
    assert COUNCIL not in rulings(flagged._replace(safeguarding=False))


def test_a_flag_that_nobody_hears_is_not_delivered_and_the_council_need_not_tell_itself() -> None:
    outcome = shared(event("screening", safeguarding=True, area="nowhere", place=None, holding_ref=None))
    assert outcome.receipt is not None
    assert outcome.receipt.outcome == "NOT_DELIVERED"
    own = shared(event("service_profile", safeguarding=True, publisher=COUNCIL))
    assert own.receipt is not None
    assert own.receipt.outcome == "DELIVERED"


def relationship(made: Entry, desk: str, person: Person) -> Relationship:
    return rulings(made, person)[desk].relationship


def test_a_charity_that_accepted_has_to_do_with_the_person_only_while_they_agree() -> None:
    sent = event("referral", submission={"named": [CHARITY]}, facts={"status": "SENT"}, publisher=TEAM)
    at = sent.occurred_at
    accepted = after(sent, event("referral", at + 1, facts={"status": "ACCEPTED"}, publisher=CHARITY))
    later = bare(at + DAY, type="arrest", event_id="later", publisher=CUSTODY)
    grant = agreed("bridge-charity", "CVO", "identity")
    agreeing = accepted._replace(consents=(grant,))
    assert relationship(later, CHARITY, agreeing) == "ACTIVE"
    assert relationship(later, CHARITY, accepted) == "NONE"
    ended = agreeing._replace(consents=(grant, grant._replace(action="WITHDRAW", version=9, occurred_at=2)))
    assert relationship(later, CHARITY, ended) == "NONE"


def test_to_be_named_counts_only_in_events_that_are_addressed() -> None:
    assert rulings(event("screening", submission={"named": [PPU]}))[PPU].relationship == "NONE"
    assert rulings(event("request"))[TRUST].relationship == "ADDRESSED"
    assert rulings(event("assessment", submission={"named": ["probation-sw.court"]}))[
        "probation-sw.court"
    ].relationship == ("ADDRESSED")


def test_an_event_of_a_type_that_has_no_policy_is_for_nobody() -> None:
    outcome = shared(bare(type="gossip", named=(CHARITY,), area="avon"))
    assert [(ruling.verdict, ruling.relationship) for ruling in outcome.rulings] == [("DENY", "NONE")]


@pytest.mark.parametrize("changes", [{"confidence": "UNRESOLVED"}, {"area": "nowhere", "place": None}])
def test_an_urgent_event_that_nobody_on_duty_had_is_to_be_telephoned(changes: dict[str, Any]) -> None:
    urgent = event("screening", facts={"urgency": "EMERGENCY"}, **changes)
    outcome = shared(urgent)
    assert outcome.receipt is not None
    assert outcome.receipt.outcome == "NOT_DELIVERED"
