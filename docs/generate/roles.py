"""A section per role: what it may publish, which events are for it, and what it may ever have."""

from collections.abc import Iterator

from consent.terms import VIEWS
from consent.who import ROLE_ORDER
from docs.generate import markdown
from docs.generate.markdown import capital, link, table
from docs.generate.sources import Sources

_INTRO = """A role is what a desk is there for. A desk is one role in one organisation, with a topic of its own to speak
and one to listen. What follows is what the policy allows at the most; which desk exists says the directory."""


def page(sources: Sources) -> str:
    """The page."""
    rows = ((link(role, ""), sources.say("role", role)) for role in ROLE_ORDER)
    sections = (text for role in ROLE_ORDER for text in _role(sources, role))
    return markdown.page("# Roles", _INTRO, table(("Role", "Is"), rows), *sections)


def _role(sources: Sources, role: str) -> Iterator[str]:
    policy = sources.policy
    yield f"## {role}"
    yield f"{capital(sources.say('role', role))}."
    publishes = [_event(kind) for kind, rule in policy.events.items() if role in rule.publishers]
    ever = [link(view, "views.md") for view in VIEWS if (role, view) in policy.matrix.cells]
    yield "\n".join(
        [
            f"- May publish: {', '.join(publishes) or 'nothing'}.",
            f"- May ever be given, under some gateway: {', '.join(ever) or 'nothing'}.",
        ]
    )
    yield table(("Event that can be for it", "Views", "Only by what is asked first"), _received(sources, role))


def _received(sources: Sources, role: str) -> Iterator[tuple[str, str, str]]:
    policy = sources.policy
    for kind, rule in policy.events.items():
        due, reach = policy.due[kind, role], policy.reach[kind, role]
        if reach:
            views = (", ".join(view for view in rule.views if view in part) for part in (due, reach - due))
            ordinary, urgent = views
            yield _event(kind), ordinary or "none", urgent or "none"


def _event(kind: str) -> str:
    return f"[{kind}](events/{kind}.md)"
