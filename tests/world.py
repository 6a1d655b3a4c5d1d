"""Entries, worlds and a small directory that any test may build on: all of it real but for the people."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from consent.policy import Policy
from consent.terms import PURPOSES, ConsentEntry, Recipient
from hub import policies
from hub.log import KEYRING, Arrival, Record
from hub.memory_log import MemoryBroker
from hub.model import timeline
from hub.model.directory import Agreement, Area, Desk, Directory, Organisation, Place, Standing
from hub.model.entry import Entry
from hub.model.key_check import check_value
from hub.model.keys import Keys, entry_id, proved
from hub.model.pending import NOTHING
from hub.model.person import NOBODY, Person
from hub.model.ruling import Moment
from hub.sharing.world import Decisions, World
from schemas import catalogue, segments
from schemas.facts import facts_of
from schemas.plain import from_plain

DAY = 86_400_000
MARCH_2 = 1_772_445_600_000
"""2026-03-02T10:00:00Z"""
MARCH_4 = 1_772_629_200_000
"""2026-03-04T13:00:00Z"""
SEPTEMBER_5 = 1_788_595_200_000
"""2026-09-05T08:00:00Z"""
UNTIL_SEPTEMBER_4 = 1_788_562_800_000
"""First millisecond of 5 September in London."""

CUSTODY, LD_TEAM, CHARITY = "avon-police.custody", "avon-ld.team", "bridge-charity.support"
PROBATION, GP = "probation-sw.officers", "hillside-gp.practice"
SUITE, COURT = "avon/patchway-suite", "avon/harbour-court"
KEYS = Keys(b"p" * 32, b"d" * 32, b"a" * 32, b"q" * 32)
CHECK = check_value(KEYS)
PERSON = "5e" * 16
TO_CHARITY = Recipient("bridge-charity", "CVO")

DESKS = (
    Desk(CUSTODY, "avon-police", "POLICE_CUSTODY", frozenset({"avon"}), frozenset({"screening"})),
    Desk("avon-police.ppu", "avon-police", "POLICE_PPU", frozenset({"avon"})),
    Desk(LD_TEAM, "avon-ld", "LD_TEAM", frozenset({"avon"}), frozenset({"arrest", "screening"})),
    Desk(CHARITY, "bridge-charity", "CVO", frozenset({"avon"}), frozenset({"arrest"})),
    Desk(PROBATION, "probation-sw", "PROB_OM", frozenset({"avon"}), frozenset({"referral"})),
    Desk(GP, "hillside-gp", "GP", frozenset({"avon"}), frozenset({"arrest"}), wants_receipts=False),
)
KINDS = {
    "avon-police": "POLICE",
    "avon-ld": "HEALTH",
    "bridge-charity": "CHARITY",
    "probation-sw": "PROBATION",
    "hillside-gp": "GP_PRACTICE",
}
STANDINGS = {
    "avon-police": ("RA", "S115_AUTHORITY", "OMA_PARTY"),
    "probation-sw": ("RA", "S115_AUTHORITY", "OMA_PARTY"),
    "avon-ld": ("HEALTH_BODY", "DTC"),
    "hillside-gp": ("HEALTH_BODY",),
    "bridge-charity": ("CHARITY",),
}
LONG_AGO = date(2020, 1, 1)


def organisation(
    name: str, kind: str = "OTHER", *standing: str, others: Collection[str] = tuple(KINDS)
) -> Organisation:
    """One that has agreed with the others to share for every purpose."""
    held = tuple(Standing(code, LONG_AGO) for code in standing or STANDINGS.get(name, ()))  # type: ignore[arg-type]
    agreed = tuple(Agreement("ISA", "SHARING", other, PURPOSES - {"UNKNOWN"}, LONG_AGO) for other in others)
    return Organisation(name, name, KINDS.get(name, kind), held, agreed)  # type: ignore[arg-type]


def directory(*more: Desk) -> Directory:
    """The demo's desks, and more."""
    return Directory(
        desks={desk.name: desk for desk in (*DESKS, *more)},
        organisations={name: organisation(name) for name in (*KINDS, *(desk.organisation for desk in more))},
        places={
            SUITE: Place(SUITE, "Suite", "SUITE", "avon", (LD_TEAM,), CUSTODY),
            COURT: Place(COURT, "Court", "COURT", "avon", (LD_TEAM,)),
        },
        areas={"avon": Area("avon", "Avon")},
        partitions=4,
        demo=True,
        identifiers="test",
    )


@cache
def policy() -> Policy:
    """The policy as it is committed."""
    return policies.read()


@cache
def decisions() -> Decisions:
    """The committed policy's answers, shared by all tests."""
    return Decisions(policy(), directory())


