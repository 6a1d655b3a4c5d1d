"""The whole outcome of an entry, in one value: every ruling with its copy, the registers afterwards, the receipt.

What leaves is read from the rulings alone. Where nothing is ruled, nothing leaves.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from hub.model.entry import NO_ENTRY, NOTICES, OWN_CLAIM, Again, Entry, Fault
from hub.model.pending import Pending
from hub.model.person import Person, Told
from hub.model.quick import quick
from hub.model.ruling import Moment, Outcome, Receipt, Ruling, SheetKind
from hub.sharing import links, past, receipts
from hub.sharing.again import settled
from hub.sharing.contact import claims
from hub.sharing.matter import Matter
from hub.sharing.pending import heard, pending, wrongly_linked
from hub.sharing.repeats import remember
from hub.sharing.world import World

ALTERED_REPEAT: Final = Fault("ALTERED_REPEAT", "submission.event_id")
RULE_BROKEN: Final = Fault("RULE_BROKEN", "")
UNREADABLE_ENTRY: Final = Fault("UNREADABLE_ENTRY", "")
POISON: Final = Fault("POISON", "")
ALL_REFUSED: Final = Fault("ALL_REFUSED", "")
"""On the sheet alone: what a receipt says must follow from the publisher's own message."""
UNTOLD: Final = frozenset({"HANDOVER", "APPROVED", *NOTICES})
"""Its publisher heard long ago what became of it; that somebody else has it now is on the sheet."""
REJECTIONS: Final = 256
"""Rejected entries remembered of one desk: they all stand under its own key, and only a crash repeats one."""


_outcome = quick(Outcome)


def forward(matter: Matter, rulings: tuple[Ruling, ...]) -> Outcome:
    """What the rulings cause."""
    entry, world, person = matter.entry, matter.world, _told(matter.person, rulings)
    open_now = pending(matter, rulings)
    return _outcome((
        entry,
        world.moment,
        "RULED" if rulings else "FOLDED",
        rulings,
        tuple([other.entry_id for other in matter.ahead]),
        world.decisions.policy.digest,
        None if person is world.person else person,
        remember(world.repeats, entry, world.moment.recorded_at, world.window_days),
        _past(matter, rulings),
        None if open_now is world.pending else open_now,
        receipts.receipt(matter, rulings) if entry.again is None else _anew(matter, rulings),
        (*entry.faults, *_marks(matter)),
    ))  # fmt: skip


def _marks(matter: Matter) -> Iterator[Fault]:
    """What stands on the sheet alone, for whoever looks after what was shared."""
    entry, world = matter.entry, matter.world
    if receipts.collapsed(matter):
        yield ALL_REFUSED
    if entry.again is None and claims(entry, world.person, matter.person, entry.occurred_at, world.directory):
        yield OWN_CLAIM


def _past(matter: Matter, rulings: Iterable[Ruling]) -> bytes:
    """Who has this entry now; what it replaces is current no longer."""
    entry, world, moment = matter.entry, matter.world, matter.world.moment
    marks = [ruling.desk.mark for ruling in rulings if ruling.copy is not None]
    if entry.again is not None:
        return world.past if not marks or entry.again.cause in NOTICES else _had_anew(entry, entry.again, marks, world)
    before = world.past if matter.replaced is None else past.replaced(world.past, matter.replaced)
    if entry.type == "unlink" and (wrong := wrongly_linked(entry, world)):
        before = past.replaced(before, wrong.entry_id)
    current = world.decisions.current(matter.case.today, entry.type, matter.case.present)
    return past.remember(before, entry.entry_id, moment.offset, moment.recorded_at, marks, current=current)


def _had_anew(entry: Entry, why: Again, marks: list[bytes], world: World) -> bytes:
    """Who has the earlier entry now, and that they had it today: a no may have been said since it was recorded."""
    if past.find(world.past, why.entry_id) is None:  # nobody had it so far, and it was kept for nobody
        return past.remember(world.past, why.entry_id, why.offset, world.moment.recorded_at, marks, current=False)
    known, moment = past.given(world.past, why.entry_id, marks), world.moment
    return past.remember(known, entry.entry_id, moment.offset, moment.recorded_at, marks, current=False)


