"""What was found of one thing: how it stands in words, and what to do about it."""

from typing import Literal, NamedTuple

Grade = Literal["FINE", "NOTE", "WRONG"]
"""NOTE: worth knowing, and nothing stands still because of it."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    about: str
    grade: Grade
    says: str
    do: str = ""
    """Empty where there is nothing to do."""


def count(number: int, thing: str) -> str:
    """Such as `1 desk`, `2 desks`."""
    plural = {"entry": "entries", "copy": "copies"}.get(thing, f"{thing}s")
    return f"{number:,} {thing if number == 1 else plural}"
