"""Finds the line of a TOML text in which something stands, since a parser forgets it."""

import re
import tomllib
from collections.abc import Iterator
from typing import Final

from hub.directories.errors import Where

_TABLE: Final = re.compile(r"\s*(\[[^\[\]]+\])\s*(#.*)?")
_KEY: Final = re.compile(r"""\s*(?:"([^"]*)"|([A-Za-z0-9_-]+))\s*=""")
_PLACE_IN_TEXT: Final = re.compile(r" \(at line (\d+), column \d+\)")

Lines = list[tuple[int, Where]]


def lines_of(text: str) -> Lines:
    """Each line that opens a table or sets a key, with the keys that lead there."""
    return list(_lines(text))


def line(lines: Lines, where: Where) -> int:
    """The line that leads furthest towards that place; 0: none does."""
    leading = [(len(path), -number) for number, path in lines if path == where[: len(path)]]
    return -max(leading, default=(0, 0))[1]


def line_in(error: tomllib.TOMLDecodeError) -> int:
    """The line at which the parser gave up; 0: it does not say."""
    place = _PLACE_IN_TEXT.search(str(error))
    return int(place[1]) if place else 0


def _lines(text: str) -> Iterator[tuple[int, Where]]:
    table: Where = ()
    for number, written in enumerate(text.splitlines(), 1):
        if (header := _TABLE.fullmatch(written)) and (path := _path(header[1])):
            table = path
            yield number, table
        elif key := _KEY.match(written):
            yield number, (*table, key[1] or key[2])


def _path(header: str) -> Where:
    """The keys in a table's header; none where it only looks like one, inside an array."""
    keys: list[str] = []
    try:
        inner = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ()
    while inner:
        key, inner = next(iter(inner.items()))
        keys.append(key)
    return tuple(keys)
