"""May a schema follow those that are registered? FULL_TRANSITIVE: each reads the other, for every version so far.

Apache's checker decides (a development tool: recipients need nothing of it), save for two things that it lets pass and
Apache's own reader does not survive or a recipient would misread: a new symbol of an enum, and a view that moved.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schemas.catalogue import Registered
from schemas.fields import walk
from schemas.shape import Node, expanded, kind, non_null


def conflicts(entries: Sequence[Registered]) -> tuple[str, ...]:
    """Return why versions of one name cannot live side by side, each as two ids and a rule; none is as it should be."""
    found = []
    for later in entries:
        for earlier in entries:
            if earlier.name == later.name and earlier.id < later.id:
                found += [f"{earlier.name} {earlier.id} and {later.id}: {why}" for why in between(earlier, later)]
    return tuple(found)


def between(earlier: Registered, later: Registered) -> Iterator[str]:
    """Yield why two versions do not fit."""
    if not (_reads(earlier.text, later.text) and _reads(later.text, earlier.text)):
        yield "one cannot read the other"
    old, new = expanded(json.loads(earlier.text)), expanded(json.loads(later.text))
    yield from (f"{path}: another list of symbols" for path in _other_symbols(old, new))
    if not _in_order(_names(old), _names(new)):
        yield "a view was taken away or moved"


def _reads(reader: str, writer: str) -> bool:
    from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
    from avro.schema import parse

    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    found = checker.get_compatibility(parse(reader), parse(writer))
    return bool(found.compatibility is SchemaCompatibilityType.compatible)


def _other_symbols(old: Node, new: Node) -> Iterator[str]:
    before = dict(_enums(old))
    for path, symbols in _enums(new):
        if before.get(path, symbols) != symbols:
            yield path


def _enums(tree: Node) -> Iterator[tuple[str, list[str]]]:
    for steps, field in walk(tree):
        inner = non_null(field["type"])
        if kind(inner) == "enum":
            yield ".".join(steps), inner["symbols"]


def _names(tree: Node) -> list[str]:
    return [field["name"] for field in tree["fields"]]


def _in_order(old: list[str], new: list[str]) -> bool:
    """Tell whether every old name is there still, in the same order."""
    return set(old) <= set(new) and all(new.index(a) < new.index(b) for a, b in pairwise(old))
