"""Reference pages made from the data that the hub runs on, so that no page can say what the hub does not do.

`python -m docs.generate` writes them; a test fails when one is stale. What is written by hand stands elsewhere in
docs/, save the terms of docs/terms.toml, which the glossary takes in.
"""

from collections.abc import Mapping
from pathlib import Path

from docs.generate import codes, commands, events, fields, gateways, glossary, metrics, reasons, roles, settings, views
from docs.generate.sources import read

FOLDER = Path(__file__).parents[1]
COMMAND = "make reference"
_NOTICE = f"<!-- Made from the hub's own data by `{COMMAND}`. Change the data, not this page. -->\n\n"


def pages() -> Mapping[str, str]:
    """Every generated page: its path within docs/ and its text."""
    sources = read()
    made = {
        **events.pages(sources),
        "reference/fields.md": fields.page(),
        "reference/views.md": views.page(sources),
        "reference/roles.md": roles.page(sources),
        "reference/gateways.md": gateways.page(sources),
        "reference/reasons.md": reasons.page(sources),
        "reference/codes.md": codes.page(),
        "reference/commands.md": commands.page(),
        "reference/settings.md": settings.page(),
        "reference/metrics.md": metrics.page(),
        "glossary.md": glossary.page(sources),
    }
    return {path: _NOTICE + text.rstrip() + "\n" for path, text in made.items()}


def stale(folder: Path = FOLDER) -> tuple[str, ...]:
    """The pages that are not as they would be made now, missing and left-over ones too."""
    made = pages()
    there = {str(path.relative_to(folder)) for path in (folder / "reference").rglob("*.md")}
    differing = {path for path, text in made.items() if _read(folder / path) != text}
    return tuple(sorted(differing | (there - made.keys())))


def write(folder: Path = FOLDER) -> tuple[str, ...]:
    """Write every page that is stale and remove what is left over; the paths that changed."""
    made, wrong = pages(), stale(folder)
    for path in wrong:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path in made:
            (folder / path).write_text(made[path], "utf-8")
        else:
            (folder / path).unlink()
    return wrong


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None
