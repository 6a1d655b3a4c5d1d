"""Who could be given a view of an event, on what conditions and under which law: the question most often asked.

It follows from the policy as it is read: whom the event is for, what the matrix admits, which gateways open it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, get_args

from consent.checks import asks
from consent.gateways import Gateway
from consent.policy import Policy
from consent.receivers import EventRule, Row
from consent.terms import IDENTIFIERS, RELATIONSHIPS, Role
from consent.words import Words

ROLE_ORDER: Final[tuple[str, ...]] = get_args(Role)
ANYBODY: Final = RELATIONSHIPS - {"NONE", "ADDRESSED"}
"""What `any` stands for in a row of receivers."""

Mark = Callable[[str], str]
"""How a code is set apart from words."""


class Condition(NamedTuple):
    """When such an event is for a role: in one of these relationships, if a row's aspect and tests allow it."""

    relationships: frozenset[str]
    row: Row


class Opening(NamedTuple):
    """One role's way to one view of one type of event."""

    role: str
    when: tuple[Condition, ...]
    """Any one of them will do."""
    under: tuple[str, ...]
    """Gateways, in the order in which they are asked; one that opens suffices. None: in an emergency alone."""


def openings(policy: Policy, kind: str, view: str) -> tuple[Opening, ...]:
    """Every role that such an event can be for in the ordinary way, and how; nobody for a type that is not known."""
    named = {role for (event, role), views in policy.due.items() if event == kind and view in views}
    return tuple(
        Opening(role, _when(policy.events[kind], role, view), under(policy, kind, role, view, urgent=False))
        for role in ROLE_ORDER
        if role in named
    )


def in_emergency(policy: Policy, kind: str, view: str) -> Mapping[str, tuple[str, ...]]:
    """For each gateway that is asked before identity and relationship, the roles that it can open the view to."""
    reached = [role for role in ROLE_ORDER if view in policy.reach.get((kind, role), ())]
    opened = {role: under(policy, kind, role, view, urgent=True) for role in reached}
    each = {gateway: tuple(role for role in reached if gateway in opened[role]) for gateway in policy.gateways}
    return {gateway: roles for gateway, roles in each.items() if roles}


def under(policy: Policy, kind: str, role: str, view: str, *, urgent: bool) -> tuple[str, ...]:
    """Gateways from anybody who may publish the event, in order; an identifier goes as identity goes."""
    if (role, view) not in policy.matrix.cells:
        return ()
    ways = policy.emergencies if urgent else policy.ways
    way = "identity" if view in IDENTIFIERS else view
    rows = {row for sender in policy.events[kind].publishers for row in ways.get((sender, role, way), ())}
    return tuple(row.id for row in sorted(rows, key=_order) if row.events is None or kind in row.events)


def told(condition: Condition, rule: EventRule, words: Words, mark: Mark = str) -> str:
    """The condition in words: what the desk must be or do, at which stage, and what is asked besides."""
    row = condition.row
    stages = f", at {listed(list(map(mark, sorted(row.only))))} ({mark(rule.aspect)})" if row.only else ""
    tests = "".join(f", {asks(check)} ({mark(check.__name__)})" for check in row.needs)
    return f"{_related(condition.relationships, words)}{stages}{tests}"


def listed(parts: Sequence[str], word: str = "or") -> str:
    """`a, b or c`."""
    *before, last = parts or [""]
    return f"{', '.join(before)} {word} {last}" if before else last


def _when(rule: EventRule, role: str, view: str) -> tuple[Condition, ...]:
    """Each different row that gives the role the view, with the relationships in which it does, in a fixed order."""
    found: dict[int, Condition] = {}
    for (to, relationship), rows in rule.rows.items():
        for row in rows if to == role else ():
            if view in row.views:
                before = found[id(row)].relationships if id(row) in found else frozenset()
                found[id(row)] = Condition(before | {relationship}, row)
    return tuple(sorted(found.values(), key=_place))


def _place(condition: Condition) -> tuple[list[str], list[str]]:
    return sorted(condition.relationships), sorted(condition.row.only or ())


def _related(relationships: frozenset[str], words: Words) -> str:
    if relationships >= ANYBODY:
        return "has to do with the person"
    return listed([words.say("relationship", one) for one in sorted(relationships)])


def _order(row: Gateway) -> int:
    return row.order
