"""Relationships kept of a person, and how one word about them follows another."""

from collections.abc import Iterable
from typing import Final

from hub.model.person import Relationship, Tie

HOUR_MS: Final = 3_600_000
TARGET: Final = frozenset({"PROPOSED", "ACTIVE"})
"""A proposal and what becomes of it are one."""
_NEVER: Final = 1 << 62

Held = tuple[Relationship, ...]


def holds(relationship: Relationship, at: int) -> bool:
    """Whether it has been opened and not ended at that moment (milliseconds UTC)."""
    return relationship.ends_at is None or at < relationship.ends_at


def of(held: Held, desk: str, kind: Tie) -> Relationship | None:
    """The desk's relationship of that kind; a proposal and what becomes of it are one."""
    for each in held:
        if each.desk == desk and (each.kind == kind or (kind in TARGET and each.kind in TARGET)):
            return each
    return None


def put(held: Held, before: Relationship | None, after: Relationship) -> Held:
    """`after` in the place of `before`."""
    return (*[each for each in held if each is not before], after)


def latest(held: Held, word: Relationship) -> Held:
    """The latest word on a relationship counts; of two at the same time, the one that ends it sooner.

    What would last less than an hour longer stays as it is, so that not every event rewrites the person.
    """
    before = of(held, word.desk, word.kind)
    return held if before and _stands(before, word) else put(held, before, word)


def ended(held: Held, which: Iterable[Relationship], at: int) -> Held:
    """Those that still held are over from that moment on."""
    for each in which:
        if each.opened_at <= at and holds(each, at):
            held = put(held, each, each._replace(ends_at=at))
    return held


def _stands(before: Relationship, word: Relationship) -> bool:
    until, now = _until(before), _until(word)
    later = (before.opened_at, -until) >= (word.opened_at, -now)
    return later or (0 <= now - until < HOUR_MS and holds(before, word.opened_at))


def _until(relationship: Relationship) -> int:
    return _NEVER if relationship.ends_at is None else relationship.ends_at
