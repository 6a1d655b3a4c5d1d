"""A section per view: what it is, what each role may ever have of it, under what, and in which events it stands."""

from collections import defaultdict
from collections.abc import Iterator

from consent.terms import IDENTIFIERS, VIEWS
from docs.generate import markdown
from docs.generate.markdown import capital, code, link, table
from docs.generate.sources import Sources, roles
from schemas import catalogue

_INTRO = """A view is a group of fields that is given or kept back as one. A field's view is the record that it stands
in. This page is `consent/views.toml` in words: the most that a desk of each role can **ever** be given of each view.
It opens nothing alone: the event has to be for the desk ([events](events.md)) and a [gateway](gateways.md) has to open.
"""

_IDENTIFIER = "An identifier of its own: it goes with `identity`, under the same gateway, and never without it."


def page(sources: Sources) -> str:
    """The page."""
    rows = ((link(view, ""), sources.say("view", view)) for view in VIEWS)
    sections = (text for view in VIEWS for text in _view(sources, view))
    return markdown.page("# Views", _INTRO, table(("View", "Holds"), rows), *sections)


def _view(sources: Sources, view: str) -> Iterator[str]:
    yield f"## {view}"
    yield f"{capital(sources.say('view', view))}. {_IDENTIFIER if view in IDENTIFIERS else ''}".rstrip()
    yield _cells(sources, view) or "No role is ever given it."
    probable = [role for role, what in sources.policy.matrix.probable if what == view]
    yield f"Need not wait while identity is only probable, for: {roles(sources, probable)}." if probable else ""
    yield f"Opened by: {_gateways(sources, view)}." if view not in IDENTIFIERS else ""
    yield f"Who may see it, event by event: {_events(view) or 'it stands in no event yet'}."


def _cells(sources: Sources, view: str) -> str:
    """Roles by what their cell says, in the order of the legend."""
    by_sign: dict[str, list[str]] = defaultdict(list)
    for block in sources.views.values():
        if view in block.get("columns", ()):
            for role, row in block.items():
                by_sign[row[block["columns"].index(view)]].append(role)
    said = {sign: names for sign, names in by_sign.items() if sign in _signs(sources, by_sign)}
    rows = ((_means(sources, sign), roles(sources, names)) for sign, names in said.items())
    return table(("May have it", "Roles"), rows)


def _signs(sources: Sources, found: dict[str, list[str]]) -> set[str]:
    return {sign for sign in found if sign != "-" and set(sign.split("/")) <= sources.views["legend"].keys()}


def _means(sources: Sources, sign: str) -> str:
    legend = sources.views["legend"]
    return f"{'; or '.join(legend[one]['means'] for one in sign.split('/'))} ({code(sign)})"


def _gateways(sources: Sources, view: str) -> str:
    opening = (link(row.id, "gateways.md") for row in sources.policy.gateways.values() if view in row.opens)
    return ", ".join(opening) or "no gateway"


def _events(view: str) -> str:
    anchor = "identifiers" if view in IDENTIFIERS else view
    kinds = (kind for kind in catalogue.event_types() if view in catalogue.by_type(kind).views)
    return ", ".join(f"[{kind}](events/{kind}.md#{anchor})" for kind in kinds)
