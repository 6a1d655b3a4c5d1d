"""What an entry says, and what the person's registers make of it, for whoever is asked about: found once per entry.

Names of desks and codes alone. Whatever is not said does not hold.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, cast, get_args

from consent.terms import OverrideState
from hub.model.entry import Entry, Override
from hub.model.person import Designation, Person
from hub.model.quick import quick
from hub.model.service import ServiceProfile
from hub.sharing import mappa, orders
from hub.sharing.notices import guardians
from hub.sharing.ties import holds
from hub.sharing.world import World

Names = frozenset[str]
_NOBODY: Final[Names] = frozenset()
_BASES: Final = frozenset(get_args(OverrideState)) - {"NONE", "INCOMPLETE"}
_DANGERS: Final = frozenset({"SELF", "OTHERS", "CHILD", "STAFF"})
_NAMES: Final = {
    "order": ("supervised_by", "provider"),
    "breach": ("provider",),
    "handover": ("takes_on",),
    "designation": ("designee",),
    "compliance": (),
    "release": ("supervised_by", "provider"),
    "recall": ("provider",),
}
"""Facts in which such an event names whom it is for, besides the desks that its submission names."""
_SAY_WHO_PROVIDES: Final = _NAMES.keys() - {"compliance"}
"""A provider that reports an appointment makes nobody else a provider by naming it."""
_LEVELS: Final = frozenset({"1", "2", "3"})
_TREATING: Final = frozenset({"ACTIVE", "CUSTODY"})


class Bearing(NamedTuple):
    """What bears on every ruling about one entry."""

    aspect: str
    override: OverrideState
    override_views: tuple[str, ...]
    emergency: bool
    duty: Names
    """Who answers it, if it is one."""
    safeguarding: Names
    """Who safeguards there, if the entry asks for it."""
    addressed: Names
    providers: Names
    """Who provides the requirement that the entry is about."""
    supervisors: Names
    """Who supervises an order, or provides a requirement of one."""
    treating: Names
    takes_on: str
    listed: bool
    """The person is on a panel's list."""
    panel: Names
    """The panel, and who sits on it for this person."""
    attended: Names
    relevant_to_harm: bool
    bodies: Names
    """Organisations designated to contribute."""
    contributors: Names
    """Their desks."""
    undesignated: Names
    """Desks whose designation this entry ends."""
    answered: tuple[str, ...]
    part3: bool
    level: str
    """The highest MAPPA level on a list; empty: on none."""
    outside_ages: Names
    """Of the desks that it names, those that are for people of another age."""
    not_offered: Names
    """Of them, those that do not meet such a need."""


_bearing = quick(Bearing)


def bearing(entry: Entry, person: Person, ahead: tuple[Entry, ...], world: World) -> Bearing:
    """What the entry and the person as it leaves them come to; `ahead` overtakes the entry."""
    rule, override = world.decisions.policy.events.get(entry.type), _basis(entry.override)
    lists = mappa.on_the_list(person, entry) if person.registrations else ()
    designations = tuple(mappa.designated(person, ahead, world.moment.judged_at)) if person.designations else ()
    flagged, emergency = entry.safeguarding or override == "SAFEGUARDING", _emergency(entry)
    return _bearing((
        entry.facts.get(rule.aspect, "UNKNOWN") if rule and rule.aspect else "UNKNOWN",
        override,
        tuple(sorted(entry.override.views)) if entry.override else (),
        emergency,
        _duty(entry, world) if emergency else _NOBODY,
        _council(entry, world) if flagged else _NOBODY,
        _addressed(entry, world),
        _providers(entry, person, world) if entry.type in _NAMES else _NOBODY,
        _supervisors(person, world) if person.requirements else _NOBODY,
        _treating(person, world) if person.relationships or person.requirements else _NOBODY,
        entry.says("takes_on") if entry.type == "handover" else "",
        bool(lists),
        frozenset(desk for each in lists for desk in (each.panel, *each.desks)) if lists else _NOBODY,
        _attended(entry, world) if entry.type == "mappa_review" else _NOBODY,
        entry.facts.get("relevant_to_harm") == "YES",
        frozenset(each.body for each in designations) if designations else _NOBODY,
        _contributors(designations, world) if designations else _NOBODY,
        _undesignated(entry, person, world) if entry.type == "designation" else _NOBODY,
        tuple(sorted(entry.over_refusal)) if entry.over_refusal else (),
        entry.regime == "PART3",
        max((each.level for each in lists if each.level in _LEVELS), default="UNKNOWN"),
        _outside_ages(entry, world) if entry.type == "referral" else _NOBODY,
        _not_offered(entry, world) if entry.type == "referral" else _NOBODY,
    ))  # fmt: skip


