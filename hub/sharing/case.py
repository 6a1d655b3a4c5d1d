"""Everything that the rulings on an entry rest on besides policy and directory, found once and closed.

So equal cases are ruled upon alike, and what was ruled on one of them may be kept for the next.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from consent import register
from consent.register import Entries
from consent.terms import PURPOSES, Confidence, ConsentEntry, Recipient, Relationship
from hub.model import keys
from hub.model.days import day_at
from hub.model.directory import Desk
from hub.model.entry import Again, Cause, Entry
from hub.model.person import Person
from hub.model.quick import quick
from hub.sharing import past
from hub.sharing.bearing import Bearing, bearing
from hub.sharing.fold import holds, proposes, referrer
from hub.sharing.links import merging
from hub.sharing.world import World

_NONE: Final = frozenset[str]()
Tie = tuple[str, Relationship]
"""A desk by name, and why it has to do with the person."""

STANDING: Final[dict[str, Relationship]] = {
    "PLACE_COVER": "PLACE_COVER",
    "CUSTODY": "CUSTODY",
    "ACTIVE": "ACTIVE",
    "REGISTERED": "ACTIVE",
}
"""What is kept of a person, and the relationship that it is."""


class Anew(NamedTuple):
    """An earlier entry is decided anew: why, for whom, and who has it already."""

    cause: Cause
    desks: frozenset[str]
    """Empty: whoever is asked about such an event."""
    had: frozenset[bytes]
    """Marks of the desks that have it."""
    waiting: frozenset[str]
    """Names of the desks for which something of it waits for a reviewer."""
    views: tuple[str, ...]
    """What a reviewer speaks of; empty: all."""
    held_by: frozenset[str]
    """Names of the desks that hold the person now, whoever did when the entry first came."""


class Case(NamedTuple):
    """What is ruled upon, in codes and names of desks."""

    type: str
    schema_id: int
    publisher: str
    confidence: Confidence
    purpose: str
    """UNKNOWN for a purpose that the policy does not speak of."""
    area: str
    holding_ref: str | None
    safeguarding: bool
    disturbed: bool
    assertion: str
    marking: str
    present: frozenset[str]
    """The views that the event holds."""
    today: date
    """The day in London on which it is decided."""
    cover: frozenset[str]
    """Names of the desks that serve the event's place."""
    bears: Bearing
    ties: tuple[Tie, ...]
    """Who has to do with the person, each after what it outweighs."""
    consents: Entries
    overtaking: Entries
    """What the person says ahead of its place in the timeline."""
    at: int
    """When consents are judged, milliseconds UTC; 0 where there are none."""
    anew: Anew | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Case({self.type}, {self.publisher})"

    @property
    def timeless(self) -> bool:
        """Whether it may come again: what consents say changes with every moment."""
        return not self.consents and not self.overtaking


_case = quick(Case)


def case(entry: Entry, person: Person, ahead: tuple[Entry, ...], world: World) -> Case:
    """The entry's case; `person` is as the entry leaves them, and `ahead` overtakes the entry."""
    bears, consents = bearing(entry, person, ahead, world), person.consents
    overtaking = tuple([other.consent for other in ahead if other.consent]) if ahead else ()
    return _case((
        entry.type,
        entry.schema_id,
        entry.publisher,
        "UNRESOLVED" if person.links and merging(person) else entry.confidence,
        entry.purpose if entry.purpose in PURPOSES else "UNKNOWN",
        entry.area,
        entry.holding_ref,
        entry.safeguarding,
        entry.disturbed,
        entry.assertion,
        entry.marking,
        frozenset(entry.segments) if entry.again is None else _present(entry, world),
        day_at(world.moment.judged_at),
        frozenset([desk.name for desk in world.directory.cover(entry.place)]),
        bears,
        tuple(_ties(entry, person, bears, overtaking, world)),
        consents,
        overtaking,
        world.moment.judged_at if consents or overtaking else 0,
        None if entry.again is None else _anew(entry.again, person, world),
    ))  # fmt: skip


def _present(entry: Entry, world: World) -> frozenset[str]:
    """The views of what comes again; to a desk that takes the person on only what it has to know so as to begin."""
    held = frozenset(entry.segments)
    if entry.again is None or entry.again.cause != "HANDOVER":
        return held
    rule = world.decisions.policy.expiry.handover(world.today)
    return held & (rule.given(entry.type, held) if rule else _NONE)


