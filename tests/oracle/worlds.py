"""The facts over which oracle and policy are compared: enumerated, by what may turn an answer."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Final

from consent.terms import PURPOSES, ROLES, VIEWS, Facts
from tests.consent.files import POLICY
from tests.oracle.reading import EVENTS

_SPOKEN: Final = tuple(view for view in VIEWS if view not in {"minutes", "victim", "risk"})
GRANTED: Final = tuple((view, "GIVEN") for view in _SPOKEN)
REFUSED: Final = tuple((view, "CONSENT_REFUSED") for view in VIEWS)
DARK: Final = Facts("", "", "", "ACTIVE", "CONFIRMED", False, False, "UNKNOWN", False, False, ())  # noqa: FBT003
"""Nothing is known that opens anything."""
BODIES: Final = ("DTC", "OMA_PARTY", "RA", "S115_AUTHORITY")
_URGENT: Final = {"override_views": ("health_minimum",), "duty": True}
WORLDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "VITAL": {"override": "VITAL_INTERESTS", **_URGENT},
    "PUBLIC_INTEREST": {"override": "PUBLIC_PROTECTION", **_URGENT},
    "SAFEGUARDING": {"safeguarding": True, "agreement": "HELD"},
    "DETAINED_SAFETY": {"holds_person": True, "agreement": "HELD"},
    "EMERGENCY_CARE": {"duty": True, "purpose": "DIRECT_CARE", "agreement": "HELD"},
    "CUSTODY_CARE": {"place_cover": True, "purpose": "CUSTODY", "agreement": "HELD"},
    "DIRECT_CARE": {"treating": True, "purpose": "DIRECT_CARE", "agreement": "HELD"},
    "CONSENT": {"consent": GRANTED, "purpose": "REFERRAL", "agreement": "HELD"},
    "ORDER_ADMIN": {"own_requirement": True, "purpose": "SUPERVISION", "agreement": "HELD"},
    "OMA14": {
        "from_standing": ("OMA_PARTY",), "to_standing": ("OMA_PARTY",), "purpose": "SUPERVISION", "agreement": "HELD",
    },
    "CDA115": {"to_standing": ("S115_AUTHORITY",), "purpose": "SUPERVISION", "agreement": "HELD"},
    "CJA325_4": {
        "from_standing": ("RA",), "to_standing": ("DTC",), "mappa": True, "on_panel": True, "care_body": True,
        "attended": True, "relevant_to_harm": True, "purpose": "RISK_MANAGEMENT", "agreement": "HELD",
    },
    "STAFF_SAFETY": {"takes_on": True, "purpose": "SUPERVISION", "agreement": "HELD"},
}  # fmt: skip
"""For each gateway, just what it asks for."""
_ALL: Final = {name: value for world in WORLDS.values() for name, value in world.items()}
BRIGHT: Final = {
    **_ALL, "consent": GRANTED, "purpose": "REFERRAL", "from_standing": BODIES, "to_standing": BODIES, "named": True,
    "override": "NONE", "safeguarding": False, "holds_person": False, "duty": False,
}  # fmt: skip
"""Everything that opens something, save emergencies."""

ASPECTS: Final = {
    "referral": ("UNKNOWN", "MILD_MODERATE"),
    "breach": ("SUMMONS", "WARRANT"),
    "concern": ("SELF", "OTHERS", "CHILD"),
    "s136": ("DETAINED", "ENDED"),
    "assessment": ("OASYS", "PSR_HEALTH"),
    "consultation": ("NO",),
}
_FOR_ONE: Final = {"referral": ("PROPOSED", "PUBLISHER"), "designation": ("TOLD",)}
"""Relationships that only such an event can bring."""
_LASTING: Final = ("NONE", "CUSTODY", "PLACE_COVER", "ACTIVE", "ADDRESSED", "PANEL", "DUTY")

VARIED: Final[Mapping[str, tuple[Any, ...]]] = {
    "confidence": ("CONFIRMED", "PROBABLE", "UNRESOLVED"),
    "purpose": tuple(sorted(PURPOSES)),
    "agreement": ("HELD", "EXPIRED", "MISSING"),
    "override": ("NONE", "INCOMPLETE", "VITAL_INTERESTS", "PUBLIC_PROTECTION", "SAFEGUARDING", "COURT"),
    "override_views": ((), ("status",), ("health_minimum",)),
    "from_standing": ((), ("CHARITY",), ("DTC",), ("DESIGNATED",), ("OMA_PARTY",), ("RA", "S115_AUTHORITY")),
    "to_standing": ((), ("CHARITY",), ("DTC",), ("DESIGNATED",), ("OMA_PARTY",), ("RA", "S115_AUTHORITY")),
    "answered": ((), VIEWS),
    "consent": ((), GRANTED, REFUSED, tuple((view, "WITHDRAWN_AT_SEND") for view in VIEWS)),
}
"""The values that a fact may take; one that is not here is true or false."""


PUBLISHERS: Final = {event: tuple(sorted(POLICY.events[event].publishers)) for event in EVENTS}
"""Whoever else publishes a type gives nothing by it; the list is compared by itself."""
DESKS: Final = tuple(sorted(ROLES - {"HUB", "SMB", "ANALYST", "AUDITOR", "DPO", "CALDICOTT"}))
"""The others see no case; that too is compared by itself."""

Setting = tuple[str, str, str, str, str]
"""Type, sender, recipient, relationship, stage."""
COMBINED: Final[tuple[tuple[str, Setting, tuple[str, ...]], ...]] = (
    ("CUSTODY_CARE", ("arrest", "POLICE_CUSTODY", "LD_TEAM", "PLACE_COVER", "UNKNOWN"),
     ("place_cover", "purpose", "agreement", "confidence", "consent", "objection")),
    ("CUSTODY_CARE", ("s136", "POLICE_CUSTODY", "MH_TRUST", "ACTIVE", "DETAINED"),
     ("place_cover", "purpose", "agreement", "confidence", "consent", "answered")),
    ("DIRECT_CARE", ("referral", "LD_TEAM", "MH_TRUST", "PROPOSED", "MILD_MODERATE"),
     ("objection", "treating", "purpose", "agreement", "confidence")),
    ("CONSENT", ("referral", "LD_TEAM", "CVO", "PROPOSED", "MILD_MODERATE"),
     ("part3", "disturbed", "purpose", "agreement", "confidence", "consent")),
    ("DETAINED_SAFETY", ("screening", "LD_TEAM", "POLICE_CUSTODY", "NONE", "UNKNOWN"),
     ("holds_person", "purpose", "agreement", "confidence", "consent", "objection", "disturbed")),
    ("EMERGENCY_CARE", ("screening", "LD_TEAM", "CRISIS", "DUTY", "UNKNOWN"),
     ("duty", "purpose", "agreement", "confidence", "consent", "objection")),
    ("VITAL", ("concern", "CVO", "CRISIS", "DUTY", "SELF"),
     ("override", "override_views", "duty", "purpose", "confidence")),
    ("SAFEGUARDING", ("screening", "LD_TEAM", "LA_SAFEGUARDING", "NONE", "UNKNOWN"),
     ("safeguarding", "override", "purpose", "agreement", "confidence")),
    ("SAFEGUARDING", ("screening", "LD_TEAM", "MH_TRUST", "ACTIVE", "UNKNOWN"),
     ("safeguarding", "override", "purpose", "agreement", "confidence")),
    ("ORDER_ADMIN", ("order", "COURT", "CVO", "ACTIVE", "UNKNOWN"),
     ("own_requirement", "purpose", "agreement", "confidence", "consent")),
    ("OMA14", ("recall", "PROB_OM", "PRISON_OMU", "ACTIVE", "UNKNOWN"),
     ("from_standing", "to_standing", "contracted", "consent", "answered")),
    ("OMA14", ("recall", "PROB_OM", "POLICE_PPU", "ACTIVE", "UNKNOWN"), ("purpose", "agreement", "confidence")),
    ("CDA115", ("breach", "PROB_OM", "POLICE_PPU", "ACTIVE", "WARRANT"),
     ("to_standing", "purpose", "agreement", "consent", "answered")),
    ("CJA325_4", ("risk_contribution", "MH_TRUST", "PROB_OM", "PANEL", "UNKNOWN"),
     ("mappa", "from_standing", "to_standing", "care_body", "relevant_to_harm", "on_panel")),
    ("CJA325_4", ("mappa_review", "MAPPA_RA", "MH_TRUST", "PANEL", "UNKNOWN"),
     ("to_standing", "attended", "relevant_to_harm", "purpose", "consent", "answered")),
    ("STAFF_SAFETY", ("order", "COURT", "PROB_OM", "ADDRESSED", "UNKNOWN"),
     ("takes_on", "objection", "purpose", "agreement", "consent", "answered")),
)  # fmt: skip
"""For each gateway, in a case that it opens, every combination of the facts that its tests and its stops look at."""


def combined(world: str, at: Setting, names: Iterable[str]) -> Iterator[Facts]:
    """Every combination of these facts, in one case."""
    where = dict(zip(("event_type", "from_role", "to_role", "relationship", "aspect"), at, strict=True))
    return varied(facts({**WORLDS[world], **where}), names)


def relationships(event: str) -> tuple[str, ...]:
    """The relationships in which a desk may be asked about such an event."""
    return (*_LASTING, *_FOR_ONE.get(event, ()))


def everywhere(world: Mapping[str, Any], events: Iterable[str] = EVENTS, to: Iterable[str] = DESKS) -> Iterator[Facts]:
    """One world for every type, stage, sender, recipient and relationship."""
    for event in events:
        for aspect, sender, desk, tie in product(
            ASPECTS.get(event, ("UNKNOWN",)), PUBLISHERS[event], to, relationships(event)
        ):
            where = {"event_type": event, "from_role": sender, "to_role": desk, "relationship": tie, "aspect": aspect}
            yield facts({**world, **where})


def varied(base: Facts, names: Iterable[str]) -> Iterator[Facts]:
    """Every combination of these facts, the others as they are."""
    chosen = tuple(names)
    for values in product(*(VARIED.get(name, (False, True)) for name in chosen)):
        yield base._replace(**dict(zip(chosen, values, strict=True)))


def facts(said: Mapping[str, Any]) -> Facts:
    """Facts of which only this is said."""
    return DARK._replace(**said)
