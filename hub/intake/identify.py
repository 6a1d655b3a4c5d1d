"""Whom is this event about? From what the person index answers, and never from a name.

A wrong link gives one person's health to another's officers. So a person is CONFIRMED only by an identifier that
somebody traced or that fingerprints back, with no date of birth against it; a desk that cannot know so itself confirms
by one that was vouched for before, if the date of birth agrees. Anything less is PROBABLE; identifiers of two people,
or a date of birth that differs, leave the event UNRESOLVED under a key of its own. UNRESOLVED marks the event, never
the person. The look-up itself is one batch in hub.people.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from consent.terms import Confidence
from hub.intake.event import Event, Identified, Identifier
from hub.model import keys as derive
from hub.model.keys import Keys

Born = Literal["AGREES", "DIFFERS", "SILENT"]
Found = Sequence[tuple[Identifier, str | None]]
"""Each identifier and whose it is."""

LINKING: Final = ("nhs_number", "pnc", "cro", "crn", "prison_number")
"""Kinds that say who somebody is, wherever they are; a custody number says which detention."""

_ORDER: Final[tuple[Confidence, ...]] = ("UNRESOLVED", "PROBABLE", "CONFIRMED")


def linking(event: Event) -> tuple[Identifier, ...]:
    """The identifiers to ask the index about, each once, strongest first: an order that is not the publisher's."""
    strongest: dict[tuple[str, str], Identifier] = {}
    for one in sorted((one for one in event.identifiers if one.kind in LINKING), key=_strength):
        strongest.setdefault((one.kind, one.value), one)
    return tuple(strongest.values())


def _strength(identifier: Identifier) -> tuple[bool, int, str]:
    return (not identifier.strong, LINKING.index(identifier.kind), identifier.value)


def identify(
    event: Event,
    holders: Sequence[str | None],
    born: Mapping[str, bytes],
    keys: Keys,
    vouched: Collection[Identifier] = (),
) -> Identified:
    """Whom the event is about.

    `holders`: for each of `linking(event)`, the route key it belongs to. `born`: what the index knows, by route key,
    of dates of birth. `vouched`: those that somebody who could know has tied to their holder. The publisher's own doubt
    lowers the answer; nothing it says of itself raises it.
    """
    found = tuple(zip(linking(event), holders, strict=True))
    people = sorted({holder for holder in holders if holder})
    known = any(identifier in vouched for identifier, _ in found)
    best = _best(found, people, _agreement(event, people, born, keys), known=known)
    confidence = min(best, _ceiling(event), key=_ORDER.index)
    if confidence == "UNRESOLVED":
        return Identified(derive.unresolved_route_key(keys, event.entry_id), confidence, tuple(people))
    person = people[0] if people else _new(found[0][0], keys)
    teaches = confidence == "CONFIRMED" or not people
    dated = event.born if teaches and person not in born else None
    return Identified(person, confidence, (), _learned(found, confidence, new=not people), dated)


def _best(found: Found, people: Sequence[str], dates: Born, *, known: bool) -> Confidence:
    if not found or len(people) > 1:
        return "UNRESOLVED"
    strong = {holder for identifier, holder in found if identifier.strong}
    if not people:
        return "CONFIRMED" if strong else "PROBABLE"
    return _weighed(held=people[0] in strong, seen=bool(strong) or known, dates=dates)


def _weighed(*, held: bool, seen: bool, dates: Born) -> Confidence:
    """`held`: a strong identifier is this person's. `seen`: there is one that is strong, or was vouched for before."""
    if dates == "DIFFERS":
        return "PROBABLE" if held else "UNRESOLVED"
    return "CONFIRMED" if held or (seen and dates == "AGREES") else "PROBABLE"


def _agreement(event: Event, people: Sequence[str], born: Mapping[str, bytes], keys: Keys) -> Born:
    person = people[0] if people else ""
    known = born.get(person)
    if known is None or event.born is None:
        return "SILENT"
    return "AGREES" if derive.born_digest(keys, person, event.born) == known else "DIFFERS"


def _ceiling(event: Event) -> Confidence:
    """A publisher that does not say how sure it is, is not sure."""
    claim = event.body["submission"]["id_confidence"]
    return claim if claim in _ORDER else "PROBABLE"


def _new(first: Identifier, keys: Keys) -> str:
    return derive.route_key(keys, first.kind, first.value)


def _learned(found: Found, confidence: Confidence, *, new: bool) -> tuple[Identifier, ...]:
    """A new person is known by one identifier; others join it only where nothing is in doubt."""
    unknown = tuple(identifier for identifier, holder in found if holder is None)
    if confidence == "CONFIRMED":
        return unknown
    return unknown[:1] if new else ()
