"""Two records of one person: what a reviewer's word ties together, what each record tells the other, what ends with it.

The records keep their route keys, and may be decided by different workers. So each tells the other what is known of the
person there, as an entry in the other's timeline: every refusal, and who has to do with the person; a yes stays where
it was given. Until that has come it is not certain what holds of the person, and all but emergencies waits. When the
reviewer says that they are two people, what came from the other goes; refusals stay.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Any, Final

from consent import register
from hub.model import keys
from hub.model.entry import NO_ENTRY, Again, Entry
from hub.model.keys import Keys
from hub.model.person import Link, Person, Relationship
from hub.sharing import orders, ties
from hub.sharing.persons import pack, unpack
from hub.sharing.ties import Held
from hub.sharing.world import World

SAID: Final = frozenset({"link", "unlink"})
"""Types of entry by which a reviewer says which records are of one person."""
KNOWN: Final = "one_person"
"""Fact of such an entry for which intake has found the records that it is about."""
_NEVER: Final = 1 << 62


def merging(person: Person) -> bool:
    """Whether another record of the person has not told yet what is known there."""
    return any(not link.heard and not link.ended for link in person.links)


def linked(person: Person, entry: Entry, world: World) -> Person:
    """The person after a reviewer's word; the same object if it changes nothing.

    The records that it names are the person's from now on, and no others.
    """
    if entry.type not in SAID or KNOWN not in entry.facts:
        return person
    said = keys.entry_id(world.keys, entry.publisher, entry.event_id)
    known = {link.other: link for link in person.links}
    new = [each for each in entry.possible if each not in known or known[each].ended]
    over = [link for link in person.links if not link.ended and link.other not in entry.possible]
    if not new and not over:
        return person
    links = {
        other: known[other]._replace(ended=True, came=()) if known[other] in over else known[other] for other in known
    }
    links |= {other: Link(other, said, world.moment.offset, heard=False, ended=False, came=()) for other in new}
    return _without(person, over)._replace(links=tuple(links.values()))


def words(entry: Entry, after: Person, world: World) -> tuple[Again, ...]:
    """What this entry makes the record tell the others of the same person: all of them if it changed what there is to
    tell, else those that it is new with.
    """
    before, at = world.person, world.moment.judged_at
    live = [link for link in after.links if not link.ended]
    if not live or after is before:
        return ()
    known = {link.other for link in before.links if not link.ended}
    meant = live if told(after, at) != told(before, at) else [link for link in live if link.other not in known]
    return tuple(_owed(entry, link, world) for link in meant)


def answers(entry: Entry, after: Person, world: World) -> tuple[Again, ...]:
    """What the word of another record brings about: an answer, if it came before the reviewer's own; and, once all have
    told, that what waited for them is decided.
    """
    before = world.person
    known = {link.other for link in before.links if not link.ended}
    new = [link for link in after.links if not link.ended and link.other not in known]
    answered = tuple(_owed(entry, link, world) for link in new)
    if not merging(before) or merging(after):
        return answered
    since = min(link.since for link in before.links if not link.heard and not link.ended)
    held = (each for each in world.pending.held if each.offset >= since)
    return answered + tuple(Again("MERGED", each.entry_id, each.offset, entry.entry_id) for each in held)


def _owed(entry: Entry, link: Link, world: World) -> Again:
    return Again("LINKED", entry.entry_id, world.moment.offset, link.by, other=link.other)


def word(person: Person, route_key: str, why: Again, at: int, secrets: Keys) -> Entry:
    """What the record under that route key tells the one that `why` names, at that moment (ms UTC)."""
    carried = why._replace(other=route_key, carried=pack(told(person, at)))
    name = f"word\x1f{why.entry_id}\x1f{why.by}\x1f{route_key}\x1f{why.other}"
    return _note(carried, why.other, keys.entry_id(secrets, "hub", name), at)


def noted(route_key: str, why: Again, name: str, at: int) -> Entry:
    """That it was told: then it is owed no longer. `name` is the entry's id."""
    return _note(why, route_key, name, at)


def _note(why: Again, route_key: str, name: str, at: int) -> Entry:
    return NO_ENTRY._replace(
        entry_id=name, content_hash=bytes(8), route_key=route_key, occurred_at=at, published_at=at, type="link",
        assertion="UNKNOWN", marking="UNKNOWN", purpose="UNKNOWN", confidence="CONFIRMED", again=why,
    )  # fmt: skip


