"""The event types, read from receivers.toml: who may publish each, what it reveals by itself, and whom it is for."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from consent.terms import IDENTIFIERS, RELATIONSHIPS
from consent.text import VIEW, Groups, Text, Vocabulary

_RELATIONSHIP: Final = Vocabulary("RELATIONSHIP", RELATIONSHIPS - {"NONE"})
_REQUIRED: Final = ("publishers", "views", "reveals", "meant")


class EventRule(NamedTuple):
    """What policy says of one event type."""

    publishers: frozenset[str]
    views: tuple[str, ...]
    """Every view of its schema, in order."""
    reveals: str
    """The view that the type gives away by itself."""
    meant: frozenset[str]
    """Parts that may go to a desk that may not see that view."""
    receives: Mapping[tuple[str, str], frozenset[str]]
    """(role, relationship): the views that are for such a desk."""

    def receives_ever(self, role: str) -> frozenset[str]:
        """The views that are for this role in some relationship."""
        return frozenset().union(*(views for (to, _), views in self.receives.items() if to == role))


def parse(text: Text) -> Mapping[str, EventRule]:
    """The rule of every event type; PolicyError where the text says something that it may not."""
    groups = text.groups()
    return {kind: _event(text, kind, groups) for kind in text.says if kind != "groups"}


def _event(text: Text, kind: str, groups: Groups) -> EventRule:
    said = text.table(kind)
    text.fields(kind, {"receivers": [], **said}, (*_REQUIRED, "receivers"))
    views = text.words(kind, "views", said["views"], VIEW)
    part = Vocabulary("VIEW", frozenset(views))
    receives: dict[tuple[str, str], frozenset[str]] = {}
    for row in text.rows(kind, said.get("receivers", [])):
        for pair, given in _receivers(text, f"{kind}.receivers", row, groups, views).items():
            receives[pair] = receives.get(pair, frozenset()) | given
    return EventRule(
        publishers=text.roles(kind, "publishers", said["publishers"], groups),
        views=views,
        reveals=text.word(kind, "reveals", said["reveals"], VIEW),
        meant=frozenset(text.words(kind, "meant", said["meant"], part)),
        receives=receives,
    )


def _receivers(
    text: Text, table: str, row: Mapping[str, Any], groups: Groups, views: tuple[str, ...]
) -> dict[tuple[str, str], frozenset[str]]:
    """What one row of receivers gives to each role in each relationship."""
    text.fields(table, row, ("roles", "relationships", "views"))
    kinds = row["relationships"]
    if kinds != "any":
        kinds = text.words(table, "relationships", kinds, _RELATIONSHIP)
    given = _views(text, table, row["views"], views)
    roles = text.roles(table, "roles", row["roles"], groups)
    return {(role, kind): given for role in roles for kind in (_RELATIONSHIP.known if kinds == "any" else kinds)}


def _views(text: Text, table: str, said: object, views: tuple[str, ...]) -> frozenset[str]:
    """The views of one row, with identifiers where identity is among them."""
    if said == "all":
        return frozenset(views)
    listed = Vocabulary("VIEW", frozenset(views) - frozenset(IDENTIFIERS))
    given = frozenset(text.words(table, "views", said, listed))
    return given | (frozenset(views) & frozenset(IDENTIFIERS)) if "identity" in given else given
