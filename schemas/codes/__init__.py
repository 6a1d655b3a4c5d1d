"""Code lists, each with the days on which its codes hold, so that a change of a list needs no change of a schema.

A list is a file beside this one: `[codes]` with, per code, what it means, `effective_from`, and `effective_to` if it
has ended; both days are inside. UNKNOWN is in every list and satisfies no legal gateway.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from schemas.errors import UnknownListError

UNKNOWN: Final = "UNKNOWN"


class Code(NamedTuple):
    """One code and when it holds."""

    value: str
    means: str
    effective_from: date
    effective_to: date | None
    """Last day; None: it has not ended."""


def check(name: str, value: str, on: date) -> bool:
    """Tell whether the list has that code on that day; not to know is possible on any. Raise UnknownListError."""
    code = codes(name).get(value)
    return code is not None and (value == UNKNOWN or code.effective_from <= on <= (code.effective_to or on))


@cache
def names() -> tuple[str, ...]:
    """Return the name of every list."""
    files = [entry.name for entry in resources.files("schemas.codes").iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def codes(name: str) -> Mapping[str, Code]:
    """Return a list's codes, past and present. Raise UnknownListError."""
    if name not in names():
        raise UnknownListError("NO_SUCH_LIST")
    text = (resources.files("schemas.codes") / f"{name}.toml").read_text("utf-8")
    rows = tomllib.loads(text)["codes"]
    return {
        value: Code(value, row["means"], row["effective_from"], row.get("effective_to")) for value, row in rows.items()
    }
