"""Bytes to a typed, valid event, or the reasons why not: the first stage of intake.

Nothing here is repaired. What is wrong with the whole refuses the whole; what is wrong with a part is dropped or made
UNKNOWN, flagged to its publisher, and closes only what rests on it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from consent.terms import IDENTIFIERS
from hub.intake import answers, consent, header, naming, particulars, payload, spill
from hub.intake.event import Event, Received, Rejected, Rules
from hub.intake.identifiers import checked
from hub.model.entry import Fault
from hub.model.keys import entry_id
from schemas import codec
from schemas.catalogue import EventSchema
from schemas.errors import WireError
from schemas.facts import differing_parts, facts_of

MOST_FAULTS: Final = 50
"""Told to a publisher at once."""

_ABOUT_DETAINED: Final = frozenset({"arrest", "screening", "handover"})
_SAYS: Final = {
    "order": "cj_requirement", "breach": "criminal_justice", "designation": "status", "request": "status",
    "handover": "status", "assessment": "health_minimum", "health_registration": "health_minimum",
    "concern": "health_minimum", "s136": "status", "alert": "status", "compliance": "compliance", "release": "status",
    "recall": "criminal_justice", "court": "cj_summary", "psr": "criminal_justice", "consultation": "health_minimum",
    "service_profile": "status", "service_calendar": "status", "disclosure_correction": "status", "ack": "status",
    "override": "status", "review": "status", "link": "status", "unlink": "status",
}  # fmt: skip
"""The view without which an event of that type says nothing that a decision could rest on."""
_NEVER_WAITS: Final = frozenset({"concern", "consent_refuse", "consent_withdraw"})

Body = dict[str, Any]
Faults = tuple[Fault, ...]


class _Read(NamedTuple):
    """A record whose bytes are a registered event."""

    received: Received
    schema: EventSchema
    content_hash: bytes


def ingest(received: Received, rules: Rules) -> Event | Rejected:
    """The event that the bytes hold, or why they go to quarantine."""
    try:
        schema, body = codec.decode(received.body)
        read = _Read(received, schema, hashlib.sha256(codec.canonical(schema, body)).digest()[:8])
    except WireError as error:
        return Rejected(received, "", (Fault(error.code, ""),))
    refusals = header.refusals(received, schema, body, rules)
    if refusals:
        return Rejected(received, header.event_id(received, body, rules), refusals[:MOST_FAULTS])
    return _contained(read, body, rules)


def _contained(read: _Read, body: Body, rules: Rules) -> Event | Rejected:
    """Refuse what says in one place what belongs in another; what must not wait only loses its texts."""
    received, schema = read.received, read.schema
    known, faults = payload.fitted(received, schema, body, rules)
    spilled = spill.spills(schema, known, rules.directory.identifiers, payload.day(received.timestamp).year)
    unequal = tuple(Fault("PART_DIFFERS", path) for path in differing_parts(schema, known))
    faults = (*spilled, *unequal, *faults)
    confused = bool(spilled or unequal)
    if payload.unusable(faults) or (confused and not _must_not_wait(schema, known)):
        return Rejected(received, header.event_id(received, known, rules), faults[:MOST_FAULTS])
    kept = spill.without_texts(schema, known, spilled) if confused else known
    return _event(read, kept, faults, rules)


def _must_not_wait(schema: EventSchema, body: Body) -> bool:
    """An emergency, and a no: while it waited to be sent again, what it forbids would go on."""
    emergency = body["submission"]["override"] is not None or facts_of(schema, body).get("urgency") == "EMERGENCY"
    return emergency or schema.type in _NEVER_WAITS


def _event(read: _Read, body: Body, faults: Faults, rules: Rules) -> Event:
    given, desk = body["submission"], read.received.desk
    year = payload.day(read.received.timestamp).year
    identifiers, dropped = checked(given["identifiers"], desk.role, rules.directory.identifiers, year)
    submission, unnamed = naming.with_known_names(given, desk, rules)
    known = {**body, "submission": submission}
    return Event(
        *read,
        entry_id=entry_id(rules.keys, desk.name, given["event_id"]),
        body=known,
        identifiers=identifiers,
        born=payload.birth(known, faults),
        faults=(*faults, *_of_consent(read, body), *dropped, *unnamed, *_incomplete(read.schema, known))[:MOST_FAULTS],
    )


def _of_consent(read: _Read, body: Body) -> Iterator[Fault]:
    return consent.faults(read.schema.type, body, read.received.desk.role)


def _incomplete(schema: EventSchema, body: Mapping[str, Any]) -> Iterator[Fault]:
    submission = body["submission"]
    if schema.type in _ABOUT_DETAINED and submission["holding_ref"] and body["self_risk"] is None:
        yield Fault("PART_MISSING", "self_risk")
    if schema.type in _SAYS and body[_SAYS[schema.type]] is None:
        yield Fault("PART_MISSING", _SAYS[schema.type])
    if schema.type == "referral" and _blanket(facts_of(schema, body)):
        yield Fault("MISSING_NEED", "health_minimum.need_level")
    yield from particulars.faults(schema.type, body)
    yield from answers.unanswered(submission)
    for name in ("actor_id", "justification"):
        if not submission[name]:
            yield Fault("MISSING", f"submission.{name}")
    for view in IDENTIFIERS:
        if body.get(view) is not None:  # an event about nobody has none of them
            yield Fault("SET_BY_HUB", view)


def _blanket(said: Mapping[str, str]) -> bool:
    """Whether a referral that is sent does not say how much help is needed; then no target is given it."""
    return said.get("status", "SENT") == "SENT" and said.get("need_level", "UNKNOWN") == "UNKNOWN"
