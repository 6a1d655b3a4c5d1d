import pytest

from hub.model.entry import Entry
from hub.model.person import NOBODY, Person, Relationship
from hub.sharing.handover import JOURNEY_MS
from hub.sharing.ties import holds
from tests.hub.sharing.county import COURT, CUSTODY, DAY, HOUR, PRACTICE, TEAM, TRUST, after, event, told

ESCORT, PRISON, HEALTHCARE = "transit-escorts.crews", "hmp-eastmoor.omu", "eastmoor-health.healthcare"
OTHER_PRACTICE = "riverside-gp.practice"
AT = event("handover").occurred_at
ARREST = event("arrest", AT - HOUR, facts={"arrest_status": "DETAINED"}, place=None)


def handover(at: int = AT, step: str = "HANDED_OVER", kind: str = "DETENTION", **changes: object) -> Entry:
    to, frm = changes.pop("to", COURT), changes.pop("frm", CUSTODY)
    facts = {"handover_kind": kind, "handover_step": step, "hands_over": frm, "takes_on": to}
    fields = {"publisher": frm if step == "HANDED_OVER" else to, "facts": facts, "place": None, **changes}
    return event("handover", at, **fields)  # type: ignore[arg-type]


def kinds(person: Person, at: int) -> set[tuple[str, str]]:
    return {(each.desk, each.kind) for each in person.relationships if holds(each, at)}


def test_whoever_has_the_person_hands_them_over() -> None:
    person = after(ARREST, handover())
    assert kinds(person, AT - 1) == {(CUSTODY, "CUSTODY"), (COURT, "CUSTODY")}
    assert kinds(person, AT) == {(COURT, "CUSTODY")}
    assert kinds(person, AT + 99 * DAY) == {(COURT, "CUSTODY")}


def test_a_chain_of_handovers_ends_with_whoever_has_the_person() -> None:
    chain = [
        ARREST,
        handover(),
        handover(AT + HOUR, frm=COURT, to=ESCORT),
        handover(AT + 2 * HOUR, "RECEIVED", frm=ESCORT, to=PRISON),
        handover(AT + 3 * HOUR, frm=ESCORT, to=PRISON),
    ]
    assert kinds(after(*chain), AT + 3 * HOUR) == {(PRISON, "CUSTODY")}


def test_whoever_only_says_that_it_received_somebody_ends_nobodys_custody() -> None:
    chain = [ARREST, handover(AT, frm=CUSTODY, to=COURT), handover(AT + HOUR, "RECEIVED", frm=COURT, to=PRISON)]
    assert kinds(after(*chain), AT + HOUR) == {(COURT, "CUSTODY"), (PRISON, "CUSTODY")}


def test_a_journey_ends_though_nobody_says_so_and_a_stay_does_not() -> None:
    chain = [ARREST, handover(frm=CUSTODY, to=ESCORT), handover(AT + HOUR, "RECEIVED", frm=ESCORT, to=PRISON)]
    assert kinds(after(*chain), AT + JOURNEY_MS - 1) == {(ESCORT, "CUSTODY"), (PRISON, "CUSTODY")}
    assert kinds(after(*chain), AT + JOURNEY_MS) == {(PRISON, "CUSTODY")}


def test_what_somebody_received_twice_began_the_first_time() -> None:
    twice = [handover(step="RECEIVED", to=PRISON), handover(AT + HOUR, "RECEIVED", to=PRISON)]
    assert [each.opened_at for each in after(*twice).relationships] == [AT]


def test_the_next_desk_is_told_whom_and_what_keeps_them_alive() -> None:
    heard = told(handover(), after(ARREST))
    assert heard == {COURT: ["identity", "status", "self_risk", "adjustments", "staff_safety"]}


def test_nobody_is_held_by_a_court_to_which_nobody_handed_them_over() -> None:
    assert kinds(after(handover()), AT) == set()


def test_a_court_remands_whom_nobody_held_before_and_ends_nobody_elses_custody_by_it() -> None:
    remanded = after(ARREST, handover(frm=COURT, to=ESCORT))
    assert kinds(remanded, AT) == {(CUSTODY, "CUSTODY"), (ESCORT, "CUSTODY")}


def test_nobody_but_a_court_gives_a_prison_somebody_whom_it_does_not_have() -> None:
    assert kinds(after(handover(frm=CUSTODY, to=PRISON)), AT) == set()
    assert kinds(after(ARREST, handover(frm=COURT, to=TRUST)), AT) == {(CUSTODY, "CUSTODY")}


