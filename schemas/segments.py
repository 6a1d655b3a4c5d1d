"""One event cut into views, and copies joined from them as bytes: what is withheld was never opened.

In Avro a record is its fields one after another, and a nullable field is a branch and its value. So a view can be
encoded once and then stand, byte for byte, in every copy whose recipient may have it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, Final, NamedTuple

from fastavro import parse_schema, schemaless_writer

from schemas.catalogue import EventSchema
from schemas.codec import frame
from schemas.encoder import Encode, nullable_text, number, record, text, words_of
from schemas.errors import WireError
from schemas.shape import Node, bare

_ABSENT: Final = b"\0"
_PRESENT: Final = b"\2"

OWN: Final = ("copy_id", "person_ref", "case_ref", "supersedes")
"""The fields of the envelope in which copies given to several recipients differ."""
_BEFORE: Final = ("type",)
_AFTER: Final = ("publisher_org", "publisher_desk", "assertion", "marking")
_END: Final = ("basis", "handling")
_ORDER: Final = (*OWN[:2], *_BEFORE, "occurred_at", "published_at", *_AFTER, *OWN[2:], *_END)
"""How the fields of the envelope follow one another."""


def cut(schema: EventSchema, body: Mapping[str, Any]) -> dict[str, bytes]:
    """Encode each view that the body holds, with its branch, in the order of the wire. Raise WireError."""
    return {
        view: _segment(written, body[view]) for view, written in _view_schemas(schema) if body.get(view) is not None
    }


class Shared(NamedTuple):
    """What the envelope says alike in many copies; see hub.Envelope for what each field means."""

    type: str
    publisher_org: str
    publisher_desk: str | None
    assertion: str
    marking: str
    basis: tuple[str, ...]
    handling: tuple[str, ...]


def join(
    schema: EventSchema, envelope: Mapping[str, Any], segments: Mapping[str, bytes], withheld: Sequence[str]
) -> bytes:
    """Return one recipient's copy, framed: its envelope, the segments it may have, and what its role never gets.

    The submission is never in it. Raise WireError if the envelope does not fit or a segment is not of this event.
    """
    try:
        shared = Shared(*(_fixed(envelope[name]) for name in Shared._fields))
        times, ids = (envelope["occurred_at"], envelope["published_at"]), [envelope[name] for name in OWN]
    except KeyError:
        raise WireError("NOT_ENCODABLE") from None
    if len(envelope) != len(shared) + len(times) + len(ids):
        raise WireError("NOT_ENCODABLE")
    made = form(schema, shared, tuple(segments), tuple(withheld))
    return made(*times, [segments[view] for view in made.views])(*ids)


class Form:
    """A copy in which nothing of one event stands yet: all who are given the same of such an event have it alike."""

    __slots__ = ("_after", "_before", "_between", "_start", "views")

    def __init__(self, schema: EventSchema, said: Shared, views: Sequence[str], withheld: Sequence[str]) -> None:
        self.views = tuple(view for view in schema.views if view in views)
        """The views that a copy holds, in the order of the schema."""
        before, after, end = _envelope(schema)
        self._start, self._before = frame(schema.id), before(said)
        self._after, self._between = after(said), _between(schema, self.views, end(said), withheld)

    def __call__(self, occurred_at: int, published_at: int, segments: Sequence[bytes]) -> "Stencil":
        """Fill in the event: its times, and the segments of `views`, in their order.

        Raise WireError for a segment that is missing, or a time that is none.
        """
        parts = self._between.copy()
        try:
            parts[1::2] = segments
            middle = b"".join((self._before, number(occurred_at), number(published_at), self._after))
            end = b"".join(parts)
        except (TypeError, ValueError, OverflowError):
            raise WireError("NOT_ENCODABLE") from None
        return Stencil(self._start, middle, end)


class Stencil:
    """A copy whose recipient's own ids are left open: desks that are given the same differ in nothing else."""

    __slots__ = ("_end", "_middle", "_start")

    def __init__(self, start: bytes, middle: bytes, end: bytes) -> None:
        self._start, self._middle, self._end = start, middle, end

    def __call__(self, copy_id: str, person_ref: str, case_ref: str | None, supersedes: str | None) -> bytes:
        """Return one recipient's copy, framed. Raise WireError if an id is none."""
        try:
            ids = text(copy_id) + text(person_ref), nullable_text(case_ref) + nullable_text(supersedes)
        except AttributeError:
            raise WireError("NOT_ENCODABLE") from None
        return self.filled(*ids)

    def filled(self, first: bytes, last: bytes) -> bytes:
        """The same; `first` is copy_id and person_ref, `last` case_ref and supersedes, encoded."""
        return b"".join((self._start, first, self._middle, last, self._end))


@lru_cache(maxsize=8192)
def form(schema: EventSchema, said: Shared, views: tuple[str, ...], withheld: tuple[str, ...]) -> Form:
    """Return the form of copies that hold these views. Raise WireError if one is not of this event."""
    if not set(views) <= set(schema.views):
        raise WireError("NOT_ENCODABLE")
    try:
        return Form(schema, said, views, withheld)
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
        raise WireError("NOT_ENCODABLE") from None


def _between(schema: EventSchema, views: Sequence[str], end: bytes, withheld: Sequence[str]) -> list[bytes]:
    """What follows the recipient's ids: bytes that are known, and behind each but the last a place for a segment."""
    known, parts = end + _ABSENT, list[bytes]()
    for view in schema.views:
        if view in views:
            parts += [known, b""]
            known = b""
        else:
            known += _ABSENT
    return [*parts, known + words_of(withheld)]


@cache
def _envelope(schema: EventSchema) -> tuple[Encode, Encode, Encode]:
    """What encodes the runs of shared fields: before the two times, after them, and after the last of OWN.

    Raise WireError for an envelope that is not in this order.
    """
    fields = [(field["name"], field["type"]) for field in schema.tree["fields"][0]["type"]["fields"]]
    if tuple(name for name, _ in fields) != _ORDER:
        raise WireError("UNSUPPORTED", "envelope")
    types = dict(fields)
    return tuple(_run([(name, types[name]) for name in names]) for names in (_BEFORE, _AFTER, _END))  # type: ignore[return-value]


def _run(fields: Sequence[tuple[str, Node]]) -> Encode:
    encode, places = record(fields, frozenset(Shared._fields)), [Shared._fields.index(name) for name, _ in fields]
    return lambda said: encode([said[place] for place in places])


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


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