def _emergency(entry: Entry) -> bool:
    """A concern, what is urgent beyond delay, and what a named person decided to share at once.

    A decision by itself is none: it is about what was published before.
    """
    if entry.type == "override":
        return False
    return entry.override is not None or entry.type == "concern" or entry.facts.get("urgency") == "EMERGENCY"


def _basis(override: Override | None) -> OverrideState:
    """What a whole decision rests on; a block without a basis that is known is not whole."""
    if override is None:
        return "NONE"
    whole = override.complete and override.basis in _BASES
    return cast(OverrideState, override.basis) if whole else "INCOMPLETE"


def _duty(entry: Entry, world: World) -> Names:
    """The first desk that answers there and then, other than the one that calls."""
    about = entry.says("about")
    danger = about if about in _DANGERS else ""
    line = world.directory.duties(entry.place, entry.area, world.moment.judged_at, danger)
    return frozenset(next(([desk.name] for desk in line if desk.name != entry.publisher), []))


def _council(entry: Entry, world: World) -> Names:
    return frozenset([desk.name for desk in world.directory.desks_in(entry.area, "LA_SAFEGUARDING")])


def _addressed(entry: Entry, world: World) -> Names:
    """Whoever the event names; a decision to share without consent is for the Guardian whoever it names."""
    if entry.type == "override":
        return frozenset(entry.named) | frozenset(guardians(world.directory, entry.area))
    named = _NAMES.get(entry.type)
    return frozenset(entry.named) | mappa.desks_in(entry, *named) if named else frozenset(entry.named)


def _providers(entry: Entry, person: Person, world: World) -> Names:
    """Whoever the court or probation says, and whoever is on record for the same requirement."""
    said, at = entry.facts, world.moment.judged_at
    same = (each for each in person.requirements if each.requirement_id == said.get("requirement_id"))
    told = mappa.desks_in(entry, "provider") if entry.type in _SAY_WHO_PROVIDES else _NOBODY
    return told | {each.provider for each in same if orders.provides(each, at)}


def _outside_ages(entry: Entry, world: World) -> Names:
    told = entry.says("age")
    age = int(told) if told.isdecimal() else None
    return frozenset(name for name, profile in _profiles(entry, world) if not profile.serves(age))


def _not_offered(entry: Entry, world: World) -> Names:
    service, need = (entry.facts.get(name, "UNKNOWN") for name in ("service", "need_level"))
    return frozenset(name for name, profile in _profiles(entry, world) if not profile.meets(service, need))


def _profiles(entry: Entry, world: World) -> Iterator[tuple[str, ServiceProfile]]:
    for name in entry.named:
        desk = world.directory.desk(name)
        if desk is not None and desk.profile is not None:
            yield name, desk.profile


def _supervisors(person: Person, world: World) -> Names:
    return frozenset(orders.on_orders(person, world.moment.judged_at))


def _treating(person: Person, world: World) -> Names:
    """Who accepted or holds the person, or provides a requirement; which of them treat, the policy knows by role."""
    at = world.moment.judged_at
    taken_on = [each.desk for each in person.relationships if each.kind in _TREATING and holds(each, at)]
    return frozenset([*taken_on, *(each.provider for each in person.requirements if orders.provides(each, at))])


def _attended(entry: Entry, world: World) -> Names:
    """Whoever was at the meeting, as its coordinator says; the panel was."""
    panel = mappa.coordinated(entry, world.directory)
    return mappa.desks_in(entry, "attended") | {panel} if panel else _NOBODY


def _contributors(designations: Iterable[Designation], world: World) -> Names:
    return frozenset(desk for each in designations for desk in _desks(each.body, each.desk, world))


def _desks(body: str, desk: str, world: World) -> Iterator[str]:
    """The desk that is meant; if none was named, the organisation's charity desks."""
    known = world.directory.desk(desk) if desk else None
    if known is not None and known.organisation == body:
        yield known.name
    elif not desk:
        yield from (each.name for each in world.directory.desks_of(body, "CVO"))


def _undesignated(entry: Entry, person: Person, world: World) -> Names:
    over = (each for each in person.designations if each.ended and each.entry_id == entry.entry_id)
    return _contributors(over, world)
