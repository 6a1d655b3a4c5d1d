"""First contact: whoever serves the place where somebody is has to do with them, for as long as they are seen there.

Where somebody is, the police, the court, whoever holds or whoever examines them says; a request or a concern that names
a place puts nobody there. Nor does a desk open by its own word what it serves: that would be a bare claim. What a
health desk says of somebody whom it sees itself counts all the same, for care must not wait; it is on the sheet as its
own claim, counted, and drawn for a check (domain brief A, relationships).
"""

from typing import Final

from hub.model.directory import Desk, Directory
from hub.model.entry import Entry
from hub.model.person import Person, Relationship
from hub.model.quick import quick
from hub.sharing.ties import HOUR_MS, Held, holds, latest, of

FIRST_CONTACT_MS: Final = 72 * HOUR_MS
"""Place cover ends this long after the last event there."""

SEEN_THERE: Final = frozenset({"arrest", "s136", "court", "order", "screening", "assessment", "handover"})
"""Types that say where somebody is, because whoever publishes them has the person there."""
_EXAMINED: Final = frozenset({"screening", "assessment", "s136"})
_CARERS: Final = frozenset({"LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED"})
_relationship = quick(Relationship)


def covered(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """The relationships once somebody was seen at a place, or as they were."""
    if entry.confidence != "CONFIRMED" or entry.type not in SEEN_THERE:
        return held
    for desk in directory.cover(entry.place):
        if _may_open(held, desk, entry, at, directory):
            ends_at = at + FIRST_CONTACT_MS
            held = latest(held, _relationship((desk.name, "PLACE_COVER", at, ends_at, entry.entry_id)))
    return held


def _may_open(held: Held, desk: Desk, entry: Entry, at: int, directory: Directory) -> bool:
    """Others always; its own organisation only what holds already, or what comes of examining somebody itself."""
    publisher = directory.desk(entry.publisher)
    if publisher is None or publisher.organisation != desk.organisation:
        return publisher is not None
    known = of(held, desk.name, "PLACE_COVER")
    examined = entry.type in _EXAMINED and publisher.role in _CARERS
    return examined or (known is not None and holds(known, at))


def claims(entry: Entry, before: Person, after: Person, at: int, directory: Directory) -> bool:
    """Whether the entry let its publisher's own organisation have to do with the person, by its own word as a carer."""
    publisher = directory.desk(entry.publisher)
    if publisher is None or publisher.role not in _CARERS:
        return False
    opened = (each for each in after.relationships if each not in before.relationships)
    return any(each.kind in _CLAIMED and _new(each, publisher, before, at, directory) for each in opened)


_CLAIMED: Final = frozenset({"PLACE_COVER", "CUSTODY", "REGISTERED"})
"""What a carer may open for itself; to accept what somebody else proposed, or to be discharged to, is no claim."""


def _new(each: Relationship, publisher: Desk, before: Person, at: int, directory: Directory) -> bool:
    desk, known = directory.desk(each.desk), of(before.relationships, each.desk, each.kind)
    own = desk is not None and desk.organisation == publisher.organisation
    return own and not (known is not None and holds(known, at))
