"""What an order, a licence and their enforcement leave in a person's registers: requirements, supervisors, warnings."""

from collections.abc import Iterator, Mapping
from typing import Final

from hub.model.days import over, written
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Person, Requirement, Warned

ENDED: Final = frozenset({"COMPLETED", "REVOKED", "EXPIRED"})
IN_FORCE: Final = frozenset({"MADE", "VARIED"})
MOST_WARNINGS: Final = 20

Requirements = tuple[Requirement, ...]


def requirements(person: Person, entry: Entry, at: int, directory: Directory) -> Requirements:
    """The requirements after an order, a release or a handover of supervision; the same object if it changes none."""
    if entry.type == "order":
        return _ordered(person.requirements, entry, at)
    if entry.type == "release":
        return _licensed(person.requirements, entry, at, directory)
    if entry.type == "handover" and entry.facts.get("handover_kind") == "SUPERVISION":
        return _handed_over(person.requirements, entry, at)
    return person.requirements


def warnings(person: Person, entry: Entry) -> tuple[Warned, ...]:
    """The warnings after an enforcement, newest last; the same object if it brings none."""
    day = entry.says("warning_date")
    if entry.type != "breach" or written(day) is None:
        return person.warnings
    warned = Warned(entry.says("order_id"), day)
    if warned in person.warnings:
        return person.warnings
    return tuple(sorted((*person.warnings, warned), key=lambda each: each.day))[-MOST_WARNINGS:]


def provides(requirement: Requirement, at: int) -> bool:
    """Whether its provider has to do with the person at that moment."""
    return bool(requirement.provider) and (requirement.ends_at is None or at < requirement.ends_at)


def supervises(requirement: Requirement, at: int) -> bool:
    """Whether its supervisor has."""
    ends_at = requirement.order_ends_at
    return bool(requirement.supervised_by) and (ends_at is None or at < ends_at)


def on_orders(person: Person, at: int) -> Iterator[str]:
    """Whoever supervises an order of the person at that moment, or provides a requirement of one."""
    for each in person.requirements:
        if supervises(each, at):
            yield each.supervised_by
        if provides(each, at):
            yield each.provider


def lasts(requirement: Requirement, at: int) -> bool:
    """Whether anybody still has to do with the person through it at that moment."""
    return any(ends_at is None or at < ends_at for ends_at in (requirement.ends_at, requirement.order_ends_at))


def _ordered(held: Requirements, entry: Entry, at: int) -> Requirements:
    before = next((each for each in held if each.requirement_id == entry.facts.get("requirement_id")), None)
    word = _word(entry, before, at)
    if word is None or (before and (before.said_at, -_end(before)) >= (word.said_at, -_end(word))):
        return held
    others = tuple(each for each in held if each is not before)
    if entry.facts.get("order_state") in ENDED:
        others = tuple(_over(each, at) if each.order_id == word.order_id else each for each in others)
    return (*others, word)


def _word(entry: Entry, before: Requirement | None, at: int) -> Requirement | None:
    """What the court says of the requirement; what opens something counts only if it is certain whose it is."""
    said = entry.facts
    states = {entry.code("order_state"), entry.code("requirement_state")}
    if not said.get("requirement_id") or not states & (ENDED | IN_FORCE):
        return None
    if entry.confidence != "CONFIRMED":
        return _ends(before, said.get("order_state"), at) if before and states & ENDED else None
    word = Requirement(
        said.get("order_id") or (before.order_id if before else ""),
        said["requirement_id"],
        entry.code("requirement"),
        entry.says("provider"),
        said.get("supervised_by") or (before.supervised_by if before else ""),
        at,
        _day_after(said.get("requirement_ends") or said.get("order_ends")),
        _day_after(said.get("order_ends")),
    )
    return _ends(word, said.get("order_state"), at) if states & ENDED else word


def _ends(word: Requirement, order_state: str | None, at: int) -> Requirement:
    """The requirement is over; the supervision only if the whole order is."""
    return _over(word, at) if order_state in ENDED else word._replace(said_at=at, ends_at=_sooner(word.ends_at, at))


def _over(requirement: Requirement, at: int) -> Requirement:
    ends_at, order_ends_at = _sooner(requirement.ends_at, at), _sooner(requirement.order_ends_at, at)
    return requirement._replace(said_at=at, ends_at=ends_at, order_ends_at=order_ends_at)


def _handed_over(held: Requirements, entry: Entry, at: int) -> Requirements:
    """The officer who supervises hands over to another, for every order that the officer still has."""
    to = entry.says("takes_on")
    mine = [each for each in held if each.supervised_by == entry.publisher and supervises(each, at)]
    if not to or entry.confidence != "CONFIRMED" or entry.facts.get("handover_step") != "HANDED_OVER" or not mine:
        return held
    return tuple(each._replace(supervised_by=to) if each in mine else each for each in held)


def _licensed(held: Requirements, entry: Entry, at: int, directory: Directory) -> Requirements:
    """A prison that releases somebody on licence says who supervises it, and one requirement of it if there is one."""
    said, desk = entry.facts, directory.desk(entry.publisher)
    prison = desk is not None and desk.role == "PRISON_OMU"
    if not prison or not freed(said) or not said.get("order_id") or entry.confidence != "CONFIRMED":
        return held
    word = Requirement(
        said["order_id"],
        said.get("requirement_id") or said["order_id"],
        entry.code("requirement"),
        entry.says("provider"),
        entry.says("supervised_by"),
        at,
        _day_after(said.get("requirement_ends") or said.get("order_ends")),
        _day_after(said.get("order_ends")),
    )
    before = next((each for each in held if each.requirement_id == word.requirement_id), None)
    if before and before.said_at >= word.said_at:
        return held
    return (*(each for each in held if each is not before), word)


def freed(said: Mapping[str, str]) -> bool:
    """Whether the facts of a release say that the person has left prison and does not come back to it."""
    return said.get("release_state") == "RELEASED" and said.get("release_type") != "ROTL"


def _day_after(day: str | None) -> int | None:
    last = written(day)
    return over(last) if last else None


def _sooner(ends_at: int | None, at: int) -> int:
    return at if ends_at is None else min(ends_at, at)


def _end(requirement: Requirement) -> int:
    return 1 << 62 if requirement.ends_at is None else requirement.ends_at
