"""Every code that an answer may give as its reason, and what a sender is told of a fault in its own message."""

from collections.abc import Iterable
from typing import get_args

from consent.terms import Reason, Verdict
from docs.generate import markdown
from docs.generate.markdown import code, link, table
from docs.generate.sources import Sources

_INTRO = """`hub explain` and `hub audit query` give a reason for every view, in words and with its code. A desk that
was refused is told nothing; a sender is told only what is wrong with its own message."""

_GIVEN = "Something goes because of one of these; the gateway that gave it stands beside it."
_NOT = "Something is kept back, or waits, because of one of these. Of several, the most telling is given."
_FAULTS = """In a receipt with `FIX_AND_RESEND`, and in `hub quarantine list`: the code and the field, never what stood
there. Some faults refuse the whole event; the others close only what rests on the field, and the rest goes on."""


def page(sources: Sources) -> str:
    """The page."""
    giving = {row.reason for row in sources.policy.gateways.values()}
    others = [reason for reason in get_args(Reason) if reason not in giving]
    return markdown.page(
        "# Reasons",
        _INTRO,
        "## Verdicts",
        table(("Verdict", "The desk was"), ((code(word), sources.say("verdict", word)) for word in get_args(Verdict))),
        "## Why something is given",
        _GIVEN,
        table(("Reason", "In words", "Gateways"), ((*_said(sources, one), _by(sources, one)) for one in _kept(giving))),
        "## Why something is not",
        _NOT,
        table(("Reason", "In words"), (_said(sources, one) for one in others)),
        "## Faults in a message",
        _FAULTS,
        table(
            ("Fault", "What is wrong"), ((code(one), words) for one, words in sorted(sources.terms["fault"].items()))
        ),
    )


def _kept(giving: Iterable[str]) -> list[str]:
    known = set(giving)
    return [reason for reason in get_args(Reason) if reason in known]


def _said(sources: Sources, reason: str) -> tuple[str, str]:
    return code(reason), sources.say("reason", reason)


def _by(sources: Sources, reason: str) -> str:
    rows = sources.policy.gateways.values()
    return ", ".join(link(row.id, "gateways.md") for row in rows if row.reason == reason)
