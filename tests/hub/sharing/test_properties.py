"""What must hold for every entry and every state of a person, not only for the scenarios."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.terms import PURPOSES, Confidence, ConsentEntry, Recipient
from hub.log import Barrier, Batch
from hub.model.directory import Directory
from hub.model.entry import Entry, Fault
from hub.model.person import Person, Relationship, Told
from hub.model.ruling import Outcome
from hub.sharing import process
from hub.sharing.records import records
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from tests.examples import examples
from tests.world import (
    CHARITY,
    COURT,
    CUSTODY,
    DAY,
    DESKS,
    GP,
    KEYS,
    LD_TEAM,
    MARCH_4,
    PERSON,
    PROBATION,
    SUITE,
    arrival,
    consent,
    directory,
    entry,
    policy,
    said,
    world,
)

pytestmark = pytest.mark.wide

quick = examples(50)
NAMES = [desk.name for desk in DESKS]
PUBLISHERS = {"arrest": CUSTODY, "screening": LD_TEAM, "referral": LD_TEAM, "consent_withdraw": LD_TEAM}


@cache
def example(event_type: str) -> Entry:
    return said("WITHDRAW") if event_type == "consent_withdraw" else entry(event_type, MARCH_4)


@cache
def everybody() -> Directory:
    return directory()


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    made = example(draw(st.sampled_from(sorted(PUBLISHERS))))
    left_out = draw(st.sets(st.sampled_from(list(made.segments)), max_size=4))
    return made._replace(
        publisher=draw(st.sampled_from([*[made.publisher] * 12, *NAMES])),
        confidence=draw(st.sampled_from([*["CONFIRMED"] * 6, "PROBABLE", "UNRESOLVED"])),
        named=tuple(draw(st.sets(st.sampled_from([CHARITY, *NAMES]), max_size=3))),
        place=draw(st.sampled_from([SUITE, COURT, None])),
        holding_ref=draw(st.sampled_from([None, CUSTODY])),
        purpose=draw(st.sampled_from([*["REFERRAL", "CUSTODY", "DIRECT_CARE"] * 4, *sorted(PURPOSES)])),
        disturbed=draw(st.sampled_from([False, False, True])),
        segments={view: part for view, part in made.segments.items() if view not in left_out},
    )


@st.composite
def consents(draw: st.DrawFn, actions: tuple[str, ...] = ("GRANT", "GRANT", "REFUSE", "WITHDRAW")) -> ConsentEntry:
    views = ("identity", "location", "health_minimum", "health_full", "self_risk", "status")
    desk = draw(st.sampled_from(DESKS))
    return consent(
        draw(st.sampled_from(actions)),
        consent_id=draw(st.sampled_from(["C-1", "C-2"])),
        version=draw(st.integers(1, 2)),
        occurred_at=MARCH_4 - draw(st.integers(0, 2)) * DAY,
        recipients=tuple(draw(st.sets(st.just(Recipient(desk.organisation, desk.role)), max_size=1))),
        views=tuple(draw(st.sets(st.sampled_from(views)))),
        purposes=tuple(draw(st.sets(st.sampled_from(sorted(PURPOSES)), min_size=1))),
        valid_from=MARCH_4 - DAY,
        among_carers=draw(st.booleans()),
    )


@st.composite
def people(draw: st.DrawFn) -> Person:
    kinds = st.sampled_from(["CUSTODY", "PLACE_COVER", "PROPOSED", "ACTIVE", "PUBLISHER"])
    related = [
        Relationship(name, draw(kinds), MARCH_4 - DAY, draw(st.sampled_from([None, MARCH_4, MARCH_4 + DAY])), "e" * 16)  # type: ignore[arg-type]
        for name in draw(st.sets(st.sampled_from(NAMES), max_size=3))
    ]
    told = tuple(Told("C-1", name) for name in draw(st.sets(st.sampled_from([CHARITY, GP, PROBATION]))))
    agreed = st.lists(st.just(consent(consent_id="C-3")) | consents(), max_size=3, unique=True)
    return Person(tuple(draw(agreed)), tuple(related), told)


def shared(made: Entry, person: Person, overtaking: tuple[Entry, ...] = ()) -> Outcome:
    return process(made, world(person, MARCH_4, overtaking=overtaking, directory=everybody()))


def disclosed(outcome: Outcome) -> set[tuple[str, str]]:
    return {(ruling.desk.name, view) for ruling, copy in outcome.copies() for view in copy.digests}


@quick
@given(entries(), people())
def test_only_what_was_decided_and_is_there_is_disclosed(made: Entry, person: Person) -> None:
    outcome = shared(made, person)
    assert outcome.kind in {"RULED", "FOLDED"}
    for ruling in outcome.rulings:
        given_views = {answer.view for answer in ruling.decision.answers if answer.answer == "GIVE"}
        sent = set(ruling.copy.digests) if ruling.copy else set()
        assert sent <= given_views & made.segments.keys()
        assert bool(sent) is (ruling.verdict in {"PERMIT", "REDACT"})
        assert not sent or sent - {"identity", "location", "nhs_number", "pnc"}


@quick
@given(entries(), people(), st.data())
def test_events_that_differ_only_in_a_forbidden_view_give_the_same_copies(
    made: Entry, person: Person, data: st.DataObject
) -> None:
    outcome = shared(made, person)
    for ruling, copy in outcome.copies():
        sent = set(copy.digests)
        other = {
            view: part if view in sent else b"\x02else"
            for view, part in made.segments.items()
            if view in sent or data.draw(st.booleans())
        }
        again = shared(made._replace(segments=other), person)
        assert next(each.copy for each in again.rulings if each.desk == ruling.desk) == copy


@quick
@given(entries(), people(), consents(actions=("REFUSE",)), st.booleans())
def test_one_more_refusal_never_discloses_more(made: Entry, person: Person, no: ConsentEntry, overtakes: bool) -> None:  # noqa: FBT001
    refusal = no._replace(consent_id="C-9")
    before = disclosed(shared(made, person))
    if overtakes:
        after = shared(made, person, (said("REFUSE")._replace(consent=refusal),))
    else:
        after = shared(made, Person((*person.consents, refusal), person.relationships, person.told))
    assert disclosed(after) <= before


@quick
@given(entries(), people())
def test_less_certainty_never_discloses_more(made: Entry, person: Person) -> None:
    doubts: tuple[Confidence, ...] = ("CONFIRMED", "PROBABLE", "UNRESOLVED")
    sure, likely, unsure = (disclosed(shared(made._replace(confidence=doubt), person)) for doubt in doubts)
    assert unsure <= likely <= sure


@quick
@given(entries(), people())
def test_a_replay_gives_the_same_records_byte_for_byte(made: Entry, person: Person) -> None:
    assert list(records(shared(made, person), KEYS)) == list(records(shared(made, person), KEYS))


texts = st.sampled_from(["", "avon-ld.team", "arrest", "referral", "\x00", "e" * 16, "£" * 8])
anything: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(["EVENT", "REJECTED"]),
    "entry_id": texts,
    "type": texts,
    "schema_id": st.integers(-1, 12),
    "publisher": texts,
    "content_hash": st.binary(max_size=9),
    "route_key": texts,
    "confidence": st.sampled_from(["CONFIRMED", "PROBABLE", "UNRESOLVED"]),
    "occurred_at": st.integers(-(2**63), 2**63 - 1),
    "assertion": texts,
    "marking": texts,
    "case_ref": st.none() | texts,
    "supersedes": st.none() | texts,
    "purpose": texts,
    "named": st.tuples(texts),
    "area": texts,
    "place": st.none() | texts,
    "holding_ref": st.none() | texts,
    "facts": st.dictionaries(st.sampled_from(["status", "arrest_status"]), texts),
    "consent": st.none() | consents(),
    "faults": st.just(()) | st.just((Fault("X", "y"),)),
    "segments": st.dictionaries(texts | st.just("identity"), st.binary(max_size=3), max_size=2),
}


@quick
@given(st.fixed_dictionaries({}, optional=anything), st.sampled_from(sorted(PUBLISHERS)))
def test_whatever_the_timeline_brings_gets_one_sheet_and_the_next_is_decided(
    changes: dict[str, Any], event_type: str
) -> None:
    kept = Registers(1, Decisions(policy(), everybody()), KEYS)
    odd = example(event_type)._replace(**changes)
    came = (arrival(odd, 0, MARCH_4), arrival(entry("arrest", route_key=PERSON[::-1]), 1, MARCH_4))
    first, second = kept.decide(Batch(1, came, Barrier(0, 0), ()))
    for outcome in (first, second):
        assert [record.topic for record in records(outcome, KEYS)].count("hub.audit") == 1
    assert second.kind == "RULED"
    assert kept.at.next_offset == 2
