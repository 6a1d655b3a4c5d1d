"""What there is to try for each fact. Values that no rule of the two policies can tell apart are tried as one."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import cache
from itertools import combinations
from typing import Any, Final, NamedTuple, get_args

from consent.checks import Check
from consent.compare.suppose import leaves
from consent.gateways import Gateway
from consent.policy import Policy
from consent.receivers import Row
from consent.terms import ROLES, VIEWS, AgreementState, Confidence, ConsentState, OverrideState, Purpose, Relationship

STANDING: Final = ("DESIGNATED", "DTC", "OMA_PARTY", "RA", "S115_AUTHORITY")
"""Codes of legal standing that some test looks at."""
_YES_OR_NO: Final = (False, True)
_STANDINGS: Final = tuple(held for size in range(len(STANDING) + 1) for held in combinations(STANDING, size))
_RAW: Final[Mapping[str, tuple[Any, ...]]] = {
    "relationship": get_args(Relationship),
    "confidence": get_args(Confidence),
    "purpose": get_args(Purpose),
    "override": get_args(OverrideState),
    "agreement": get_args(AgreementState),
    "consent": get_args(ConsentState),
    "from_standing": _STANDINGS,
    "to_standing": _STANDINGS,
    "to_role": tuple(sorted(ROLES)),
}


class Rules(NamedTuple):
    """Everything that looks at the facts of one desk: what two policies ask of it."""

    gateways: frozenset[Gateway]
    rows: Mapping[tuple[str, str], tuple[Row, ...]]
    """(policy, relationship)."""
    checks: frozenset[Check]
    """All of them: the gateways', the rows' and the event's own."""


def rules(policies: Iterable[Policy], kind: str, from_role: str, to_role: str) -> Rules:
    """What the policies ask of such a desk about such an event."""
    gateways: set[Gateway] = set()
    rows: dict[tuple[str, str], tuple[Row, ...]] = {}
    checks: set[Check] = set()
    for number, policy in enumerate(policies):
        ways = [
            table.get((from_role, to_role, view), ()) for table in (policy.emergencies, policy.ways) for view in VIEWS
        ]
        gateways |= {row for way in ways for row in way if row.events is None or kind in row.events}
        rule = policy.events.get(kind)
        if rule is not None:
            rows |= {(str(number), related): each for (to, related), each in rule.rows.items() if to == to_role}
            checks |= set(rule.needs)
    checks |= {check for row in gateways for check in row.checks}
    checks |= {check for each in rows.values() for row in each for check in row.needs}
    return Rules(frozenset(gateways), rows, frozenset(checks))


class Domain:
    """The values to try for each fact of one desk, and for each value those that it stands for."""

    def __init__(self, asked: Rules, aspects: Collection[str], to_role: str, view: str) -> None:
        self._asked, self._aspects, self._to = asked, tuple(sorted({"UNKNOWN", *aspects})), to_role
        self._view = view
        self._stands: dict[str, Mapping[Any, tuple[Any, ...]]] = {}

    def values(self, fact: str) -> tuple[Any, ...]:
        """One of each kind of value that some rule tells from the others."""
        return tuple(self.stands_for(fact))

    def stands_for(self, fact: str) -> Mapping[Any, tuple[Any, ...]]:
        """Each of those values, and every value that it stands for."""
        if fact not in self._stands:
            self._stands[fact] = self._alike(fact)
        return self._stands[fact]

    def _alike(self, fact: str) -> Mapping[Any, tuple[Any, ...]]:
        name, _, view = fact.partition(":")
        raw = self._aspects if name == "aspect" else _RAW.get(name, _YES_OR_NO)
        groups: dict[Hashable, list[Any]] = {}
        for value in raw:
            groups.setdefault(self._told_apart(name, view, value), []).append(value)
        return {alike[0]: tuple(alike) for alike in groups.values()}

    def _told_apart(self, name: str, view: str, value: Any) -> Hashable:
        """What every rule makes of the value; the same for two that none tells apart."""
        views = (view or self._view, "")  # rows and events ask their tests about no view
        looks = [_looks_at(check, about, self._to) for check in self._checks() for about in views]
        tables = [_table(*look, name, self._aspects) for look in looks]
        return tuple(table.get(value) for table in tables), self._named(name, value)

    def _checks(self) -> list[Check]:
        return sorted(self._asked.checks, key=_name)

    def _named(self, name: str, value: Any) -> Hashable:
        """What the evaluator itself asks of such a fact."""
        match name:
            case "purpose":
                return tuple(value in (row.purposes or {value}) for row in sorted(self._asked.gateways, key=_order))
            case "relationship":
                return value == "NONE", tuple((policy, each) for (policy, one), each in self._rows() if one == value)
            case "aspect":
                return tuple(value in (row.only or {value}) for _, each in self._rows() for row in each)
            case "confidence":
                return str(value)
            case _:
                return None

    def _rows(self) -> list[tuple[tuple[str, str], tuple[Row, ...]]]:
        return sorted(self._asked.rows.items(), key=_key)


def _key(item: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return item[0]


def _name(check: Check) -> str:
    return check.__name__


def _order(row: Gateway) -> tuple[str, int]:
    return row.id, row.order


def _looks_at(check: Check, view: str, to_role: str) -> tuple[Check, str, str]:
    """The test with the view and role that it is asked about, if it looks at them: fewer tables have to be made."""
    code = check.__code__
    unseen = code.co_varnames[1].startswith("_")
    return check, "" if unseen else view, to_role if looks_at_role(check) else ""


def looks_at_role(check: Check) -> bool:
    """Whether what the test says may depend on the recipient's role."""
    return "to_role" in check.__code__.co_names


@cache
def _table(check: Check, view: str, to_role: str, name: str, aspects: tuple[str, ...]) -> Mapping[Any, Hashable]:
    """For each value of a fact, what the test says about the view under all other facts; empty if it does not ask."""

    def values(fact: str) -> tuple[Any, ...]:
        return aspects if fact == "aspect" else _RAW.get(fact.partition(":")[0], _YES_OR_NO)

    certain = {"to_role": to_role} if to_role else {}
    seen: dict[Any, set[Hashable]] = {}
    for said in leaves(lambda facts: check(facts.asked_of(view), view) is None, values, certain):
        asked = [fact for fact in said.facts if fact.partition(":")[0] == name]
        for fact in asked:
            others = frozenset((other, one) for other, one in said.facts.items() if other != fact)
            seen.setdefault(said.facts[fact], set()).add((others, said.said))
    return {value: frozenset(rest) for value, rest in seen.items()}
