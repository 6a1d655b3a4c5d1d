from typing import cast

import pytest

from hub.model.person import NOBODY, Person, Relationship, Tie, Warned
from hub.sharing.bearing import bearing
from hub.sharing.orders import MOST_WARNINGS, lasts, provides, supervises
from tests.hub.sharing.county import CHARITY, COURT, DAY, OFFICERS, TRUST, after, county, event, rulings, told
from tests.world import world

ORDER = event("order")
MADE = ORDER.occurred_at
LAST_DAY = 1_801_526_400_000
"""First moment of 2 February 2027 in London: the order's last day is over."""
SECOND = event("order", MADE + 1, facts={"requirement": "RAR", "requirement_id": "HC-26-0417-2", "provider": CHARITY})


def standing(person: Person, at: int) -> set[str]:
    found = {each.provider for each in person.requirements if provides(each, at)}
    return found | {each.supervised_by for each in person.requirements if supervises(each, at)}


def test_an_order_opens_the_relationship_of_its_supervisor_and_of_the_provider_of_its_requirement() -> None:
    assert standing(after(ORDER), MADE) == {OFFICERS, TRUST}
    assert standing(after(ORDER, SECOND), MADE + 1) == {OFFICERS, TRUST, CHARITY}


def test_each_provider_hears_of_its_own_requirement_alone_and_the_supervisor_of_all() -> None:
    person = after(ORDER)
    assert CHARITY not in told(ORDER, person)
    heard = told(SECOND, person)
    assert heard[CHARITY] == ["identity", "cj_requirement", "adjustments", "staff_safety"]
    assert TRUST not in heard
    assert "criminal_justice" in heard[OFFICERS]


def test_a_requirement_ends_on_its_last_day_and_supervision_with_the_order() -> None:
    person = after(ORDER)
    (requirement,) = person.requirements
    assert requirement.order_ends_at == LAST_DAY
    assert standing(person, LAST_DAY - 1) == {OFFICERS}
    assert standing(person, LAST_DAY) == set()


def test_without_days_a_requirement_lasts_until_an_entry_ends_it() -> None:
    endless = event("order", facts={"requirement_ends": "", "order_ends": "some day"})
    assert standing(after(endless), MADE + 9_999 * DAY) == {OFFICERS, TRUST}
    done = event(
        "order", MADE + DAY, facts={"requirement_state": "COMPLETED", "requirement_ends": "", "order_ends": ""}
    )
    person = after(endless, done)
    assert standing(person, MADE + DAY - 1) == {OFFICERS, TRUST}
    assert standing(person, MADE + DAY) == {OFFICERS}


@pytest.mark.parametrize("state", ["COMPLETED", "REVOKED", "EXPIRED"])
def test_an_order_that_is_over_ends_all_its_requirements(state: str) -> None:
    over = event("order", MADE + DAY, facts={"order_state": state})
    assert standing(after(ORDER, SECOND, over), MADE + DAY) == set()


def test_only_a_court_makes_or_ends_an_order() -> None:
    assert after(event("order", publisher=OFFICERS)) is NOBODY
    over = event("order", MADE + DAY, facts={"order_state": "REVOKED"}, publisher=OFFICERS)
    assert standing(after(ORDER, over), MADE + DAY) == {OFFICERS, TRUST}


def test_doubt_opens_nothing_and_still_ends_what_is_over() -> None:
    for doubt in ("PROBABLE", "UNRESOLVED"):
        assert after(event("order", confidence=doubt)).requirements == ()
    assert standing(after(ORDER, event("order", MADE + 1, confidence="PROBABLE")), MADE + 1) == {OFFICERS, TRUST}
    over = event("order", MADE + DAY, facts={"order_state": "REVOKED"}, confidence="PROBABLE")
    assert standing(after(ORDER, over), MADE + DAY) == set()
    unsure = over._replace(confidence="UNRESOLVED")
    assert standing(after(ORDER, unsure), MADE + DAY) == {OFFICERS, TRUST}


@pytest.mark.parametrize("facts", [{"requirement_id": ""}, {"order_state": "UNKNOWN", "requirement_state": "NEW_CODE"}])
def test_an_order_that_does_not_say_what_it_is_about_changes_nothing(facts: dict[str, str]) -> None:
    assert after(event("order", facts=facts)).requirements == ()


def test_what_comes_late_does_not_undo_what_was_said_later() -> None:
    varied = event("order", MADE + DAY, facts={"provider": CHARITY, "order_state": "VARIED"})
    assert (
        standing(after(varied, ORDER), MADE + DAY) == standing(after(ORDER, varied), MADE + DAY) == {OFFICERS, CHARITY}
    )


def test_in_doubt_what_is_over_keeps_its_own_earlier_end_and_says_since_when() -> None:
    early = event("order", MADE, facts={"requirement_ends": "2026-03-31"})
    (before,) = after(early).requirements
    late = (before.ends_at or 0) + DAY
    done = event("order", late, facts={"requirement_state": "COMPLETED"}, confidence="PROBABLE")
    (over,) = after(early, done).requirements
    assert (over.said_at, over.ends_at) == (late, before.ends_at)


