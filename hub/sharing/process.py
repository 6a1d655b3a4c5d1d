"""The order of the stages; hub.sharing says what they are."""

from typing import Final

from consent.broken import note
from hub.model.entry import Entry
from hub.model.person import Person
from hub.model.ruling import Outcome
from hub.sharing.decide import rulings
from hub.sharing.fold import fold
from hub.sharing.forward import altered, broken, forward, lost, rejected, repeated, told
from hub.sharing.matter import matter
from hub.sharing.persons import pack
from hub.sharing.repeats import answer
from hub.sharing.world import World

SAFE_BYTES: Final = 1_000_000
"""Of any record: a longer one the broker might refuse, and with it the whole transaction at every attempt."""
SAFE_PERSON: Final = 512 * 1024
"""Bytes of a person's record, which is rewritten whenever something is said of them."""
FEW: Final = 64
"""So few parts of a person, or rulings, cannot be too long together."""


def process(entry: Entry, world: World) -> Outcome:
    """Everything that this entry causes, written whole or not at all. What breaks shares nothing and does not raise.

    Raises MemoryError alone.
    """
    try:
        outcome = _process(entry, world)
        return broken(entry, world) if _too_long(outcome) else outcome
    except MemoryError:  # says nothing of this entry: the process ends, and the next one decides
        raise
    except Exception as error:  # noqa: BLE001 - doubt never shares, whatever is broken
        note(error)
        return broken(entry, world)


def _too_long(outcome: Outcome) -> bool:
    """Whether a record could be too long to be written; then the partition would stop for good."""
    person, rulings = outcome.person, outcome.rulings
    if person is not None and _many(person) and len(pack(person)) > SAFE_PERSON:
        return True
    if len(rulings) > FEW and sum([len(ruling.encoded) for ruling in rulings]) > SAFE_BYTES:
        return True
    return max([len(ruling.copy.body) for ruling in rulings if ruling.copy is not None], default=0) > SAFE_BYTES


def _many(person: Person) -> bool:
    parts = sum(map(len, person))
    return parts > FEW or (bool(person.registrations) and _sitting(person) + parts > FEW)


def _sitting(person: Person) -> int:
    return sum(len(each.desks) for each in person.registrations)


def _process(entry: Entry, world: World) -> Outcome:
    repetition = answer(world.repeats, entry)
    if repetition == "REPEAT":
        return repeated(entry, world)
    if repetition == "ALTERED":
        return altered(entry, world)
    if entry.again is not None and not entry.type:
        return lost(entry, world)
    if entry.again is not None and entry.again.cause == "LINKED":
        return told(entry, entry.again, world)
    return rejected(entry, world) if entry.kind == "REJECTED" else _share(entry, world)


def _share(entry: Entry, world: World) -> Outcome:
    person = fold(entry, world) if entry.again is None else world.person
    before = matter(entry, person, world)
    return forward(before, rulings(before))
