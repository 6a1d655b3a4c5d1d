"""What sharing knows of a person at one place in the timeline: consents, relationships, who was told under what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from consent import terms
from consent.terms import ConsentEntry
from hub.model.entry import consent_from_record, consent_to_record


class Relationship(NamedTuple):
    """Why a desk has to do with the person, until `ends_at` (milliseconds UTC; None: until an entry ends it)."""

    desk: str
    kind: terms.Relationship
    opened_at: int
    ends_at: int | None
    entry_id: str


class Told(NamedTuple):
    """A desk was given something under a consent, so it hears when that consent ends."""

    consent_id: str
    desk: str


@dataclass(frozen=True, slots=True)
class Person:
    """The person's registers, folded from the timeline."""

    consents: tuple[ConsentEntry, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    told: tuple[Told, ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Person":
        """The person that `hub.state.Person` was decoded to."""
        return cls(
            tuple(consent_from_record(consent) for consent in record["consents"]),
            tuple(Relationship._make(relationship.values()) for relationship in record["relationships"]),
            tuple(Told._make(told.values()) for told in record["told"]),
        )

    def to_record(self) -> dict[str, Any]:
        """As `hub.state.Person` is encoded from."""
        return {
            "consents": [consent_to_record(consent) for consent in self.consents],
            "relationships": [relationship._asdict() for relationship in self.relationships],
            "told": [told._asdict() for told in self.told],
        }


NOBODY: Final = Person()
"""Of whom the hub knows nothing yet."""