def test_a_supervisor_that_received_somebody_hands_nobody_over() -> None:
    said = {"handover_kind": "SUPERVISION", "handover_step": "RECEIVED", "hands_over": OFFICERS, "takes_on": TRUST}
    before = after(ORDER)
    kept = after(event("handover", MADE + DAY, facts=said, publisher=OFFICERS), person=before)
    assert kept.requirements == before.requirements


def test_an_order_keeps_what_it_says_of_its_requirement() -> None:
    (made,) = after(ORDER).requirements
    assert made.kind == ORDER.facts["requirement"]
    (to_its_end,) = after(event("order", facts={"requirement_ends": ""})).requirements
    assert to_its_end.ends_at == to_its_end.order_ends_at == LAST_DAY
    unnamed = {name: told for name, told in ORDER.facts.items() if name != "order_id"}
    (nameless,) = after(ORDER._replace(facts=unnamed)).requirements
    assert nameless.order_id == ""
    again = event("order", MADE, facts={"requirement": "RAR"}, event_id="again", entry_id="d" * 16)
    assert [each.kind for each in after(ORDER, again).requirements] == [made.kind], "of two at once the first stays"


def test_warnings_of_several_orders_stand_by_their_days() -> None:
    first = event("breach", MADE, facts={"order_id": "Z", "warning_date": "2026-01-05"})
    second = event("breach", MADE + 1, facts={"order_id": "A", "warning_date": "2026-02-05"})
    assert [each.order_id for each in after(second, first).warnings] == ["Z", "A"]


def test_what_an_order_does_not_repeat_stays_as_it_was() -> None:
    short = event("order", MADE + DAY, facts={"order_id": "", "supervised_by": "", "requirement_state": "VARIED"})
    (requirement,) = after(ORDER, short).requirements
    assert (requirement.order_id, requirement.supervised_by) == ("HC-26-0417", OFFICERS)


def test_a_requirement_that_nobody_provides_or_supervises_opens_nothing() -> None:
    assert standing(after(event("order", facts={"provider": "", "supervised_by": ""})), MADE) == set()


def test_an_order_long_over_is_forgotten() -> None:
    person = after(ORDER)
    later = event("order", LAST_DAY + 36 * DAY, facts={"requirement_id": "X-1", "order_id": "X", "order_ends": ""})
    assert [each.requirement_id for each in after(later, person=person).requirements] == ["X-1"]


def handover(at: int = MADE + DAY, **changes: object) -> object:
    facts = {"handover_kind": "SUPERVISION", "hands_over": OFFICERS, "takes_on": "youth-justice.team"}
    fields = {"publisher": OFFICERS, "facts": facts, **changes}
    return event("handover", at, **fields)  # type: ignore[arg-type]


def test_the_supervisor_hands_over_to_another_for_every_order() -> None:
    person = after(ORDER, SECOND, handover())  # type: ignore[arg-type]
    assert standing(person, MADE + DAY) == {"youth-justice.team", TRUST, CHARITY}


def test_nobody_else_hands_supervision_over() -> None:
    for changes in ({"publisher": "probation-sw.court"}, {"confidence": "PROBABLE"}):
        person = after(ORDER, handover(**changes))  # type: ignore[arg-type]
        assert standing(person, MADE + DAY) == {OFFICERS, TRUST}


def test_a_warning_is_kept_once_by_its_day() -> None:
    breach = event("breach")
    person = after(breach)
    assert person.warnings == (Warned("HC-26-0417", "2026-03-10"),)
    assert after(event("breach", breach.occurred_at + 1), person=person).warnings == person.warnings
    early = event("breach", breach.occurred_at + 2, facts={"warning_date": "2026-01-10", "order_id": ""})
    assert [each.day for each in after(early, person=person).warnings] == ["2026-01-10", "2026-03-10"]


def test_a_breach_without_a_warning_leaves_none_and_only_the_newest_are_kept() -> None:
    assert after(event("breach", facts={"warning_date": ""})).warnings == ()
    many = [event("breach", facts={"warning_date": f"2026-01-{day:02}"}) for day in range(1, 25)]
    assert len(after(*many).warnings) == MOST_WARNINGS


def test_a_charity_starts_no_breach() -> None:
    breach = event("breach", publisher=CHARITY)
    assert after(breach) is NOBODY
    assert told(breach) == {}


def test_a_breach_reaches_the_court_and_the_provider_of_that_requirement() -> None:
    heard = told(event("breach"), after(ORDER, SECOND))
    assert set(heard) == {COURT, CHARITY}
    assert heard[CHARITY] == ["identity", "cj_requirement"]
    assert {"criminal_justice", "compliance", "adjustments"} <= set(heard[COURT])


def test_a_provider_on_record_is_known_by_the_requirement_whoever_the_event_names() -> None:
    breach = event("breach", submission={"named": []}, facts={"provider": "", "requirement_id": "HC-26-0417-1"})
    assert told(breach, after(ORDER)) == {TRUST: ["identity", "cj_requirement"]}


