"""Which desks are asked about an entry. Everyone else is not asked, and each that is asked gets a ruling.

To be asked opens nothing: a subscription or a mention comes with relationship NONE, and then only what needs no
relationship can be given.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from consent.terms import ConsentEntry, Recipient, Relationship
from hub.model.directory import Desk
from hub.model.entry import Entry
from hub.model.person import Person
from hub.sharing.fold import holds, proposes, referrer
from hub.sharing.world import World

STRENGTH: Final[tuple[Relationship, ...]] = (
    "NONE", "PLACE_COVER", "CUSTODY", "PUBLISHER", "PROPOSED", "ACTIVE", "TOLD",
)  # fmt: skip
"""Of several relationships the one that says most about this entry counts. TOLD exists only for the change of a
consent: a desk must hear of that whatever else it has to do with the person."""
STANDING: Final = frozenset({"PLACE_COVER", "CUSTODY", "ACTIVE"})
"""Relationships that hold for every entry about the person; the others only for the entry that they come of."""

Asked = tuple[str, Relationship]


class Candidate(NamedTuple):
    """A desk that is asked about, and why it has to do with the person."""

    desk: Desk
    relationship: Relationship


def candidates(entry: Entry, person: Person, world: World) -> list[Candidate]:
    """The desks to rule upon, by name, each once; never the publisher. `person` is as the entry leaves them."""
    asked = sorted(_asked(entry, person, world), key=lambda each: STRENGTH.index(each[1]))
    strongest = dict(asked)
    strongest.pop(entry.publisher, None)
    desks = world.directory.desks
    return [Candidate(desks[name], strongest[name]) for name in sorted(strongest) if name in desks]


def _asked(entry: Entry, person: Person, world: World) -> Iterator[Asked]:
    directory, at = world.directory, world.moment.judged_at
    yield from ((desk.name, "NONE") for desk in directory.subscribers(entry.type, entry.area))
    yield from ((desk.name, "PLACE_COVER") for desk in directory.cover(entry.place))
    yield from ((name, "PROPOSED" if proposes(entry) else "NONE") for name in entry.named)
    if entry.holding_ref:
        yield entry.holding_ref, "NONE"
    if referred_by := referrer(entry, person):
        yield referred_by, "PUBLISHER"
    yield from ((held.desk, held.kind) for held in person.relationships if held.kind in STANDING and holds(held, at))
    yield from _told(entry, person, world)


def _told(entry: Entry, person: Person, world: World) -> Iterator[Asked]:
    """Whoever was given something under the consent that now ends: it hears of it."""
    said = entry.consent
    if said is None or said.action == "GRANT":
        return
    for told in person.told:
        desk = world.directory.desk(told.desk)
        if desk and (told.consent_id == said.consent_id or _refuses(said, desk)):
            yield desk.name, "TOLD"


def _refuses(said: ConsentEntry, desk: Desk) -> bool:
    """Whether a refusal outside care reaches the desk: it names it, or it names nobody and so means all."""
    recipient = Recipient(desk.organisation, desk.role)
    return said.action == "REFUSE" and not said.among_carers and (not said.recipients or recipient in said.recipients)
