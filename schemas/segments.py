"""One event cut into views, and copies joined from them as bytes: what is withheld was never opened.

In Avro a record is its fields one after another, and a nullable field is a branch and its value. So a view can be
encoded once and then stand, byte for byte, in every copy whose recipient may have it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from itertools import repeat
from operator import itemgetter
from typing import Any, Final

from fastavro import parse_schema, schemaless_writer

from schemas.catalogue import EventSchema
from schemas.codec import frame
from schemas.encoder import Encode, record, words_of
from schemas.errors import WireError
from schemas.shape import Node, bare

_ABSENT: Final = b"\0"
_PRESENT: Final = b"\2"
_FEW: Final = frozenset({"type", "publisher_org", "publisher_desk", "basis", "handling"})
"""Fields of the envelope whose values are few."""


def cut(schema: EventSchema, body: Mapping[str, Any]) -> dict[str, bytes]:
    """Encode each view that the body holds, with its branch, in the order of the wire. Raise WireError."""
    return {
        view: _segment(written, body[view]) for view, written in _view_schemas(schema) if body.get(view) is not None
    }


def join(
    schema: EventSchema, envelope: Mapping[str, Any], segments: Mapping[str, bytes], withheld: Sequence[str]
) -> bytes:
    """Return one recipient's copy, framed: its envelope, the segments it may have, and what its role never gets.

    The submission is never in it. Raise WireError if the envelope does not fit or a segment is not of this event.
    """
    joint = _joint(schema)
    if not joint.views_set.issuperset(segments):
        raise WireError("NOT_ENCODABLE")
    parts = map(segments.get, schema.views, repeat(_ABSENT))
    return b"".join((joint.head, joint.envelope(envelope), _ABSENT, *parts, words_of(withheld)))


class _Joint:
    """What is the same for every copy of one schema."""

    __slots__ = ("_encode", "_names", "_pick", "head", "views_set")

    def __init__(self, schema: EventSchema) -> None:
        fields = [(field["name"], field["type"]) for field in schema.tree["fields"][0]["type"]["fields"]]
        self.head = frame(schema.id)
        self.views_set = frozenset(schema.views)
        self._names = len(fields)
        self._pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] = itemgetter(*(name for name, _ in fields))
        self._encode: Encode = record(fields, _FEW)

    def envelope(self, values: Mapping[str, Any]) -> bytes:
        """Encode the envelope; it must have exactly the schema's fields."""
        try:
            if len(values) != self._names:
                raise WireError("NOT_ENCODABLE")
            return self._encode(self._pick(values))
        except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
            raise WireError("NOT_ENCODABLE") from None


_joint = cache(_Joint)


@cache
def _view_schemas(schema: EventSchema) -> tuple[tuple[str, Node], ...]:
    unions = {field["name"]: field["type"] for field in schema.tree["fields"]}
    return tuple((view, parse_schema(bare(unions[view][1]))) for view in schema.views)


def _segment(written: Node, value: Mapping[str, Any]) -> bytes:
    stream = BytesIO()
    stream.write(_PRESENT)
    try:
        schemaless_writer(stream, written, value, strict=True)
    except Exception:  # noqa: BLE001 - whatever fastavro says may quote the body
        raise WireError("NOT_ENCODABLE") from None
    return stream.getvalue()
