"""A page per type of event: who publishes it, what it holds, and who may see each part of it under what."""

from collections.abc import Iterable, Mapping
from typing import Final

from consent.terms import IDENTIFIERS
from consent.who import openings
from docs.generate.holds import fields_table, part
from docs.generate.markdown import capital, code, link, listed, page, table
from docs.generate.sources import Sources, roles, test
from docs.generate.who import told
from schemas import catalogue
from schemas.catalogue import EventSchema

_INTRO = """Each event is one record of parts. What every recipient sees is the `envelope`; what the publisher tells the
hub alone is the `submission`; every other part is a view, given or kept back as a whole. The page of an event says who
may see each view of it, when, and under what law. What all events have in common stands at the end of this page."""

_SCHEMAS: Final = "../../../schemas"

_TOGETHER = """Three tables have to agree before a desk is given a view: whom the event is for
(`consent/receivers.toml`), what a desk of its role may ever have (`consent/views.toml`) and the law
(`consent/gateways.toml`). The columns below are those three, worked out; a gateway also
asks from whom it comes, and what for. Who and where somebody is never goes alone."""


def pages(sources: Sources) -> Mapping[str, str]:
    """The list of events and a page for each."""
    kinds = catalogue.event_types()
    made = {f"reference/events/{kind}.md": _event(sources, catalogue.by_type(kind)) for kind in kinds}
    return {"reference/events.md": _index(sources, kinds), **made}


def _index(sources: Sources, kinds: Iterable[str]) -> str:
    schemas = [catalogue.by_type(kind) for kind in kinds]
    rows = (
        (f"[{code(one.type)}](events/{one.type}.md)", one.tree["doc"], _publishers(sources, one, "")) for one in schemas
    )
    first = schemas[0]
    return page(
        "# Events",
        _INTRO,
        table(("Type", "What it says", "Published by"), rows),
        "## envelope",
        part(first, "envelope")["doc"],
        fields_table(first, "envelope", ""),
        "## submission",
        part(first, "submission")["doc"],
        fields_table(first, "submission", ""),
        "## withheld",
        part(first, "withheld")["doc"],
    )


def _event(sources: Sources, schema: EventSchema) -> str:
    views = (text for view in schema.views if view not in IDENTIFIERS for text in _view(sources, schema, view))
    return page(
        f"# {schema.type}",
        schema.tree["doc"],
        _facts(sources, schema),
        _TOGETHER,
        *views,
        "### identifiers",
        "The hub fills these from `submission.identifiers`; each goes with `identity`, to these roles only:",
        _identifiers(sources, schema),
    )


def _facts(sources: Sources, schema: EventSchema) -> str:
    rule = sources.policy.events.get(schema.type)
    file = catalogue.file_name(schema.id, schema.name)
    lines = [
        f"- Schema: [{file}]({_SCHEMAS}/registered/{file}), registered with id {schema.id}.",
        f"- Written by people: [{schema.name}.avsc]({_SCHEMAS}/source/{schema.name}.avsc).",
        f"- Example: [{schema.type}.json]({_SCHEMAS}/examples/{schema.type}.json).",
        f"- Published by: {_publishers(sources, schema, '../')}.",
    ]
    if rule:
        parts = listed((_to(view) for view in schema.views if view in rule.meant), "or")
        also = f", or is given {parts}" if parts else ""
        lines += [
            f"- That such an event exists tells of {_to(rule.reveals)}: only who may see that{also} gets a copy at all."
        ]
        lines += [f"- Every recipient: {test(check)}." for check in rule.needs]
    return "\n".join(lines)


def _publishers(sources: Sources, schema: EventSchema, base: str) -> str:
    rule = sources.policy.events.get(schema.type)
    return roles(sources, rule.publishers, base) if rule else "nobody: the policy does not know it"


def _to(view: str) -> str:
    return link(view, "../views.md")


def _view(sources: Sources, schema: EventSchema, view: str) -> tuple[str, ...]:
    about = f"{capital(sources.say('view', view))}. {part(schema, view)['doc']} ({link(view, '../views.md')})"
    return f"### {view}", about, fields_table(schema, view), told(sources, schema.type, view)


def _identifiers(sources: Sources, schema: EventSchema) -> str:
    named = {
        view: [one.role for one in openings(sources.policy, schema.type, view)]
        for view in schema.views
        if view in IDENTIFIERS
    }
    rows = ((code(view), roles(sources, names, "../") or "nobody") for view, names in named.items())
    return table(("Identifier", "Goes to"), rows)