def test_a_prison_or_escort_that_receives_somebody_has_them_and_nobody_else_does_by_its_own_word() -> None:
    assert kinds(after(handover(step="RECEIVED", to=HEALTHCARE)), AT) == {(HEALTHCARE, "CUSTODY")}
    assert kinds(after(handover(step="RECEIVED", to=COURT)), AT) == set()
    assert kinds(after(ARREST, handover(step="RECEIVED", to=COURT)), AT) == {(CUSTODY, "CUSTODY")}


@pytest.mark.parametrize(
    "changes",
    [
        {"confidence": "PROBABLE"},
        {"to": "bridge-charity.support"},
        {"to": "nobody.knows"},
        {"publisher": TEAM},
        {"step": "UNKNOWN"},
        {"kind": "UNKNOWN"},
    ],
)
def test_a_claim_a_doubt_or_a_desk_that_holds_nobody_opens_nothing(changes: dict[str, str]) -> None:
    opened = kinds(after(ARREST, handover(**changes)), AT) - {(CUSTODY, "CUSTODY")}  # type: ignore[arg-type]
    assert opened == set()


@pytest.mark.parametrize("confidence", ["PROBABLE", "UNRESOLVED"])
def test_in_doubt_whom_it_is_about_whoever_has_the_person_goes_on_hearing_of_them(confidence: str) -> None:
    assert kinds(after(ARREST, handover(confidence=confidence)), AT) == {(CUSTODY, "CUSTODY")}


def test_who_took_a_step_says_so_itself_whether_or_not_it_is_named() -> None:
    unnamed = handover(step="RECEIVED", to=PRISON)._replace(
        facts={"handover_kind": "DETENTION", "handover_step": "RECEIVED"}
    )
    assert kinds(after(unnamed), AT) == {(PRISON, "CUSTODY")}
    assert kinds(after(handover(step="RECEIVED", to=PRISON, publisher=HEALTHCARE)), AT) == set()
    given = handover(to=COURT)
    nobody_gives = given._replace(facts={**given.facts, "hands_over": ""})
    assert kinds(after(ARREST, nobody_gives), AT) == {(CUSTODY, "CUSTODY")}


@pytest.mark.parametrize("kind", ["arrest", "screening", "release"])
def test_what_is_no_handover_hands_nobody_over(kind: str) -> None:
    made = event(kind, AT, publisher=CUSTODY, facts=handover().facts, place=None, confidence="CONFIRMED")
    assert (COURT, "CUSTODY") not in kinds(after(ARREST, made), AT)


def test_an_escort_that_says_again_that_it_has_somebody_has_them_no_longer_for_it() -> None:
    again = handover(AT + 2 * HOUR, "RECEIVED", frm=CUSTODY, to=ESCORT)
    assert kinds(after(ARREST, handover(to=ESCORT), again), AT + JOURNEY_MS) == set()


def test_whoever_hands_on_supervision_proposes_nobody_for_treatment() -> None:
    on = handover(AT + HOUR, kind="SUPERVISION", frm=TRUST, to=TEAM)
    assert (TEAM, "PROPOSED") not in kinds(after(on, person=treated()), AT + HOUR)


def test_handing_over_to_oneself_changes_nothing() -> None:
    assert kinds(after(ARREST, handover(to=CUSTODY)), AT) == {(CUSTODY, "CUSTODY")}


def treated() -> Person:
    referral = event("referral", AT - 2 * HOUR, submission={"named": [TRUST]}, facts={"status": "SENT"}, publisher=TEAM)
    return after(referral, event("referral", AT - HOUR, facts={"status": "ACCEPTED"}, publisher=TRUST))


def test_whoever_treats_the_person_proposes_who_goes_on_and_that_desk_accepts() -> None:
    proposed = after(handover(kind="TREATMENT", frm=TRUST, to=HEALTHCARE), person=treated())
    assert (HEALTHCARE, "PROPOSED") in kinds(proposed, AT)
    accepted = after(handover(AT + 1, "RECEIVED", "TREATMENT", frm=TRUST, to=HEALTHCARE), person=proposed)
    assert (HEALTHCARE, "ACTIVE") in kinds(accepted, AT + 1)
    assert after(handover(AT + 2, kind="TREATMENT", frm=TRUST, to=HEALTHCARE), person=accepted) is accepted


