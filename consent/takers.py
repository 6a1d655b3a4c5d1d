"""Who may take a consent. Consent taken under arrest, or by whoever wants to share, is weak; some may not take it."""

from collections.abc import Sequence
from typing import Final

from consent.terms import IDENTIFIERS, ROLES

_CARERS: Final = frozenset({"LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED", "CVO"})
"""Health and charity staff."""

_REFERRERS: Final = frozenset({"PROB_OM", "PROB_COURT", "YJS"})
"""May take identity and minimum health, for their own referrals."""

_POLICE: Final = frozenset({"POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL"})
"""Never, whatever it is about."""

_NOT_HEALTH: Final = frozenset({
    "identity", *IDENTIFIERS, "location", "criminal_justice", "cj_summary", "cj_requirement", "compliance",
    "staff_safety",
})  # fmt: skip
_REFERRAL_VIEWS: Final = frozenset({"identity", *IDENTIFIERS, "health_minimum"})


def may_take(taken_role: str, views: Sequence[str], purposes: Sequence[str] = ("REFERRAL",)) -> bool:
    """Whether staff of this role may take a consent to these views for these purposes; if not, it gives nothing."""
    if taken_role in _CARERS:
        return True
    if taken_role in _POLICE or taken_role not in ROLES:
        return False
    if _NOT_HEALTH.issuperset(views):
        return True
    return taken_role in _REFERRERS and _REFERRAL_VIEWS.issuperset(views) and set(purposes) <= {"REFERRAL"}
