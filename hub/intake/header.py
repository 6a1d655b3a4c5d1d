"""What must hold of an event's envelope and submission before anything else is asked: each rule refuses the whole.

The topic says who published, because only that desk can write to it; a body that says otherwise is somebody's mistake
or forgery. Dates are checked against the record's own timestamp, never a wall clock.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hub.intake.consent import too_many
from hub.intake.event import DAY_MS, YEAR_MS, Received, Rules
from hub.intake.spill import refers_to_somebody
from hub.model.entry import Fault
from schemas.catalogue import EventSchema

EVENT_ID: Final = re.compile(r"[!-~]{1,64}")
"""Visible ASCII."""
MOST_IDENTIFIERS: Final = 20
MOST_NAMED: Final = 50
LIFETIME_DAYS: Final = 100 * 366

Check = Callable[[Received, EventSchema, Mapping[str, Any], Rules], Iterator[Fault]]


def event_id(received: Received, body: Mapping[str, Any], rules: Rules) -> str:
    """The publisher's own id, for its receipt; empty if it gave none that can be repeated to it."""
    written = (body["submission"] or {}).get("event_id", "")
    return written if _is_event_id(written, received, rules) else ""


def _is_event_id(written: str, received: Received, rules: Rules) -> bool:
    """Whether it is one that may stand in the audit: visible, short, and nobody's number."""
    year = 1970 + received.timestamp // YEAR_MS
    return bool(EVENT_ID.fullmatch(written)) and not refers_to_somebody(written, rules.directory.identifiers, year)


def refusals(received: Received, schema: EventSchema, body: Mapping[str, Any], rules: Rules) -> tuple[Fault, ...]:
    """Every rule that this header breaks; none: it may go on."""
    if body["submission"] is None:
        return (Fault("MISSING", "submission"),)
    return tuple(fault for check in _CHECKS for fault in check(received, schema, body, rules))


def _publisher(received: Received, schema: EventSchema, body: Mapping[str, Any], rules: Rules) -> Iterator[Fault]:
    desk, envelope = received.desk, body["envelope"]
    if body["submission"]["desk"] != desk.name:
        yield Fault("WRONG_PUBLISHER", "submission.desk")
    if envelope["publisher_org"] != desk.organisation:
        yield Fault("WRONG_PUBLISHER", "envelope.publisher_org")
    if envelope["publisher_desk"] not in {None, desk.name}:
        yield Fault("WRONG_PUBLISHER", "envelope.publisher_desk")
    if desk.role not in rules.publishers.get(schema.type, ()):
        yield Fault("PUBLISHER_NOT_AUTHORISED", "envelope.type")


def _type(_received: Received, schema: EventSchema, body: Mapping[str, Any], _rules: Rules) -> Iterator[Fault]:
    if body["envelope"]["type"] != schema.type:
        yield Fault("WRONG_TYPE", "envelope.type")


def _said(received: Received, _schema: EventSchema, body: Mapping[str, Any], rules: Rules) -> Iterator[Fault]:
    submission = body["submission"]
    if not _is_event_id(submission["event_id"], received, rules):
        yield Fault("BAD_EVENT_ID", "submission.event_id")
    if not submission["purpose"]:
        yield Fault("MISSING_PURPOSE", "submission.purpose")
    if len(submission["identifiers"]) > MOST_IDENTIFIERS:
        yield Fault("TOO_MANY", "submission.identifiers")
    if len(submission["named"]) > MOST_NAMED:
        yield Fault("TOO_MANY", "submission.named")


def _dates(received: Received, _schema: EventSchema, body: Mapping[str, Any], rules: Rules) -> Iterator[Fault]:
    envelope = body["envelope"]
    for name in ("occurred_at", "published_at"):
        if envelope[name] > received.timestamp + rules.ahead_ms:
            yield Fault("FUTURE_DATE", f"envelope.{name}")
        if envelope[name] < received.timestamp - rules.behind_ms:
            yield Fault("ANCIENT_DATE", f"envelope.{name}")
    if envelope["published_at"] < envelope["occurred_at"] - rules.ahead_ms:
        yield Fault("PUBLISHED_TOO_EARLY", "envelope.published_at")


def _consent(received: Received, schema: EventSchema, body: Mapping[str, Any], _rules: Rules) -> Iterator[Fault]:
    if "consent_terms" not in schema.views:
        return
    terms = body["consent_terms"]
    if terms is None:
        yield Fault("MISSING", "consent_terms")
        return
    if terms["version"] < 1:
        yield Fault("BAD_VERSION", "consent_terms.version")
    if schema.type == "consent_grant":
        yield from (Fault("TOO_MANY", f"consent_terms.{name}") for name in too_many(terms))
    if schema.type == "consent_grant" and not _is_period(terms["valid_from"], terms["valid_to"], received.timestamp):
        yield Fault("BAD_PERIOD", "consent_terms.valid_to")


def _is_period(first: int | None, last: int | None, now: int) -> bool:
    """Whether a grant's days, where it names them, are in order and in living memory."""
    today = now // DAY_MS
    days = [day for day in (first, last) if day is not None]
    return days == sorted(days) and all(abs(day - today) < LIFETIME_DAYS for day in days)


def _coordinator(received: Received, schema: EventSchema, body: Mapping[str, Any], rules: Rules) -> Iterator[Fault]:
    """A panel's list and its reviews are its coordinator's alone to publish; nobody else's word opens or ends them.

    Which panel it is stands in the risk view, so that view has to be there, also when all else is withdrawn.
    """
    if schema.type not in _COORDINATED:
        return
    risk = body["risk"]
    if risk is None:
        yield Fault("MISSING", "risk")
        return
    panel = rules.directory.panel(risk["panel"])
    if panel is None or panel.coordinator != received.desk.name:
        yield Fault("PUBLISHER_NOT_AUTHORISED", "risk.panel")


def _anonymous(_received: Received, schema: EventSchema, body: Mapping[str, Any], _rules: Rules) -> Iterator[Fault]:
    """An anonymous consultation says nothing by which somebody could be known; a case number would join two of them."""
    said = body.get("health_minimum")
    if schema.type != "consultation" or said is None or said["anonymous"] != "YES":
        return
    submission = body["submission"]
    telling = {
        "identity": body["identity"],
        "health_full": body["health_full"],
        "envelope.case_ref": body["envelope"]["case_ref"],
        "submission.identifiers": submission["identifiers"] or None,
        "submission.place": submission["place"],
        "submission.holding_ref": submission["holding_ref"],
    }
    yield from (Fault("NOT_ANONYMOUS", name) for name, value in telling.items() if value is not None)


_COORDINATED: Final = frozenset({"mappa_registration", "mappa_review"})
_CHECKS: Final[tuple[Check, ...]] = (_publisher, _type, _said, _dates, _consent, _coordinator, _anonymous)
