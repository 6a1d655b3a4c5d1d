"""The demo's county: its directory, the committed examples as intake would write them, and what is ruled of them."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from consent.terms import ConsentEntry, Recipient
from hub import directories
from hub.intake import ages, answers
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import NOBODY, Person
from hub.model.ruling import Outcome, Ruling
from hub.sharing import process
from hub.sharing.fold import fold
from schemas import catalogue, segments
from schemas.facts import facts_of
from schemas.plain import from_plain
from tests.world import bare, consent, world

PANEL, COORDINATOR = "mappa.avon-l2", "mappa.avon-coordinator"
PPU, CUSTODY, CONTROL = "avon-police.ppu", "avon-police.custody", "avon-police.control"
OFFICERS, COURT, TRUST = "probation-sw.officers", "harbour-court.office", "severn-trust.community"
CHARITY, CRISIS, TEAM = "bridge-charity.support", "severn-trust.crisis", "avon-ld.team"
PRACTICE, PSR, COUNCIL = "hillside-gp.practice", "probation-sw.court", "avon-council.safeguarding"
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR


@cache
def county() -> Directory:
    """The demo's directory."""
    return directories.read(Path(str(resources.files("hub.demo") / "directory.toml")))


def event(  # noqa: PLR0913 - what a test may want to change
    kind: str,
    at: int | None = None,
    *,
    views: Mapping[str, Any] | None = None,
    without: Collection[str] = (),
    submission: Mapping[str, Any] | None = None,
    facts: Mapping[str, str] | None = None,
    **changes: Any,
) -> Entry:
    """The committed example of that type as intake would write it, with views, submission, facts or fields changed."""
    schema = catalogue.by_type(kind)
    written = json.loads((resources.files("schemas") / "examples" / f"{kind}.json").read_text("utf-8"))
    written |= {**(views or {}), **dict.fromkeys(without)}
    written["submission"] |= submission or {}
    body = from_plain(schema, written)
    said, when = body["submission"], at or body["envelope"]["occurred_at"]
    made = {
        "type": kind,
        "schema_id": schema.id,
        "facts": {**facts_of(schema, body), **_aged(kind, body), **(facts or {})},
        "segments": segments.cut(schema, body),
        "publisher": said["desk"],
        "event_id": f"{said['event_id']}-{when}",
        "named": tuple(said["named"]),
        "area": said["area"],
        "place": said["place"],
        "holding_ref": said["holding_ref"],
        "safeguarding": said["safeguarding_flag"],
        "disturbed": said["disturbed"],
        "purpose": said["purpose"],
        "override": answers.override(said),
        "over_refusal": answers.over_refusal(said),
        "regime": said["regime"],
    }
    return bare(when, **{**made, **changes})


def _aged(kind: str, body: Mapping[str, Any]) -> dict[str, str]:
    return ages.stated(body, ()) if kind in ages.ASKED else {}


def refused(**changes: Any) -> ConsentEntry:
    """A refusal of everything to everybody, outside care."""
    return consent("REFUSE", at=1, **{"consent_id": "NO", "valid_from": 1, **changes})


def agreed(organisation: str, role: str, *views: str, purpose: str = "REFERRAL") -> ConsentEntry:
    """An agreement to share these views with that desk, for as long as it is not withdrawn."""
    to = (Recipient(organisation, role),)
    return consent(at=1, recipients=to, views=views, purposes=(purpose,), valid_from=1, valid_to=None)


def shared(made: Entry, person: Person = NOBODY, **known: Any) -> Outcome:
    """What the hub makes of it, at the time of the event."""
    return process(made, world(person, **{"at": made.occurred_at, "directory": county(), **known}))


def rulings(made: Entry, person: Person = NOBODY, **known: Any) -> dict[str, Ruling]:
    """The ruling for each desk that was asked about."""
    return {ruling.desk.name: ruling for ruling in shared(made, person, **known).rulings}


def given(ruling: Ruling) -> list[str]:
    """The views of its copy."""
    return list(ruling.copy.digests) if ruling.copy else []


def told(made: Entry, person: Person = NOBODY, **known: Any) -> dict[str, list[str]]:
    """What each desk that was given something was given."""
    return {name: given(ruling) for name, ruling in rulings(made, person, **known).items() if ruling.copy}


def after(*entries: Entry, person: Person = NOBODY) -> Person:
    """The person once these entries are folded."""
    for made in entries:
        person = fold(made, world(person, made.occurred_at, directory=county()))
    return person
