"""Which records are of one person, because a reviewer said so: records linked two by two, and all that hang together.

Nothing is merged: each record keeps its route key and its identifiers, so that what was linked can be parted again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

SAID: Final = frozenset({"link", "unlink"})
"""Types of event that say so."""

Edge = tuple[str, str]
"""Route keys of two linked records, the smaller first."""


@dataclass(slots=True)
class Links:
    """The links of the records that a batch is about, and what the batch changes of them."""

    known: set[Edge]
    made: set[Edge] = field(default_factory=set)
    ended: set[Edge] = field(default_factory=set)

    def of(self, record: str) -> tuple[str, ...]:
        """All records of this one's person, sorted; it is one of them."""
        found, new = {record}, {record}
        while new:
            new = {end for edge in self.known if not new.isdisjoint(edge) for end in edge} - found
            found |= new
        return tuple(sorted(found))

    def linked(self) -> dict[str, tuple[str, ...]]:
        """All records of a person, for each record of a person that has several."""
        return {record: self.of(record) for record in {end for edge in self.known for end in edge}}

    def say(self, event_type: str, records: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """Link these records, or part them; return all that they hung together with, by person, from now on.

        Nothing where none of these two were linked that are to be parted.
        """
        named = sorted(set(records))
        every = {one for record in named for one in self.of(record)}
        pairs = set(combinations(named, 2))
        if event_type == "link":
            self.made |= pairs - self.known
            self.ended -= pairs
            self.known |= pairs
        elif pairs.isdisjoint(self.known):
            return ()
        else:
            self.ended |= pairs & self.known
            self.made -= pairs
            self.known -= pairs
        every |= {one for record in named for one in self.of(record)}
        return tuple(sorted({self.of(record) for record in every}))
