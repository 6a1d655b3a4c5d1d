"""A schema as a tree with every mention of a type spelled out, which is what walkers want; and back again.

An authored schema names its shared types, a registered one defines each where it first stands. Both become the same
tree here, and one tree becomes the text that is registered and the schema that fastavro reads and writes with.
"""

import json
from collections.abc import Callable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final

from schemas.errors import CatalogueError

Node = Any
"""A schema as JSON has it: a name, a list (a union) or an object."""
Read = Callable[[str], Node]

PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
NAMED: Final = frozenset({"record", "enum", "fixed"})
_INNER: Final = {"array": "items", "map": "values"}


def authored(name: str, folder: Traversable | None = None) -> Node:
    """Return the tree of an authored schema by its full name. Raise CatalogueError if it or a type in it is missing."""
    within = folder or resources.files("schemas") / "source"

    def read(full: str) -> Node:
        try:
            return json.loads((within / f"{full}.avsc").read_text("utf-8"))
        except FileNotFoundError:
            raise CatalogueError("NO_SUCH_TYPE", full) from None

    return expanded(read(name), read)


def _nowhere(name: str) -> Node:
    raise CatalogueError("NO_SUCH_TYPE", name)


def kind(node: Node) -> str:
    """Return `union`, `record`, `enum`, `array`, `map`, or the primitive's name."""
    return node if isinstance(node, str) else "union" if isinstance(node, list) else str(node["type"])


def non_null(node: Node) -> Node:
    """Return the type of a value that is there: of a nullable type, the other branch."""
    return node[1] if kind(node) == "union" else node


def logical(node: Node) -> str:
    """Return the logical type, or nothing."""
    return str(node.get("logicalType", "")) if isinstance(node, Mapping) else ""


def expanded(schema: Node, read: Read = _nowhere) -> Node:
    """Return the tree: full names, every mention spelled out, a type that is not in it fetched by `read`.

    Raise CatalogueError on recursion or an unknown type.
    """
    return _expand(schema, "", {}, (), read)


def _expand(node: Node, space: str, known: dict[str, Node], inside: tuple[str, ...], read: Read) -> Node:
    if isinstance(node, str):
        return node if node in PRIMITIVES else _mention(node, space, known, inside, read)
    if isinstance(node, list):
        return [_expand(branch, space, known, inside, read) for branch in node]
    if node["type"] in NAMED:
        return _named(node, space, known, inside, read)
    inner = _INNER.get(node["type"])
    return {**node, inner: _expand(node[inner], space, known, inside, read)} if inner else dict(node)


def _mention(name: str, space: str, known: dict[str, Node], inside: tuple[str, ...], read: Read) -> Node:
    full = name if "." in name or not space else f"{space}.{name}"
    if full in inside:
        raise CatalogueError("RECURSIVE", full)
    if full not in known:
        return _expand(read(full), "", known, inside, read)
    return known[full]


def _named(node: Node, space: str, known: dict[str, Node], inside: tuple[str, ...], read: Read) -> Node:
    full = _full_name(node, space)
    below, deeper = full.rpartition(".")[0], (*inside, full)
    tree = {key: value for key, value in node.items() if key != "namespace"} | {"name": full}
    if "fields" in node:
        tree["fields"] = [{**f, "type": _expand(f["type"], below, known, deeper, read)} for f in node["fields"]]
    known[full] = tree
    return tree


def _full_name(node: Mapping[str, Any], space: str) -> str:
    name, space = str(node["name"]), str(node.get("namespace", space))
    return name if "." in name or not space else f"{space}.{name}"


def collapsed(tree: Node, drop: frozenset[str] = frozenset()) -> Node:
    """Return a schema that defines each named type where it first stands, without the attributes in `drop`."""
    return _collapse(tree, set(), drop)


def _collapse(node: Node, seen: set[str], drop: frozenset[str]) -> Node:
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return [_collapse(branch, seen, drop) for branch in node]
    if node["type"] in NAMED:
        if node["name"] in seen:
            return node["name"]
        seen.add(node["name"])
    kept = {key: value for key, value in node.items() if key not in drop}
    for key in kept.keys() & {"items", "values"}:
        kept[key] = _collapse(node[key], seen, drop)
    if "fields" in kept:
        kept["fields"] = [_field(field, seen, drop) for field in node["fields"]]
    return kept


def _field(field: Mapping[str, Any], seen: set[str], drop: frozenset[str]) -> dict[str, Any]:
    kept = {key: value for key, value in field.items() if key not in drop}
    return {**kept, "type": _collapse(field["type"], seen, drop)}


def bare(tree: Node) -> Node:
    """Return the schema that the hub itself reads and writes with: times as milliseconds UTC, dates as days.

    A logical type changes nothing on the wire, and a number cannot fail to become a date.
    """
    return collapsed(tree, frozenset({"logicalType", "doc"}))
