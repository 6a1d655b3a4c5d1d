"""Who would be given more under another policy, and who less: every (from, to, event, view), with when.

Whom both policies ask the same are given the same, so only others are asked about; and those of whom both policies
ask alike are asked about once. Each view is asked about by itself: that it goes only with one of the views that the
event's type is about (`carriers`) is told apart, for it holds of all of them alike.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from consent.checks import Check
from consent.compare.cubes import Cube, covering, cube, meet
from consent.compare.suppose import Leaf, Supposed, leaves
from consent.compare.values import Domain, looks_at_role, rules
from consent.decision import opens
from consent.gateways import Gateway
from consent.policy import Policy
from consent.terms import IDENTIFIERS, ROLES, VIEWS

Change = Literal["OPENS", "CLOSES"]
Pair = tuple[str, str]
Pairs = tuple[Pair, ...]
Says = tuple[bool, bool]
"""Whether a view is given under the old policy, and under the new."""
THIS: Final = "this"
"""Stands for the view that a difference is about."""


class Difference(NamedTuple):
    """One view that would open or close: in every case of `when` but those of `unless`, where nothing changes."""

    change: Change
    event: str
    from_role: str
    to_role: str
    view: str
    when: tuple[Cube, ...]
    """Under one of these. A fact may be `consent:VIEW`; `consent:this` is of the view itself, but not of identity."""
    unless: tuple[Cube, ...]


class _Asked(NamedTuple):
    """One view of an event from one role to another."""

    event: str
    from_role: str
    to_role: str
    view: str


def differences(old: Policy, new: Policy, aspects: Mapping[str, Collection[str]]) -> Iterator[Difference]:
    """Every difference; `aspects` are the codes that the fact may have on which an event's receivers depend."""
    alike: dict[Hashable, list[_Asked]] = defaultdict(list)
    for asked in _every(old, new):
        before, after = _asks(old, asked), _asks(new, asked)
        if before != after:
            codes = frozenset(aspects.get(asked.event, ()))
            alike[before, after, _basis(asked.view), codes].append(asked)
    for group in alike.values():
        for change, when, unless in _judged(old, new, group[0], aspects.get(group[0].event, ())):
            yield from (Difference(change, *one, _about(one.view, when), _about(one.view, unless)) for one in group)


def carriers(old: Policy, new: Policy) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """(event, before, after): the views of which one has to be given for anything to go, where they change."""
    for event in sorted(old.events.keys() & new.events.keys()):
        before, after = ({rule.reveals, *rule.meant} for rule in (old.events[event], new.events[event]))
        if before != after:
            yield event, frozenset(before), frozenset(after)


def _every(old: Policy, new: Policy) -> Iterator[_Asked]:
    for event in sorted({*old.events, *new.events}):
        told = [policy.events[event] for policy in (old, new) if event in policy.events]
        for sender in sorted(frozenset().union(*(rule.publishers for rule in told))):
            for role in sorted(ROLES):
                views = {view for rule in told for view in rule.views}
                yield from (_Asked(event, sender, role, view) for view in VIEWS if view in views)


def _basis(view: str) -> str:
    """The view that is asked about: an identifier goes as identity goes."""
    return "identity" if view in IDENTIFIERS else view


def _asks(policy: Policy, asked: _Asked) -> Hashable:
    """Everything that the policy asks before it gives the view; equal for two that it gives alike. Empty: never."""
    rule = policy.events.get(asked.event)
    if rule is None or asked.from_role not in rule.publishers or asked.view not in rule.views:
        return ()
    if asked.view in IDENTIFIERS and (asked.to_role, asked.view) not in policy.matrix.cells:
        return ()
    return _one(policy, asked.event, (asked.from_role, asked.to_role), _basis(asked.view))


def _one(policy: Policy, event: str, pair: Pair, view: str) -> Hashable:
    """What is asked of one view by itself; empty if nothing opens it."""
    rule, (sender, role) = policy.events[event], pair
    urgent, usual = (_laws(table.get((sender, role, view), ()), event) for table in (policy.emergencies, policy.ways))
    rows = frozenset(
        (related, frozenset((row.only, frozenset(row.needs)) for row in each if view in row.views))
        for (to, related), each in rule.rows.items()
        if to == role and any(view in row.views for row in each)
    )
    if not (usual and rows):
        return (urgent, role) if urgent else ()
    checks = {check for _, tests in (*urgent, *usual) for check in tests}
    checks |= {check for _, each in rows for _, tests in each for check in tests} | set(rule.needs)
    looked_at = role if any(looks_at_role(check) for check in checks) else ""
    return urgent, usual, rows, (role, view) in policy.matrix.probable, looked_at


def _laws(rows: Sequence[Gateway], event: str) -> frozenset[tuple[frozenset[str] | None, frozenset[Check]]]:
    return frozenset((row.purposes, frozenset(row.checks)) for row in rows if row.events is None or event in row.events)


def _judged(
    old: Policy, new: Policy, asked: _Asked, aspects: Collection[str]
) -> Iterator[tuple[Change, tuple[Cube, ...], tuple[Cube, ...]]]:
    """What changes for one view, and when."""
    domain = Domain(rules((old, new), *asked[:3]), aspects, asked.to_role, _basis(asked.view))
    certain = {"event_type": asked.event, "from_role": asked.from_role, "to_role": asked.to_role}

    def both(facts: Supposed) -> Says:
        return _opens(facts, old, asked), _opens(facts, new, asked)

    found = list(leaves(both, domain.values, certain))
    changes: tuple[tuple[Change, Says], ...] = (("OPENS", (False, True)), ("CLOSES", (True, False)))
    for change, says in changes:
        when, unless = _conditions(found, says, domain)
        if when:
            yield change, _whole(when, domain), _whole(unless, domain)


def _conditions(found: Sequence[Leaf[Says]], says: Says, domain: Domain) -> tuple[tuple[Cube, ...], tuple[Cube, ...]]:
    """The cases of this change; those in which both give it are left to `unless`."""
    those = [cube(leaf.facts) for leaf in found if leaf.said == says]
    if not those:
        return (), ()
    never = [cube(leaf.facts) for leaf in found if leaf.said not in {says, (True, True)}]
    when = covering(those, never, domain.values)
    both = [cube(leaf.facts) for leaf in found if leaf.said == (True, True)]
    within = [one for one in both if any(meet(one, case) for case in when)]
    return when, covering(within, those, domain.values)


def _whole(cubes: Sequence[Cube], domain: Domain) -> tuple[Cube, ...]:
    """The cubes with every value that the values tried stand for."""
    return tuple(
        {
            fact: frozenset(one for value in held for one in domain.stands_for(fact)[value])
            for fact, held in each.items()
        }
        for each in cubes
    )


def _about(view: str, cubes: Sequence[Cube]) -> tuple[Cube, ...]:
    """The cubes with the view's own name as `this`, so that views of which the same is asked read the same."""
    return tuple({_this(fact, view): held for fact, held in each.items()} for each in cubes)


def _this(fact: str, view: str) -> str:
    name, _, about = fact.partition(":")
    return f"{name}:{THIS}" if about == view and view != "identity" else fact


def _opens(facts: Supposed, policy: Policy, asked: _Asked) -> bool:
    """Whether the policy gives the view, as far as the view itself is asked about."""
    rule = policy.events.get(asked.event)
    if rule is None or asked.from_role not in rule.publishers or asked.view not in rule.views:
        return False
    return opens(facts.asked_of(_basis(asked.view)), policy, asked.view)
