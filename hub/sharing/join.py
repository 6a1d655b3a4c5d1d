"""One desk's copy of an event: the segments it is given, as bytes, in an envelope in which every id is its own.

Nothing of a copy depends on a view that is not in it. Two events that differ only in what a desk may not have give it
the same bytes.
"""

from typing import Any

from hub.model import keys
from hub.model.directory import Desk
from hub.model.ruling import Copy
from hub.sharing.errors import UnwritableError
from hub.sharing.matter import Draft, Matter
from hub.sharing.world import Answered
from schemas import catalogue, segments
from schemas.sheets import encode_digests


def join(matter: Matter, desk: Desk, said: Answered) -> Copy:
    """The copy. Raises UnwritableError, UnknownSchemaError or WireError where it cannot be written."""
    draft = matter.drafts.get(said)
    if draft is None:
        draft = matter.drafts[said] = _draft(matter, said)
    entry, secrets = matter.entry, matter.world.keys
    case, replaced = entry.case_ref, matter.replaced
    copy_id = keys.copy_id(secrets, desk.name, entry.entry_id)
    person_ref = keys.person_ref(secrets, desk.name, entry.route_key)
    case_ref = None if case is None else keys.case_ref(secrets, desk.name, entry.publisher, case)
    supersedes = None if replaced is None else keys.copy_id(secrets, desk.name, replaced)
    body = draft.stencil(copy_id, person_ref, case_ref, supersedes)
    return Copy(copy_id, person_ref, body, draft.digests, draft.encoded)


def _draft(matter: Matter, said: Answered) -> Draft:
    schema = catalogue.by_id(matter.entry.schema_id)
    if schema.type != matter.entry.type:
        raise UnwritableError(matter.entry.entry_id)
    parts = {view: matter.entry.segments[view] for view in said.views}
    stencil = segments.stencil(schema, _envelope(matter, said), parts, said.decision.withheld)
    digests = matter.digests(said.views)
    return Draft(stencil, digests, encode_digests(digests))


def _envelope(matter: Matter, said: Answered) -> dict[str, Any]:
    """What the publisher says of the event, and the terms it comes under; the ids are each recipient's own."""
    entry, publisher = matter.entry, matter.publisher
    return {
        "type": entry.type,
        "occurred_at": entry.occurred_at,
        "published_at": entry.published_at,
        "publisher_org": publisher.organisation,
        "publisher_desk": publisher.name if said.sees_what_it_is else None,
        "assertion": entry.assertion,
        "marking": entry.marking,
        "basis": said.basis,
        "handling": said.handling,
    }