def _anew(matter: Matter, rulings: Iterable[Ruling]) -> Receipt | None:
    """What the publisher of an earlier entry hears when it was decided anew: how it ended, if it had waited."""
    entry, world = matter.entry, matter.world
    publisher = world.directory.desk(entry.publisher)
    anew = matter.case.anew
    if publisher is None or anew is None or anew.cause in UNTOLD or not anew.waiting:
        return None
    if anew.cause == "MERGED" and any(ruling.waits for ruling in rulings):
        return None  # it waits for something else
    known = past.find(world.past, matter.subject)
    had = known.marks if known else frozenset()
    missed = receipts.missed(
        matter, rulings, {name for name, desk in world.directory.desks.items() if desk.mark in had}
    )
    if missed or not any(ruling.copy for ruling in rulings):
        return Receipt(entry.event_id, "NOT_DELIVERED")
    return Receipt(entry.event_id, "DELIVERED") if publisher.wants_receipts else None


def repeated(entry: Entry, world: World) -> Outcome:
    """It was decided before: nothing leaves again, and nobody is told again."""
    return _nothing(entry, world.moment, "REPEAT", world.decisions.policy.digest)


def rejected(entry: Entry, world: World) -> Outcome:
    """Intake refused it: its publisher is told so, once."""
    repeats = remember(world.repeats, entry, world.moment.recorded_at, world.window_days, REJECTIONS)
    receipt = receipts.to_publisher(entry, world, "FIX_AND_RESEND", entry.faults)
    return _quarantined(entry, world, entry.faults, receipt, repeats)


def altered(entry: Entry, world: World) -> Outcome:
    """Its id was used before for something else: it counts for nothing, and its publisher is told so."""
    faults = (ALTERED_REPEAT,)
    return _quarantined(entry, world, faults, receipts.to_publisher(entry, world, "FIX_AND_RESEND", faults))


def broken(entry: Entry, world: World) -> Outcome:
    """It could not be folded or ruled upon: nothing leaves, nothing changes, and its publisher should telephone."""
    nothing = _quarantined(entry, world, (RULE_BROKEN,), receipts.to_publisher(entry, world, "NOT_DELIVERED"))
    return nothing._replace(pending=_given_up(entry, world.pending))


def lost(entry: Entry, world: World) -> Outcome:
    """An earlier entry that was to come again and that the timeline no longer holds: its sheet says so."""
    nothing = _nothing(entry, world.moment, "FOLDED", world.decisions.policy.digest, entry.faults)
    repeats = remember(world.repeats, entry, world.moment.recorded_at, world.window_days)
    return nothing._replace(repeats=repeats, past=world.past, pending=_given_up(entry, world.pending))


def told(entry: Entry, why: Again, world: World) -> Outcome:
    """Another record of the same person said what is known there; or this one's word to it was sent. Nothing leaves."""
    nothing = _nothing(entry, world.moment, "FOLDED", world.decisions.policy.digest)
    person = links.taken_over(world.person, why, world) if why.carried else world.person
    open_now = heard(entry, why, person, world)
    return nothing._replace(
        person=None if person is world.person else person,
        repeats=remember(world.repeats, entry, world.moment.recorded_at, world.window_days),
        past=world.past,
        pending=None if open_now is world.pending else open_now,
    )


def _given_up(entry: Entry, known: Pending) -> Pending | None:
    """What is open once an earlier entry cannot come again: nobody waits for it."""
    come = entry.again
    if come is None:
        return None
    held = tuple(each for each in known.held if each.entry_id != come.entry_id)
    return known._replace(held=held, again=settled(known.again, come))


def unreadable(moment: Moment, policy: str) -> Outcome:
    """A value of the timeline that is no entry: it gets its sheet, and the partition goes on."""
    return _nothing(NO_ENTRY, moment, "QUARANTINED", policy, (UNREADABLE_ENTRY,))


def poisonous(moment: Moment, policy: str) -> Outcome:
    """A value of the timeline that kills whoever decides it: it is set aside unread, and the partition goes on."""
    return _nothing(NO_ENTRY, moment, "QUARANTINED", policy, (POISON,))


def _quarantined(
    entry: Entry, world: World, faults: tuple[Fault, ...], receipt: Receipt | None, repeats: bytes | None = None
) -> Outcome:
    nothing = _nothing(entry, world.moment, "QUARANTINED", world.decisions.policy.digest, faults)
    return nothing._replace(receipt=receipt, repeats=repeats, past=world.past)


def _nothing(entry: Entry, moment: Moment, kind: SheetKind, policy: str, faults: tuple[Fault, ...] = ()) -> Outcome:
    return Outcome(entry, moment, kind, (), (), policy, None, None, b"", None, None, faults)


def _told(person: Person, rulings: Iterable[Ruling]) -> Person:
    """Whoever is given something under a consent is to hear when it ends."""
    told = [Told(consent, ruling.desk.name) for ruling in rulings for consent in ruling.consents]
    new = tuple(each for each in told if each not in person.told)
    return person._replace(told=person.told + new) if new else person
