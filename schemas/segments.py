"""One event cut into views, and copies joined from them as bytes: what is withheld was never opened.

In Avro a record is its fields one after another, and a nullable field is a branch and its value. So a view can be
encoded once and then stand, byte for byte, in every copy whose recipient may have it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any, Final

from fastavro import parse_schema, schemaless_writer

from schemas.catalogue import EventSchema
from schemas.codec import frame
from schemas.encoder import Encode, record, text, words_of
from schemas.errors import WireError
from schemas.shape import Node, bare

_ABSENT: Final = b"\0"
_PRESENT: Final = b"\2"
_FEW: Final = frozenset({"type", "publisher_org", "publisher_desk", "assertion", "marking", "basis", "handling"})
"""Fields of the envelope whose values are few."""

Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]


OWN: Final = ("copy_id", "person_ref", "case_ref", "supersedes")
"""The fields of the envelope in which copies given to several recipients differ."""


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
    shared = {name: _fixed(value) for name, value in envelope.items() if name not in OWN}
    if len(envelope) - len(shared) != len(OWN):
        raise WireError("NOT_ENCODABLE")
    return stencil(schema, shared, segments, withheld)(*(envelope[name] for name in OWN))


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Stencil:
    """A copy whose recipient's own ids are left open: desks that are given the same differ in nothing else."""

    __slots__ = ("_end", "_middle", "_start")

    def __init__(self, start: bytes, middle: bytes, end: bytes) -> None:
        self._start, self._middle, self._end = start, middle, end

    def __call__(self, copy_id: str, person_ref: str, case_ref: str | None, supersedes: str | None) -> bytes:
        """Return one recipient's copy, framed. Raise WireError if an id is none."""
        try:
            ids = text(copy_id) + text(person_ref), _id(case_ref) + _id(supersedes)
        except AttributeError:
            raise WireError("NOT_ENCODABLE") from None
        return b"".join((self._start, ids[0], self._middle, ids[1], self._end))


def stencil(
    schema: EventSchema, envelope: Mapping[str, Any], segments: Mapping[str, bytes], withheld: Sequence[str]
) -> Stencil:
    """Return what the copies of all who may have these segments share; `envelope` is without OWN, its lists are tuples.

    Raise WireError if the envelope does not fit or a segment is not of this event.
    """
    joint = _joint(schema)
    if not joint.views_set.issuperset(segments):
        raise WireError("NOT_ENCODABLE")
    middle, end = joint.envelope(envelope)
    parts = map(segments.get, schema.views, repeat(_ABSENT))
    return Stencil(joint.head, middle, b"".join((end, _ABSENT, *parts, words_of(withheld))))


class _Joint:
    """What is the same for every copy of one schema."""

    __slots__ = ("_end", "_middle", "_shared", "head", "views_set")

    def __init__(self, schema: EventSchema) -> None:
        fields = [(field["name"], field["type"]) for field in schema.tree["fields"][0]["type"]["fields"]]
        case = [name for name, _ in fields].index(OWN[2])  # OWN stands in two pairs, the first of them in front
        self.head = frame(schema.id)
        self.views_set = frozenset(schema.views)
        self._shared = len(fields) - len(OWN)
        self._middle, self._end = _Part(fields[2:case]), _Part(fields[case + 2 :])

    def envelope(self, values: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Encode what stands between the recipient's own ids, and after them."""
        if len(values) != self._shared:
            raise WireError("NOT_ENCODABLE")
        try:
            return self._middle(values), self._end(values)
        except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
            raise WireError("NOT_ENCODABLE") from None


class _Part:
    """A stretch of the envelope's fields; those of few values that stand together are encoded once for all."""

    __slots__ = ("_runs",)

    def __init__(self, fields: Sequence[tuple[str, Node]]) -> None:
        runs = groupby(fields, lambda field: field[0] in _FEW)
        self._runs = tuple(_run(list(run), few=few) for few, run in runs)

    def __call__(self, values: Mapping[str, Any]) -> bytes:
        return b"".join([encode(pick(values)) for pick, encode in self._runs])


def _run(fields: Sequence[tuple[str, Node]], *, few: bool) -> tuple[Pick, Encode]:
    encode, names = record(fields, _FEW), [name for name, _ in fields]
    return _together(names), lru_cache(maxsize=4096)(encode) if few else encode


def _together(names: Sequence[str]) -> Pick:
    """The values of these fields, as a tuple even of one."""
    return itemgetter(*names) if len(names) > 1 else lambda values: (values[names[0]],)


def _id(value: str | None) -> bytes:
    return _ABSENT if value is None else _PRESENT + text(value)


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
