"""Text where it does not belong: an identifier inside free text, or the words of a wider view in a narrower one.

Each identifier is granted on its own, and each view too; a sentence that carries one into another undoes both. The
hub cannot mend it, so the publisher must. In an emergency the coded views go on and the texts stay behind.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from consent.terms import IDENTIFIERS
from hub.model import identifiers
from hub.model.entry import Fault
from hub.model.identifiers import Profile, Valid
from schemas.catalogue import EventSchema
from schemas.fields import Place, walk

SHAPES: Final = {
    "nhs_number": re.compile(r"(?<![0-9])[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{4}(?![0-9])"),
    "pnc": re.compile(r"(?<![0-9A-Za-z/])(?:[0-9]{4}|[0-9]{2})/[0-9]{1,7}[A-Za-z](?![0-9A-Za-z])"),
    "cro": re.compile(r"(?<![0-9A-Za-z/])(?:[0-9]{1,6}/[0-9]{2}|[Ss][Ff][0-9]{2}/[0-9]{1,7})[A-Za-z](?![0-9A-Za-z])"),
    "crn": re.compile(r"(?<![0-9A-Za-z])[A-Za-z][0-9]{6}(?![0-9A-Za-z])"),
    "prison_number": re.compile(r"(?<![0-9A-Za-z])[A-Za-z][0-9]{4}[A-Za-z]{2}(?![0-9A-Za-z])"),
}
"""What may be an identifier; whether it is one, its check tells. A custody number could be any word."""

IN_REFERENCES: Final = {
    "nhs_number": re.compile(r"(?<![0-9A-Za-z])[4679][0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9A-Za-z])"),
    "pnc": re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{4}|[0-9]{2})/[0-9]{1,7}[A-Za-z](?![0-9A-Za-z])"),
}
"""What a reference or an id may not hold. Standing alone, so that no UUID is taken for one, nor a time in seconds; a
case number may well look like a CRN."""

WIDTH: Final = {"criminal_justice": 2, "risk": 3, "health_extract": 3, "health_full": 4, "minutes": 4, "victim": 4}
"""Sensitivity of the views that hold free text (domain levels S2 to S4); any other view is coded or narrower."""

SHORTEST: Final = 20
"""Characters; a shorter text may well be the same by chance."""

_CODED: Final = frozenset({"code", "ref", "check"})
_ELSEWHERE: Final = frozenset({"envelope", "submission", "withheld", "location", "consent_terms", *IDENTIFIERS})
"""Not shared as text, full of numbers that are no identifiers, or written by the hub."""


def spills(schema: EventSchema, body: Mapping[str, Any], profile: Profile, year: int) -> tuple[Fault, ...]:
    """Each field whose text holds what belongs elsewhere."""
    held = [(place, text) for place in texts(schema) for text in place.values(body)]
    named = [Fault("IDENTIFIER_IN_TEXT", place.path) for place, text in held if _names_somebody(text, profile, year)]
    return (*named, *_repeated([(place, _plain(text)) for place, text in held]))


def without_texts(schema: EventSchema, body: Mapping[str, Any], spilled: tuple[Fault, ...]) -> dict[str, Any]:
    """The body without its views of free text and without any view that something spilled into."""
    held_back = {*WIDTH, *(fault.field.partition(".")[0] for fault in spilled)} & set(schema.views)
    return {**body, **dict.fromkeys(held_back)}


@cache
def texts(schema: EventSchema) -> tuple[Place, ...]:
    """Every field of free text in a view."""
    return tuple(
        Place(".".join(steps), "", steps, field["type"])
        for steps, field in walk(schema.tree)
        if steps[0] not in _ELSEWHERE and not _CODED & field.keys() and _is_text(field["type"])
    )


def _is_text(node: Any) -> bool:
    if isinstance(node, list):
        return any(_is_text(branch) for branch in node)
    if isinstance(node, Mapping) and node["type"] == "array":
        return _is_text(node["items"])
    return str(node) == "string"


def _names_somebody(text: str, profile: Profile, year: int, shapes: Mapping[str, re.Pattern[str]] = SHAPES) -> bool:
    return any(
        isinstance(identifiers.check(kind, found.group().replace(".", ""), profile, year), Valid)
        for kind, shape in shapes.items()
        for found in shape.finditer(text)
    )


def refers_to_somebody(reference: str, profile: Profile, year: int) -> bool:
    """Whether a reference or an id holds a valid NHS or PNC number."""
    return _names_somebody(reference, profile, year, IN_REFERENCES)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _repeated(held: list[tuple[Place, str]]) -> Iterator[Fault]:
    long = [(place, WIDTH.get(place.view, 1), text) for place, text in held if len(text) >= SHORTEST]
    for place, width, text in long:
        if any(wider > width and (text in whole or whole in text) for _, wider, whole in long):
            yield Fault("TEXT_OF_WIDER_VIEW", place.path)
