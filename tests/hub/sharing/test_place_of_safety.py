from hub.model.person import Person
from tests.hub.sharing.county import CUSTODY, HOUR, OFFICERS, PRACTICE, TRUST, after, event, refused, rulings, told

START = event("s136")
AT = START.occurred_at
ENDED = event(
    "s136",
    AT + 6 * HOUR,
    facts={"s136_state": "ENDED", "outcome": "COMMUNITY"},
    publisher=TRUST,
    named=(CUSTODY,),
    holding_ref=None,
)
ED = "royal-harbour.ed"


def patient() -> Person:
    registration = event("health_registration", AT - HOUR, facts={"trace_status": "VERIFIED", "gp_desk": PRACTICE})
    return after(registration, START)


def test_the_trust_of_the_place_of_safety_is_told_and_probation_is_not() -> None:
    found = rulings(START)
    assert (found[TRUST].verdict, found[OFFICERS].verdict) == ("PERMIT", "DENY")
    assert found[OFFICERS].reason == "HEALTH_ONLY"


def test_whoever_holds_the_person_there_hears_of_the_risk_to_their_life() -> None:
    assert "self_risk" in told(START)[ED]


def test_the_police_hear_that_it_ended_and_the_practice_hears_the_outcome() -> None:
    heard = told(ENDED, patient())
    assert heard[CUSTODY] == ["identity", "status"]
    assert heard[PRACTICE] == ["identity", "health_minimum", "status", "self_risk", "adjustments"]
    assert rulings(ENDED, patient())[CUSTODY].verdict == "REDACT"


def test_an_objection_keeps_the_outcome_from_the_practice_and_not_from_the_police_that_it_ended() -> None:
    person = patient()._replace(consents=(refused(among_carers=True),))
    heard = told(ENDED, person)
    assert PRACTICE not in heard
    assert "status" in heard[CUSTODY]
