"""What intake asks of an event's fields: the coded facts that decisions rest on, and what does not fit."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from schemas import codes
from schemas.catalogue import EventSchema
from schemas.fields import Place, places
from schemas.plain import iso_day, iso_moment
from schemas.shape import logical, non_null

REF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", re.ASCII)
"""What a reference may look like: nothing that could be a sentence."""
FIRST_DAY: Final = date(1970, 1, 1)
_ISO: Final[Mapping[str, Callable[[Any], str]]] = {"date": iso_day, "timestamp-millis": iso_moment}


def facts_of(schema: EventSchema, body: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts that the event states, by name; what it does not say is not there.

    A fact is a code, a reference, a day or a moment as ISO has it, or desks by name with spaces between them. A fact
    that stands in a view and in a part of it is taken from the view.
    """
    facts: dict[str, str] = {}
    for place, told in _stated(schema):
        if place.attribute not in facts and (values := place.values(body)):
            facts[place.attribute] = " ".join(map(told, values))
    return facts


@cache
def _stated(schema: EventSchema) -> tuple[tuple[Place, Callable[[Any], str]], ...]:
    return tuple((place, _ISO.get(logical(non_null(place.node)), str)) for place in places(schema, "fact"))


def code_fields(schema: EventSchema) -> tuple[Place, ...]:
    """Return every field that holds codes; `attribute` is the name of the list."""
    return places(schema, "code")


def unknown_codes(schema: EventSchema, body: Mapping[str, Any], on: date) -> tuple[str, ...]:
    """Return the paths of fields with a code that their list does not have on that day.

    A field that says `as_of` is judged by the day that stands beside it: an order of 2014 has the codes of 2014.
    """
    return tuple(place.path for place in code_fields(schema) if not _known(schema, place, body, on))


def with_known_codes(
    schema: EventSchema, body: Mapping[str, Any], on: date
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the body with each unknown code as UNKNOWN, and the paths where that was needed.

    The body that was given is not changed. Beware of a refusal's scope: there UNKNOWN would narrow what is refused.
    """
    wrong = [place for place in code_fields(schema) if not _known(schema, place, body, on)]
    if not wrong:
        return body, ()
    known = deepcopy(dict(body))
    for place in wrong:
        _close(schema, place, known, on)
    return known, tuple(place.path for place in wrong)


def bad_references(schema: EventSchema, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of reference fields that hold something else, such as a sentence in a coded view."""
    return tuple(place.path for place in places(schema, "ref") if not all(map(REF.fullmatch, place.values(body))))


def differing_parts(schema: EventSchema, body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of fields of a part that do not equal the same field of the full view, where both are there."""
    return tuple(part.path for part, whole in _twins(schema) if _differ(part.values(body), whole.holders(body), whole))


def _differ(part: list[Any], holders: list[Any], whole: Place) -> bool:
    if not part or not holders:
        return False
    return [holder[whole.steps[-1]] for holder in holders] != part


@cache
def _twins(schema: EventSchema) -> tuple[tuple[Place, Place], ...]:
    parts = places(schema, "same_as")
    wholes = {place.path: place for place in places(schema, "doc")}
    return tuple((part, wholes[part.attribute]) for part in parts if part.attribute in wholes)


def _known(schema: EventSchema, place: Place, body: Mapping[str, Any], on: date) -> bool:
    day_beside = _as_of(schema).get(place.path)
    if day_beside is None:
        return all(codes.check(place.attribute, value, on) for value in place.values(body))
    name = place.steps[-1]
    return all(codes.check(place.attribute, one[name], _day(one, day_beside, on)) for one in place.holders(body))


def _close(schema: EventSchema, place: Place, body: Mapping[str, Any], on: date) -> None:
    name, day_beside = place.steps[-1], _as_of(schema).get(place.path)
    for holder in place.holders(body):
        held, day = holder[name], _day(holder, day_beside, on)
        if isinstance(held, list):
            holder[name] = [_or_unknown(place.attribute, value, day) for value in held]
        elif held is not None:
            holder[name] = _or_unknown(place.attribute, held, day)


@cache
def _as_of(schema: EventSchema) -> Mapping[str, str]:
    """By path of a field of codes, the field beside it that holds the day on which its code has to be in the list."""
    return {place.path: place.attribute for place in places(schema, "as_of")}


def _day(holder: Mapping[str, Any], day_beside: str | None, on: date) -> date:
    days = holder[day_beside] if day_beside else None
    return on if days is None else FIRST_DAY + timedelta(days=days)


def _or_unknown(name: str, value: str, on: date) -> str:
    return value if codes.check(name, value, on) else codes.UNKNOWN
