"""The named tests that a gateway may ask for: each looks at the facts and says what stands against sharing, or nothing.

The list is closed. A row of gateways.toml that names a test which is not here does not load, so no rule is skipped.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from consent.terms import Facts, Reason

Check = Callable[[Facts, str], Reason | None]
"""Facts and a view in; None, or the reason why the gateway stays shut."""


def holds_person(facts: Facts, _view: str) -> Reason | None:
    """The desk holds the person now, by the event's holding_ref."""
    return None if facts.holds_person else "NOT_HOLDING"


def place_cover(facts: Facts, _view: str) -> Reason | None:
    """The directory says that the desk serves the event's suite, court or hospital."""
    return None if facts.place_cover else "NO_PLACE_COVER"


def told(facts: Facts, _view: str) -> Reason | None:
    """The desk was given something under the consent that this event changes."""
    return None if facts.relationship == "TOLD" else "NO_GATEWAY"


def consent_given(facts: Facts, view: str) -> Reason | None:
    """The person consented to this view, for this recipient and purpose, now; and it is certain who the person is."""
    for spoken, state in facts.consent:
        if spoken == view:
            return state if state != "GIVEN" else _certain(facts)
    return "NO_CONSENT"


def _certain(facts: Facts) -> Reason | None:
    return None if facts.confidence == "CONFIRMED" else "ID_PROBABLE"


def objection(facts: Facts, _view: str) -> Reason | None:
    """The person objects to sharing among carers with this recipient."""
    return "CARE_OBJECTION" if facts.objection else None


def disturbed(facts: Facts, _view: str) -> Reason | None:
    """The publisher flagged intoxication or acute disturbance, so consent waits."""
    return "CAPACITY_IN_DOUBT" if facts.disturbed else None


NEEDS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "holds_person": holds_person,
        "place_cover": place_cover,
        "told": told,
        "consent_given": consent_given,
    }
)
"""Tests that must hold."""

UNLESS: Final[Mapping[str, Check]] = MappingProxyType({"objection": objection, "disturbed": disturbed})
"""Tests that must not."""


def purpose_served(purposes: frozenset[str] | None, purpose: str) -> Reason | None:
    """Whether a gateway serves the stated purpose (None: any); UNKNOWN never satisfies one that asks for a purpose."""
    if purposes is None or purpose in purposes:
        return None
    return "UNKNOWN_PURPOSE" if purpose == "UNKNOWN" else "PURPOSE_EXCLUDED"
