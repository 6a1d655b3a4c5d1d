"""Every dated list of codes that an event's fields draw on."""

import tomllib
from collections.abc import Iterable
from importlib import resources

from docs.generate import markdown
from docs.generate.markdown import code, link, table
from schemas import codes as lists
from schemas.codes import Code

_INTRO = """A field with a code takes its word from one of these lists. A code that the list does not have on the day of
the event counts as `UNKNOWN`, which opens nothing; its sender is told."""


def page() -> str:
    """The page."""
    rows = ((link(name, ""), _told(name)["title"]) for name in lists.names())
    sections = (text for name in lists.names() for text in _list(name))
    return markdown.page("# Codes", _INTRO, table(("List", "Of"), rows), *sections)


def _list(name: str) -> Iterable[str]:
    told = _told(name)
    rows = ((code(one.value), one.means, _holds(one)) for one in lists.codes(name).values())
    return f"## {name}", f"{told['title']}. Source: {told['source']}.", table(("Code", "Means", "Holds"), rows)


def _holds(one: Code) -> str:
    until = f" to {one.effective_to}" if one.effective_to else ""
    return f"from {one.effective_from}{until}"


def _told(name: str) -> dict[str, str]:
    text = (resources.files("schemas.codes") / f"{name}.toml").read_text("utf-8")
    return {key: value for key, value in tomllib.loads(text).items() if isinstance(value, str)}
