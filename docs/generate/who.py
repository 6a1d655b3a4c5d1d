"""Who could be given a view of an event, on what conditions and under which law: the question most often asked.

It follows from the policy as the hub reads it: whom the event is for, what the matrix admits, which gateways open it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from consent.gateways import Gateway
from consent.receivers import EventRule, Row
from consent.terms import IDENTIFIERS, RELATIONSHIPS
from docs.generate.markdown import code, link, listed, table
from docs.generate.sources import Sources, in_order, roles, test

_URGENT: Final = "In an emergency, before identity and relationship are asked about:"
_NOBODY: Final = "Nobody is given it: it is for the hub, and for auditors."
_MANY: Final = 7
_ANY: Final = RELATIONSHIPS - {"NONE", "ADDRESSED"}


class Opening(NamedTuple):
    """One role's way to one view of one type of event."""

    role: str
    when: tuple[str, ...]
    """Conditions in words; any one of them will do."""
    under: tuple[str, ...]
    """Gateways, in the order in which they are asked; one that opens suffices."""


def openings(sources: Sources, kind: str, view: str) -> tuple[Opening, ...]:
    """Every role that such an event can be for in the ordinary way, and how."""
    policy = sources.policy
    named = in_order(role for (event, role), views in policy.due.items() if event == kind and view in views)
    found = (
        Opening(name, tuple(_when(sources, kind, name, view)), _under(sources, kind, name, view, urgent=False))
        for name in named
    )
    return tuple(found)


def in_emergency(sources: Sources, kind: str, view: str) -> dict[str, list[str]]:
    """For each gateway that is asked before identity and relationship, the roles that it can open the view to."""
    urgent: dict[str, list[str]] = defaultdict(list)
    for (event, name), views in sources.policy.reach.items():
        for gateway in _under(sources, kind, name, view, urgent=True) if event == kind and view in views else ():
            urgent[gateway].append(name)
    return {gateway: in_order(urgent[gateway]) for gateway in sources.policy.gateways if gateway in urgent}


def told(sources: Sources, kind: str, view: str, base: str = "../") -> str:
    """The two answers as Markdown; `base` leads to the folder of the reference pages."""
    ways = table(("Who", "if the desk …", "under any one of"), _rows(sources, kind, view, base))
    urgent = [
        f"- {link(gateway, f'{base}gateways.md')}: {_few(sources, names, view, base)}"
        for gateway, names in in_emergency(sources, kind, view).items()
    ]
    emergency = "\n".join([_URGENT, "", *urgent]) if urgent else ""
    return "\n".join(filter(None, (ways, emergency))) or _NOBODY


def _rows(sources: Sources, kind: str, view: str, base: str) -> Iterator[tuple[str, str, str]]:
    """Roles with the same conditions and gateways share a row."""
    shared: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for opening in openings(sources, kind, view):
        shared[opening.when, opening.under].append(opening.role)
    for (when, under), names in shared.items():
        law = ", ".join(link(gateway, f"{base}gateways.md") for gateway in under) or "in an emergency alone, see below"
        yield roles(sources, names, base), "; or ".join(when), law


def _few(sources: Sources, names: list[str], view: str, base: str) -> str:
    """Roles by name if they are few; else the rule that they follow from."""
    if len(names) <= _MANY:
        return roles(sources, names, base)
    return f"the desk that answers, of any role that the matrix lets have it ({link(view, f'{base}views.md')})"


def _when(sources: Sources, kind: str, name: str, view: str) -> Iterator[str]:
    """One condition for each of the event's rows that gives the role the view."""
    rule = sources.policy.events[kind]
    for row, relationships in _rows_of(rule, name, "identity" if view in IDENTIFIERS else view):
        stages = f", at {listed(map(code, sorted(row.only)), 'or')} ({code(rule.aspect)})" if row.only else ""
        tests = "".join(f", {test(check)}" for check in row.needs)
        yield f"{_related(sources, relationships)}{stages}{tests}"


def _rows_of(rule: EventRule, name: str, view: str) -> Iterable[tuple[Row, set[str]]]:
    """Each different row that gives the role the view, with the relationships in which it does."""
    found: dict[int, tuple[Row, set[str]]] = {}
    for (to, relationship), rows in rule.rows.items():
        for row in rows if to == name else ():
            if view in row.views:
                found.setdefault(id(row), (row, set()))[1].add(relationship)
    return sorted(found.values(), key=lambda one: (sorted(one[1]), sorted(one[0].only or ())))  # not as a set has them


def _related(sources: Sources, relationships: set[str]) -> str:
    if relationships >= _ANY:
        return "has to do with the person"
    return listed((sources.say("relationship", one) for one in sorted(relationships)), "or")


def _under(sources: Sources, kind: str, name: str, view: str, *, urgent: bool) -> tuple[str, ...]:
    """Gateways from anybody who may publish the event; an identifier goes as identity goes."""
    policy = sources.policy
    if (name, view) not in policy.matrix.cells:
        return ()
    ways = policy.emergencies if urgent else policy.ways
    way = "identity" if view in IDENTIFIERS else view
    rows = {row for sender in policy.events[kind].publishers for row in ways.get((sender, name, way), ())}
    return tuple(row.id for row in sorted(rows, key=_order) if row.events is None or kind in row.events)


def _order(row: Gateway) -> int:
    return row.order
