"""Facts that are settled only as far as somebody asks for them, so that every combination that matters can be tried.

Whatever a rule does not look at has no part in what it says. So a rule is run on facts of which nothing is settled;
where it asks for one, it is run again for each value that the fact may have.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from consent.terms import Facts

Given = TypeVar("Given")
Values = Callable[[str], tuple[Any, ...]]
"""The values to try for a fact."""

PER_VIEW: Final = frozenset({"override_views", "answered"})
"""Facts that are lists of views: what is asked is whether a view is among them."""


class Leaf(NamedTuple, Generic[Given]):
    """What was said under these facts, whatever the others are."""

    facts: Mapping[str, Any]
    """Fact, or `fact:view`, to value."""
    said: Given


class _Unsettled(BaseException):
    """A fact was asked for that is not settled."""

    def __init__(self, fact: str) -> None:
        self.fact = fact


class Supposed:
    """Stands in for Facts."""

    def __init__(self, settled: Mapping[str, Any], certain: Mapping[str, str]) -> None:
        self._settled = settled
        self._certain = certain
        self.view = ""
        """The view that is asked about: of a person's consents the one to it alone is looked at."""

    def __getattr__(self, name: str) -> Any:
        if name in self._certain:
            return self._certain[name]
        if name == "consent":
            return _Consents(self)
        return _Views(name, self) if name in PER_VIEW else self.value(name)

    def value(self, fact: str) -> Any:
        """The value of a fact; raises where it is not settled."""
        if fact not in self._settled:
            raise _Unsettled(fact)
        return self._settled[fact]

    def asked_of(self, view: str) -> Facts:
        """The same as facts, when they are asked about a view."""
        self.view = view
        return cast(Facts, self)


class _Consents:
    def __init__(self, facts: Supposed) -> None:
        self._facts = facts

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        yield self._facts.view, self._facts.value(f"consent:{self._facts.view}")

    def __contains__(self, said: tuple[str, str]) -> bool:
        view, state = said
        return bool(self._facts.value(f"consent:{view}") == state)


class _Views:
    def __init__(self, name: str, facts: Supposed) -> None:
        self._name, self._facts = name, facts

    def __contains__(self, view: str) -> bool:
        return bool(self._facts.value(f"{self._name}:{view}"))


def leaves(rule: Callable[[Supposed], Given], values: Values, certain: Mapping[str, str]) -> Iterator[Leaf[Given]]:
    """What the rule says under all facts: no two leaves overlap, and together they leave nothing out."""
    waiting: list[dict[str, Any]] = [{}]
    while waiting:
        settled = waiting.pop()
        try:
            yield Leaf(settled, rule(Supposed(settled, certain)))
        except _Unsettled as asked:
            waiting += ({**settled, asked.fact: value} for value in values(asked.fact))
