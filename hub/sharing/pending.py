"""What an entry opens and closes about its person: what waits for a reviewer, and what is to come again.

A hold has a clock. It ends with a reviewer's word or when its time is over, and its sender hears how; never in silence.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, get_args

from consent.terms import Review
from hub.model.days import over
from hub.model.entry import Again, Cause, Entry
from hub.model.holidays import SATURDAY
from hub.model.pending import Held, Pending
from hub.model.person import Person
from hub.model.ruling import Ruling
from hub.sharing import late, links, notices, overrides, past
from hub.sharing.again import owed_at_handover, settled
from hub.sharing.fold import may_review
from hub.sharing.matter import Matter
from hub.sharing.world import World

MINUTE_MS: Final = 60_000
WORDS: Final[dict[str, Cause]] = {"RELEASE": "RELEASED", "REFUSE": "REFUSED"}
"""What a reviewer may say of something held."""
ENDING: Final = frozenset({*get_args(Review), "MERGED"})
"""What may end a hold."""
FINAL: Final = frozenset({"LAPSED", "SUPERSEDED"})
"""What ends a hold for every desk."""
MOST_HELD: Final = 256
"""Of one person; what is held beyond that runs out at once, oldest first."""
_URGENT: Final = frozenset({"EMERGENCY", "URGENT", "CRISIS"})
_ONE_DAY: Final = timedelta(days=1)


def pending(matter: Matter, rulings: tuple[Ruling, ...]) -> Pending:
    """What is open after these rulings; the same object if they change nothing of it."""
    entry, world, before = matter.entry, matter.world, matter.world.pending
    if entry.again is not None:
        return _after(entry.again, rulings, before)
    owed, asked = _owed(matter, rulings), before.asked
    if entry.type == "override":
        asked, agreed = overrides.after(entry, world)
        owed += agreed
    waiting = tuple([ruling.desk.name for ruling in rulings if ruling.waits])
    held = (_held(matter, waiting),) if waiting else ()
    if not owed and not held and asked is before.asked:
        return before
    return _bounded(Pending(before.held + held, before.again + owed, asked), world)


def _owed(matter: Matter, rulings: tuple[Ruling, ...]) -> tuple[Again, ...]:
    """What is to come again because of this entry, or to be told."""
    entry, world = matter.entry, matter.world
    owed = owed_at_handover(entry, matter.person, world)
    if entry.override is not None:
        owed += _to_be_looked_at(entry, world)
    if entry.consent is not None:
        owed += late.to_be_reviewed(entry, world)
    if matter.replaced is not None:
        owed += _corrected(matter, rulings) + _held_no_longer(matter)
    if entry.type == "review":
        owed += _reviewed(entry, world)
    if entry.type == "unlink":
        owed += _unlinked(entry, world)
    return owed + links.words(entry, matter.person, world) if matter.person.links else owed


def heard(entry: Entry, why: Again, after: Person, world: World) -> Pending:
    """What is open once another record of the person was told, or told this one; the same object if nothing changed.

    Desks that now have to do with the person are ruled for what is current, as at any handover.
    """
    before = world.pending
    if not why.carried:
        return before._replace(again=settled(before.again, why))
    owed = (
        owed_at_handover(entry, after, world) + links.answers(entry, after, world) if after is not world.person else ()
    )
    return before._replace(again=before.again + owed) if owed else before


def _after(come: Again, rulings: Iterable[Ruling], before: Pending) -> Pending:
    """An earlier entry has come again. Whoever was ruled upon and has nothing waiting any more waits no longer."""
    done = {ruling.desk.name for ruling in rulings if come.cause in ENDING and not ruling.waits}
    held = []
    for each in before.held:
        desks = tuple(name for name in each.desks if name not in done)
        if each.entry_id != come.entry_id:
            held.append(each)
        elif desks and come.cause not in FINAL:
            held.append(each._replace(desks=desks))
    return before._replace(held=tuple(held), again=settled(before.again, come))


def _to_be_looked_at(entry: Entry, world: World) -> tuple[Again, ...]:
    """A named person's whole decision to share without consent: the Guardian hears of it and looks at it afterwards."""
    if entry.override is None or not entry.override.complete or entry.type == "override":
        return ()  # the decision by itself goes to the Guardian as it is
    desks = notices.guardians(world.directory, entry.area)
    if not desks or notices.speaker(world.directory) is None:
        return ()
    return (Again("OVERRIDDEN", entry.entry_id, world.moment.offset, entry.entry_id, entry.override.basis, desks),)