def world(person: Person = NOBODY, at: int = MARCH_2, **changes: Any) -> World:
    """What is known at that moment."""
    moment = Moment(partition=1, offset=7, recorded_at=at, judged_at=at, barrier=3)
    nothing = {"repeats": b"", "past": b"", "pending": NOTHING, "overtaking": ()}
    known = {**nothing, "moment": moment, "window_days": 35, **changes}
    other = known.pop("directory", None)
    answers = Decisions(policy(), other) if other else decisions()
    return World(**{"decisions": answers, "keys": KEYS, "person": person, **known})


def entry(event_type: str, at: int = MARCH_2, *, plain: Mapping[str, Any] | None = None, **changes: Any) -> Entry:
    """An entry as intake would write it for the committed example of that type, with these views and fields changed."""
    facts, views = _cut(event_type, plain) if plain else _example(event_type)
    event = {
        "type": event_type,
        "schema_id": catalogue.by_type(event_type).id,
        "facts": dict(facts),
        "segments": proved(KEYS, changes.get("route_key", PERSON), views),
        "publisher": CUSTODY if event_type == "arrest" else LD_TEAM,
        "event_id": f"{event_type}-{at}",
        **changes,
    }
    named = {"named": (CHARITY,)} if event_type == "referral" else {}
    held = {"place": SUITE, "holding_ref": CUSTODY} if event_type in {"arrest", "screening"} else {}
    return bare(at, **{**named, **held, **event})


@cache
def _example(event_type: str) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    return _cut(event_type, {})


def _cut(event_type: str, plain: Mapping[str, Any]) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """Facts and segments of the committed example with these views changed."""
    schema = catalogue.by_type(event_type)
    written = json.loads((resources.files("schemas") / "examples" / f"{event_type}.json").read_text("utf-8"))
    written |= plain
    body = {**from_plain(schema, written), "nhs_number": {"value": "9990000018"}, "pnc": {"value": "2019/9999901W"}}
    return facts_of(schema, body), segments.cut(schema, body)


def bare(at: int = MARCH_2, **fields: Any) -> Entry:
    """An entry of no event in particular."""
    made = Entry(
        kind="EVENT",
        entry_id=entry_id(KEYS, fields.get("publisher", CUSTODY), fields.get("event_id", "E-1")),
        type="arrest",
        schema_id=1,
        publisher=CUSTODY,
        event_id="E-1",
        content_hash=b"content.",
        route_key=PERSON,
        confidence="CONFIRMED",
        possible=(),
        occurred_at=at,
        published_at=at,
        assertion="FACT",
        marking="OFFICIAL_SENSITIVE",
        case_ref="CASE/1",
        supersedes=None,
        purpose="CUSTODY" if fields.get("type", "arrest") == "arrest" else "REFERRAL",
        named=(),
        area="avon",
        place=None,
        holding_ref=None,
        safeguarding=False,
        disturbed=False,
        facts={},
        consent=None,
        again=None,
        faults=(),
        segments={},
    )
    return made._replace(**fields)


def consent(action: str = "GRANT", at: int = MARCH_4, **changes: Any) -> ConsentEntry:
    """What SP-01's person agreed to: the charity may know who he is and what he needs, until 4 September."""
    given = ConsentEntry(
        consent_id="C-1",
        version=1 if action == "GRANT" else 2,
        action=action,  # type: ignore[arg-type]
        occurred_at=at,
        recipients=(TO_CHARITY,) if action == "GRANT" else (),
        views=("identity", "health_minimum") if action == "GRANT" else (),
        purposes=("REFERRAL",) if action == "GRANT" else (),
        valid_from=at,
        valid_to=UNTIL_SEPTEMBER_4 if action == "GRANT" else None,
        among_carers=False,
        taken_role="LD_TEAM",
        custody_setting=False,
    )
    return given._replace(**changes)


def said(action: str, at: int = MARCH_4, *, about: Mapping[str, Any] | None = None, **changes: Any) -> Entry:
    """A consent entry of the timeline."""
    kind = {"GRANT": "consent_grant", "REFUSE": "consent_refuse", "WITHDRAW": "consent_withdraw"}[action]
    return entry(kind, at, consent=consent(action, at, **(about or {})), **changes)


def without(made: Entry, *views: str) -> Entry:
    """The entry as if its event did not hold these views."""
    return made._replace(segments={view: part for view, part in made.segments.items() if view not in views})


def arrival(made: Entry, offset: int, timestamp: int | None = None) -> Arrival:
    """The entry as the timeline brings it."""
    value = timeline.encode(made)
    return Arrival(offset, made.occurred_at if timestamp is None else timestamp, value)


def memory_broker(**changes: Any) -> MemoryBroker:
    """One on which nothing stands yet but that KEYS are its keys."""
    made = MemoryBroker(**changes)
    made.append(Record(KEYRING, None, CHECK.encode()))
    return made