@pytest.mark.parametrize("step", ["HANDED_OVER", "RECEIVED"])
def test_whoever_does_not_treat_proposes_nobody_and_nobody_takes_on_unasked(step: str) -> None:
    assert after(handover(step=step, kind="TREATMENT", frm=TRUST, to=HEALTHCARE)) is NOBODY
    doubt = handover(step=step, kind="TREATMENT", frm=TRUST, to=HEALTHCARE, confidence="PROBABLE")
    before = treated()
    assert after(doubt, person=before) is before


def registration(at: int = AT, publisher: str = TEAM, confidence: str = "CONFIRMED", **facts: str) -> Entry:
    return event("health_registration", at, facts=facts, publisher=publisher, confidence=confidence)


def test_a_verified_registration_opens_the_practices_relationship_until_there_is_another() -> None:
    person = after(registration())
    assert kinds(person, AT) == {(PRACTICE, "REGISTERED")}
    moved = after(registration(AT + DAY, gp_desk=OTHER_PRACTICE), person=person)
    assert kinds(moved, AT + DAY) == {(OTHER_PRACTICE, "REGISTERED")}
    assert set(told(registration(AT + DAY), person)) == {PRACTICE}
    gone = after(registration(AT + DAY, gp_registered="NO"), person=person)
    assert kinds(gone, AT + DAY) == set()


def test_a_registration_with_what_is_no_practice_ends_nobodys() -> None:
    person = after(registration())
    assert kinds(after(registration(AT + DAY, gp_desk=TEAM), person=person), AT + DAY) == {(PRACTICE, "REGISTERED")}


@pytest.mark.parametrize("trace", ["NOT_TRACED", "REQUIRED", "NO_MATCH", "UNKNOWN"])
def test_an_unverified_registration_opens_and_ends_nothing(trace: str) -> None:
    assert after(registration(trace_status=trace)) is NOBODY
    person = after(registration())
    assert after(registration(AT + DAY, trace_status=trace, gp_desk=OTHER_PRACTICE), person=person) is person


def test_a_practice_is_a_practice_and_a_doubt_opens_none() -> None:
    assert after(registration(gp_desk=TRUST)) is NOBODY
    assert after(registration(gp_desk="")) is NOBODY
    assert after(registration(confidence="PROBABLE")) is NOBODY
    assert after(registration(publisher=CUSTODY)) is NOBODY


def test_an_end_that_comes_late_is_not_the_end_of_what_began_since() -> None:
    person = after(registration(AT + DAY))
    assert after(registration(AT, gp_desk=OTHER_PRACTICE), person=person).relationships[0].ends_at is None


def in_care(at: int = AT - DAY, ends_at: int | None = None) -> Person:
    """By the team, which may hand the treatment over."""
    return NOBODY._replace(relationships=(Relationship(TEAM, "ACTIVE", at, ends_at, "a" * 16),))


def treatment(at: int, step: str, entry_id: str) -> Entry:
    return handover(at, step, "TREATMENT", frm=TEAM, to=TRUST, entry_id=entry_id)


def test_a_proposal_to_go_on_and_its_acceptance_say_since_when_and_by_which_entry() -> None:
    proposed = after(treatment(AT, "HANDED_OVER", "b" * 16), person=in_care())
    assert proposed.relationships[1:] == (Relationship(TRUST, "PROPOSED", AT, None, "b" * 16),)
    accepted = after(treatment(AT + 1, "RECEIVED", "c" * 16), person=proposed)
    assert accepted.relationships[1:] == (Relationship(TRUST, "ACTIVE", AT + 1, None, "b" * 16),)


def test_whoever_treated_once_proposes_nobody_and_what_was_proposed_once_is_not_accepted() -> None:
    over = in_care(ends_at=AT)
    assert after(treatment(AT, "HANDED_OVER", "b" * 16), person=over).relationships == over.relationships
    proposed = Relationship(TRUST, "PROPOSED", AT - DAY, AT, "b" * 16)
    person = in_care()._replace(relationships=(*in_care().relationships, proposed))
    assert after(treatment(AT, "RECEIVED", "c" * 16), person=person).relationships == person.relationships


def test_what_was_proposed_once_is_proposed_anew_and_what_is_proposed_is_not() -> None:
    once = Relationship(TRUST, "PROPOSED", AT - DAY, AT, "b" * 16)
    person = in_care()._replace(relationships=(*in_care().relationships, once))
    anew = after(treatment(AT, "HANDED_OVER", "c" * 16), person=person)
    assert anew.relationships[1:] == (Relationship(TRUST, "PROPOSED", AT, None, "c" * 16),)
    twice = after(treatment(AT + 1, "HANDED_OVER", "d" * 16), person=anew)
    assert twice.relationships == anew.relationships
