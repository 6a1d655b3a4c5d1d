"""What the domain's tables give a desk, by the oracle: its order of questions, and nothing of consent/*.toml.

Section A: "Effective fields = role row, event receivers, gateway views". Section D: emergencies before identity and
relationship. Section A again: a type reveals a view by itself; ID and LOC never travel alone.
"""

from collections.abc import Iterable
from typing import Final, cast

from consent.terms import Facts
from schemas import catalogue
from tests.oracle.cedar import Fact, Oracle, Question, attributes

ASKS: Final = attributes()
EMERGENCIES: Final = ("VITAL", "PUBLIC_INTEREST", "SAFEGUARDING", "DETAINED_SAFETY", "EMERGENCY_CARE")
GATEWAYS: Final = (
    "CUSTODY_CARE", "S136", "DIRECT_CARE", "CONSENT", "ORDER_ADMIN", "OMA14", "CDA115", "CJA325_4", "MAPPA_RISK",
    "SAFEGUARDING_PARTNERS", "STAFF_SAFETY", "ADJUSTMENTS",
)  # fmt: skip
IDENTIFIERS: Final = ("nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number")
_WHO: Final = {"identity", "location", *IDENTIFIERS}
EVENTS: Final = tuple(name for name in catalogue.event_types() if name in ASKS)
"""The types that the oracle reads; the others are the hub's own notices and registers."""
VIEWS: Final = {event: catalogue.by_type(event).views for event in EVENTS}
_REVEALS: Final = {
    "health_minimum": ("s136", "screening", "assessment", "referral", "consultation", "concern", "health_registration"),
    "risk": ("mappa_review", "mappa_registration", "risk_contribution", "designation"),
    "criminal_justice": ("arrest", "court", "psr", "order", "breach", "recall", "release"),
    "compliance": ("compliance",),
    "status": ("handover",),
}
"""Section A, "Revealed view"; where it names no type, the view that the type is about (README.md)."""
REVEALED: Final = {event: view for view, events in _REVEALS.items() for event in events}
_PARTS: Final = frozenset({"cj_summary", "cj_requirement", "status", "self_risk", "adjustments", "staff_safety"})
_MEANT: Final = {
    "mappa_review": frozenset(), "mappa_registration": frozenset(), "risk_contribution": frozenset({"health_extract"}),
    "referral": _PARTS - {"cj_requirement"},
}  # fmt: skip
"""Section A: MAPPA types reveal RISK. A warning to staff is meant for whoever meets the person, but not in these."""


def given(facts: Facts, oracle: Oracle) -> frozenset[str]:
    """The views that go."""
    if not oracle.says(_publishing(facts)):
        return frozenset()
    gives = {view for view in _asked(facts) if _view_goes(facts, view, oracle)}
    if "identity" in gives:
        gives |= {view for view in IDENTIFIERS if oracle.says(_seeing(facts, view, ""))}
    tells = REVEALED[facts.event_type] in gives or not gives.isdisjoint(_MEANT.get(facts.event_type, _PARTS))
    return frozenset(gives) if gives - _WHO and tells else frozenset()


def _asked(facts: Facts) -> Iterable[str]:
    return (view for view in VIEWS[facts.event_type] if view not in IDENTIFIERS)


def _view_goes(facts: Facts, view: str, oracle: Oracle) -> bool:
    if any(_opens(gateway, facts, view, oracle) for gateway in EMERGENCIES):
        return True
    known = oracle.says(_question("unsure", facts, view)) and facts.relationship != "NONE"
    if not known or not oracle.says(_question(facts.event_type, facts, view)):
        return False
    return any(_opens(gateway, facts, view, oracle) for gateway in GATEWAYS)


def _opens(gateway: str, facts: Facts, view: str, oracle: Oracle) -> bool:
    return oracle.says(_seeing(facts, view, gateway)) and oracle.says(_question(gateway, facts, view))


def _publishing(facts: Facts) -> Question:
    return Question("publish", facts.from_role, facts.event_type, ())


def _seeing(facts: Facts, view: str, gateway: str) -> Question:
    return Question("see", facts.to_role, view, (("gateway", gateway),))


def _question(action: str, facts: Facts, view: str) -> Question:
    return Question(action, facts.to_role, view, tuple((name, _fact(name, facts, view)) for name in ASKS[action]))


def _fact(name: str, facts: Facts, view: str) -> Fact:
    """A fact in the words of the schema; what the person said, and what was answered to it, is of the view."""
    match name:
        case "from":
            return facts.from_role
        case "event":
            return facts.event_type
        case "said":
            return dict(facts.consent).get(view, "NO_CONSENT")
        case "refused":
            return dict(facts.consent).get(view) in {"CONSENT_REFUSED", "CHILD_REFUSAL"}
        case "answered":
            return view in facts.answered
        case _:
            return cast(Fact, getattr(facts, name))
