"""What every schema of ours keeps to, so that its bytes are safe to decode and its views hold what they say.

The rules are: no recursion and little depth (a decoder's stack is finite); no item of a list without bytes of its own
(five bytes would ask for a gigabyte); only types that every reader has; a nullable field is null first and by default;
an enum can grow (UNKNOWN is its default); every field is explained; and a coded view holds codes, references, dates
and numbers, never words.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schemas import codes
from schemas.catalogue import NOT_VIEWS
from schemas.fields import walk
from schemas.shape import Node, kind, logical, non_null

MAX_DEPTH: Final = 8
CODED_VIEWS: Final = frozenset(
    {"health_minimum", "status", "self_risk", "adjustments", "compliance", "cj_summary", "cj_requirement"}
    | {"staff_safety"}
)
"""Views of codes, dates and numbers only; words stand in criminal_justice, health_full and their like."""
FIELD_KEYS: Final = frozenset({"name", "type", "doc", "default", "code", "as_of", "ref", "fact", "check", "same_as"})
CHECKS: Final = frozenset({"past", "birth", "postcode", "uprn"})
_PLAIN: Final = frozenset({"null", "boolean", "int", "long", "string"})
_ALLOWED: Final = _PLAIN | {"enum", "union", "array", "record"}


def faults(tree: Node) -> tuple[str, ...]:
    """Return what is wrong with an expanded schema, each fault as a path and a rule; none is as it should be."""
    found = [f"{path}: {rule}" for path, node in nodes(tree) for rule in _of_node(node)]
    found += [f"{'.'.join(steps)}: {rule}" for steps, field in walk(tree) for rule in _of_field(field)]
    found += ["depth over 8"] if depth(tree) > MAX_DEPTH else []
    return tuple(found + list(_of_event(tree)) if "event" in tree else found)


def nodes(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Yield every type in the schema with the path to it."""
    yield path, node
    for name, below in _below(node):
        yield from nodes(below, f"{path}.{name}".strip("."))


def depth(node: Node) -> int:
    """Return how deep records, lists and unions stand in each other."""
    below = [depth(inner) for _, inner in _below(node)]
    return 1 + max(below) if below else 0


def _below(node: Node) -> Iterable[tuple[str, Node]]:
    match kind(node):
        case "record":
            return [(field["name"], field["type"]) for field in node["fields"]]
        case "union":
            return [("", branch) for branch in node]
        case "array":
            return [("", node["items"])]
        case _:
            return ()


def _of_node(node: Node) -> Iterator[str]:
    match kind(node):
        case "record":
            yield from _unless(bool(node["fields"]), "a record without fields takes no bytes")
            yield from _unless(bool(node.get("doc")), "not explained")
        case "enum":
            yield from _unless(node["symbols"][0] == node.get("default") == "UNKNOWN", "UNKNOWN is first and default")
            yield from _unless(bool(node.get("doc")), "not explained")
        case "union":
            yield from _unless(len(node) == len(("null", "type")) and node[0] == "null", "only null and one other")
        case "array":
            yield from _unless(kind(node["items"]) in {"string", "record"}, "items are strings or records")
        case other:
            yield from _unless(other in _ALLOWED, f"no {other} in an event")


def _of_field(field: Mapping[str, Any]) -> Iterator[str]:
    yield from _unless(str(field.get("doc", "")).endswith("."), "not explained in a sentence")
    yield from _unless(field.keys() <= FIELD_KEYS, "an attribute that nothing reads")
    if kind(field["type"]) == "union":
        yield from _unless("default" in field and field["default"] is None, "null is the default")
    yield from _unless(field.get("code", "view") in codes.names(), "no such code list")
    yield from _unless(field.get("check", "past") in CHECKS, "no such check")
    if field.keys() & {"code", "ref"}:
        yield from _unless(_text(field["type"]), "only strings are codes or references")
    if "fact" in field:
        yield from _unless(
            _plain_to_see(field), "a fact is one code, a reference, a day, a moment, or a list of desks or views"
        )


def _plain_to_see(field: Mapping[str, Any]) -> bool:
    """Tell whether it is of a kind that may stand beside the closed segments."""
    node = non_null(field["type"])
    match kind(node):
        case "enum":
            return True
        case "string":
            return "ref" in field or ("code" in field and node is field["type"])
        case "array":
            return kind(node["items"]) == "string" and (field.get("ref") == "desk" or field.get("code") == "view")
        case _:
            return logical(node) in {"date", "timestamp-millis"}


def _text(node: Node) -> bool:
    """Tell whether it is a string, a nullable one, or a list of them."""
    match kind(node):
        case "union":
            return _text(node[1])
        case "array":
            return _text(node["items"])
        case other:
            return other == "string"


def _of_event(tree: Node) -> Iterator[str]:
    fields = {field["name"]: field for field in tree["fields"]}
    order = list(fields)
    yield from _unless(order[:2] == ["envelope", "submission"] and order[-1] == "withheld", "envelope, submission, ...")
    for name in fields.keys() - NOT_VIEWS:
        yield from _unless(_is_view(fields[name]["type"]), f"{name}: a view is a nullable record")
    for steps, field in walk(tree):
        yield from (f"{'.'.join(steps)}: {rule}" for rule in _in_view(steps, field))
    yield from _facts_twice(tree)
    yield from _days_of_codes(tree)


def _is_view(node: Node) -> bool:
    return kind(node) == "union" and kind(node[-1]) == "record"


def _in_view(steps: tuple[str, ...], field: Mapping[str, Any]) -> Iterator[str]:
    if steps[0] in CODED_VIEWS and _text(field["type"]):
        yield from _unless(bool(field.keys() & {"code", "ref"}), "a coded view holds no words")
    if "fact" in field:
        yield from _unless(steps[0] not in NOT_VIEWS, "facts stand in views")


def _days_of_codes(node: Node) -> Iterator[str]:
    """A code is judged by a day that stands beside it."""
    for path, record in nodes(node):
        fields = record["fields"] if kind(record) == "record" else ()
        days = {field["name"] for field in fields if logical(non_null(field["type"])) == "date"}
        for field in fields:
            kept = "as_of" not in field or ("code" in field and field["as_of"] in days)
            yield from _unless(kept, f"{path}.{field['name']}: as_of is a day beside a code")


def _facts_twice(tree: Node) -> Iterator[str]:
    """A fact may stand in a view and in a part of it; then the part has to equal the view."""
    seen: dict[str, str] = {}
    for steps, field in walk(tree):
        if "fact" in field and field["fact"] in seen:
            yield from _unless(field.get("same_as") == seen[field["fact"]], f"{field['fact']}: a fact twice")
        elif "fact" in field:
            seen[field["fact"]] = ".".join(steps)


def _unless(kept: bool, rule: str) -> Iterator[str]:  # noqa: FBT001 - the rule reads as a sentence
    if not kept:
        yield rule
