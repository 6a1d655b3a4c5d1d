"""The identifiers that an event gives: each is checked, the valid ones go on, the others are flagged and forgotten.

A strong identifier is one that somebody traced or that fingerprints back. Only those who trace or take prints can say
so: from anybody else it is hearsay, and hearsay links nobody for good.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub.intake.event import Identifier
from hub.model import identifiers
from hub.model.entry import Fault
from hub.model.identifiers import Invalid, Profile

_STRONG: Final = {"nhs_number": "TRACED", "pnc": "FINGERPRINT", "cro": "FINGERPRINT"}
_SAID_BY: Final = {
    "TRACED": frozenset({"LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED", "AMHP_EDT"}),
    # A MAPPA coordinator speaks for the responsible authority: police, probation and prison jointly (CJA 2003 s325).
    "FINGERPRINT": frozenset({"POLICE_CUSTODY", "POLICE_PPU", "MAPPA_RA"}),
}


def checked(
    given: Sequence[Mapping[str, Any]], role: str, profile: Profile, year: int
) -> tuple[tuple[Identifier, ...], tuple[Fault, ...]]:
    """The valid identifiers in the publisher's order, and why each of the others was dropped.

    `role` is the publisher's; `year` that of the log's clock.
    """
    results = [_check(one, role, profile, year) for one in given]
    valid = tuple(result for result in results if isinstance(result, Identifier))
    faults = tuple(
        Fault(result, f"submission.identifiers[{n}].value")
        for n, result in enumerate(results)
        if isinstance(result, str)
    )
    return valid, faults


def _check(given: Mapping[str, Any], role: str, profile: Profile, year: int) -> Identifier | str:
    kind = given["kind"].lower()
    result = identifiers.check(kind, given["value"], profile, year)
    if isinstance(result, Invalid):
        return result.code
    return Identifier(kind, result.value, strong=_is_strong(kind, given["assurance"], role))


def _is_strong(kind: str, assurance: str, role: str) -> bool:
    return _STRONG.get(kind) == assurance and role in _SAID_BY[assurance]
