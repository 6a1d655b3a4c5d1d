"""The policy: five texts that people review, read once into what makes deciding quick.

views.toml says what a role may ever see, receivers.toml whom a type of event is for, gateways.toml under what law it
may go. A view goes only where all three agree. takers.toml says whose staff may take a consent, expiry.toml how long
one holds. A policy that says anything unknown does not load; nothing is shared.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consent.expiry import Expiry
from consent.gateways import Gateway
from consent.gateways import parse as parse_gateways
from consent.matrix import Matrix
from consent.matrix import parse as parse_matrix
from consent.receivers import EventRule
from consent.receivers import parse as parse_receivers
from consent.takers import Takers
from consent.terms import IDENTIFIERS, ROLES
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
    due: Mapping[tuple[str, str], frozenset[str]] = field(repr=False)
    """(event type, role): those of them that are for it otherwise than in an emergency."""
    withheld: Mapping[tuple[str, str], tuple[str, ...]] = field(repr=False)
    """(event type, role): those out of reach, in the order of the schema."""
    takers: Takers = field(repr=False)
    """Whose staff may take a consent."""
    expiry: Expiry = field(repr=False)
    """When a consent ends that does not say so itself."""
    digest: str
    """SHA-256 of the five texts, hexadecimal."""

    @classmethod
    def parse(cls, views: str, receivers: str, gateways: str, takers: str, expiry: str) -> "Policy":
        """The policy that the five texts set out; PolicyError where one says something that it may not."""
        told = Text.parse("gateways.toml", gateways)
        law = parse_gateways(told)
        cells = parse_matrix(Text.parse("views.toml", views), law.known)
        events = parse_receivers(Text.parse("receivers.toml", receivers))
        _known_types(told, law.rows, events)
        lasting = Expiry.parse(expiry)
        for kind in sorted(lasting.handed_over() - events.keys()):
            raise Text.parse("expiry.toml", expiry).fault("UNKNOWN_EVENT", "handover", "events", kind)
        due = {(kind, role): _due(rule, role, cells) for kind, rule in events.items() for role in ROLES}
        urgent = {(kind, role): _urgent(kind, role, law.rows, cells) for kind in events for role in ROLES}
        reach = {key: views | (urgent[key] & frozenset(events[key[0]].views)) for key, views in due.items()}
        return cls(
            events=events,
            matrix=cells,
            emergencies=_ways(cells, [row for row in law.rows if row.emergency]),
            ways=_ways(cells, [row for row in law.rows if not row.emergency]),
            gateways={row.id: row for row in law.rows},
            reach=reach,
            due=due,
            withheld={key: _others(events[key[0]].views, within) for key, within in reach.items()},
            takers=Takers.parse(takers),
            expiry=lasting,
            digest=_digest(views, receivers, gateways, takers, expiry),
        )

    def publishers(self) -> Mapping[str, frozenset[str]]:
        """The roles that may publish each event type."""
        return {kind: rule.publishers for kind, rule in self.events.items()}

    def handling(self, used: frozenset[str]) -> tuple[str, ...]:
        """The duties that travel with a copy given under these gateways, sorted."""
        return tuple(sorted({duty for name in used for duty in self.gateways[name].handling}))


def _known_types(text: Text, rows: Sequence[Gateway], events: Mapping[str, EventRule]) -> None:
    """Refuse a gateway for a type of event that nobody can publish."""
    for row in rows:
        for kind in sorted(row.events or ()):
            if kind not in events:
                raise text.fault("UNKNOWN_EVENT", row.id, "events", kind)


def _ways(cells: Matrix, rows: Sequence[Gateway]) -> Ways:
    """The gateways to ask of each pair of roles and view: they serve both, open it, and the matrix admits them."""
    ways: dict[tuple[str, str, str], tuple[Gateway, ...]] = {}
    for (to_role, view), admitted in cells.cells.items():
        into = [row for row in rows if row.id in admitted and view in row.opens and to_role in row.recipients]
        for from_role in frozenset().union(*(row.senders for row in into)):
            ways[from_role, to_role, view] = tuple(row for row in into if from_role in row.senders)
    return ways


def _due(rule: EventRule, role: str, cells: Matrix) -> frozenset[str]:
    """What a role could be given of a type as one of its receivers: the matrix admits it."""
    return frozenset(view for view in rule.receives_ever(role) if (role, view) in cells.cells)


def _urgent(kind: str, role: str, rows: Sequence[Gateway], cells: Matrix) -> frozenset[str]:
    """What it could be given of a type in an emergency, whomever the event is for; identifiers go with identity."""
    urgent = [row for row in rows if row.emergency and role in row.recipients and kind in (row.events or {kind})]
    opened = {view for row in urgent for view in row.opens if row.id in cells.cells.get((role, view), ())}
    along = IDENTIFIERS if "identity" in opened else ()
    return frozenset(opened) | frozenset(view for view in along if (role, view) in cells.cells)


def _others(views: tuple[str, ...], within: frozenset[str]) -> tuple[str, ...]:
    return tuple(view for view in views if view not in within)


def _digest(*texts: str) -> str:
    parts = (hashlib.sha256(text.encode()).digest() for text in texts)
    return hashlib.sha256(b"".join(parts)).hexdigest()
