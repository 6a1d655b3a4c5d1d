"""Which events there are. Only what is registered can be read or written, and the sums say that nobody changed it."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from schemas.errors import CatalogueError, UnknownSchemaError
from schemas.shape import expanded

NOT_VIEWS: Final = frozenset({"envelope", "submission", "withheld"})


@dataclass(frozen=True, slots=True, eq=False)
class EventSchema:
    """One registered schema of one type of event. There is one object per id: compare with `is`."""

    id: int
    name: str
    """Full name, such as `hub.Arrest`."""
    type: str
    """The event's type, such as `arrest`, as in the envelope and in `ce_type`."""
    views: tuple[str, ...]
    """The views it may hold, in the order of the wire."""
    tree: Mapping[str, Any] = field(repr=False)
    """The schema, every mention of a type spelled out."""


class Registered(NamedTuple):
    """A schema as it is registered: what a registry serves."""

    id: int
    name: str
    text: str


class _Catalogue(NamedTuple):
    registered: tuple[Registered, ...]
    by_id: Mapping[int, EventSchema]
    by_type: Mapping[str, EventSchema]


def by_id(schema_id: int) -> EventSchema:
    """Return the event schema with that registered id. Raise UnknownSchemaError."""
    try:
        return _catalogue().by_id[schema_id]
    except KeyError:
        raise UnknownSchemaError("UNKNOWN_SCHEMA", str(schema_id)) from None


def by_type(event_type: str) -> EventSchema:
    """Return the newest schema of that type of event. Raise UnknownSchemaError, which does not repeat the type."""
    try:
        return _catalogue().by_type[event_type]
    except KeyError:
        raise UnknownSchemaError("UNKNOWN_TYPE") from None


def event_types() -> tuple[str, ...]:
    """Return every type of event, in the order they were registered."""
    return tuple(_catalogue().by_type)


def registered() -> tuple[Registered, ...]:
    """Return every registered schema with its text, events and notices alike, by id."""
    return _catalogue().registered


@cache
def newest_id(name: str) -> int:
    """Return the newest registered id of that full name, such as `hub.Receipt`. Raise UnknownSchemaError."""
    ids = [entry.id for entry in registered() if entry.name == name]
    if not ids:
        raise UnknownSchemaError("UNKNOWN_SCHEMA", name)
    return max(ids)


@cache
def _catalogue() -> _Catalogue:
    entries = read(resources.files("schemas") / "registered")
    events = [event for event in map(_event, entries) if event]
    return _Catalogue(
        entries,
        MappingProxyType({event.id: event for event in events}),
        MappingProxyType({event.type: event for event in events}),
    )


def read(folder: Traversable) -> tuple[Registered, ...]:
    """Return what a folder of registered schemas holds, by id. Raise CatalogueError if a sum does not agree."""
    try:
        ids = tomllib.loads((folder / "ids.toml").read_text("utf-8"))
        entries = [_entry(folder, int(schema_id), row) for schema_id, row in ids.items()]
    except (OSError, ValueError, KeyError):
        raise CatalogueError("UNREADABLE", "ids.toml") from None
    return tuple(sorted(entries))


def file_name(schema_id: int, name: str) -> str:
    """Return the file that a schema is registered in."""
    return f"{schema_id}-{name.rpartition('.')[2]}.avsc"


def _entry(folder: Traversable, schema_id: int, row: Mapping[str, str]) -> Registered:
    raw = (folder / file_name(schema_id, row["name"])).read_bytes()
    if hashlib.sha256(raw).hexdigest() != row["sha256"]:
        raise CatalogueError("SUM_DIFFERS", str(schema_id))
    return Registered(schema_id, row["name"], raw.decode())


def _event(entry: Registered) -> EventSchema | None:
    tree = expanded(json.loads(entry.text))
    if "event" not in tree:
        return None
    views = tuple(field["name"] for field in tree["fields"] if field["name"] not in NOT_VIEWS)
    return EventSchema(entry.id, entry.name, tree["event"], views, tree)
