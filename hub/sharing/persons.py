"""The people of one partition: those met lately as values, all others packed, as they stand in hub.state.

A hundred thousand of them unpacked are a quarter of a gigabyte and millions of objects, which the garbage collector
would walk through again and again while copies wait. Packed they are bytes, and it does not look at them.
"""

from dataclasses import dataclass, field
from typing import Final

from hub.model.person import NOBODY, Person, Relationship
from schemas.codec import decode_record, encode_fields
from schemas.encoder import items, number, text, word

PERSON: Final = "hub.state.Person"


@dataclass(slots=True)
class Persons:
    """Who is known, by route key."""

    most: int = 4_096
    """How many stay unpacked."""
    _lately: dict[str, Person] = field(default_factory=dict, init=False, repr=False)
    _packed: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def of(self, route_key: str) -> Person:
        """The person of that key; NOBODY if nothing was ever kept of them."""
        person = self._lately.get(route_key)
        if person is None:
            packed = self._packed.get(route_key)
            if packed is None:
                return NOBODY
            person = unpack(packed)
            self.keep(route_key, person)
        return person

    def keep(self, route_key: str, person: Person) -> None:
        """The person is so from now on."""
        self._lately.pop(route_key, None)
        self._lately[route_key] = person
        if len(self._lately) > self.most:
            oldest = next(iter(self._lately))
            self._packed[oldest] = pack(self._lately.pop(oldest))

    def restore(self, route_key: str, packed: bytes) -> None:
        """The person was so when it was committed. Raises as `unpack` does."""
        unpack(packed)
        self._packed[route_key] = packed


def pack(person: Person) -> bytes:
    """The person as they stand in hub.state."""
    consents, relationships, *rest = person
    if consents or any(rest):
        return encode_fields(PERSON, person)
    return _NO_CONSENTS + items([_relationship(each) for each in relationships]) + _NO_MORE


_NO_CONSENTS: Final = b"\0"
_NO_MORE: Final = b"\0" * (len(Person._fields) - 2)
"""Of most people nothing is known but their relationships, and they are written by hand: they change all the time."""


def _relationship(each: Relationship) -> bytes:
    """As the schema has it; tests compare the two."""
    ends = b"\0" if each.ends_at is None else b"\2" + number(each.ends_at)
    return word(each.desk) + word(each.kind) + number(each.opened_at) + ends + text(each.entry_id)


def unpack(packed: bytes) -> Person:
    """The person that stands there. Raises WireError, ValueError, TypeError or KeyError for anything else."""
    return Person.from_record(decode_record(PERSON, packed))
