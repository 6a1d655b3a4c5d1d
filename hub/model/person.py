"""What sharing knows of a person at one place in the timeline: consents, relationships, who was told under what.

And what courts and panels have said of them: requirements and warnings, panels' lists, designated bodies. And which
other records are of the same person.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from consent import terms
from consent.terms import ConsentEntry
from hub.model.entry import consent_from_record, consent_to_record

Tie = terms.Relationship | Literal["REGISTERED"]
"""What a relationship is kept as. REGISTERED: with this general practice, whatever else it is asked to do."""


class Relationship(NamedTuple):
    """Why a desk has to do with the person, until `ends_at` (milliseconds UTC; None: until an entry ends it)."""

    desk: str
    kind: Tie
    opened_at: int
    ends_at: int | None
    entry_id: str


class Told(NamedTuple):
    """A desk was given something under a consent, so it hears when that consent ends."""

    consent_id: str
    desk: str


class Requirement(NamedTuple):
    """One requirement of an order or licence: who provides it and who supervises the order. Times: milliseconds UTC."""

    order_id: str
    requirement_id: str
    kind: str
    """As in the list of codes: MHTR, DRR, RAR, ..."""
    provider: str
    """The desk that provides it; empty: none is known."""
    supervised_by: str
    """The desk of probation or youth justice; empty: none is known."""
    said_at: int
    ends_at: int | None
    """When the provider has no more to do with the person; None: until an entry ends it."""
    order_ends_at: int | None
    """The same of the supervisor."""


class Warned(NamedTuple):
    """A warning for not complying with an order; twelve months begin with its day (Sentencing Code Sch 10 para 6)."""

    order_id: str
    day: str
    """As 2026-03-10."""


class Registration(NamedTuple):
    """The person's place on a MAPPA panel's list."""

    panel: str
    """The panel's desk."""
    category: str
    level: str
    desks: tuple[str, ...]
    """Who sits on it for this person or was asked to attend, sorted."""
    next_review: str
    """As 2026-06-15; empty: none is set."""
    said_at: int
    ended: bool
    entry_id: str


class Designation(NamedTuple):
    """A body that the responsible authority recorded as a contributor (CJA 2003 s325(4A)(c)). Milliseconds UTC."""

    body: str
    """The organisation."""
    desk: str
    """The desk of it that is meant; empty: none was named."""
    purpose: str
    starts_at: int
    ends_at: int | None
    said_at: int
    ended: bool
    entry_id: str


class Link(NamedTuple):
    """Another record of the same person, because a reviewer said so: both keep their route keys."""

    other: str
    """The other record's route key."""
    by: str
    """Id of the reviewer's word, the same for every record that it is about."""
    since: int
    """Offset in this person's partition at which it was first heard of here."""
    heard: bool
    """The other record's registers have come; until then it is not certain what holds of the person."""
    ended: bool
    """A reviewer said since that these are two people."""
    came: tuple[str, ...]
    """Ids of what came from there, sorted: it goes when the link ends."""


class Person(NamedTuple):
    """The person's registers, folded from the timeline, in the order of the wire."""

    consents: tuple[ConsentEntry, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    told: tuple[Told, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    warnings: tuple[Warned, ...] = ()
    registrations: tuple[Registration, ...] = ()
    designations: tuple[Designation, ...] = ()
    links: tuple[Link, ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Person":
        """The person that `hub.state.Person` was decoded to."""
        return cls(
            tuple(consent_from_record(consent) for consent in record["consents"]),
            tuple(Relationship._make(relationship.values()) for relationship in record["relationships"]),
            tuple(Told._make(told.values()) for told in record["told"]),
            tuple(Requirement._make(each.values()) for each in record["requirements"]),
            tuple(Warned._make(each.values()) for each in record["warnings"]),
            tuple(_registration(each) for each in record["registrations"]),
            tuple(Designation._make(each.values()) for each in record["designations"]),
            tuple(Link._make(each.values())._replace(came=tuple(each["came"])) for each in record["links"]),
        )

    def to_record(self) -> dict[str, Any]:
        """As `hub.state.Person` is encoded from."""
        return {
            "consents": [consent_to_record(consent) for consent in self.consents],
            "relationships": [relationship._asdict() for relationship in self.relationships],
            "told": [told._asdict() for told in self.told],
            "requirements": [each._asdict() for each in self.requirements],
            "warnings": [each._asdict() for each in self.warnings],
            "registrations": [each._asdict() for each in self.registrations],
            "designations": [each._asdict() for each in self.designations],
            "links": [each._asdict() for each in self.links],
        }

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return "Person()"


def _registration(record: Mapping[str, Any]) -> Registration:
    return Registration._make(record.values())._replace(desks=tuple(record["desks"]))


NOBODY: Final = Person()
"""Of whom the hub knows nothing yet."""