def told(person: Person, at: int) -> Person:
    """What a record tells the others: each refusal, and who has to do with the person, but not what it was told itself;
    of that only what is over by now. What narrows is told by everybody.
    """
    came = frozenset(name for link in person.links for name in link.came)

    def own(name: str, *, over: bool) -> bool:
        return over or name not in came

    return Person(
        consents=tuple(said for said in person.consents if said.action != "GRANT"),
        relationships=tuple(each for each in person.relationships if own(each.entry_id, over=not ties.holds(each, at))),
        requirements=tuple(
            each
            for each in person.requirements
            if own(_order(each), over=not orders.provides(each, at) and not orders.supervises(each, at))
        ),
        warnings=tuple(each for each in person.warnings if own(_warning(each), over=False)),
        registrations=tuple(each for each in person.registrations if own(each.entry_id, over=each.ended)),
        designations=tuple(each for each in person.designations if own(each.entry_id, over=each.ended)),
    )


def taken_over(person: Person, why: Again, world: World) -> Person:
    """The person once another record has said what is known there; the same object if that is over."""
    before = next((link for link in person.links if link.other == why.other), None)
    if before is not None and before.ended and before.by == why.by:
        return person  # a late word of what a reviewer has parted
    said = unpack(why.carried)
    live = before is not None and not before.ended
    kept = before.came if before is not None and live else ()
    came = tuple(sorted({*kept, *(_names(said) - _names(person))}))
    since = before.since if before is not None and live else world.moment.offset
    link = Link(why.other, why.by, since, heard=True, ended=False, came=came)
    others = tuple(each for each in person.links if each is not before)
    return _joined(person, said, world.moment.recorded_at)._replace(links=(*others, link))


def _joined(person: Person, said: Person, now: int) -> Person:
    """What both records know: every refusal, and of each other thing the later word."""
    return person._replace(
        consents=reduce(lambda held, each: register.fold(held, each, now), said.consents, person.consents),
        relationships=reduce(_related, said.relationships, person.relationships),
        requirements=_later(person.requirements, said.requirements, "order_id", "requirement_id"),
        warnings=tuple(sorted({*person.warnings, *said.warnings}, key=lambda each: each.day))[-orders.MOST_WARNINGS :],
        registrations=_later(person.registrations, said.registrations, "panel"),
        designations=_later(person.designations, said.designations, "body", "purpose"),
    )


def _related(held: Held, word: Relationship) -> Held:
    if word.kind == "PUBLISHER":
        return held if word in held else (*held, word)
    same = next((each for each in held if _opened_together(each, word)), None)
    if same is None:
        return ties.latest(held, word)
    return ties.put(held, same, word) if _further(word) < _further(same) else held


def _opened_together(one: Relationship, other: Relationship) -> bool:
    target = one.kind == other.kind or {one.kind, other.kind} <= ties.TARGET
    return target and (one.desk, one.entry_id) == (other.desk, other.entry_id)


def _further(relationship: Relationship) -> tuple[int, bool]:
    """Less for what came later of one relationship: it was accepted, it ended."""
    ends_at = _NEVER if relationship.ends_at is None else relationship.ends_at
    return ends_at, relationship.kind == "PROPOSED"


def _later(held: tuple[Any, ...], said: Iterable[Any], *name: str) -> tuple[Any, ...]:
    """Of each thing, known by these fields, what was said last; of two at once, that it ended."""

    def which(each: Any) -> tuple[Any, ...]:
        return tuple(getattr(each, field) for field in name)

    kept = {which(each): each for each in held}
    for each in said:
        before = kept.get(which(each))
        if before is None or _said(each) > _said(before):
            kept[which(each)] = each
    return tuple(kept.values())


def _said(each: Any) -> tuple[int, bool, int]:
    ends_at = getattr(each, "ends_at", None)
    return each.said_at, getattr(each, "ended", False), -(_NEVER if ends_at is None else ends_at)


def _without(person: Person, over: Iterable[Link]) -> Person:
    """Without what came by these links; refusals stay."""
    gone = frozenset(name for link in over for name in link.came)
    if not gone:
        return person
    return person._replace(
        relationships=tuple(each for each in person.relationships if each.entry_id not in gone),
        requirements=tuple(each for each in person.requirements if _order(each) not in gone),
        warnings=tuple(each for each in person.warnings if _warning(each) not in gone),
        registrations=tuple(each for each in person.registrations if each.entry_id not in gone),
        designations=tuple(each for each in person.designations if each.entry_id not in gone),
    )


def _names(person: Person) -> set[str]:
    """Ids of all that can go when a link ends."""
    return {
        *(each.entry_id for each in person.relationships),
        *(each.entry_id for each in person.registrations),
        *(each.entry_id for each in person.designations),
        *map(_order, person.requirements),
        *map(_warning, person.warnings),
    }


def _order(requirement: Any) -> str:
    return f"{requirement.order_id}/{requirement.requirement_id}"


def _warning(warned: Any) -> str:
    return f"{warned.order_id}/{warned.day}"
