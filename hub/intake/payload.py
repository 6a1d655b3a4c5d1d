"""What an event's views hold that does not fit: an unknown code, a sentence where a reference belongs, a wrong date.

Each closes only what rests on it: a code becomes UNKNOWN, which opens nothing, a reference, a postcode or a property
number is left out, a date is flagged. The event goes on and its publisher is told. A refusal is the exception: a scope
that was not understood widens to everything, because an unknown word in a refusal would otherwise refuse nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from hub.intake.event import DAY_MS, Received, Rules
from hub.intake.spill import refers_to_somebody
from hub.model.directory import Directory
from hub.model.entry import Fault
from hub.model.identifiers import Profile, postcode, uprn
from schemas.catalogue import EventSchema
from schemas.codes import UNKNOWN
from schemas.facts import REF, with_known_codes
from schemas.fields import Place, places
from schemas.shape import logical, non_null

OLDEST_DAYS: Final = 130 * 366
"""Nobody is older."""
HOUR_MS: Final = 3_600_000

_FIRST_DAY: Final = date(1970, 1, 1)
_HEADER: Final = frozenset({"envelope", "submission"})
_SCOPE: Final = ("recipients", "views", "purposes")
_FORMS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "postcode": (postcode, "BAD_POSTCODE"),
    "uprn": (uprn, "BAD_UPRN"),
}
_CODES: Final = {"place": "UNKNOWN_PLACE", "organisation": "UNKNOWN_ORGANISATION", "desk": "UNKNOWN_DESK"}

Body = dict[str, Any]


def day(moment: int) -> date:
    """The day, UTC, of a moment in milliseconds."""
    return _FIRST_DAY + timedelta(days=moment // DAY_MS)


def fitted(received: Received, schema: EventSchema, body: Body, rules: Rules) -> tuple[Body, tuple[Fault, ...]]:
    """The body as far as it is understood, and what was not. The body that was given is used up."""
    year = day(received.timestamp).year
    named = tuple(_identifiers(schema, body, rules.directory, year))
    wrong = (*named, *_references(schema, body, rules.directory), *_addresses(schema, body))
    dates = tuple(_dates(received, schema, body, rules))
    known, paths = with_known_codes(schema, body, day(body["envelope"]["occurred_at"]))
    faults = (*wrong, *dates, *(Fault("UNKNOWN_CODE", path) for path in paths))
    return _scoped(schema, dict(known), faults, rules.directory)


def unusable(faults: tuple[Fault, ...]) -> bool:
    """Whether something that everything else hangs on was not understood: which record of consent is meant."""
    return any(fault.field == "consent_terms.consent_id" for fault in faults)


def birth(body: Mapping[str, Any], faults: tuple[Fault, ...]) -> str | None:
    """The date of birth (ISO) where it is evidence: 1 January mostly stands for a year of which no more is known."""
    identity = body.get("identity")  # an event about nobody has none
    if identity is None or identity["born"] is None or any(fault.code == "BAD_BIRTH_DATE" for fault in faults):
        return None
    born = _FIRST_DAY + timedelta(days=identity["born"])
    return None if (born.month, born.day) == (1, 1) else born.isoformat()


def _references(schema: EventSchema, body: Body, directory: Directory) -> Iterator[Fault]:
    for place in places(schema, "ref"):
        if place.view in _HEADER or all(_fits(place.attribute, value, directory) for value in place.values(body)):
            continue
        for holder in place.holders(body):
            _leave_out(place, holder, directory)
        yield Fault(_CODES.get(place.attribute, "BAD_REFERENCE"), place.path)


def _identifiers(schema: EventSchema, body: Body, directory: Directory, year: int) -> Iterator[Fault]:
    """References that say whom it is about, each left out."""
    for place in places(schema, "ref"):
        if place.view in _HEADER or place.attribute in _CODES:
            continue
        name, found = place.steps[-1], False
        for holder in place.holders(body):
            kept = _naming_nobody(holder[name], place, directory.identifiers, year)
            holder[name], found = kept, found or kept != holder[name]
        if found:
            yield Fault("IDENTIFIER_IN_TEXT", place.path)


def _naming_nobody(held: Any, place: Place, profile: Profile, year: int) -> Any:
    """What a field of references holds, without any that says whom it is about."""
    if isinstance(held, list):
        return [one for one in held if not refers_to_somebody(one, profile, year)]
    if held is None or not refers_to_somebody(held, profile, year):
        return held
    return None if isinstance(place.node, list) else UNKNOWN


def _fits(attribute: str, value: str, directory: Directory) -> bool:
    known: Mapping[str, Mapping[str, object]] = {
        "place": directory.places,
        "organisation": directory.organisations,
        "desk": directory.desks,
    }
    return REF.fullmatch(value) is not None and value in known.get(attribute, {value: None})


def _leave_out(place: Place, holder: Body, directory: Directory) -> None:
    name = place.steps[-1]
    held = holder[name]
    if isinstance(held, list):
        holder[name] = [value for value in held if _fits(place.attribute, value, directory)]
    elif held is not None and not _fits(place.attribute, held, directory):
        holder[name] = None if isinstance(place.node, list) else UNKNOWN


def _addresses(schema: EventSchema, body: Body) -> Iterator[Fault]:
    for place in places(schema, "check"):
        if place.attribute in _FORMS:
            form, code = _FORMS[place.attribute]
            name = place.steps[-1]
            wrong = [one for one in place.holders(body) if one[name] is not None and form(one[name]) is None]
            for holder in wrong:
                holder[name] = None
            if wrong:
                yield Fault(code, place.path)


def _dates(received: Received, schema: EventSchema, body: Body, rules: Rules) -> Iterator[Fault]:
    latest = received.timestamp + rules.ahead_ms
    for place in places(schema, "check"):
        if place.view in _HEADER:
            continue
        values = place.values(body)
        if place.attribute == "past" and any(_begins(place, value) > latest for value in values):
            yield Fault("FUTURE_DATE", place.path)
        if place.attribute == "birth" and not all(_is_birth(value, latest) for value in values):
            yield Fault("BAD_BIRTH_DATE", place.path)


def _begins(place: Place, value: int) -> int:
    """The moment, or the first one of the day, in London up to an hour before it is that day in UTC."""
    return value * DAY_MS - HOUR_MS if logical(non_null(place.node)) == "date" else value


def _is_birth(days: int, latest: int) -> bool:
    return latest // DAY_MS - OLDEST_DAYS <= days <= latest // DAY_MS


def _scoped(
    schema: EventSchema, body: Body, faults: tuple[Fault, ...], directory: Directory
) -> tuple[Body, tuple[Fault, ...]]:
    if schema.type != "consent_refuse":
        return body, faults
    terms = dict(body["consent_terms"])
    if not all(directory.desks_of(to["organisation"], to["role"]) for to in terms["recipients"]):
        faults = (*faults, Fault("UNKNOWN_DESK", "consent_terms.recipients"))
    for name in _SCOPE:
        if any(fault.field.startswith(f"consent_terms.{name}") for fault in faults):
            terms[name] = []  # in a refusal: all
    return {**body, "consent_terms": terms}, faults
