"""An entry with all that its copies share, found once: whoever writes one for a desk asks nothing twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hub.model.entry import Entry
from hub.model.person import Person
from hub.sharing.case import Case, case, replaces
from hub.sharing.world import World
from schemas.segments import Form, Stencil


class Draft(NamedTuple):
    """What the copies of all desks that get the same answer share."""

    stencil: Stencil
    digests: Mapping[str, bytes]
    encoded: bytes
    """The digests as they stand on the sheet."""


@dataclass(slots=True)
class Matter:
    """What is before the hub. Only what is found on the way is added: drafts of copies."""

    entry: Entry
    world: World
    person: Person = field(repr=False)
    """As the entry leaves them."""
    ahead: tuple[Entry, ...]
    """What overtakes this entry; itself it does not, it is in its place."""
    case: Case = field(repr=False)
    replaced: str | None
    """The hub's id of the entry that this one supersedes."""
    subject: str
    """Id of the entry that is ruled upon: the earlier one, where one comes again."""
    drafts: dict[Form, Draft] = field(default_factory=dict, init=False, repr=False)


def matter(entry: Entry, person: Person, world: World) -> Matter:
    """The entry before the hub; `person` is as the entry leaves them."""
    ahead = tuple([other for other in world.overtaking if other.entry_id != entry.entry_id])
    made = case(entry, person, ahead, world)
    return Matter(entry, world, person, ahead, made, replaces(entry, world), entry.subject)
