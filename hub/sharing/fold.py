"""What an entry changes in its person's registers: what they consented to, and which desks have to do with them.

A bare claim opens nothing: custody is opened by the custody desk's own arrest, first contact by the directory's place
cover, a referral's target by being named and then by accepting. And doubt opens nothing: what would widen sharing
counts only when the hub is sure whom it is about, what narrows it counts always.
"""

from typing import Final

from consent import register, terms
from consent.terms import ConsentEntry
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Person, Relationship
from hub.sharing.world import World

HOUR_MS: Final = 3_600_000
FIRST_CONTACT_MS: Final = 72 * HOUR_MS
"""Place cover ends this long after the last event there."""
CUSTODY_MS: Final = 96 * HOUR_MS
"""Custody that nobody ended is over after the longest detention that the law allows before charge (PACE 1984 s44)."""

CUSTODY_ENDS: Final = frozenset({"BAILED", "RUI", "NFA", "CAUTION", "TRANSFERRED"})
REFERRAL_ENDS: Final = frozenset({"CLOSED", "REJECTED", "RETURNED_INAPPROPRIATE"})

_TARGET: Final = frozenset({"PROPOSED", "ACTIVE"})

Held = tuple[Relationship, ...]


def fold(entry: Entry, world: World) -> Person:
    """The person after this entry; the same object if it changes nothing."""
    consents, relationships = _consents(entry, world.person), _relationships(entry, world)
    if consents == world.person.consents and relationships == world.person.relationships:
        return world.person
    return Person(consents, relationships, world.person.told)


def proposes(entry: Entry) -> bool:
    """Whether it asks the desks it names to take the person on: a referral that is sent, not one that moves."""
    return entry.type == "referral" and entry.facts.get("status", "SENT") == "SENT"


def holds(relationship: Relationship, at: int) -> bool:
    """Whether it has been opened and not ended at that moment (milliseconds UTC)."""
    return relationship.ends_at is None or at < relationship.ends_at


def referrer(entry: Entry, person: Person) -> str | None:
    """The desk that is to hear how a referral moved: whoever sent the one that this target's relationship came of."""
    if entry.type != "referral" or proposes(entry):
        return None
    target = _of(person.relationships, entry.publisher, "ACTIVE")
    sent = (each for each in person.relationships if each.kind == "PUBLISHER")
    return next((each.desk for each in sent if target and each.entry_id == target.entry_id), None)


def counts(entry: Entry) -> bool:
    """Whether what the person said counts: a no always, a yes only if it is certain whose it is."""
    return entry.consent is not None and (entry.consent.action != "GRANT" or entry.confidence == "CONFIRMED")


def _consents(entry: Entry, person: Person) -> tuple[ConsentEntry, ...]:
    return register.fold(person.consents, entry.consent) if entry.consent and counts(entry) else person.consents


def _relationships(entry: Entry, world: World) -> Held:
    held, now = world.person.relationships, world.moment.recorded_at
    at = min(entry.occurred_at, now)
    after = _cover(_referral(_custody(held, entry, at, world.directory), entry, at), entry, at, world.directory)
    if after == held or entry.confidence == "UNRESOLVED":
        return held
    forget = now - world.window_days * 86_400_000
    return tuple(each for each in after if each.ends_at is None or each.ends_at >= forget)


def _custody(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """The custody desk's own arrest opens its custody and ends it; its latest word counts, whatever comes late."""
    desk = directory.desk(entry.publisher)
    if entry.type != "arrest" or desk is None or desk.role != "POLICE_CUSTODY":
        return held
    if _detained(entry) and entry.confidence == "CONFIRMED":
        return _latest(held, Relationship(desk.name, "CUSTODY", at, at + CUSTODY_MS, entry.entry_id))
    return _latest(held, Relationship(desk.name, "CUSTODY", at, at, entry.entry_id)) if _released(entry) else held


def _detained(entry: Entry) -> bool:
    status = entry.facts.get("arrest_status")
    return status == "DETAINED" or (status == "CHARGED" and entry.holding_ref == entry.publisher)


def _released(entry: Entry) -> bool:
    """Charged, the person goes on to court: unless the desk says that it still holds them, its custody has ended."""
    status = entry.facts.get("arrest_status")
    return status in CUSTODY_ENDS or (status == "CHARGED" and entry.holding_ref != entry.publisher)


def _cover(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """First contact: whoever serves the place has to do with the person until 72 h after the last event there."""
    if entry.confidence == "CONFIRMED":
        for desk in directory.cover(entry.place):
            ends_at = at + FIRST_CONTACT_MS
            held = _latest(held, Relationship(desk.name, "PLACE_COVER", at, ends_at, entry.entry_id))
    return held


def _referral(held: Held, entry: Entry, at: int) -> Held:
    """To be named proposes, the target's own acceptance makes it active, the target's own closing ends it."""
    if entry.type != "referral":
        return held
    return _propose(held, entry, at) if proposes(entry) else _moved(held, entry, at, entry.facts["status"])


def _propose(held: Held, entry: Entry, at: int) -> Held:
    """The targets are proposed, and the referrer is to hear what becomes of it for as long as that is known."""
    if entry.confidence != "CONFIRMED":
        return held
    for target in entry.named:
        before = _of(held, target, "PROPOSED")
        if target != entry.publisher and (before is None or (before.ends_at is not None and before.ends_at < at)):
            held = _put(held, before, Relationship(target, "PROPOSED", at, None, entry.entry_id))
    opened = {each.entry_id for each in held if each.kind in _TARGET}
    kept = tuple(each for each in held if each.kind != "PUBLISHER" or each.entry_id in opened)
    sent = Relationship(entry.publisher, "PUBLISHER", at, None, entry.entry_id)
    return (*kept, sent) if entry.entry_id in opened and sent not in kept else kept


def _moved(held: Held, entry: Entry, at: int, status: str) -> Held:
    """The target's own word. What becomes of a referral keeps the id of the referral, so that its referrer is found."""
    target = _of(held, entry.publisher, "PROPOSED")
    if target is None or target.ends_at is not None:
        return held
    if status == "ACCEPTED" and target.kind == "PROPOSED":
        return _put(held, target, target._replace(kind="ACTIVE", opened_at=at))
    return _put(held, target, target._replace(ends_at=at)) if status in REFERRAL_ENDS else held


def _latest(held: Held, word: Relationship) -> Held:
    """The latest word on a relationship counts; of two at the same time, the one that ends it sooner.

    What would last less than an hour longer stays as it is, so that not every event rewrites the person.
    """
    before = _of(held, word.desk, word.kind)
    return held if before and _stands(before, word) else _put(held, before, word)


def _stands(before: Relationship, word: Relationship) -> bool:
    until, now = before.ends_at or 0, word.ends_at or 0
    later = (before.opened_at, -until) >= (word.opened_at, -now)
    return later or (0 <= now - until < HOUR_MS and holds(before, word.opened_at))


def _of(held: Held, desk: str, kind: terms.Relationship) -> Relationship | None:
    """The desk's relationship of that kind; a proposal and what becomes of it are one."""
    for each in held:
        if each.desk == desk and (each.kind == kind or (kind in _TARGET and each.kind in _TARGET)):
            return each
    return None


def _put(held: Held, before: Relationship | None, after: Relationship) -> Held:
    return (*(each for each in held if each is not before), after)
