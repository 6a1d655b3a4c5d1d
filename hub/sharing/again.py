"""What is to come again: what a desk that takes the person on must know, and what a reviewer let go or time ran out on.

Nothing is decided here. What is owed is kept beside the person until it has come: whoever runs sharing reads the
earlier entry where it stands, and appends it with what caused it. Then it is decided like any entry, at its own place,
with what the person has said until then, and gets a sheet of its own.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from hub.model import keys
from hub.model.directory import Directory
from hub.model.entry import NO_ENTRY, NOTICES, Again, Entry, Fault, Override
from hub.model.keys import Keys
from hub.model.person import Person
from hub.sharing import notices, orders, past
from hub.sharing.ties import Held, holds, of
from hub.sharing.world import World

LASTING: Final = frozenset({"CUSTODY", "PLACE_COVER", "ACTIVE", "REGISTERED"})
"""Relationships that hold for every event about the person; to be proposed is for one referral."""
MOST: Final = 32
"""Entries that come again to one desk: the newest."""
GONE: Final = Fault("GONE", "")
"""On the sheet alone: the timeline no longer holds the earlier entry."""


def owed_at_handover(entry: Entry, after: Person, world: World) -> tuple[Again, ...]:
    """What has to come again for whoever this entry makes responsible for the person, oldest first."""
    if not world.past or after is world.person:
        return ()
    new = _responsible(world.person, after, world)
    rule = world.decisions.policy.expiry.handover(world.today) if new else None
    if rule is None:
        return ()
    first_day = world.moment.recorded_at // past.DAY_MS - rule.days
    items = past.current(world.past, first_day)[-MOST:]
    return tuple(_handovers(entry, items, sorted(set(new)), world))


def _handovers(entry: Entry, items: Iterable[past.Item], new: Iterable[str], world: World) -> Iterator[Again]:
    desks = [desk for desk in map(world.directory.desk, new) if desk is not None]
    for item in items:
        lacking = tuple(desk.name for desk in desks if desk.mark not in item.marks)
        if lacking and item.entry_id != entry.entry_id:
            yield Again("HANDOVER", item.entry_id, item.offset, entry.entry_id, desks=lacking)


def _responsible(before: Person, after: Person, world: World) -> list[str]:
    """Desks that have to do with the person from now on, and had not until now."""
    at = world.moment.judged_at
    new = _opened(before.relationships, after.relationships, at)
    if after.requirements is not before.requirements:
        new += set(orders.on_orders(after, at)) - set(orders.on_orders(before, at))
    if after.registrations is not before.registrations:
        new += set(_on_panels(after)) - set(_on_panels(before))
    return new


def _renewed(before: Held, after: Held, at: int) -> bool:
    """Whether the same desks have to do with the person as before, which is so after nearly every event.

    What was over and still is makes nobody new.
    """
    if len(before) != len(after):
        return False
    for old, new in zip(before, after, strict=True):
        if old.desk != new.desk or old.kind != new.kind or (holds(new, at) and not holds(old, at)):
            return False
    return True


def _opened(before: Held, after: Held, at: int) -> list[str]:
    if _renewed(before, after, at):
        return []
    new = []
    for each in after:
        if each.kind in LASTING and each not in before and holds(each, at):
            known = of(before, each.desk, each.kind)
            if known is None or known.kind != each.kind or not holds(known, at):
                new.append(each.desk)
    return new


def _on_panels(person: Person) -> Iterator[str]:
    for each in person.registrations:
        if not each.ended:
            yield each.panel
            yield from each.desks


def comes_again(  # noqa: PLR0913, PLR0917 - everything that it is made of
    earlier: Entry | None, route_key: str, why: Again, at: int, directory: Directory, secrets: Keys
) -> Entry:
    """The earlier entry as it comes again at that moment (ms UTC), or what the hub says about it.

    It opens and changes nothing; its publisher is told of no fault twice. `earlier` None: the timeline no longer holds
    it. That something was wrong is said all the same; anything else is said to be gone.
    """
    if earlier is None and why.cause == "CORRECTED":
        earlier = notices.unknown(directory)
    if earlier is None:
        return gone(route_key, why, at, secrets)
    earlier = earlier._replace(route_key=route_key)
    if why.cause in NOTICES:
        said = notices.about(earlier, why, at, directory, secrets)
        return said._replace(entry_id=own_id(why, secrets), event_id=own_id(why, secrets))
    override = earlier.override
    if why.cause == "APPROVED":
        override = Override(why.ground, "UNKNOWN", complete=True, views=why.views)
    return earlier._replace(entry_id=own_id(why, secrets), again=why, consent=None, faults=(), override=override)


def gone(route_key: str, why: Again, at: int, secrets: Keys) -> Entry:
    """What comes in the place of an earlier entry that the timeline no longer holds: it is said to be gone."""
    return NO_ENTRY._replace(
        entry_id=own_id(why, secrets), content_hash=bytes(8), route_key=route_key, occurred_at=at, published_at=at,
        assertion="UNKNOWN", marking="UNKNOWN", purpose="UNKNOWN", again=why, faults=(GONE,),
    )  # fmt: skip


def own_id(why: Again, secrets: Keys) -> str:
    """The same whenever it is appended: what is appended twice is a repeat."""
    told = "\x1f".join((why.cause, why.entry_id, why.by, *why.desks, *((why.other,) if why.other else ())))
    return keys.entry_id(secrets, "hub", told)


def settled(owed: tuple[Again, ...], come: Again) -> tuple[Again, ...]:
    """What is owed once that has come."""
    return tuple(each for each in owed if each != come)
