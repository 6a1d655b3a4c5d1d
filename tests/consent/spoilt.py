"""Every kind of table in the policy's texts, with one field spoilt, and what whoever wrote it is told.

`python -m tests.consent.spoilt` writes what is told now into spoilt.toml; read the difference before it is committed.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from consent.errors import PolicyError
from tests.consent.files import POLICY_TEXTS, TEXTS, parsed

TOLD: Final = Path(__file__).with_name("spoilt.toml")
HEADER: Final = re.compile(r"\[+([\w.]+)\]+")
FIELD: Final = re.compile(r'"?([\w/-]+)"?\s*=')
VALUES: Final = {"is a number": "7", "is a word": '"NO_SUCH"', "is a list": '["NO_SUCH"]', "is an empty list": "[]"}


class Field(NamedTuple):
    """Where one field stands: lines of the file, from 0 on, the last left out."""

    kind: str
    """What kind of table it stands in, such as [[taker]]; an event's own is called [event]."""
    name: str
    head: int
    first: int
    end: int


def fields(file: str) -> Iterator[Field]:
    """The first of each kind of field, in each kind of table."""
    seen, lines = set[tuple[str, str]](), TEXTS[file].splitlines()
    kind, head, at = "the file", 0, 0
    while at < len(lines):
        end = at + 1
        if header := HEADER.match(lines[at]):
            kind, head = _kind(file, lines[at], header[1]), at
        elif named := FIELD.match(lines[at]):
            while end < len(lines) and not _whole("\n".join(lines[at:end])):
                end += 1
            name = "ROLE" if named[1].isupper() else named[1]
            if (kind, name) not in seen:
                seen.add((kind, name))
                yield Field(kind, named[1], head, at, end)
        at = end


def _kind(file: str, line: str, name: str) -> str:
    if file != "receivers.toml" or name == "groups":
        return line.partition("#")[0].strip()
    return "[[event.receivers]]" if name.endswith(".receivers") else "[event]"


def _whole(said: str) -> bool:
    if said.count('"""') % 2:
        return False
    said = re.sub(r"#[^\n]*|\"[^\"\n]*\"", "", said)
    return said.count("[") == said.count("]") and said.count("{") == said.count("}")


def spoilt(file: str, field: Field) -> Iterator[tuple[str, str]]:
    """How it is spoilt, and the whole text then."""
    lines = TEXTS[file].splitlines()
    before, after = lines[: field.first], lines[field.end :]
    yield "is missing", "\n".join(before + after)
    for how, value in VALUES.items():
        yield how, "\n".join([*before, f'"{field.name}" = {value}', *after])
    if field.first in {field.head, field.head + 1}:
        yield "has a neighbour that nobody knows", "\n".join([*before, '"no-such" = 1', *lines[field.first :]])


@cache
def told() -> dict[str, str]:
    """What is told of every one of them; empty: it may be so."""
    return {
        f"{file}: {field.kind} {field.name} {how}": _told(file, field, text)
        for file in POLICY_TEXTS
        for field in fields(file)
        for how, text in spoilt(file, field)
    }


def _told(file: str, field: Field, text: str) -> str:
    try:
        parsed(**{file.removesuffix(".toml"): text})
    except PolicyError as error:
        places = {field.head + 2: "at its name", field.head + 1: "at the head", field.first + 1: "at the field"}
        where = places.get(error.line, "elsewhere")
        says = re.sub(r"line \d+", where, str(error))
        return says.removeprefix(f"{file}, ")
    return ""


def written(said: dict[str, str]) -> str:
    """As the file has it."""
    return "".join(f"'{what}' = '{how}'\n" for what, how in said.items())


if __name__ == "__main__":
    TOLD.write_text("# Made by `python -m tests.consent.spoilt`.\n" + written(told()), "utf-8")
    sys.stdout.write(f"{TOLD.name} written\n")
