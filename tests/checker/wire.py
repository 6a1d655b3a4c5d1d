"""Bytes to values, with Apache's avro and the schemas as files."""

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import avro.io
import avro.schema

SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
MAGIC: Final = 0
FRAME: Final = 5

Value = dict[str, Any]


def record(name: str, value: bytes) -> Value:
    """One of the hub's own records, such as `hub.audit.Sheet`."""
    return _read(_authored(name), value)


def event(framed: bytes) -> Value:
    """An event, a copy or a receipt, by the registered schema that its frame names."""
    if len(framed) < FRAME or framed[0] != MAGIC:
        raise ValueError("no frame")
    return _read(_registered(int.from_bytes(framed[1:FRAME], "big")), framed[FRAME:])


def _read(schema: avro.schema.Schema, value: bytes) -> Value:
    held = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(io.BytesIO(value)))
    assert isinstance(held, dict)
    return held


@cache
def _registered(number: int) -> avro.schema.Schema:
    [path] = (SCHEMAS / "registered").glob(f"{number}-*.avsc")
    return avro.schema.parse(path.read_text("utf-8"))


@cache
def _authored(name: str) -> avro.schema.Schema:
    return avro.schema.parse(json.dumps(_whole(_source(name), set())))


def _source(name: str) -> Any:
    return json.loads((SCHEMAS / "source" / f"{name}.avsc").read_text("utf-8"))


def _whole(part: Any, known: set[str]) -> Any:
    """The schema with what it refers to put in where it is first named."""
    if isinstance(part, str):
        if part in known or not (SCHEMAS / "source" / f"{part}.avsc").exists():
            return part
        return _whole(_source(part), known)
    if isinstance(part, list):
        return [_whole(each, known) for each in part]
    if "name" in part and part.get("type") in {"record", "enum", "fixed"}:
        known |= set(_names(part))
    made = {key: value for key, value in part.items() if key not in {"type", "items", "values", "fields"}}
    made |= {key: _whole(part[key], known) for key in ("type", "items", "values") if key in part}
    if "fields" in part:
        made["fields"] = [{**field, "type": _whole(field["type"], known)} for field in part["fields"]]
    return made


def _names(part: Value) -> Iterator[str]:
    yield part["name"]
    if "namespace" in part:
        yield f"{part['namespace']}.{part['name']}"
