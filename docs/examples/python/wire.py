"""Confluent's wire format with the hub's registered schemas: a zero byte, the schema's id in four bytes, then Avro.

Times and dates are ISO text on this side, as in the hub's plain JSON: "2026-03-02T10:00:00Z", "1991-04-17".
"""

import io
import json
import os
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import fastavro
from fastavro.read import LOGICAL_READERS
from fastavro.write import LOGICAL_WRITERS

SCHEMAS = Path(os.environ.get("HUB_SCHEMAS", Path(__file__).parents[3] / "schemas" / "registered"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1970, 1, 1)

LOGICAL_WRITERS["long-timestamp-millis"] = lambda iso, *_: (
    (datetime.fromisoformat(iso) - EPOCH) // timedelta(milliseconds=1)
)
LOGICAL_WRITERS["int-date"] = lambda iso, *_: (date.fromisoformat(iso) - FIRST_DAY).days
LOGICAL_READERS["long-timestamp-millis"] = lambda millis, *_: (EPOCH + timedelta(milliseconds=millis)).isoformat()
LOGICAL_READERS["int-date"] = lambda days, *_: (FIRST_DAY + timedelta(days=days)).isoformat()


class DoesNotFitError(ValueError):
    """An event that its schema does not describe. Says so and no more: an event's values belong in no log."""


def newest_id(name: str) -> int:
    """The newest registered id of a schema such as `Arrest`. Raises DoesNotFitError where there is none."""
    found = [int(path.name.partition("-")[0]) for path in SCHEMAS.glob(f"*-{name}.avsc")]
    if not found:
        raise DoesNotFitError(f"envelope.type: no schema of such an event stands in {SCHEMAS}")
    return max(found)


def framed(schema_id: int, event: dict[str, Any]) -> bytes:
    """The bytes of an event. Raises DoesNotFitError, which is a ValueError."""
    stream = io.BytesIO()
    try:
        fastavro.schemaless_writer(stream, _schema(schema_id), event, strict_allow_default=True)
    except Exception:  # noqa: BLE001 - whatever the library says may quote the event
        raise DoesNotFitError(f"not an event of schema {schema_id}; `hub publish` says where and why") from None
    return b"\0" + schema_id.to_bytes(4, "big") + stream.getvalue()


def opened(value: bytes) -> Any:
    """What a record's bytes say."""
    if value[:1] != b"\0":
        raise DoesNotFitError("not in Confluent's wire format")
    return fastavro.schemaless_reader(io.BytesIO(value[5:]), _schema(int.from_bytes(value[1:5], "big")), None)


@cache
def _schema(schema_id: int) -> Any:
    """Registered schemas are only ever added to, so what was read once holds."""
    [path] = SCHEMAS.glob(f"{schema_id}-*.avsc")
    return fastavro.parse_schema(json.loads(path.read_text("utf-8")))
