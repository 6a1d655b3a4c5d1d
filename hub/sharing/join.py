"""One desk's copy of an event: the segments it is given, as bytes, in an envelope in which every id is its own.

Nothing of a copy depends on a view that is not in it. Two events that differ only in what a desk may not have give it
the same bytes.
"""

from hub.model import keys
from hub.model.directory import Desk
from hub.model.quick import quick
from hub.model.ruling import Copy
from hub.sharing.case import Case
from hub.sharing.errors import UnwritableError
from hub.sharing.matter import Draft, Matter
from hub.sharing.world import Answered
from schemas import catalogue, segments
from schemas.encoder import nullable_text, text
from schemas.segments import Form, Shared
from schemas.sheets import encode_digests

_copy, _drafted = quick(Copy), quick(Draft)


def join(matter: Matter, desk: Desk, form: Form) -> Copy:
    """The copy. Raises WireError where it cannot be written."""
    draft = matter.drafts.get(form)
    if draft is None:
        draft = matter.drafts[form] = _draft(matter, form)
    entry, secrets = matter.entry, matter.world.keys
    copy_id, replaced = keys.copy_id(secrets, desk.name, matter.subject), matter.replaced
    anew = matter.case.anew
    if anew is not None and matter.subject != entry.entry_id and desk.mark in anew.had:  # it has less: this replaces it
        copy_id, replaced = keys.copy_id(secrets, desk.name, entry.entry_id), matter.subject
    refs = keys.refs(secrets, desk.name, entry.route_key, entry.publisher, entry.case_ref)
    supersedes = None if replaced is None else keys.copy_id(secrets, desk.name, replaced)
    body = draft.stencil.filled(text(copy_id) + refs.person, refs.case + nullable_text(supersedes))
    return _copy((copy_id, refs.person_ref, body, draft.digests, draft.encoded))


def _draft(matter: Matter, form: Form) -> Draft:
    """What is sent, and the proofs that came with it."""
    entry, views = matter.entry, form.views
    held = [entry.segments[view] for view in views]
    proofs = [proved[: keys.PROOF] for proved in held]
    stencil = form(entry.occurred_at, entry.published_at, [proved[keys.PROOF :] for proved in held])
    return _drafted((stencil, dict(zip(views, proofs, strict=True)), encode_digests(views, proofs)))


def form_of(case: Case, publisher: Desk, said: Answered) -> Form:
    """What the publisher says of the event, and the terms it comes under; the ids are each recipient's own.

    Raises UnwritableError, UnknownSchemaError or WireError where no copy can be written.
    """
    schema = catalogue.by_id(case.schema_id)
    if schema.type != case.type:
        raise UnwritableError(case.publisher)
    shared = Shared(
        case.type,
        publisher.organisation,
        publisher.name if said.sees_what_it_is else None,
        case.assertion,
        case.marking,
        said.basis,
        said.handling,
    )
    return segments.form(schema, shared, said.views, said.decision.withheld)
