"""Many combinations of facts as few conditions: each is widened as far as it can be without taking in what it may not.

A cube names, for some facts, the values that it allows; a fact that it does not name may be anything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

Cube = Mapping[str, frozenset[Any]]

_KEPT: Final = ("aspect", "relationship", "purpose", "confidence", "agreement")
"""What a reader looks for first; of several ways to say the same, one that names these is best."""


def cube(facts: Mapping[str, Any]) -> Cube:
    """The cube of exactly these values."""
    return {fact: frozenset({value}) for fact, value in facts.items()}


def meet(one: Cube, other: Cube) -> bool:
    """Whether some facts are in both."""
    return not any(fact in other and values.isdisjoint(other[fact]) for fact, values in one.items())


def within(one: Cube, other: Cube) -> bool:
    """Whether whatever is in the first is in the other."""
    return all(fact in one and one[fact] <= values for fact, values in other.items())


def covering(these: Sequence[Cube], others: Sequence[Cube], values: Callable[[str], Iterable[Any]]) -> tuple[Cube, ...]:
    """Cubes that take in all of `these` and nothing of `others`; `values` are all that a fact may have."""
    found: list[Cube] = []
    for each in these:
        if not any(within(each, wide) for wide in found):
            wider = _widened(each, others, values)
            found = [wide for wide in found if not within(wide, wider)]
            found.append(wider)
    return tuple(found)


def _widened(each: Cube, others: Sequence[Cube], values: Callable[[str], Iterable[Any]]) -> Cube:
    """The cube with each fact in turn allowed whatever keeps it apart from all others."""
    wide = dict(each)
    pending = [(set(_apart(each, other)), other) for other in others]
    for fact in sorted(each, key=_rank):
        barred = {value for reasons, other in pending if reasons == {fact} for value in other[fact]}
        allowed = frozenset(values(fact)) - barred
        for reasons, other in pending:
            if fact in reasons and not allowed.isdisjoint(other[fact]):
                reasons.discard(fact)
        if barred:
            wide[fact] = allowed
        else:
            del wide[fact]
    return wide


def _apart(one: Cube, other: Cube) -> frozenset[str]:
    return frozenset(fact for fact, held in one.items() if fact in other and held.isdisjoint(other[fact]))


def _rank(fact: str) -> tuple[int, str]:
    """Facts that may be left out come first."""
    return (1 + _KEPT.index(fact) if fact in _KEPT else 0), fact
