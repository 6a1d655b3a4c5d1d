from dataclasses import replace

import pytest

from hub.model.entry import Entry
from hub.model.person import Person
from hub.model.service import ServiceProfile
from tests.hub.sharing.county import CHARITY, agreed, county, event, rulings, told

CAMHS = "severn-trust.camhs"
AGREED = Person(consents=(agreed("bridge-charity", "CVO", "identity", "health_minimum"),))


def referred(*to: str, age: str = "34", **facts: str) -> Entry:
    said = {"status": "SENT", "age": age, **facts}
    return event("referral", facts=said, submission={"named": list(to)}, publisher="avon-ld.team")


@pytest.mark.parametrize(
    ("age", "reason"), [("17", "AGE_SCOPE"), ("", "AGE_SCOPE"), ("18", "CONSENT"), ("99", "CONSENT")]
)
def test_a_service_for_adults_is_sent_adults_alone(age: str, reason: str) -> None:
    reasons = {answer.reason for answer in rulings(referred(CHARITY, age=age), AGREED)[CHARITY].decision.answers}
    assert reason in reasons
    assert (CHARITY in told(referred(CHARITY, age=age), AGREED)) == (reason == "CONSENT")


@pytest.mark.parametrize(("age", "service", "sent"), [("17", "CAMHS", 1), ("18", "CAMHS", 0), ("17", "SUPPORT", 0)])
def test_a_service_for_the_young_is_sent_the_young_for_what_it_does(age: str, service: str, sent: int) -> None:
    assert list(told(referred(CAMHS, age=age, service=service))).count(CAMHS) == sent


def test_what_a_profile_does_not_say_it_does_not_limit() -> None:
    anybody = ServiceProfile()
    assert anybody.serves(None)
    assert anybody.meets("CAMHS", "SEVERE")
    some = ServiceProfile(frozenset({"SUPPORT"}), frozenset({"MILD_MODERATE"}), None, 25)
    assert [some.serves(years) for years in (0, 25, 26)] == [True, True, False]
    assert some.meets("UNKNOWN", "MILD_MODERATE")
    assert not some.meets("SUPPORT", "SEVERE")
    assert not some.meets("CAMHS", "MILD_MODERATE")


@pytest.mark.parametrize(("need", "met"), [("SEVERE", True), ("MILD_MODERATE", False), (None, False)])
def test_a_service_is_sent_the_need_that_it_meets(need: str | None, met: bool) -> None:  # noqa: FBT001 - a table
    meets = replace(county().desks[CHARITY], profile=ServiceProfile(needs=frozenset({"SEVERE"})))
    known = replace(county(), desks={**county().desks, CHARITY: meets})
    sent = referred(CHARITY, **({"need_level": need} if need else {}))
    if need is None:
        sent = sent._replace(facts={name: told for name, told in sent.facts.items() if name != "need_level"})
    found = rulings(sent, AGREED, directory=known)[CHARITY]
    assert ("NOT_OFFERED" not in {answer.reason for answer in found.decision.answers}) is met or need is None
    assert (found.copy is not None) is met


def test_a_service_that_says_what_it_gives_is_sent_what_asks_for_none_in_particular() -> None:
    gives = replace(county().desks[CHARITY], profile=ServiceProfile(services=frozenset({"SUPPORT"})))
    known = replace(county(), desks={**county().desks, CHARITY: gives})
    sent = referred(CHARITY)
    unsaid = sent._replace(facts={name: told for name, told in sent.facts.items() if name != "service"})
    assert rulings(unsaid, AGREED, directory=known)[CHARITY].copy is not None
