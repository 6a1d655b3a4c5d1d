"""Whom is this event about? From what the person index answers, and never from a name.

A wrong link gives one person's health to another's officers. So a person is CONFIRMED only by an identifier that
somebody traced or that fingerprints back, with no date of birth against it; a desk that cannot know so itself confirms
by one that was vouched for before, if the date of birth agrees. Anything less is PROBABLE; identifiers of two people,
or a date of birth that differs, leave the event UNRESOLVED under a key of its own. UNRESOLVED marks the event, never
the person. Records that a reviewer has linked are one person's. The look-up itself is one batch in hub.people.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from consent.terms import Confidence
from hub.intake.event import Event, Identified, Identifier
from hub.model import keys as derive
from hub.model.keys import Keys

Born = Literal["AGREES", "DIFFERS", "SILENT"]
Found = Sequence[tuple[Identifier, str | None]]
"""Each identifier and whose it is."""
Records = Mapping[str, tuple[str, ...]]
"""Of a person with several records, all of them, for each."""

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


def identify(  # noqa: PLR0913 - one question with all that bears on it
    event: Event,
    holders: Sequence[str | None],
    born: Mapping[str, bytes],
    keys: Keys,
    vouched: Collection[Identifier] = (),
    *,
    records: Records = MappingProxyType({}),
) -> Identified:
    """Whom the event is about.

    `holders`: for each of `linking(event)`, the route key it belongs to. `born`: what the index knows, by route key,
    of dates of birth. `vouched`: those that somebody who could know has tied to their holder. `records`: where a person
    has several records, all of them, sorted, for each; it stands under the first. The publisher's own doubt lowers the
    answer; nothing it says of itself raises it.
    """
    firsts = [holder and _records(records, holder)[0] for holder in holders]
    found = tuple(zip(linking(event), firsts, strict=True))
    people = sorted({holder for holder in firsts if holder})
    every = [one for person in people for one in _records(records, person)]
    known = any(identifier in vouched for identifier, _ in found)
    best = _best(found, people, _agreement(event, every, born, keys), known=known)
    confidence = min(best, _ceiling(event), key=_ORDER.index)
    if confidence == "UNRESOLVED":
        return Identified(derive.unresolved_route_key(keys, event.entry_id), confidence, tuple(every))
    person = people[0] if people else _new(found[0][0], keys)
    teaches = confidence == "CONFIRMED" or not people
    dated = event.born if teaches and person not in born else None
    others = tuple(every[1:])
    return Identified(person, confidence, others, _learned(found, confidence, new=not people), dated)


def _records(records: Records, holder: str) -> tuple[str, ...]:
    return records.get(holder, (holder,))


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


def _agreement(event: Event, every: Sequence[str], born: Mapping[str, bytes], keys: Keys) -> Born:
    """What the dates of birth say that are known of the person's records: one that agrees is enough."""
    known = [(one, born[one]) for one in every if one in born]
    if not known or event.born is None:
        return "SILENT"
    return "AGREES" if any(derive.born_digest(keys, one, event.born) == day for one, day in known) else "DIFFERS"


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
