"""The policy with one rule weaker or taken away: whatever no case tells from the policy as it is, no case shows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from consent.checks import Check
from consent.gateways import Gateway
from consent.policy import Policy, Ways
from consent.receivers import EventRule, Row


class Mutant(NamedTuple):
    """A policy that differs in one rule."""

    rule: str
    """Which, in words."""
    policy: Policy
    gateway: str = ""
    event: str = ""
    """Only cases that ask this gateway, or are about this type, can tell."""


def mutants(policy: Policy) -> Iterator[Mutant]:
    """One for each test of a gateway, each of its limits, each row of receivers and each test of those."""
    for gateway in policy.gateways.values():
        for changed, rule in _weaker(gateway):
            yield Mutant(f"{gateway.id} {rule}", _with_gateway(policy, changed), gateway=gateway.id)
    for kind, event in policy.events.items():
        for altered, rule in _altered(event):
            yield Mutant(f"{kind} {rule}", replace(policy, events={**policy.events, kind: altered}), event=kind)


def _weaker(gateway: Gateway) -> Iterator[tuple[Gateway, str]]:
    for check in gateway.checks:
        yield gateway._replace(checks=_but(gateway.checks, check)), f"without {check.__name__}"
    if gateway.purposes is not None:
        yield gateway._replace(purposes=None), "for any purpose"
    if gateway.events is not None:
        yield gateway._replace(events=None), "for any event"


def _altered(event: EventRule) -> Iterator[tuple[EventRule, str]]:
    for check in event.needs:
        yield event._replace(needs=_but(event.needs, check)), f"without {check.__name__}"
    for row in dict.fromkeys(row for rows in event.rows.values() for row in rows):
        who = ", ".join(sorted({to for (to, _), rows in event.rows.items() if row in rows}))
        yield event._replace(rows=_rows(event.rows, row, None)), f"without the row of {who}"
        for check in row.needs:
            weaker = row._replace(needs=_but(row.needs, check))
            yield event._replace(rows=_rows(event.rows, row, weaker)), f"row of {who} without {check.__name__}"
        if row.only is not None:
            yield event._replace(rows=_rows(event.rows, row, row._replace(only=None))), f"row of {who} at any stage"


def _but(checks: tuple[Check, ...], check: Check) -> tuple[Check, ...]:
    return tuple(each for each in checks if each is not check)


def _rows(
    rows: Mapping[tuple[str, str], tuple[Row, ...]], row: Row, instead: Row | None
) -> Mapping[tuple[str, str], tuple[Row, ...]]:
    new = () if instead is None else (instead,)
    return {key: tuple(one for each in held for one in (new if each is row else (each,))) for key, held in rows.items()}


def _with_gateway(policy: Policy, changed: Gateway) -> Policy:
    known = {**policy.gateways, changed.id: changed}
    emergencies, ways = _through(policy.emergencies, known), _through(policy.ways, known)
    return replace(policy, gateways=known, emergencies=emergencies, ways=ways)


def _through(ways: Ways, known: Mapping[str, Gateway]) -> Ways:
    return {way: tuple(known[gateway.id] for gateway in gateways) for way, gateways in ways.items()}
