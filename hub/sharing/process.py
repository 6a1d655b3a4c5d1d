"""The order of the stages; hub.sharing says what they are."""

from hub.model.entry import Entry
from hub.model.ruling import Outcome
from hub.sharing.candidates import candidates
from hub.sharing.decide import decide
from hub.sharing.fold import fold
from hub.sharing.forward import altered, broken, forward, rejected, repeated
from hub.sharing.matter import matter
from hub.sharing.repeats import answer
from hub.sharing.world import World


def process(entry: Entry, world: World) -> Outcome:
    """Everything that this entry causes, written whole or not at all. What breaks shares nothing and does not raise.

    Raises MemoryError alone.
    """
    try:
        return _process(entry, world)
    except MemoryError:  # says nothing of this entry: the process ends, and the next one decides
        raise
    except Exception:  # noqa: BLE001 - doubt never shares, whatever is broken
        return broken(entry, world)


def _process(entry: Entry, world: World) -> Outcome:
    repetition = answer(world.repeats, entry)
    if repetition == "REPEAT":
        return repeated(entry, world)
    if repetition == "ALTERED":
        return altered(entry, world)
    return rejected(entry, world) if entry.kind == "REJECTED" else _share(entry, world)


def _share(entry: Entry, world: World) -> Outcome:
    person = fold(entry, world)
    before = matter(entry, person, world)
    rulings = tuple(decide(before, candidate) for candidate in candidates(before))
    return forward(before, rulings)
