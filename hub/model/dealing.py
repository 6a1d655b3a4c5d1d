"""How two organisations stand to each other on a day: what they agreed, and what each is in law."""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple, Protocol

from consent.terms import AgreementState

CARE: Final = frozenset({"HEALTH", "GP_PRACTICE", "COUNCIL"})
"""Kinds of organisation that give health, housing or social care."""


class Party(Protocol):
    """What is asked of an organisation."""

    @property
    def name(self) -> str:
        """Its own."""

    @property
    def kind(self) -> str:
        """What it is."""

    def standing_on(self, on: date) -> tuple[str, ...]:
        """Its legal standing that day, as codes."""

    def agreed(self, party: str, purpose: str, on: date) -> Iterable[object]:
        """Agreements with that organisation for that purpose which held that day."""

    def ever_agreed(self, party: str, purpose: str) -> Iterable[object]:
        """The same on whatever day."""

    def contracted(self, party: str, on: date) -> bool:
        """Whether one of the two worked for the other that day."""


class Dealing(NamedTuple):
    """One organisation and another to which it would give something."""

    agreement: AgreementState
    contracted: bool
    from_standing: tuple[str, ...]
    to_standing: tuple[str, ...]
    care_body: bool
    """The other gives health, housing or social care."""


NONE: Final = Dealing("MISSING", contracted=False, from_standing=(), to_standing=(), care_body=False)
"""With an organisation that the directory does not know."""


def dealing(giver: Party | None, taker: Party | None, purpose: str, on: date) -> Dealing:
    """How they stand to each other that day. Within one organisation no agreement is needed: it is one controller."""
    if giver is None or taker is None:
        return NONE
    return Dealing(
        "HELD" if giver.name == taker.name else _agreement(giver, taker, purpose, on),
        giver.contracted(taker.name, on) or taker.contracted(giver.name, on),
        giver.standing_on(on),
        taker.standing_on(on),
        taker.kind in CARE,
    )


def _agreement(giver: Party, taker: Party, purpose: str, on: date) -> AgreementState:
    if [*giver.agreed(taker.name, purpose, on), *taker.agreed(giver.name, purpose, on)]:
        return "HELD"
    ever = [*giver.ever_agreed(taker.name, purpose), *taker.ever_agreed(giver.name, purpose)]
    return "EXPIRED" if ever else "MISSING"
