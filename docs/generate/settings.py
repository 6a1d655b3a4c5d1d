"""Every variable that a process of the hub reads, with what it does when nobody sets it."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from pydantic.fields import FieldInfo

from docs.generate import markdown
from docs.generate.markdown import code, table
from hub.model.keys import Keys
from hub.settings import Settings

_INTRO = """A process of the hub is told by its environment what it runs with, and reads it once. An empty variable is
one that is not set. What a setting holds is never repeated in an error or a log."""
_KEYS = """`keys.toml` holds four secrets of 32 bytes in base64; only its owner may read it. `hub init` makes it.
Whoever loses it cannot read the quarantine or name a person again."""
_CACHE = "Folder of what can be fetched again, such as Kafka's jars; ours in the user's cache folder unless set."
_HOME: Final = {"home": "in the user's data folder", "directory": "directory.toml in the home"}
_AT_HOME: Final = {**_HOME, "key_file": "keys.toml in the home", "people": "SQLite in the home"}
_USUAL: Final = {**_AT_HOME, "ledger": "SQLite in the home", "policy": "the hub's own"}


def page() -> str:
    """The page."""
    told = _docs(Settings)
    rows = [(code(f"HUB_{name.upper()}"), told[name], _usual(name, of)) for name, of in Settings.model_fields.items()]
    keys = ((code(name), doc) for name, doc in _docs(Keys).items())
    return markdown.page(
        "# Settings",
        _INTRO,
        table(("Variable", "Is", "Unless set"), [*rows, (code("HUB_CACHE"), _CACHE, "")]),
        "## Secrets",
        _KEYS,
        table(("Secret", "Use"), keys),
    )


def _usual(name: str, field: FieldInfo) -> str:
    return _USUAL.get(name) or code(str(field.default))


def _docs(holder: type[Any]) -> dict[str, str]:
    """The sentence under each field of a class."""
    [body] = ast.parse(inspect.getsource(holder)).body
    return dict(_sentences(body.body)) if isinstance(body, ast.ClassDef) else {}


def _sentences(lines: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for line, after in pairwise(lines):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(after, ast.Expr):
            yield line.target.id, " ".join(ast.literal_eval(after.value).split())
