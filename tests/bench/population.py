"""The people, desks and events that the bench runs on: real stages made every entry, of invented people.

Each event has six candidates of which three get a copy. An arrest goes to the three teams that serve the suite; a
screening to the two others and, for safety, to the custody desk that holds the person. A charity, a practice and a
probation office have subscribed to both, have nothing to do with the person, and are refused. Nobody asks for receipts.
"""

import copy
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from hub import directories, policies
from hub.intake import cut
from hub.intake.event import Event, Received, Rules
from hub.intake.ingest import ingest
from hub.model.directory import Desk, Directory
from hub.model.entry import Entry
from hub.model.identifiers import LETTERS
from hub.model.keys import Keys
from hub.people import Index
from schemas import catalogue, codec
from schemas.plain import from_plain

Body = dict[str, Any]

AREAS: Final = 4
KEYS: Final = Keys(b"p" * 32, b"d" * 32, b"a" * 32, b"q" * 32)
TEAMS: Final = ("a", "b", "c")
CANDIDATES, COPIES = 6, 3
APART_MS: Final = 75 * 60_000
"""Between two events of one person: long enough that each says something new of them, so that state is written."""
_TOGETHER: Final = 500
"""Events that the person index is asked about at once."""

_HEAD: Final = 'identifiers = "test"\nin_force = 2026-01-01\npartitions = {partitions}\n'
_AREA: Final = """
[areas.area-{n}]
title = "Area {n}"
duty = [{{ desk = "police-{n}.custody", hours = "on-call" }}]

[agreements.ISA-{n}]
title = "Everybody in area {n}"
parties = [
  "police-{n}", "charity-{n}", "practice-{n}", "probation-{n}", "health-{n}a", "health-{n}b", "health-{n}c",
]
purposes = ["CUSTODY", "DIRECT_CARE", "REFERRAL"]
from = 2020-01-01

[organisations.police-{n}]
title = "Police {n}"
kind = "POLICE"
desks.custody = {{ role = "POLICE_CUSTODY", areas = ["area-{n}"], receipts = false }}

[organisations.charity-{n}]
title = "Charity {n}"
kind = "CHARITY"
desks.support = {{ role = "CVO", areas = ["area-{n}"], subscriptions = ["arrest", "screening"] }}

[organisations.practice-{n}]
title = "Practice {n}"
kind = "GP_PRACTICE"
desks.doctors = {{ role = "GP", areas = ["area-{n}"], subscriptions = ["arrest", "screening"] }}

[organisations.probation-{n}]
title = "Probation {n}"
kind = "PROBATION"
desks.officers = {{ role = "PROB_OM", areas = ["area-{n}"], subscriptions = ["arrest", "screening"] }}

[places."area-{n}/suite"]
title = "Suite {n}"
kind = "SUITE"
area = "area-{n}"
served_by = ["health-{n}a.team", "health-{n}b.team", "health-{n}c.team"]
held_by = "police-{n}.custody"
"""
_TEAM: Final = """
[organisations.health-{n}{letter}]
title = "Health {n}{letter}"
kind = "HEALTH"
desks.team = {{ role = "LD_TEAM", areas = ["area-{n}"], receipts = false }}
"""


class Published(NamedTuple):
    """One event as an agency sends it, and by which desk."""

    desk: str
    body: bytes


def directory_text(partitions: int) -> str:
    """The directory as an operator would write it."""
    areas = (_AREA.format(n=n) + "".join(_TEAM.format(n=n, letter=letter) for letter in TEAMS) for n in range(AREAS))
    return _HEAD.format(partitions=partitions) + "".join(areas)


def directory(partitions: int) -> Directory:
    """The same, read and checked as a worker does it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "directory.toml"
        path.write_text(directory_text(partitions), "utf-8")
        return directories.read(path)


def outlets(known: Directory) -> list[str]:
    """Every topic that a copy or a receipt may go to."""
    return [desk.out_topic for desk in known.desks.values()]


def published(people: int, events: int, end_ms: int) -> Iterator[Published]:
    """Arrests and screenings of so many people, in turn, all different, the last one just before `end_ms`."""
    step = APART_MS // people
    start = end_ms - events * step
    for number in range(events):
        person, again = number % people, number // people
        event_type = "screening" if (again + person // AREAS) % 2 else "arrest"
        yield _event(event_type, person, number, start + number * step)


def entries(known: Directory, people: int, events: int, end_ms: int) -> list[Entry]:
    """What intake's own stages make of these events, in order. Raises AssertionError where one is not accepted."""
    policy = policies.read()
    rules = Rules(known, policy.publishers(), policy.expiry, KEYS)
    made: list[Entry] = []
    with TemporaryDirectory() as folder, Index.open(f"sqlite:///{folder}/people.db", KEYS) as index:
        coming = iter(published(people, events, end_ms))
        while batch := [_ingested(known, each, rules) for each in islice(coming, _TOGETHER)]:
            for event, settled in zip(batch, index.settle(batch), strict=True):
                made += cut.entries(event, settled.identified, rules)
    assert len(made) == events
    return made


def _ingested(known: Directory, each: Published, rules: Rules) -> Event:
    desk: Desk = known.desks[each.desk]
    body = codec.decode(each.body)[1]
    received = Received(desk, desk.in_topic, 0, 0, body["envelope"]["published_at"], each.body)
    event = ingest(received, rules)
    assert isinstance(event, Event), event.faults
    assert not event.faults, event.faults
    return event


@cache
def _example(event_type: str) -> Body:
    written = json.loads((files("schemas") / "examples" / f"{event_type}.json").read_text("utf-8"))
    return from_plain(catalogue.by_type(event_type), written)


def _event(event_type: str, person: int, number: int, at: int) -> Published:
    body, area = copy.deepcopy(_example(event_type)), person % AREAS
    organisation = f"police-{area}" if event_type == "arrest" else f"health-{area}a"
    desk = f"{organisation}.{'custody' if event_type == 'arrest' else 'team'}"
    body["envelope"] |= {
        "occurred_at": at,
        "published_at": at,
        "publisher_org": organisation,
        "publisher_desk": desk,
        "case_ref": f"C-26-{person:06}",
    }
    place = {"area": f"area-{area}", "place": f"area-{area}/suite", "holding_ref": f"police-{area}.custody"}
    body["submission"] |= {"event_id": f"E-{number:08}", "desk": desk, "identifiers": _identifiers(person), **place}
    body["identity"]["name"] = f"A. Synthetic {person:06}"
    for view in ("criminal_justice", "cj_summary"):
        if body.get(view):
            body[view] |= {"relevant_time": at, "station": place["place"]}
    return Published(desk, codec.encode(catalogue.by_type(event_type), body))


def _identifiers(person: int) -> list[Body]:
    nhs_number, serial = _nhs_numbers(person // 500)[person % 500], str(9_000_000 + person)
    pnc = f"2019/{serial}{LETTERS[int(f'19{serial}') % 23]}"
    return [
        {"kind": "NHS_NUMBER", "value": nhs_number, "source": "PDS", "assurance": "TRACED"},
        {"kind": "PNC", "value": pnc, "source": "PNC", "assurance": "FINGERPRINT"},
    ]


@cache
def _nhs_numbers(page: int) -> list[str]:
    """Numbers that were set aside for tests, five hundred to the page."""
    possible = (_with_check(f"999{serial:06}") for serial in count(page * 1000))
    return list(islice((number for number in possible if number), 500))


def _with_check(nine: str) -> str | None:
    check = (11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11) % 11
    return f"{nine}{check}" if check < 10 else None
