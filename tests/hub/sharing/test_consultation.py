from hub.model.entry import Entry
from hub.model.person import NOBODY, Person
from tests.hub.sharing.county import OFFICERS, TRUST, agreed, event, rulings, shared, told


def anonymous() -> Entry:
    """As intake leaves one: about nobody it knows."""
    made = event("consultation", facts={"anonymous": "YES"}, without=["identity", "health_full", "adjustments"])
    return made._replace(confidence="UNRESOLVED", case_ref=None)


def test_a_question_about_nobody_reaches_whoever_is_asked_and_leaves_nothing_behind() -> None:
    outcome = shared(anonymous())
    assert told(anonymous()) == {TRUST: ["health_minimum"]}
    assert outcome.person is None


def test_and_so_does_the_answer() -> None:
    answer = anonymous()._replace(publisher=TRUST, named=(OFFICERS,))
    assert told(answer) == {OFFICERS: ["health_minimum"]}


def test_a_question_about_somebody_needs_what_a_referral_needs() -> None:
    asked = event("consultation")
    assert told(asked) == {}
    assert rulings(asked)[TRUST].reason == "NO_CONSENT"
    person = Person(consents=(agreed("severn-trust", "MH_TRUST", "identity", "health_minimum"),))
    assert told(asked, person) == {TRUST: ["identity", "health_minimum"]}


def test_a_services_word_about_itself_goes_to_nobody_and_is_about_nobody() -> None:
    for kind in ("service_profile", "service_calendar"):
        outcome = shared(event(kind, confidence="UNRESOLVED"), NOBODY)
        assert (outcome.kind, outcome.person) == ("FOLDED", None)
