"""Events as agencies send them, made from the committed examples, and the rules that intake judges them by."""

import json
import pickle
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hub import directories
from hub.intake.event import Event, Received, Rules
from hub.intake.ingest import ingest
from hub.model.directory import Directory
from hub.model.keys import Keys
from schemas import catalogue, codec
from schemas.plain import from_plain
from tests.world import policy

KEYS = Keys(b"p" * 32, b"d" * 32, b"a" * 32, b"q" * 32)
Body = dict[str, Any]
Change = Callable[[Body], object]


@cache
def directory() -> Directory:
    """The demo's."""
    return directories.read(Path(str(files("hub.demo") / "directory.toml")))


@cache
def rules() -> Rules:
    """The demo's directory and the policy as committed."""
    return Rules(directory(), policy().publishers(), policy().expiry, KEYS)


def plain(event_type: str) -> Body:
    """The committed example of that type, as people write it."""
    example: Body = json.loads(_text(event_type))
    return example


@cache
def _text(event_type: str) -> str:
    return (files("schemas") / "examples" / f"{event_type}.json").read_text("utf-8")


@cache
def _decoded(event_type: str) -> bytes:
    """Pickled: the quickest way to a copy of one's own."""
    return pickle.dumps(from_plain(catalogue.by_type(event_type), plain(event_type)))


def unchanged(_: Body) -> None:
    """No change."""


def body(event_type: str, change: Change = unchanged) -> Body:
    """The example as it is decoded, changed."""
    made: Body = pickle.loads(_decoded(event_type))  # noqa: S301 - our own
    change(made)
    return made


def received(event_type: str, change: Change = unchanged, *, offset: int = 0, late_ms: int = 60_000) -> Received:
    """The example, changed, as it arrives a minute after it was published on its desk's own topic."""
    made = body(event_type, change)
    desk = directory().desks[plain(event_type)["submission"]["desk"]]
    framed = codec.encode(catalogue.by_type(event_type), made)
    return Received(desk, desk.in_topic, 0, offset, plain_time(event_type) + late_ms, framed)


def plain_time(event_type: str) -> int:
    """When the example was published, in milliseconds UTC."""
    published: int = body(event_type)["envelope"]["published_at"]
    return published


def event(event_type: str, change: Change = unchanged, *, offset: int = 0) -> Event:
    """The example, changed, ingested; it must be valid."""
    made = ingest(received(event_type, change, offset=offset), rules())
    assert isinstance(made, Event), made
    return made


def give(*identifiers: tuple[str, str, str], event_id: str = "", confidence: str = "CONFIRMED") -> Change:
    """A change: these identifiers (kind, value, assurance) and no others."""

    def change(made: Body) -> None:
        submission = made["submission"]
        submission["identifiers"] = [
            {"kind": kind, "value": value, "source": None, "assurance": assurance}
            for kind, value, assurance in identifiers
        ]
        submission["id_confidence"] = confidence
        submission["event_id"] = event_id or submission["event_id"]

    return change
