"""Events for the tests: the committed examples, whole, and the bytes that fastavro's strict writer makes of them."""

import json
import pickle
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from io import BytesIO
from itertools import product
from typing import Any

from fastavro import parse_schema, schemaless_writer

from schemas import catalogue, plain
from schemas.catalogue import EventSchema

EVENTS = catalogue.event_types()
ABOUT_PEOPLE = tuple(kind for kind in EVENTS if "identity" in catalogue.by_type(kind).views)
"""All but those that a service tells of itself."""


def example_text(event_type: str) -> str:
    return (resources.files("schemas") / "examples" / f"{event_type}.json").read_text("utf-8")


def example(event_type: str) -> dict[str, Any]:
    """The committed example, as it is published."""
    made: dict[str, Any] = pickle.loads(_decoded(event_type))  # noqa: S301 - our own
    return made


@cache
def _decoded(event_type: str) -> bytes:
    """Pickled: the quickest way to a copy of one's own."""
    return pickle.dumps(plain.from_plain(catalogue.by_type(event_type), plain.parse(example_text(event_type))))


def whole(event_type: str) -> dict[str, Any]:
    """The example with every view, the identifiers' too, as intake leaves it."""
    body = example(event_type)
    missing = [view for view in catalogue.by_type(event_type).views if body[view] is None]
    return {**body, **{view: {"value": f"synthetic {view}"} for view in missing}}


def copy_of(body: Mapping[str, Any], given: frozenset[str], withheld: list[str]) -> dict[str, Any]:
    """What a recipient has who is given those views: a plain record, made without the code under test."""
    views = body.keys() - {"envelope", "submission", "withheld"}
    return {**body, **dict.fromkeys(views - given), "submission": None, "withheld": withheld}


def masks(views: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """Every set of the views."""
    for bits in product((False, True), repeat=len(views)):
        yield frozenset(view for view, bit in zip(views, bits, strict=True) if bit)


@cache
def registered_schema(schema: EventSchema) -> Any:
    """The schema as a stranger parses it from the registered text."""
    return parse_schema(json.loads(registered_text(schema)))


def registered_text(schema: EventSchema) -> str:
    return next(entry.text for entry in catalogue.registered() if entry.id == schema.id)


def strictly_written(schema: EventSchema, body: Mapping[str, Any]) -> bytes:
    """The framed bytes as fastavro's strict writer and the registered text have them."""
    stream = BytesIO()
    stream.write(b"\0" + schema.id.to_bytes(4, "big"))
    schemaless_writer(stream, registered_schema(schema), body, strict=True)
    return stream.getvalue()
