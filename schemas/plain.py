"""Events as people write them: plain JSON with ISO dates, no wrappers around unions, and nothing silently ignored.

Errors name the place and the rule. The value is a person's, so it is never in them.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NoReturn

from schemas.catalogue import EventSchema
from schemas.errors import PlainError
from schemas.shape import Node, kind, logical

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY: Final = date(1970, 1, 1)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
_RANGE: Final = {"int": 2**31, "long": 2**63}
TIME: Final = "a time such as 2026-03-02T10:00:00Z"
DATE: Final = "a date such as 2026-03-02"


def parse(text: str | bytes) -> object:
    """Read JSON text. Raise PlainError NOT_JSON, also for a key that stands twice and for NaN."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise PlainError("NOT_JSON", "") from None


def from_plain(schema: EventSchema, obj: object) -> dict[str, Any]:
    """Return the body that a plain event describes. What is missing takes its default. Raise PlainError."""
    body: dict[str, Any] = _from(schema.tree, obj, "")
    return body


def to_plain(schema: EventSchema, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as plain JSON; what is null is left out. `from_plain` gives the body back."""
    plain: dict[str, Any] = _to(schema.tree, body)
    return plain


def _from(node: Node, value: object, path: str) -> Any:
    return _READERS[kind(node)](node, value, path)


def _union(node: Node, value: object, path: str) -> Any:
    return None if value is None else _from(node[1], value, path)


def _array(node: Node, value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(path, "a list")
    return [_from(node["items"], item, f"{path}[{n}]") for n, item in enumerate(value)]


def _enum(node: Node, value: object, path: str) -> str:
    if not isinstance(value, str) or value not in node["symbols"]:
        raise _wrong(path, "one of " + ", ".join(node["symbols"]))
    return value


def _boolean(_node: Node, value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(path, "true or false")
    return value


def _record(node: Node, value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, "an object")
    fields = {field["name"]: field for field in node["fields"]}
    for key in value:
        if key not in fields:
            raise PlainError("UNKNOWN_KEY", _below(path, key))
    return {name: _field(field, value, _below(path, name)) for name, field in fields.items()}


def _field(field: Mapping[str, Any], value: Mapping[str, object], path: str) -> Any:
    if field["name"] in value:
        return _from(field["type"], value[field["name"]], path)
    if "default" not in field:
        raise PlainError("MISSING", path)
    default = field["default"]
    return list(default) if isinstance(default, list) else default


def _text(_node: Node, value: object, path: str) -> str:
    if not isinstance(value, str) or not _encodable(value):
        raise _wrong(path, "text")
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell and UTF-8 cannot
        return False
    return True


def _number(node: Node, value: object, path: str) -> int:
    if logical(node) in _CALENDAR:
        return _CALENDAR[logical(node)](value, path)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(path, "a whole number")
    if not -_RANGE[kind(node)] <= value < _RANGE[kind(node)]:
        raise PlainError("OUT_OF_RANGE", path)
    return value


def _moment(value: object, path: str) -> int:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _wrong(path, TIME)
    with suppress(ValueError):
        return (datetime.fromisoformat(value) - _EPOCH) // timedelta(milliseconds=1)
    raise _wrong(path, TIME)


def _day(value: object, path: str) -> int:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _wrong(path, DATE)
    with suppress(ValueError):
        return (date.fromisoformat(value) - _FIRST_DAY).days
    raise _wrong(path, DATE)


_CALENDAR: Final = {"timestamp-millis": _moment, "date": _day}
_READERS: Final[Mapping[str, Callable[[Node, object, str], Any]]] = {
    "record": _record,
    "union": _union,
    "array": _array,
    "enum": _enum,
    "boolean": _boolean,
    "string": _text,
    "int": _number,
    "long": _number,
}


def _to(node: Node, value: Any) -> Any:
    match kind(node):
        case "record":
            return _shown(node["fields"], value)
        case "union":
            return _to(node[1], value)
        case "array":
            return [_to(node["items"], item) for item in value]
        case _:
            return _ISO[logical(node)](value)


def _shown(fields: Sequence[Mapping[str, Any]], value: Mapping[str, Any]) -> dict[str, Any]:
    held = ((field, value[field["name"]]) for field in fields)
    return {field["name"]: _to(field["type"], one) for field, one in held if one is not None}


def iso_moment(millis: int) -> str:
    """Return a moment, in milliseconds UTC, as ISO has it."""
    moment = _EPOCH + timedelta(milliseconds=millis)
    return moment.isoformat(timespec="milliseconds" if millis % 1000 else "seconds").replace("+00:00", "Z")


def iso_day(days: int) -> str:
    """Return a day, counted from 1970-01-01, as ISO has it."""
    return (_FIRST_DAY + timedelta(days=days)).isoformat()


def _as_is(value: Any) -> Any:
    return value


_ISO: Final[Mapping[str, Callable[[Any], Any]]] = {"timestamp-millis": iso_moment, "date": iso_day, "": _as_is}


def _below(path: str, key: object) -> str:
    """Return the path of a key; what does not look like a name is not repeated."""
    name = key if isinstance(key, str) and _NAME.fullmatch(key) else "?"
    return f"{path}.{name}" if path else name


def _wrong(path: str, expected: str) -> PlainError:
    return PlainError("WRONG_TYPE", path, expected)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_name: str) -> NoReturn:
    raise ValueError
