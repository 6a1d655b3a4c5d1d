"""An entry with all that its copies share, found once: whoever writes one for a desk asks nothing twice."""

from dataclasses import dataclass, field
from typing import NamedTuple

from hub.model import keys
from hub.model.directory import Desk
from hub.model.entry import Entry
from hub.model.keys import Mac
from hub.model.person import Person
from hub.model.ruling import Digest
from hub.sharing.case import Case, case
from hub.sharing.errors import UnwritableError
from hub.sharing.world import Answered, World
from schemas.segments import Stencil


class Draft(NamedTuple):
    """What the copies of all desks that get the same answer share."""

    stencil: Stencil
    digests: tuple[Digest, ...]
    encoded: bytes
    """The digests as they stand on the sheet."""


@dataclass(slots=True)
class Matter:
    """What is before the hub. Only what is found on the way is added: drafts of copies, and proofs of views."""

    entry: Entry
    world: World
    person: Person = field(repr=False)
    """As the entry leaves them."""
    ahead: tuple[Entry, ...]
    """What overtakes this entry; itself it does not, it is in its place."""
    case: Case = field(repr=False)
    replaced: str | None
    """The hub's id of the entry that this one supersedes."""
    drafts: dict[Answered, Draft] = field(default_factory=dict, init=False, repr=False)
    _digests: dict[str, Digest] = field(default_factory=dict, init=False, repr=False)
    _proof: Mac | None = field(default=None, init=False, repr=False)

    @property
    def publisher(self) -> Desk:
        """The publishing desk. Raises UnwritableError if the directory does not know it."""
        desk = self.world.directory.desk(self.entry.publisher)
        if desk is None:
            raise UnwritableError(self.entry.entry_id)
        return desk

    def digests(self, views: tuple[str, ...]) -> tuple[Digest, ...]:
        """Proof of each view's segment, the same in whoever's copy it stands."""
        known, segments = self._digests, self.entry.segments
        for view in views:
            if view not in known:
                proof = self._proof = self._proof or keys.proof(self.world.keys, self.entry.route_key)
                known[view] = Digest(view, keys.segment_digest(proof, view, segments[view]))
        return tuple([known[view] for view in views])


def matter(entry: Entry, person: Person, world: World) -> Matter:
    """The entry before the hub; `person` is as the entry leaves them."""
    ahead = tuple([other for other in world.overtaking if other.entry_id != entry.entry_id])
    replaced = keys.entry_id(entry.publisher, entry.supersedes) if entry.supersedes else None
    return Matter(entry, world, person, ahead, case(entry, person, ahead, world), replaced)
