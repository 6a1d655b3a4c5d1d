"""The event types, read from receivers.toml: who may publish each, what it reveals by itself, and whom it is for."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from consent.checks import NEEDS, Check, first_stop
from consent.terms import IDENTIFIERS, RELATIONSHIPS, Facts, Reason
from consent.text import VIEW, Groups, Text, Vocabulary

_RELATIONSHIP: Final = Vocabulary("RELATIONSHIP", RELATIONSHIPS - {"NONE"})
_ANY: Final = _RELATIONSHIP.known - {"ADDRESSED"}
"""To be named in an event is no relationship, so a row has to say that it counts."""
_NEEDS: Final = Vocabulary("TEST", frozenset(NEEDS))
_REQUIRED: Final = ("publishers", "views", "reveals", "meant")
_OPTIONAL: Final[Mapping[str, Any]] = {"aspect": "", "needs": [], "receivers": []}
_ROW: Final = ("roles", "relationships", "views", "only", "needs")
_ROW_OPTIONAL: Final[Mapping[str, Any]] = {"only": "any", "needs": []}


class Row(NamedTuple):
    """One row of receivers: what it gives, and when."""

    views: frozenset[str]
    only: frozenset[str] | None
    """Aspects of the event at which it counts; None: at any."""
    needs: tuple[Check, ...]

    def shut_by(self, facts: Facts) -> Reason | None:
        """The first reason for which it does not count, or None."""
        if self.only is not None and facts.aspect not in self.only:
            return "NOT_AT_THIS_STAGE"
        return first_stop(self.needs, facts, "")


class EventRule(NamedTuple):
    """What policy says of one event type."""

    publishers: frozenset[str]
    views: tuple[str, ...]
    """Every view of its schema, in order."""
    reveals: str
    """The view that the type gives away by itself."""
    meant: frozenset[str]
    """Parts that may go to a desk that may not see that view."""
    aspect: str
    """The fact of the event that decides whom it is for; empty: none does."""
    needs: tuple[Check, ...]
    """Tests that every recipient has to stand, whatever the reason for which it is asked about."""
    rows: Mapping[tuple[str, str], tuple[Row, ...]]
    """(role, relationship): the rows for such a desk."""
    addressed: bool
    """To be named in such an event counts for some desk."""

    def shut_by(self, facts: Facts) -> Reason | None:
        """Why such an event is for this desk not at all; None: it may be."""
        return first_stop(self.needs, facts, "") or ("NO_RELATIONSHIP" if facts.relationship == "NONE" else None)

    def gives(self, facts: Facts) -> tuple[frozenset[str], Mapping[str, Reason]]:
        """The views that are for this desk now, and of those that a row would give, why it does not."""
        given: frozenset[str] = frozenset()
        kept: dict[str, Reason] = {}
        for row in self.rows.get((facts.to_role, facts.relationship), ()):
            stopped = row.shut_by(facts)
            if stopped is None:
                given |= row.views
            else:
                kept.update(dict.fromkeys(row.views, stopped))
        return given, kept

    def receives_ever(self, role: str) -> frozenset[str]:
        """The views that are for this role in some relationship, at some stage."""
        return frozenset().union(*(row.views for (to, _), rows in self.rows.items() if to == role for row in rows))


def parse(text: Text) -> Mapping[str, EventRule]:
    """The rule of every event type; PolicyError where the text says something that it may not."""
    groups = text.groups()
    return {kind: _event(text, kind, groups) for kind in text.says if kind != "groups"}


def _event(text: Text, kind: str, groups: Groups) -> EventRule:
    said = {**_OPTIONAL, **text.table(kind)}
    text.fields(kind, said, (*_REQUIRED, *_OPTIONAL))
    views = text.views(kind, "views", said["views"])
    part = Vocabulary("VIEW", frozenset(views))
    rows = _rows(text, kind, said, groups, views)
    return EventRule(
        publishers=text.roles(kind, "publishers", said["publishers"], groups),
        views=views,
        reveals=text.word(kind, "reveals", said["reveals"], VIEW),
        meant=frozenset(text.words(kind, "meant", said["meant"], part)),
        aspect=text.string(kind, "aspect", said["aspect"]) if said["aspect"] != "" else "",
        needs=_checks(text, kind, said["needs"]),
        rows=rows,
        addressed=any(relationship == "ADDRESSED" for _, relationship in rows),
    )


def _rows(
    text: Text, kind: str, said: Mapping[str, Any], groups: Groups, views: tuple[str, ...]
) -> Mapping[tuple[str, str], tuple[Row, ...]]:
    """The rows of a type, for each role in each relationship that they name."""
    rows: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in text.rows(kind, said["receivers"]):
        table, written = f"{kind}.receivers", {**_ROW_OPTIONAL, **row}
        text.fields(table, written, _ROW)
        read = Row(
            _views(text, table, written["views"], views),
            _only(text, table, written["only"], said["aspect"]),
            _checks(text, table, written["needs"]),
        )
        for role in text.roles(table, "roles", written["roles"], groups):
            for relationship in _relationships(text, table, written["relationships"]):
                rows[role, relationship] = (*rows.get((role, relationship), ()), read)
    return rows


def _relationships(text: Text, table: str, said: object) -> frozenset[str]:
    return _ANY if said == "any" else frozenset(text.words(table, "relationships", said, _RELATIONSHIP))


def _only(text: Text, table: str, said: object, aspect: str) -> frozenset[str] | None:
    """The aspects named; a row may name some only if its type says which fact they are of."""
    if said == "any":
        return None
    if not aspect or not isinstance(said, list) or not said:
        raise text.fault("NO_ASPECT", table, "only")
    return frozenset(text.string(table, "only", code) for code in said)


def _checks(text: Text, table: str, said: object) -> tuple[Check, ...]:
    return tuple(NEEDS[name] for name in text.words(table, "needs", said, _NEEDS))


def _views(text: Text, table: str, said: object, views: tuple[str, ...]) -> frozenset[str]:
    """The views of one row, with identifiers where identity is among them."""
    if said == "all":
        return frozenset(views)
    listed = Vocabulary("VIEW", frozenset(views) - frozenset(IDENTIFIERS))
    given = frozenset(text.words(table, "views", said, listed))
    return given | (frozenset(views) & frozenset(IDENTIFIERS)) if "identity" in given else given
