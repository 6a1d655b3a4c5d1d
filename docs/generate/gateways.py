"""A section per gateway: the law that it rests on, between whom, what it opens, and what has to hold."""

from collections.abc import Iterator, Sequence

from consent.checks import NEEDS, UNLESS
from consent.gateways import Gateway
from docs.generate import markdown
from docs.generate.markdown import capital, code, link, table
from docs.generate.sources import Sources, roles, test

_INTRO = """A gateway is a law or rule under which something may go. Each is asked in turn, in this order, for each view
that the event's receivers and the [matrix](views.md) allow; the first that opens gives the view, and every answer is
kept. A gateway opens when every test holds. What a publisher claims opens nothing. This page is
`consent/gateways.toml` in words; the tests are in `consent/checks.py`."""


def page(sources: Sources) -> str:
    """The page."""
    rows = list(sources.policy.gateways.values())
    overview = ((str(row.order), link(row.id, ""), sources.say("gateway", row.id), _first(row)) for row in rows)
    sections = (text for row in rows for text in _gateway(sources, row))
    tests = ((code(name), test(check)) for name, check in sorted({**NEEDS, **UNLESS}.items()))
    return markdown.page(
        "# Gateways",
        _INTRO,
        table(("Asked", "Gateway", "For", "When"), overview),
        *sections,
        "## Not yet",
        f"Named in the matrix, without a rule of its own, so that it opens nothing: {_all(sources.not_yet)}.",
        "## Tests",
        "What a gateway or an event's receivers may ask. A test that cannot answer counts as a no.",
        table(("Test", "It opens"), tests),
    )


def _gateway(sources: Sources, row: Gateway) -> Iterator[str]:
    yield f"## {row.id}"
    yield f"{capital(sources.say('gateway', row.id))}. Law or rule: {' '.join(row.source.split()).rstrip('.')}."
    yield "\n".join(f"- {line}" for line in _lines(sources, row))


def _lines(sources: Sources, row: Gateway) -> Iterator[str]:
    yield f"From: {roles(sources, row.senders)}."
    yield f"To: {roles(sources, row.recipients)}."
    yield f"Opens: {', '.join(link(view, 'views.md') for view in _ordered(sources, row))}."
    yield f"For: {_events(sources.gateways[row.id]['events'])}, {_purposes(sources, row)}."
    yield from (f"It opens {test(check)}." for check in row.checks)
    why = link(row.reason, "reasons.md", "why-something-is-given")
    yield f"Reason given: {why}. {sources.say('reason', row.reason)}"
    yield from (f"The copy says {code(duty)}: {sources.say('handling', duty)}" for duty in row.handling)
    if row.emergency:
        yield "Asked first, before it is known for certain who it is and what the desk has to do with them."


def _ordered(sources: Sources, row: Gateway) -> Sequence[str]:
    written: Sequence[str] = sources.gateways[row.id]["opens"]
    return written


def _events(said: str | list[str]) -> str:
    if isinstance(said, str):
        return "any event"
    return ", ".join(f"[{kind}](events/{kind}.md)" for kind in said)


def _purposes(sources: Sources, row: Gateway) -> str:
    if row.purposes is None:
        return "whatever the purpose"
    said = sources.gateways[row.id]["purposes"]
    named = sorted(row.purposes) if isinstance(said, str) else said
    return "for " + ", ".join(f"{sources.say('purpose', purpose)} ({code(purpose)})" for purpose in named)


def _first(row: Gateway) -> str:
    return "asked first" if row.emergency else ""


def _all(names: Sequence[str]) -> str:
    return ", ".join(map(code, names)) or "none"
