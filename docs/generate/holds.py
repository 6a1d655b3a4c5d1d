"""What stands in an event: its views and their fields, each with what it may hold."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from docs.generate.markdown import code, link, table
from schemas.catalogue import EventSchema
from schemas.shape import Node, kind, logical, non_null

_PLAIN: Final = {"string": "text", "boolean": "true or false", "int": "whole number", "long": "whole number"}
_CALENDAR: Final = {"timestamp-millis": "time, UTC", "date": "date"}
_FORMS: Final = {"postcode": "postcode", "uprn": "property number (UPRN)"}


class Held(NamedTuple):
    """One field that holds a value."""

    path: str
    """Within its view, such as `requirement.starts`."""
    holds: str
    doc: str


def part(schema: EventSchema, name: str) -> Mapping[str, Any]:
    """One of the parts that an event consists of, as its schema has it."""
    found: Mapping[str, Any] = next(field for field in schema.tree["fields"] if field["name"] == name)
    return found


def fields_table(schema: EventSchema, name: str, base: str = "../") -> str:
    """The fields of one part."""
    rows = ((code(one.path), one.holds, one.doc) for one in fields(schema, name, base))
    return table(("Field", "Holds", "What it says"), rows)


def fields(schema: EventSchema, name: str, base: str = "../") -> tuple[Held, ...]:
    """Every field of one part, those of records within it too."""
    return tuple(_within(part(schema, name)["type"], "", base))


def _within(node: Node, path: str, base: str) -> Iterator[Held]:
    record = _record(node)
    for field in record["fields"] if record else ():
        name = f"{path}.{field['name']}" if path else field["name"]
        yield Held(name, _holds(field, base), field["doc"])
        yield from _within(field["type"], name, base)


def _record(node: Node) -> Any:
    there = non_null(node)
    there = there["items"] if kind(there) == "array" else there
    return there if kind(there) == "record" else None


def _holds(field: Mapping[str, Any], base: str) -> str:
    may = ", or nothing" if kind(field["type"]) == "union" else ""
    there = non_null(field["type"])
    many = "list: " if kind(there) == "array" else ""
    return f"{many}{_one(there['items'] if many else there, field, base)}{may}"


def _one(node: Node, field: Mapping[str, Any], base: str) -> str:
    if "code" in field:
        return f"code of {link(field['code'], f'{base}codes.md')}"
    if "ref" in field:
        return f"reference ({field['ref']})"
    if field.get("check") in _FORMS:
        return _FORMS[field["check"]]
    if kind(node) == "enum":
        return "one of " + ", ".join(map(code, node["symbols"]))
    return "the fields below" if kind(node) == "record" else _CALENDAR.get(logical(node), _PLAIN.get(kind(node), ""))