def test_whoever_supervises_or_provides_is_asked_about_whatever_comes() -> None:
    for facts, desks in (({"supervised_by": ""}, {TRUST}), ({"provider": ""}, {OFFICERS})):
        person = after(event("order", facts=facts))
        asked = rulings(event("arrest", MADE + 1), person)
        assert {name for name in asked if asked[name].relationship == "ACTIVE"} == desks


def of_order(name: str, **facts: str) -> dict[str, str]:
    return {"order_id": name, "requirement_id": f"{name}-1", "requirement": "RAR", "provider": CHARITY, **facts}


def test_an_order_that_is_over_ends_no_other_order() -> None:
    other = event("order", MADE + 1, facts=of_order("O-2"), event_id="O-2")
    over = event("order", MADE + DAY, facts={"order_state": "REVOKED"}, event_id="over")
    assert standing(after(ORDER, other, over), MADE + DAY) == {OFFICERS, CHARITY}


def test_what_ends_keeps_its_own_earlier_end_and_says_since_when() -> None:
    short = event("order", facts={"requirement_ends": "2026-03-12", "order_ends": "2026-03-12"})
    over = event("order", MADE + 60 * DAY, facts={"order_state": "REVOKED", "requirement_ends": "", "order_ends": ""})
    (before,) = after(short).requirements
    (requirement,) = after(short, over._replace(confidence="PROBABLE")).requirements
    assert requirement == before._replace(said_at=over.occurred_at)
    sooner = event("order", MADE + 1, facts={"requirement_state": "COMPLETED"}, event_id="done")
    (done,) = after(ORDER, sooner).requirements
    assert (done.said_at, done.ends_at, done.order_ends_at) == (MADE + 1, MADE + 1, LAST_DAY)


def test_of_two_words_at_once_the_one_that_ends_it_sooner_counts() -> None:
    longer = event("order", facts={"requirement_ends": "2026-12-31"}, event_id="longer")
    shorter = event("order", facts={"requirement_ends": "2026-06-30"}, event_id="shorter")
    endless = event("order", facts={"requirement_ends": "", "order_ends": ""}, event_id="endless")
    (first,) = after(shorter).requirements
    for one, other in ((longer, shorter), (shorter, longer), (endless, shorter), (shorter, endless)):
        assert after(one, other).requirements == (first,)
    before = after(shorter)
    assert after(shorter._replace(entry_id="b" * 16), person=before) is before


def test_an_order_is_forgotten_on_the_day_that_nobody_has_to_do_with_it_any_more() -> None:
    (requirement,) = after(ORDER).requirements
    over = requirement._replace(ends_at=MADE, order_ends_at=MADE + 1)
    assert (lasts(over, MADE), lasts(over, MADE + 1)) == (True, False)
    assert lasts(over._replace(ends_at=None), MADE + DAY)


def test_whoever_hands_over_hands_over_what_is_theirs_alone() -> None:
    other = event("order", MADE + 1, facts=of_order("O-2", supervised_by="probation-sw.court"), event_id="O-2")
    told = {"handover_kind": "SUPERVISION", "handover_step": "HANDED_OVER", "takes_on": "youth-justice.team"}
    person = after(ORDER, other, event("handover", MADE + 2, publisher=OFFICERS, facts=told))
    assert {each.order_id: each.supervised_by for each in person.requirements} == {
        ORDER.facts["order_id"]: "youth-justice.team",
        "O-2": "probation-sw.court",
    }


def test_of_two_releases_the_later_says_who_supervises_and_of_two_at_once_the_first() -> None:
    release = event("release")
    at = release.occurred_at
    later = event("release", at + 1, facts={"supervised_by": "probation-sw.court"}, event_id="later")
    (kept,) = after(release, later).requirements
    assert (kept.supervised_by, kept.said_at) == ("probation-sw.court", at + 1)
    for first, second in ((later, release), (release, later._replace(occurred_at=at))):
        (requirement,) = after(first, second).requirements
        assert requirement.supervised_by == first.facts["supervised_by"]
    other = event("release", at + 1, facts={"order_id": "L-2", "requirement_id": "L-2-1"}, event_id="other")
    assert len(after(release, other).requirements) == 2


def test_who_provides_is_said_by_the_event_or_by_what_is_on_record_and_a_report_says_it_of_nobody() -> None:
    for kind in ("order", "breach", "release", "recall"):
        told = event(kind, MADE, facts={"requirement_id": "R-1", "provider": CHARITY})
        assert bearing(told, NOBODY, (), world(at=MADE, directory=county())).providers == {CHARITY}
    report = event("compliance", MADE, facts={"requirement_id": "R-1", "provider": CHARITY})
    assert bearing(report, NOBODY, (), world(at=MADE, directory=county())).providers == set()


def test_whoever_only_serves_a_place_does_not_treat_whoever_is_there() -> None:
    seen = Relationship(TRUST, "PLACE_COVER", MADE, MADE + DAY, "1" * 16)
    for kind, treats in (("PLACE_COVER", set()), ("ACTIVE", {TRUST}), ("CUSTODY", {TRUST})):
        person = Person(relationships=(seen._replace(kind=cast(Tie, kind)),))
        assert bearing(event("breach", MADE), person, (), world(person, MADE, directory=county())).treating == treats
