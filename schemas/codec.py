"""Bytes to events and back. What comes from outside is looked through before it is decoded; what the hub wrote is not.

An event in a body is a dict as its schema has it: times are milliseconds UTC, dates are days since 1970-01-01, enums
are their symbols, a view that is not there is None.
"""

import struct
from collections.abc import Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, Final, cast

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from schemas import catalogue
from schemas.catalogue import EventSchema
from schemas.encoder import Encode, record
from schemas.errors import UnknownSchemaError, WireError
from schemas.scan import Scan, scanner
from schemas.shape import Node, authored, bare

MAX_EVENT_BYTES: Final = 512 * 1024
RECEIPT: Final = "hub.Receipt"
_FEW: Final = frozenset(
    {"desk", "kind", "organisation", "role", "views", "purposes", "action", "taken_role", "code", "field"}
)
"""Fields of the hub's own records whose values are few and say nothing of who a person is."""
_FRAME: Final = struct.Struct(">bI")  # Confluent wire format: a zero byte, the schema's id
_START: Final = _FRAME.size


def frame(schema_id: int) -> bytes:
    """Return the five bytes that stand before a body in Confluent's wire format."""
    return _FRAME.pack(0, schema_id)


def decode(framed: bytes) -> tuple[EventSchema, dict[str, Any]]:
    """Read an event from untrusted bytes. Raise WireError; whatever the bytes, memory stays within a few megabytes."""
    if len(framed) > MAX_EVENT_BYTES:
        raise WireError("TOO_LARGE")
    schema = _framed_schema(framed)
    _look_through(schema, framed)
    return schema, _read(_event_schema(schema), framed, _START)


def encode(schema: EventSchema, body: Mapping[str, Any]) -> bytes:
    """Write an event, framed. Raise WireError if the body does not hold exactly what the schema says."""
    framed = canonical(schema, body)
    if len(framed) > MAX_EVENT_BYTES:
        raise WireError("TOO_LARGE")
    _look_through(schema, framed)
    return framed


def canonical(schema: EventSchema, body: Mapping[str, Any]) -> bytes:
    """Write a body that `decode` gave, framed, as `encode` does but without looking through it once more.

    What was read within the bounds is within them again: each list in one block, so never longer. Raise WireError.
    """
    return frame(schema.id) + _write(_event_schema(schema), body)


def encode_record(name: str, value: Mapping[str, Any]) -> bytes:
    """Write one of the hub's own records, such as `hub.timeline.Entry`, not framed. Raise WireError."""
    return _write(_record_schema(name), value)


def encode_fields(name: str, values: Sequence[Any]) -> bytes:
    """Write one of the hub's own records from tuples in the order of the wire, quicker than `encode_record`.

    For what is written with every event; tests compare the two. Raise WireError.
    """
    try:
        return _fields_encoder(name)(values)
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError):
        raise WireError("NOT_ENCODABLE") from None


def decode_record(name: str, raw: bytes) -> dict[str, Any]:
    """Read one of the hub's own records from bytes that the hub wrote. Raise WireError."""
    return _read(_record_schema(name), raw, 0)


def encode_receipt(event_id: str, outcome: str, faults: Sequence[tuple[str, str]], at: int) -> bytes:
    """Write a receipt as its publisher reads it, framed; a fault is a code and a field. Raise WireError."""
    return frame(catalogue.newest_id(RECEIPT)) + encode_fields(RECEIPT, (event_id, outcome, faults, at))


def decode_receipt(framed: bytes) -> dict[str, Any]:
    """Read a receipt that the hub wrote. Raise WireError."""
    if framed[:_START] != frame(catalogue.newest_id(RECEIPT)):
        raise WireError("UNKNOWN_SCHEMA")
    return _read(_record_schema(RECEIPT), framed, _START)


def _framed_schema(framed: bytes) -> EventSchema:
    if len(framed) < _START or framed[0] != 0:
        raise WireError("NOT_FRAMED")
    try:
        return catalogue.by_id(_FRAME.unpack_from(framed)[1])
    except UnknownSchemaError:
        raise WireError("UNKNOWN_SCHEMA") from None


def _look_through(schema: EventSchema, framed: bytes) -> None:
    try:
        end = _event_scan(schema)(framed, _START)
    except IndexError:
        raise WireError("TRUNCATED") from None
    if end != len(framed):
        raise WireError("TRAILING_BYTES")


def _read(schema: Node, raw: bytes, start: int) -> dict[str, Any]:
    stream = BytesIO(raw)
    stream.seek(start)
    try:
        value = schemaless_reader(stream, schema, None)
    except Exception:  # noqa: BLE001 - whatever fastavro says may quote the body
        raise WireError("MALFORMED") from None
    if stream.tell() != len(raw):
        raise WireError("TRAILING_BYTES")
    return cast("dict[str, Any]", value)


def _write(schema: Node, value: Mapping[str, Any]) -> bytes:
    stream = BytesIO()
    try:
        schemaless_writer(stream, schema, value, strict=True)
    except Exception:  # noqa: BLE001 - whatever fastavro says may quote the body
        raise WireError("NOT_ENCODABLE") from None
    return stream.getvalue()


@cache
def _event_schema(schema: EventSchema) -> Node:
    return parse_schema(bare(schema.tree))


@cache
def _event_scan(schema: EventSchema) -> Scan:
    return scanner(schema.tree)


@cache
def _fields_encoder(name: str) -> Encode:
    fields = [(field["name"], field["type"]) for field in authored(name)["fields"]]
    return record(fields, _FEW)


@cache
def _record_schema(name: str) -> Node:
    return parse_schema(bare(authored(name)))
