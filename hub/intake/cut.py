"""An event and whom it is about become entries of the timeline: each view encoded once, and the facts beside it.

Whoever decides reads the facts and never opens a segment. Nothing is dropped or altered here but the views of
identifiers, which the hub fills with what it has checked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from consent.terms import IDENTIFIERS
from hub.intake import ages, answers
from hub.intake.consent import consent_of
from hub.intake.event import Event, Identified, Identifier, Received, Rules
from hub.model import keys as derive
from hub.model.entry import NO_ENTRY, Entry, Fault
from hub.model.keys import Keys
from schemas import segments
from schemas.facts import facts_of

ABOUT_SOMETHING_HELD: Final = frozenset({"RELEASE", "REFUSE"})
"""What a reviewer decides about something held, as codes."""
ONE_PERSON: Final = "one_person"
"""Fact of an entry that says which further records are of the person under whose key it stands."""


def entries(event: Event, identified: Identified, rules: Rules) -> tuple[Entry, ...]:
    """What an event causes, now that it is known whom it is about: one entry, or one per possible person or place."""
    made, places = cut(event, identified, rules), _wrong_places(event)
    if not identified.groups:
        return for_each_place(made, places, rules.keys) if places else for_everyone(made, rules.keys)
    told = for_each_record(made, identified.groups, rules.keys)
    return told + for_each_place(made, places, rules.keys, number=len(told))


def for_each_record(entry: Entry, groups: Sequence[Sequence[str]], keys: Keys) -> tuple[Entry, ...]:
    """A reviewer's word that records are of one person, or of several: once for each record, naming the others of that
    record's person.

    Each has its own place in the timeline, so an id of its own; the first keeps the event's.
    """
    facts = {**entry.facts, ONE_PERSON: "YES"}
    made = [
        (record, _about(entry._replace(facts=facts), record, keys)._replace(possible=_others(record, group)))
        for group in groups
        for record in group
    ]
    first, *rest = made
    return (first[1], *(told._replace(entry_id=_own_id(keys, entry, record)) for record, told in rest))


def _others(record: str, group: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in group if each != record)


def _wrong_places(event: Event) -> tuple[str, ...]:
    """What an unlink says was shared of the wrong person, each place once."""
    said = event.body.get("status") if event.schema.type == "unlink" else None
    return tuple(dict.fromkeys(said["entries"])) if said else ()


def for_each_place(entry: Entry, places: Sequence[str], keys: Keys, number: int = 0) -> tuple[Entry, ...]:
    """The entry once for each place in the log that it names: whose it is sharing knows there.

    Each has its own place in the timeline, so an id of its own; the very first of the event's entries keeps the
    event's. `number`: how many entries it has besides these. A place that is none is
    left under the person's own key, where it names nothing.
    """
    return tuple(
        _about(
            entry._replace(
                entry_id=entry.entry_id if nth == 0 else _own_id(keys, entry, place),
                facts={**entry.facts, "held": place},
            ),
            derive.held_route_key(place) or entry.route_key,
            keys,
        )
        for nth, place in enumerate(places, number)
    )


def cut(event: Event, identified: Identified, rules: Rules) -> Entry:
    """The event's entry under the key of the person it is about."""
    body, envelope, submission = event.body, event.body["envelope"], event.body["submission"]
    route_key = _place(event) or identified.route_key
    return Entry(
        kind="EVENT",
        entry_id=event.entry_id,
        type=event.schema.type,
        schema_id=event.schema.id,
        publisher=event.received.desk.name,
        event_id=submission["event_id"],
        content_hash=event.content_hash,
        route_key=route_key,
        confidence=identified.confidence,
        possible=identified.possible if route_key == identified.route_key else (),
        occurred_at=envelope["occurred_at"],
        published_at=envelope["published_at"],
        assertion=envelope["assertion"],
        marking=envelope["marking"],
        case_ref=envelope["case_ref"],
        supersedes=envelope["supersedes"],
        purpose=submission["purpose"],
        named=submission["named"],
        area=submission["area"],
        place=submission["place"],
        holding_ref=submission["holding_ref"],
        safeguarding=submission["safeguarding_flag"],
        disturbed=submission["disturbed"],
        facts=facts_of(event.schema, body)
        | (ages.stated(body, event.faults) if event.schema.type in ages.ASKED else {}),
        consent=consent_of(event.schema.type, body, rules.expiry, event.received.desk.role),
        again=None,
        faults=event.faults,
        segments=derive.proved(rules.keys, route_key, _segments(event)),
        override=answers.override(submission),
        claimed_gateway=submission["claimed_gateway"],
        regime=submission["regime"],
        over_refusal=answers.over_refusal(submission),
    )


def _place(event: Event) -> str | None:
    """The key of a reviewer's word on something held: it names a place in the log; sharing knows whose it is."""
    said = event.body.get("status") if event.schema.type == "review" else None
    return derive.held_route_key(said["held"]) if said and said["decision"] in ABOUT_SOMETHING_HELD else None


def _segments(event: Event) -> Mapping[str, bytes]:
    held = {**event.body, **_identifier_views(event.identifiers)}
    return segments.cut(event.schema, held)


def _identifier_views(identifiers: Sequence[Identifier]) -> dict[str, Mapping[str, Any] | None]:
    """One of each kind: a strong one before others, else the first that was given."""
    chosen: dict[str, Identifier] = {}
    for identifier in identifiers:
        if identifier.kind not in chosen or (identifier.strong and not chosen[identifier.kind].strong):
            chosen[identifier.kind] = identifier
    return {view: {"value": chosen[view].value} if view in chosen else None for view in IDENTIFIERS}


def for_everyone(entry: Entry, keys: Keys) -> tuple[Entry, ...]:
    """The entry; but a refusal or withdrawal once for each person whom it may be about, and for each of their records.

    In doubt the refusals of every possible person count. Each has its own place in the timeline, so an id of its own;
    the first keeps the event's.
    """
    if entry.consent is None or entry.consent.action == "GRANT" or not entry.possible:
        return (entry if entry.confidence == "UNRESOLVED" else entry._replace(possible=()),)
    every = entry.possible if entry.confidence == "UNRESOLVED" else (entry.route_key, *entry.possible)
    first, *others = every
    return (
        _about(entry, first, keys),
        *(_about(entry._replace(entry_id=_own_id(keys, entry, person)), person, keys) for person in others),
    )


def _about(entry: Entry, person: str, keys: Keys) -> Entry:
    """The entry under this person's key, proved under their salt."""
    segments = {view: proved[derive.PROOF :] for view, proved in entry.segments.items()}
    return entry._replace(route_key=person, possible=(), segments=derive.proved(keys, person, segments))


def _own_id(keys: Keys, entry: Entry, person: str) -> str:
    return derive.entry_id(keys, entry.publisher, f"{entry.event_id}\x1f{person}")


def refusal(received: Received, event_id: str, faults: tuple[Fault, ...], keys: Keys) -> Entry:
    """What the timeline says of a record in quarantine, so that its publisher is told: nothing of what it held."""
    desk = received.desk.name
    return NO_ENTRY._replace(
        kind="REJECTED",
        entry_id=derive.entry_id(keys, desk, f"\x1f{received.reference}"),
        publisher=desk,
        event_id=event_id,
        content_hash=bytes(8),
        route_key=derive.desk_route_key(keys, desk),
        occurred_at=received.timestamp,
        published_at=received.timestamp,
        assertion="UNKNOWN",
        marking="UNKNOWN",
        purpose="UNKNOWN",
        faults=faults,
    )
