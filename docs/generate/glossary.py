"""The glossary: every code and abbreviation that the program prints or an event holds, and what it means."""

import json
from collections.abc import Iterator
from typing import Final, NamedTuple

from docs.generate import markdown
from docs.generate.markdown import capital, code, table
from docs.generate.sources import Sources
from hub.ledger.errors import WORDS
from schemas import catalogue
from schemas import codes as lists
from schemas.lint import nodes
from schemas.shape import expanded, kind

_INTRO = """What every code and abbreviation means that the hub prints or an event holds. The first table is of words
and abbreviations, the second of codes. A code may stand in several places; each has a line."""
_PAGES: Final = {"role": "roles", "view": "views", "gateway": "gateways", "reason": "reasons", "verdict": "reasons"}
_TERM: Final = "term"
_DOES: Final = {"fault": "[fault in a message](reference/reasons.md#faults-in-a-message)"}


class Meaning(NamedTuple):
    """One code in one place."""

    code: str
    where: str
    means: str


def page(sources: Sources) -> str:
    """The page."""
    terms = sorted(sources.terms[_TERM].items(), key=lambda term: term[0].casefold())
    rows = ((code(one.code), one.where, one.means) for one in meanings(sources))
    return markdown.page(
        "# Glossary",
        _INTRO,
        "## Words and abbreviations",
        table(("Word", "Means"), terms),
        "## Codes",
        table(("Code", "Stands in", "Means"), rows),
    )


def meanings(sources: Sources) -> tuple[Meaning, ...]:
    """Every code, in alphabetical order."""
    return tuple(sorted({*_words(sources), *_lists(), *_enums(), *_others(sources)}))


def _words(sources: Sources) -> Iterator[Meaning]:
    for kind_, said in sources.words.by_kind.items():
        where = f"[{kind_}](reference/{_PAGES[kind_]}.md)" if kind_ in _PAGES else kind_
        yield from (Meaning(word, where, means) for word, means in said.items())


def _lists() -> Iterator[Meaning]:
    for name in lists.names():
        where = f"[{name}](reference/codes.md#{name})"
        yield from (Meaning(one.value, where, one.means) for one in lists.codes(name).values())


def _enums() -> Iterator[Meaning]:
    """Closed sets in the newest of each schema; a set's doc says what its words are."""
    newest = {entry.name: entry.text for entry in catalogue.registered()}
    for text in newest.values():
        for _, node in nodes(expanded(json.loads(text))):
            if kind(node) == "enum":
                where = f"{node['name'].rpartition('.')[2]} of an event"
                yield from (Meaning(symbol, where, node["doc"]) for symbol in node["symbols"])


def _others(sources: Sources) -> Iterator[Meaning]:
    for kind_, said in sources.terms.items():
        if kind_ != _TERM:
            yield from (Meaning(word, _DOES.get(kind_, kind_), means) for word, means in said.items())
    yield from (Meaning(word, "ledger", f"{capital(means)}.") for word, means in WORDS.items())
