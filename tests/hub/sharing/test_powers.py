"""SP-02 and the rest of what the five events are decided by, from the entry to the ruling."""

from dataclasses import replace

import pytest

from consent.terms import ConsentEntry
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Person
from hub.model.ruling import Ruling
from tests.hub.sharing.county import (
    CHARITY,
    CUSTODY,
    OFFICERS,
    PRACTICE,
    PSR,
    TEAM,
    TRUST,
    after,
    agreed,
    county,
    event,
    given,
    refused,
    rulings,
    shared,
    told,
)

REFUSES = Person(consents=(refused(),))
BODIES = county().organisations


def blanket(to: str, need: str) -> Entry:
    return event(
        "referral",
        submission={"named": [to], "purpose": "REFERRAL", "disturbed": False},
        facts={"status": "SENT", "need_level": need},
        publisher=OFFICERS,
    )


@pytest.mark.parametrize(
    ("to", "need", "reason"),
    [
        (TRUST, "UNKNOWN", "MISSING_NEED"),
        (TRUST, "GP_MANAGEABLE", "CONSENT_REFUSED"),
        (PRACTICE, "GP_MANAGEABLE", "CONSENT_REFUSED"),
    ],
)
def test_sp02_a_blanket_referral_is_for_nobody_and_a_refusal_stands(to: str, need: str, reason: str) -> None:
    ruling = rulings(blanket(to, need), REFUSES)[to]
    assert (ruling.verdict, ruling.reason) == ("DENY", reason)


def test_sp02_citing_a_power_does_not_make_somebody_eligible() -> None:
    request = event("request", submission={"purpose": "RISK_MANAGEMENT", "claimed_gateway": "CJA325_4"})
    ruling = rulings(request, REFUSES)[TRUST]
    assert (ruling.verdict, ruling.reason) == ("DENY", "NOT_MAPPA_ELIGIBLE")


def psr(consent: tuple[ConsentEntry, ...], **changes: object) -> Ruling:
    made = event("assessment", submission={"named": [PSR]}, without=["health_full"], **changes)  # type: ignore[arg-type]
    return rulings(made, Person(consents=consent))[PSR]


def test_sp01_probation_at_court_gets_the_report_that_the_person_agreed_to() -> None:
    grant = agreed("probation-sw", "PROB_COURT", "identity", "health_minimum", purpose="PSR")
    ruling = psr((grant,))
    assert (ruling.verdict, given(ruling)) == ("PERMIT", ["identity", "health_minimum"])
    assert psr(()).verdict == "DENY"
    assert psr((grant,), facts={"tool": "MHA"}).reason == "NOT_AT_THIS_STAGE"


def test_an_arrest_reaches_whoever_supervises_the_person() -> None:
    arrest = event("arrest", event("order").occurred_at + 1, submission={"purpose": "CUSTODY"})
    assert OFFICERS not in rulings(arrest)
    assert "criminal_justice" in told(arrest, after(event("order")))[OFFICERS]


def test_over_a_refusal_it_waits_for_an_answer() -> None:
    arrest = event("arrest", event("order").occurred_at + 1)
    person = Person(consents=(refused(),), requirements=after(event("order")).requirements)
    ruling = rulings(arrest, person)[OFFICERS]
    assert ruling.verdict in {"HOLD", "REDACT"}
    assert "criminal_justice" not in given(ruling)
    answered = arrest._replace(over_refusal=("criminal_justice", "cj_summary", "location"))
    assert "criminal_justice" in told(answered, person)[OFFICERS]


def alone() -> Directory:
    """The county before anybody had agreed to anything."""
    return replace(county(), organisations={name: replace(body, agreements=()) for name, body in BODIES.items()})


def test_without_an_agreement_for_the_purpose_a_desk_is_given_nothing_but_what_keeps_people_alive() -> None:
    arrest, screening = event("arrest"), event("screening", submission={"holding_ref": CUSTODY})
    assert TEAM in told(arrest)
    ruling = rulings(arrest, directory=alone())[TEAM]
    assert (ruling.verdict, ruling.reason) == ("DENY", "AGREEMENT_MISSING")
    assert told(screening, directory=alone())[CUSTODY] == ["self_risk"]


def test_law_enforcement_does_not_share_by_consent() -> None:
    grant = agreed("bridge-charity", "CVO", "identity", "health_minimum")
    referral = event("referral", submission={"named": [CHARITY]}, facts={"status": "SENT"}, publisher=TEAM)
    person = Person(consents=(grant,))
    assert CHARITY in told(referral, person)
    assert rulings(referral._replace(regime="PART3"), person)[CHARITY].verdict == "DENY"


def test_a_desk_that_only_hears_how_to_meet_the_person_has_not_been_reached() -> None:
    sent = blanket(TRUST, "SEVERE")
    accepted = event("referral", sent.occurred_at + 1, facts={"status": "ACCEPTED"}, publisher=TRUST)
    treated = after(sent, accepted)._replace(consents=(refused(),))
    outcome = shared(blanket(TRUST, "SEVERE")._replace(event_id="again"), treated)
    (copy,) = [copy for _, copy in outcome.copies()]
    assert list(copy.digests) == ["staff_safety"]
    assert outcome.receipt is not None
    assert outcome.receipt.outcome == "NOT_DELIVERED"