def _corrected(matter: Matter, rulings: Iterable[Ruling]) -> tuple[Again, ...]:
    """Whoever had what this entry replaces, and does not get this, hears that it was wrong; nobody else does."""
    entry, world, replaced = matter.entry, matter.world, matter.replaced
    known = past.find(world.past, replaced) if replaced else None
    if known is None:
        return ()
    reached = {ruling.desk.name for ruling in rulings if ruling.copy is not None} | {entry.publisher}
    had = {name for name, desk in world.directory.desks.items() if desk.mark in known.marks}
    desks, ground = tuple(sorted(had - reached)), "WRONG_CONTENT" if matter.case.present else "WITHDRAWN"
    if not desks:
        return ()
    return (Again("CORRECTED", known.entry_id, known.offset, entry.entry_id, ground, desks),)


def _held_no_longer(matter: Matter) -> tuple[Again, ...]:
    """What waits and is replaced waits no longer: nobody is to let go what its sender has taken back."""
    held, by = matter.world.pending.held, matter.entry.entry_id
    return tuple([Again("SUPERSEDED", one.entry_id, one.offset, by) for one in held if one.entry_id == matter.replaced])


def _reviewed(entry: Entry, world: World) -> tuple[Again, ...]:
    """What the reviewer's word makes come again: the held entry that it names, for the desk and views that it names."""
    cause, held = WORDS.get(entry.says("review_decision")), named(entry, world.pending)
    if cause is None or held is None or not may_review(entry, world):
        return ()
    desk, views = entry.says("held_for"), tuple(entry.says("review_views").split())
    ground = entry.code("review_ground")
    desks = (desk,) if desk else ()
    return (Again(cause, held.entry_id, held.offset, entry.entry_id, ground, desks, views),)


def _unlinked(entry: Entry, world: World) -> tuple[Again, ...]:
    """What was shared of the wrong person: whoever had it hears so, of its own copy; what waits of it is refused."""
    known = wrongly_linked(entry, world)
    if known is None:
        return ()
    had = tuple(sorted(name for name, desk in world.directory.desks.items() if desk.mark in known.marks))
    by = entry.entry_id
    waits = any(each.entry_id == known.entry_id for each in world.pending.held)
    told = (Again("CORRECTED", known.entry_id, known.offset, by, "UNLINKED", had),) if had else ()
    return (*told, Again("REFUSED", known.entry_id, known.offset, by, "UNLINKED")) if waits else told


def wrongly_linked(entry: Entry, world: World) -> past.Item | None:
    """The entry that an unlink names by its place, if a reviewer says so; None: it names nothing that is known."""
    _, _, offset = entry.says("held").partition("/")
    if entry.type != "unlink" or not offset.isdecimal() or not may_review(entry, world):
        return None
    return past.at_offset(world.past, int(offset))


def named(entry: Entry, open_now: Pending) -> Held | None:
    """The held entry that a review names by its place; None: nothing is held there."""
    _, _, offset = entry.says("held").partition("/")
    return next((each for each in open_now.held if str(each.offset) == offset), None)


def _held(matter: Matter, desks: tuple[str, ...]) -> Held:
    return Held(matter.entry.entry_id, matter.world.moment.offset, _due(matter), desks)


def _due(matter: Matter) -> int:
    """When it is no longer waited: what cannot wait has minutes, the rest some working days."""
    world, at = matter.world, matter.world.moment.judged_at
    rule = world.decisions.policy.expiry.hold(world.today)
    if rule is None:
        return at
    said = matter.entry.facts
    if matter.case.bears.emergency or not _URGENT.isdisjoint((said.get("urgency"), said.get("need_level"))):
        return at + rule.urgent_minutes * MINUTE_MS
    return _end_of_working_days(rule.working_days, world)


def _end_of_working_days(number: int, world: World) -> int:
    day, holidays = world.today, world.directory.bank_holidays
    while number:
        day += _ONE_DAY
        number -= day.weekday() < SATURDAY and not holidays.has(day)
    return over(day)


def _bounded(made: Pending, world: World) -> Pending:
    """So that a person's record always fits: the oldest holds run out at once."""
    many = len(made.held) - MOST_HELD
    if many <= 0:
        return made
    now = world.moment.judged_at
    return made._replace(
        held=tuple(each._replace(due_at=min(each.due_at, now)) for each in made.held[:many]) + made.held[many:]
    )


def lapsed(open_now: Pending, at: int) -> Iterable[Again]:
    """What has waited for too long at that moment (milliseconds UTC)."""
    for each in open_now.held:
        if each.due_at <= at:
            yield Again("LAPSED", each.entry_id, each.offset, each.entry_id)
