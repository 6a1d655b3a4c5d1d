"""What a policy promises and no gateway keeps: a cell or a row that looks as if somebody were told, and nobody ever is.

It harms nobody by itself, but whoever reads the tables is misled, and so is a publisher who relies on them. A cell may
wait for a gateway that has no rule yet; a row may not, for it is what the event is for today.
"""

from collections.abc import Iterator

from consent.errors import PolicyError
from consent.policy import Policy
from consent.terms import IDENTIFIERS
from consent.text import Text
from consent.who import under


def refuse(policy: Policy, views: Text, receivers: Text) -> None:
    """Raise the first of the faults, if there is one."""
    for fault in faults(policy, views, receivers):
        raise fault


def faults(policy: Policy, views: Text, receivers: Text) -> Iterator[PolicyError]:
    """OPENED_BY_NOTHING for each such cell and row; the texts are those that the policy is of."""
    for role, view in _cells(policy):
        yield views.fault("OPENED_BY_NOTHING", _block(views, view), role)
    for kind, role, view in _rows(policy):
        yield receivers.fault("OPENED_BY_NOTHING", f"{kind}.receivers", f"{view} to {role}", view)


def _cells(policy: Policy) -> Iterator[tuple[str, str]]:
    """(role, view) of each cell that names only gateways that have a rule, none of which opens it."""
    every = frozenset().union(*policy.matrix.cells.values())
    for (role, view), admitted in sorted(policy.matrix.cells.items()):
        waits = admitted != every and not admitted <= policy.gateways.keys()
        opened = any(
            view in row.opens and role in row.recipients for name, row in policy.gateways.items() if name in admitted
        )
        if view not in IDENTIFIERS and not (opened or waits):
            yield role, view


def _rows(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """(event type, role, view) that a row gives and the matrix lets it have, and nobody who publishes such an event."""
    for (kind, role), views in sorted(policy.due.items()):
        for view in policy.events[kind].views:
            ways = (under(policy, kind, role, view, urgent=urgent) for urgent in (False, True))
            if view in views and view not in IDENTIFIERS and not any(ways):
                yield kind, role, view


def _block(views: Text, view: str) -> str:
    """The table of the matrix that the view's column stands in."""
    return next(name for name, block in views.says.items() if view in block.get("columns", ()))
