"""An entry with all that its rulings share, found once: whoever rules on it for a desk asks nothing twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from consent.terms import PURPOSES, ConsentEntry
from hub.model import keys
from hub.model.days import day_at
from hub.model.directory import Desk
from hub.model.entry import Entry
from hub.model.person import Person
from hub.model.ruling import Digest
from hub.sharing.bearing import Bearing, bearing
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
    purpose: str
    """UNKNOWN for a purpose that the policy does not speak of."""
    segments: Mapping[str, bytes] = field(repr=False)
    present: frozenset[str]
    """The views that the event holds."""
    ahead: tuple[Entry, ...]
    """What overtakes this entry; itself it does not, it is in its place."""
    overtaking: tuple[ConsentEntry, ...] = field(repr=False)
    """What the person says there."""
    cover: frozenset[str]
    """Names of the desks that serve the event's place."""
    today: date
    """The day in London on which it is decided."""
    bears: Bearing = field(repr=False)
    """What the entry says, and what the person's registers make of it."""
    replaced: str | None
    """The hub's id of the entry that this one supersedes."""
    drafts: dict[Answered, Draft] = field(default_factory=dict, init=False, repr=False)
    _digests: dict[str, Digest] = field(default_factory=dict, init=False, repr=False)

    @property
    def publisher(self) -> Desk:
        """The publishing desk. Raises UnwritableError if the directory does not know it."""
        desk = self.world.directory.desk(self.entry.publisher)
        if desk is None:
            raise UnwritableError(self.entry.entry_id)
        return desk

    def digests(self, views: tuple[str, ...]) -> tuple[Digest, ...]:
        """Proof of each view's segment, the same in whoever's copy it stands."""
        known, missing = self._digests, [view for view in views if view not in self._digests]
        if missing:
            proof = keys.proof(self.world.keys, self.entry.route_key)
            for view in missing:
                known[view] = Digest(view, keys.segment_digest(proof, view, self.segments[view]))
        return tuple(map(known.__getitem__, views))


def matter(entry: Entry, person: Person, world: World) -> Matter:
    """The entry before the hub; `person` is as the entry leaves them."""
    segments = {segment.view: segment.body for segment in entry.segments}
    ahead = tuple(other for other in world.overtaking if other.entry_id != entry.entry_id)
    return Matter(
        entry,
        world,
        person,
        entry.purpose if entry.purpose in PURPOSES else "UNKNOWN",
        segments,
        frozenset(segments),
        ahead,
        tuple(other.consent for other in ahead if other.consent),
        frozenset([desk.name for desk in world.directory.cover(entry.place)]),
        day_at(world.moment.judged_at),
        bearing(entry, person, ahead, world),
        keys.entry_id(entry.publisher, entry.supersedes) if entry.supersedes else None,
    )
