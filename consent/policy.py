"""The policy: three texts that people review, read once into what makes deciding quick.

views.toml says what a role may ever see, receivers.toml whom a type of event is for, gateways.toml under what law it
may go. A view goes only where all three agree. A policy that says anything unknown does not load; nothing is shared.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product

from consent.gateways import Gateway
from consent.gateways import parse as parse_gateways
from consent.matrix import Matrix
from consent.matrix import parse as parse_matrix
from consent.receivers import EventRule
from consent.receivers import parse as parse_receivers
from consent.terms import ROLES
from consent.text import Text

Ways = Mapping[tuple[str, str, str], tuple[Gateway, ...]]
"""(from role, to role, view): the gateways to ask, in order."""


@dataclass(frozen=True)
class Policy:
    """What may be shared with whom, under what."""

    events: Mapping[str, EventRule]
    matrix: Matrix = field(repr=False)
    emergencies: Ways = field(repr=False)
    """Gateways that are asked before identity and relationship."""
    ways: Ways = field(repr=False)
    """All others."""
    gateways: Mapping[str, Gateway] = field(repr=False)
    reach: Mapping[tuple[str, str], frozenset[str]] = field(repr=False)
    """(event type, role): the views that this role could be given under some condition."""
    withheld: Mapping[tuple[str, str], tuple[str, ...]] = field(repr=False)
    """(event type, role): the others, in the order of the schema."""
    digest: str
    """SHA-256 of the three texts, hexadecimal."""

    @classmethod
    def parse(cls, views: str, receivers: str, gateways: str) -> "Policy":
        """The policy that the three texts set out; PolicyError where one says something that it may not."""
        law = parse_gateways(Text.parse("gateways.toml", gateways))
        cells = parse_matrix(Text.parse("views.toml", views), law.known)
        events = parse_receivers(Text.parse("receivers.toml", receivers))
        ways = _ways(cells, law.rows)
        emergencies = {pair: urgent for pair, rows in ways.items() if (urgent := _of(rows, emergency=True))}
        reach = _reach(events, cells, emergencies)
        return cls(
            events=events,
            matrix=cells,
            emergencies=emergencies,
            ways={pair: calm for pair, rows in ways.items() if (calm := _of(rows, emergency=False))},
            gateways={row.id: row for row in law.rows},
            reach=reach,
            withheld={key: _others(events[key[0]].views, within) for key, within in reach.items()},
            digest=_digest(views, receivers, gateways),
        )

    def publishers(self) -> Mapping[str, frozenset[str]]:
        """The roles that may publish each event type."""
        return {kind: rule.publishers for kind, rule in self.events.items()}

    def handling(self, used: frozenset[str]) -> tuple[str, ...]:
        """The duties that travel with a copy given under these gateways, sorted."""
        return tuple(sorted({duty for name in used for duty in self.gateways[name].handling}))


def _ways(cells: Matrix, rows: tuple[Gateway, ...]) -> Ways:
    """The gateways to ask of each pair of roles and view: they serve both, open it, and the matrix admits them."""
    ways: dict[tuple[str, str, str], tuple[Gateway, ...]] = {}
    for row in rows:
        for to_role, view in product(row.recipients, row.opens):
            if row.id in cells.cells.get((to_role, view), ()):
                for from_role in row.senders:
                    ways[from_role, to_role, view] = (*ways.get((from_role, to_role, view), ()), row)
    return ways


def _of(rows: tuple[Gateway, ...], *, emergency: bool) -> tuple[Gateway, ...]:
    return tuple(row for row in rows if row.emergency is emergency)


def _reach(
    events: Mapping[str, EventRule], cells: Matrix, emergencies: Ways
) -> Mapping[tuple[str, str], frozenset[str]]:
    """What a role could be given of a type: the matrix admits it, and it is a receiver or may be in an emergency."""
    urgent = {(to_role, view) for _, to_role, view in emergencies}
    return {
        (kind, role): frozenset(
            view
            for view in rule.views
            if (role, view) in cells.cells and (view in rule.receives_ever(role) or (role, view) in urgent)
        )
        for kind, rule in events.items()
        for role in ROLES
    }


def _others(views: tuple[str, ...], within: frozenset[str]) -> tuple[str, ...]:
    return tuple(view for view in views if view not in within)


def _digest(*texts: str) -> str:
    parts = (hashlib.sha256(text.encode()).digest() for text in texts)
    return hashlib.sha256(b"".join(parts)).hexdigest()
