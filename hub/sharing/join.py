"""One desk's copy of an event: the segments it is given, as bytes, in an envelope in which every id is its own.

Nothing of a copy depends on a view that is not in it. Two events that differ only in what a desk may not have give it
the same bytes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from consent.decision import given
from consent.terms import Decision
from hub.model import keys
from hub.model.directory import Desk
from hub.model.ruling import Copy
from hub.sharing.errors import UnwritableError
from hub.sharing.matter import Matter
from schemas import catalogue, segments


def join(matter: Matter, desk: Desk, decision: Decision) -> Copy:
    """The copy. Raises UnwritableError, UnknownSchemaError or WireError where it cannot be written."""
    entry, secrets = matter.entry, matter.world.keys
    schema = catalogue.by_id(entry.schema_id)
    if schema.type != entry.type:
        raise UnwritableError(entry.entry_id)
    views = given(decision, matter.present)
    copy_id = keys.copy_id(secrets, desk.name, entry.entry_id)
    person_ref = keys.person_ref(secrets, desk.name, entry.route_key)
    ids = {"copy_id": copy_id, "person_ref": person_ref}
    envelope = {**ids, **_said(matter, desk, decision), **_terms(matter, decision, views)}
    body = segments.join(schema, envelope, {view: matter.segments[view] for view in views}, decision.withheld)
    return Copy(copy_id, person_ref, body, tuple(matter.digest(view) for view in views))


def _said(matter: Matter, desk: Desk, decision: Decision) -> Mapping[str, Any]:
    """What the publisher says of the event, every id turned into the recipient's own."""
    entry, publisher, secrets = matter.entry, matter.publisher, matter.world.keys
    if publisher is None:
        raise UnwritableError(entry.entry_id)
    case, replaced = entry.case_ref, matter.replaced
    return {
        "type": entry.type,
        "occurred_at": entry.occurred_at,
        "published_at": entry.published_at,
        "publisher_org": publisher.organisation,
        "publisher_desk": publisher.name if _sees_what_it_is(matter, decision) else None,
        "assertion": entry.assertion,
        "marking": entry.marking,
        "case_ref": case and keys.case_ref(secrets, desk.name, publisher.name, case),
        "supersedes": replaced and keys.copy_id(secrets, desk.name, replaced),
    }


def _terms(matter: Matter, decision: Decision, views: Collection[str]) -> Mapping[str, Any]:
    """Under what law it comes, and what its recipient must and must not do with it."""
    used = frozenset(answer.gateway for answer in decision.answers if answer.view in views)
    return {"basis": sorted(used), "handling": matter.world.decisions.policy.handling(used)}


def _sees_what_it_is(matter: Matter, decision: Decision) -> bool:
    """Whether the desk may see what the type of the event reveals, whether or not this event holds it."""
    reveals = matter.world.decisions.policy.events[matter.entry.type].reveals
    return any(answer.view == reveals and answer.answer == "GIVE" for answer in decision.answers)