def _anew(why: Again, person: Person, world: World) -> Anew:
    known, at = past.find(world.past, why.entry_id), world.moment.judged_at
    held_by = frozenset([each.desk for each in person.relationships if each.kind == "CUSTODY" and holds(each, at)])
    had = known.marks if known else frozenset()
    waiting = frozenset([name for each in world.pending.held if each.entry_id == why.entry_id for name in each.desks])
    return Anew(why.cause, frozenset(why.desks), had, waiting, tuple(sorted(why.views)), held_by)


def _ties(entry: Entry, person: Person, bears: Bearing, overtaking: Entries, world: World) -> Iterator[Tie]:
    """TOLD exists only for the change of a consent: a desk must hear of that whatever else it has to do with them."""
    lasting = _lasting(person, overtaking, world) if person.relationships else ()
    yield from (tie for tie in lasting if tie[1] != "ACTIVE")
    if entry.type == "referral":
        yield from _referred(entry, person)
    yield from _each(bears.supervisors, "ACTIVE")
    yield from (tie for tie in lasting if tie[1] == "ACTIVE")
    yield from _each(bears.undesignated, "TOLD")
    if entry.consent:
        yield from _each(_told(entry.consent, person, world), "TOLD")
    if entry.type == "disclosure_correction":
        yield from _each(_had(entry, world), "TOLD")


def _each(names: Iterable[str], relationship: Relationship) -> Iterator[Tie]:
    return ((name, relationship) for name in sorted(names))


def _lasting(person: Person, overtaking: Entries, world: World) -> list[Tie]:
    """Relationships that hold for every entry about the person, whatever it is."""
    at = world.moment.judged_at
    held = [each for each in person.relationships if each.kind in STANDING and holds(each, at)]
    return [
        (each.desk, STANDING[each.kind])
        for each in held
        if each.kind != "ACTIVE" or _agreed(person, overtaking, each.desk, world)
    ]


def _agreed(person: Person, overtaking: Entries, name: str, world: World) -> bool:
    """A charity that accepted a referral has to do with the person for as long as they agree to it."""
    desk = world.directory.desk(name)
    if desk is None or desk.role != "CVO":
        return True
    takers, recipient = world.decisions.policy.takers, Recipient(desk.organisation, desk.role)
    return register.stands(takers, person.consents, overtaking, recipient, world.moment.judged_at)


def _referred(entry: Entry, person: Person) -> Iterator[Tie]:
    """What a referral itself makes of a desk: its target, or whoever is to hear how it moved."""
    if proposes(entry):
        yield from _each(entry.named, "PROPOSED")
    elif referred_by := referrer(entry, person):
        yield referred_by, "PUBLISHER"


def replaces(entry: Entry, world: World) -> str | None:
    """The hub's id of the entry that this one supersedes, or of which it says that it was wrong."""
    if entry.again is not None and entry.again.cause == "CORRECTED":
        return entry.again.entry_id
    return keys.entry_id(world.keys, entry.publisher, entry.supersedes) if entry.supersedes else None


def _had(entry: Entry, world: World) -> frozenset[str]:
    """Whoever had what is corrected, from the record of disclosures; nobody else is asked about."""
    wrong = replaces(entry, world)
    known = None if wrong is None else past.find(world.past, wrong)
    marks = known.marks if known else frozenset()
    return frozenset([name for name, desk in world.directory.desks.items() if desk.mark in marks])


def _told(said: ConsentEntry, person: Person, world: World) -> frozenset[str]:
    """Whoever was given something under the consent that now ends: it hears of it."""
    if said.action == "GRANT" or not _counts(said, person):
        return frozenset()
    named = {told.desk for told in person.told if told.consent_id == said.consent_id}
    desks = (world.directory.desk(told.desk) for told in person.told)
    return frozenset(named | {desk.name for desk in desks if desk and _refuses(said, desk)})


def _counts(said: ConsentEntry, person: Person) -> bool:
    """Whether it stands once folded; a no to which a newer yes has answered already changes nothing for anybody."""
    return register.counts(person.consents, said) or any(
        entry.consent_id == register.ALL_REFUSED for entry in person.consents
    )


def _refuses(said: ConsentEntry, desk: Desk) -> bool:
    """Whether a refusal outside care reaches the desk: it names it, or it names nobody and so means all."""
    recipient = Recipient(desk.organisation, desk.role)
    return said.action == "REFUSE" and not said.among_carers and (not said.recipients or recipient in said.recipients)
