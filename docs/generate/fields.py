"""Every field by name: the quickest way from a field to who may see it."""

from collections import defaultdict

from consent.terms import IDENTIFIERS
from docs.generate import markdown
from docs.generate.holds import fields
from docs.generate.markdown import code, link, table
from schemas import catalogue

_INTRO = """Find the field, then follow the event that it stands in: the heading where you land says who may see it
there, when, and under what law. Its view says who may see it in any event."""


def page() -> str:
    """The page."""
    rows = (
        (code(field), link(view, "views.md"), ", ".join(_event(kind, view) for kind in kinds))
        for (field, view), kinds in sorted(_places().items())
    )
    return markdown.page("# Fields", _INTRO, table(("Field", "View", "Who may see it in"), rows))


def _places() -> dict[tuple[str, str], list[str]]:
    """(field, view): the events in which it stands there."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for schema in map(catalogue.by_type, catalogue.event_types()):
        for view in schema.views:
            for held in fields(schema, view):
                found[held.path, view].append(schema.type)
    return found


def _event(kind: str, view: str) -> str:
    return f"[{kind}](events/{kind}.md#{'identifiers' if view in IDENTIFIERS else view})"
