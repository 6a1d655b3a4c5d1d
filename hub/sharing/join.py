"""One desk's copy of an event: the segments it is given, as bytes, in an envelope in which every id is its own.

Nothing of a copy depends on a view that is not in it. Two events that differ only in what a desk may not have give it
the same bytes.
"""

from typing import Any

from hub.model import keys
from hub.model.directory import Desk
from hub.model.ruling import Copy
from hub.sharing.errors import UnwritableError
from hub.sharing.matter import Matter
from hub.sharing.world import Answered
from schemas import catalogue, segments


def join(matter: Matter, desk: Desk, said: Answered) -> Copy:
    """The copy. Raises UnwritableError, UnknownSchemaError or WireError where it cannot be written."""
    schema = catalogue.by_id(matter.entry.schema_id)
    if schema.type != matter.entry.type:
        raise UnwritableError(matter.entry.entry_id)
    envelope = _envelope(matter, desk, said)
    parts = {view: matter.segments[view] for view in said.views}
    body = segments.join(schema, envelope, parts, said.decision.withheld)
    return Copy(envelope["copy_id"], envelope["person_ref"], body, tuple(matter.digest(view) for view in said.views))


def _envelope(matter: Matter, desk: Desk, said: Answered) -> dict[str, Any]:
    """What the publisher says of the event, every id turned into the recipient's own, and the terms it comes under."""
    entry, publisher, secrets = matter.entry, matter.publisher, matter.world.keys
    case, replaced = entry.case_ref, matter.replaced
    return {
        "copy_id": keys.copy_id(secrets, desk.name, entry.entry_id),
        "person_ref": keys.person_ref(secrets, desk.name, entry.route_key),
        "type": entry.type,
        "occurred_at": entry.occurred_at,
        "published_at": entry.published_at,
        "publisher_org": publisher.organisation,
        "publisher_desk": publisher.name if said.sees_what_it_is else None,
        "assertion": entry.assertion,
        "marking": entry.marking,
        "case_ref": case and keys.case_ref(secrets, desk.name, publisher.name, case),
        "supersedes": replaced and keys.copy_id(secrets, desk.name, replaced),
        "basis": said.basis,
        "handling": said.handling,
    }
