"""The little of Markdown that the pages need."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; nothing if it has no rows."""
    lines = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, ""]) if lines else ""


def page(*parts: str) -> str:
    """Parts with an empty line between them; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def code(word: str) -> str:
    """A word as it stands in files and on the wire."""
    return f"`{word}`"


def link(name: str, page_: str, anchor: str = "") -> str:
    """A link to a heading; `anchor` is the heading's text if it is not the name."""
    return f"[{code(name)}]({page_}#{(anchor or name).lower()})"


def capital(text: str) -> str:
    """The text with a capital first; the rest stays as it is, for a name is a name."""
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[str], word: str = "and") -> str:
    """`a, b and c`."""
    *before, last = [*parts] or [""]
    return f"{', '.join(before)} {word} {last}" if before else last


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
