"""What must hold of every type of event in the whole county, whatever courts, panels and people have said before."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.terms import PURPOSES, Confidence
from hub.model.entry import Entry, Override
from hub.model.person import Person
from hub.model.ruling import Outcome
from schemas import catalogue
from tests.hub.sharing.county import (
    CHARITY,
    COURT,
    CUSTODY,
    OFFICERS,
    PSR,
    TRUST,
    after,
    county,
    event,
    refused,
    shared,
)
from tests.world import decisions

pytestmark = pytest.mark.wide

quick = settings(max_examples=40, deadline=None)
LATE = 1_781_800_000_000
"""18 June 2026: after every example but the referral that a scenario sends again."""
WHOLE = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("health_minimum",))
BEFORE = ("order", "mappa_registration", "designation", "health_registration", "handover")
EMERGENCIES = {gateway.id for gateway in decisions().policy.gateways.values() if gateway.emergency}


@cache
def example(kind: str) -> Entry:
    return event(kind, LATE)


@cache
def history(kinds: tuple[str, ...]) -> Person:
    return after(*(event(kind) for kind in kinds))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    made = example(draw(st.sampled_from(catalogue.event_types())))
    left_out = draw(st.sets(st.sampled_from(list(made.segments)), max_size=3))
    some_desks = st.sampled_from([CHARITY, COURT, CUSTODY, OFFICERS, PSR, TRUST])
    return made._replace(
        publisher=draw(st.sampled_from([*[made.publisher] * 8, *sorted(county().desks)])),
        confidence=draw(st.sampled_from([*["CONFIRMED"] * 6, "PROBABLE", "UNRESOLVED"])),
        named=(*made.named, *draw(st.sets(some_desks, max_size=2))),
        purpose=draw(st.sampled_from([*[made.purpose] * 6, *sorted(PURPOSES)])),
        safeguarding=draw(st.sampled_from([False, False, True])),
        override=draw(st.sampled_from([made.override, None, WHOLE])),
        over_refusal=draw(st.sampled_from([(), made.over_refusal, ("health_extract", "location")])),
        segments={view: part for view, part in made.segments.items() if view not in left_out},
    )


people = st.lists(st.sampled_from(BEFORE), unique=True, max_size=4).map(lambda kinds: history(tuple(sorted(kinds))))


def disclosed(outcome: Outcome) -> set[tuple[str, str]]:
    return {(ruling.desk.name, view) for ruling, copy in outcome.copies() for view in copy.digests}


@quick
@given(entries(), people)
def test_only_what_was_decided_and_is_there_is_disclosed_and_never_to_the_publisher(
    made: Entry, person: Person
) -> None:
    outcome = shared(made, person)
    assert outcome.kind in {"RULED", "FOLDED"}
    for ruling in outcome.rulings:
        assert ruling.desk.name != made.publisher
        assert ruling.reason != "RULE_BROKEN"
        given_views = {answer.view for answer in ruling.decision.answers if answer.answer == "GIVE"}
        sent = set(ruling.copy.digests) if ruling.copy else set()
        assert sent <= given_views & made.segments.keys()


@quick
@given(entries(), people)
def test_one_more_refusal_or_less_certainty_never_discloses_more(made: Entry, person: Person) -> None:
    doubts: tuple[Confidence, ...] = ("CONFIRMED", "PROBABLE", "UNRESOLVED")
    sure, likely, unsure = (disclosed(shared(made._replace(confidence=doubt), person)) for doubt in doubts)
    assert unsure <= likely <= sure
    assert disclosed(shared(made, person._replace(consents=(refused(),)))) <= disclosed(shared(made, person))


@quick
@given(entries(), people, st.data())
def test_what_a_desk_may_not_have_changes_no_byte_of_its_copy(made: Entry, person: Person, data: st.DataObject) -> None:
    for ruling, copy in shared(made, person).copies():
        sent = set(copy.digests)
        other = {
            view: part if view in sent else b"\x02else"
            for view, part in made.segments.items()
            if view in sent or data.draw(st.booleans())
        }
        again = shared(made._replace(segments=other), person)
        assert next(each.copy for each in again.rulings if each.desk == ruling.desk) == copy


@quick
@given(entries(), people)
def test_of_somebody_in_doubt_only_the_risk_to_self_leaves_where_nobody_decided_otherwise(
    made: Entry, person: Person
) -> None:
    nobody: dict[str, Any] = {"override": None, "safeguarding": False, "confidence": "UNRESOLVED"}
    for ruling, copy in shared(made._replace(**nobody), person).copies():
        used = {answer.gateway for answer in ruling.decision.answers if answer.answer == "GIVE"}
        assert used <= EMERGENCIES
        assert list(copy.digests) == ["self_risk"]
