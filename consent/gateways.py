"""The gateways, read from gateways.toml: under what law a view may go, from whom to whom, and what stops it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from consent.checks import NEEDS, UNLESS, Check, first_stop, purpose_served
from consent.terms import IDENTIFIERS, PURPOSES, REASONS, Facts, Reason
from consent.text import VIEW, Groups, Text, Vocabulary

HANDLING: Final = frozenset(
    {"SAFETY_ONLY", "CARE_ONLY", "STOP_RELYING_ON_CONSENT", "NO_ONWARD_SHARING", "CONSENT_MAY_END"}
    | {"ACKNOWLEDGE_AT_ONCE", "SAFEGUARDING_ONLY", "ORDER_ONLY", "RISK_ONLY", "STATED_PURPOSE_ONLY"}
    | {"DESIGNATION_MAY_END", "DESIGNATION_ENDED", "ANSWER_BY_EVENT", "ACT_IN_TIME", "DO_NOT_IDENTIFY"}
    | {"CORRECT_YOUR_RECORD", "REVIEW_IT", "CODE_DISPUTED"}
)
"""Duties that travel with a copy; each has its words in words.toml."""

_FIELDS: Final = (
    "id", "source", "from", "to", "opens", "events", "purposes", "needs", "unless", "order", "emergency", "reason",
    "handling",
)  # fmt: skip
_OPENABLE: Final = Vocabulary("VIEW", VIEW.known - frozenset(IDENTIFIERS))
_NEEDS: Final = Vocabulary("TEST", frozenset(NEEDS))
_UNLESS: Final = Vocabulary("TEST", frozenset(UNLESS))
_PURPOSE: Final = Vocabulary("PURPOSE", PURPOSES)


class Gateway(NamedTuple):
    """One row of gateways.toml."""

    id: str
    source: str
    """The law or rule that it rests on."""
    senders: frozenset[str]
    recipients: frozenset[str]
    opens: frozenset[str]
    """Views; identifier views follow identity."""
    events: frozenset[str] | None
    """Event types that it is for; None: any."""
    purposes: frozenset[str] | None
    """None: it asks for no purpose."""
    checks: tuple[Check, ...]
    order: int
    emergency: bool
    """Asked before identity and relationship."""
    reason: Reason
    handling: tuple[str, ...]
    """Duties that travel with the copy."""

    def stopped_by(self, facts: Facts, view: str) -> Reason | None:
        """The first reason that keeps it shut, or None; RULE_BROKEN if a test could not answer."""
        return purpose_served(self.purposes, facts.purpose) or first_stop(self.checks, facts, view)


class Gateways(NamedTuple):
    """The rows in the order in which they are asked, and every name that the matrix may use."""

    rows: tuple[Gateway, ...]
    known: frozenset[str]


def parse(text: Text) -> Gateways:
    """The gateways that the text sets out; PolicyError where it says something that it may not."""
    text.fields("gateways", text.says, ("not_yet", "purposes", "groups", "gateway"))
    groups, never = text.groups(), _never(text)
    rows = [_gateway(text, row, groups, never) for row in text.rows("gateway", text.says["gateway"])]
    not_yet = text.says["not_yet"]
    if not isinstance(not_yet, list):
        raise text.fault("NOT_A_LIST", "gateways", "not_yet")
    _once(text, "id", [(row.id, row.id) for row in rows] + [(str(name), str(name)) for name in not_yet])
    _once(text, "order", [(row.id, row.order) for row in rows])
    return Gateways(
        tuple(sorted(rows, key=lambda row: row.order)),
        frozenset(row.id for row in rows) | {str(name) for name in not_yet},
    )


def _never(text: Text) -> frozenset[str]:
    """Purposes that no gateway serves, whatever it says."""
    said = text.table("purposes")
    text.fields("purposes", said, ("never", "source"))
    text.string("purposes", "source", said["source"])
    return frozenset(text.words("purposes", "never", said["never"], _PURPOSE))


def _gateway(text: Text, row: Mapping[str, Any], groups: Groups, never: frozenset[str]) -> Gateway:
    table = text.string("gateway", "id", row.get("id"))
    text.fields(table, row, _FIELDS)
    for field, kind, code in (("order", int, "NOT_A_NUMBER"), ("emergency", bool, "NOT_TRUE_OR_FALSE")):
        if type(row[field]) is not kind:
            raise text.fault(code, table, field)
    return Gateway(
        id=table,
        source=text.string(table, "source", row["source"]),
        senders=text.roles(table, "from", row["from"], groups),
        recipients=text.roles(table, "to", row["to"], groups),
        opens=frozenset(text.words(table, "opens", row["opens"], _OPENABLE)),
        events=_events(text, table, row["events"]),
        purposes=_purposes(text, table, row["purposes"], never),
        checks=_checks(text, table, row),
        order=row["order"],
        emergency=row["emergency"],
        reason=cast(Reason, text.word(table, "reason", row["reason"], Vocabulary("REASON", REASONS))),
        handling=text.words(table, "handling", row["handling"], Vocabulary("HANDLING", HANDLING)),
    )


def _events(text: Text, table: str, said: object) -> frozenset[str] | None:
    """The event types named; whether each exists is asked where they are known."""
    if said == "any":
        return None
    if not isinstance(said, list) or not said:
        raise text.fault("NOT_A_LIST", table, "events")
    return frozenset(text.string(table, "events", kind) for kind in said)


def _purposes(text: Text, table: str, said: object, never: frozenset[str]) -> frozenset[str] | None:
    """The purposes served, none of them excluded: "any", of which "any stated" wants one; "whatever" asks for none."""
    stated = PURPOSES - never - {"UNKNOWN"}
    if said == "whatever":
        return None
    if said == "any":
        return PURPOSES - never
    return (
        stated
        if said == "any stated"
        else frozenset(text.words(table, "purposes", said, Vocabulary("PURPOSE", stated)))
    )


def _checks(text: Text, table: str, row: Mapping[str, Any]) -> tuple[Check, ...]:
    needs = text.words(table, "needs", row["needs"], _NEEDS)
    unless = text.words(table, "unless", row["unless"], _UNLESS)
    return (*(NEEDS[name] for name in needs), *(UNLESS[name] for name in unless))


def _once(text: Text, field: str, said: Sequence[tuple[str, object]]) -> None:
    """Refuse the second row that says the same."""
    seen: set[object] = set()
    for table, value in said:
        if value in seen:
            raise text.fault(f"DUPLICATE_{field.upper()}", table, field)
        seen.add(value)
