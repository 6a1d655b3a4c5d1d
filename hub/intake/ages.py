"""How old somebody was when something happened, for rules that protect the young and services that are for some ages.

Where 1 January stands for a year of which no more is known, the person counts as born on its last day: as the youngest
that they can be.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from hub.model.days import begins
from hub.model.entry import Fault

ADULT: Final = 18
ASKED: Final = frozenset({"referral"})
"""Types of event of which a rule asks how old the person is; of no other is it said."""
_FIRST_DAY: Final = date(1970, 1, 1)
_DAY_MS: Final = 86_400_000


def age(body: Mapping[str, Any], at: int, faults: tuple[Fault, ...] = ()) -> int | None:
    """Whole years at that moment (milliseconds UTC); None if the event does not say, or cannot be believed."""
    identity = body.get("identity")
    if identity is None or identity["born"] is None or any(fault.code == "BAD_BIRTH_DATE" for fault in faults):
        return None
    born, day = _FIRST_DAY + timedelta(days=identity["born"]), _FIRST_DAY + timedelta(days=at // _DAY_MS)
    youngest = born.replace(month=12, day=31) if (born.month, born.day) == (1, 1) else born
    return max(0, day.year - youngest.year - ((day.month, day.day) < (youngest.month, youngest.day)))


def turns(years: int, body: Mapping[str, Any]) -> int | None:
    """The first moment (milliseconds UTC, London's day) at which the person is that old; None: it is not known when."""
    identity = body.get("identity")
    if identity is None or identity["born"] is None:
        return None
    born = _FIRST_DAY + timedelta(days=identity["born"])
    last = (born.month, born.day) == (2, 29)
    birthday = date(born.year + years, 3, 1) if last else born.replace(year=born.year + years)
    return begins(birthday)


def stated(body: Mapping[str, Any], faults: tuple[Fault, ...]) -> dict[str, str]:
    """The age as a fact, if there is one."""
    years = age(body, body["envelope"]["occurred_at"], faults)
    return {} if years is None else {"age": str(years)}
