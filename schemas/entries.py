"""The timeline's entry read by hand: it is read once for every event, and fastavro's generality costs most there.

Gives what `codec.decode_record("hub.timeline.Entry", raw)` gives, and tests compare the two. An entry that carries what
somebody said about sharing, or that comes again, is rare, and is left to the codec.
"""

from functools import cache
from typing import Any, Final

from schemas.codec import decode_record
from schemas.errors import WireError
from schemas.scan import varint
from schemas.shape import authored

ENTRY: Final = "hub.timeline.Entry"
_ORDER: Final = (
    "entry_id", "event_id", "content_hash", "route_key", "possible", "occurred_at", "published_at", "case_ref",
    "supersedes", "consent", "again", "segments", "particulars",
)  # fmt: skip

Values = tuple[Any, ...]


def decode_entry(raw: bytes) -> Values:
    """Return the values of the entry's fields, in order: lists as lists, the segments as a dict. Raise WireError."""
    _must_be_in_order()
    try:
        entry_id, at = _text(raw, 0)
        event_id, at = _text(raw, at)
        content_hash, at = _chunk(raw, at)
        route_key, at = _text(raw, at)
        possible, at = _texts(raw, at)
        occurred_at, at = varint(raw, at)
        published_at, at = varint(raw, at)
        case_ref, at = _nullable_text(raw, at)
        supersedes, at = _nullable_text(raw, at)
        if raw[at] != 0 or raw[at + 1] != 0:
            return tuple(decode_record(ENTRY, raw).values())
        segments, at = _chunks(raw, at + 2)
        particulars, at = _chunk(raw, at)
    except (IndexError, UnicodeDecodeError):
        raise WireError("MALFORMED") from None
    if at != len(raw):
        raise WireError("TRAILING_BYTES")
    return (
        entry_id, event_id, content_hash, route_key, possible, occurred_at, published_at, case_ref, supersedes, None,
        None, segments, particulars,
    )  # fmt: skip


@cache
def _must_be_in_order() -> None:
    """Raise WireError where the authored schema is not what is read here."""
    if tuple(field["name"] for field in authored(ENTRY)["fields"]) != _ORDER:
        raise WireError("UNSUPPORTED", ENTRY)


def _chunk(raw: bytes, at: int) -> tuple[bytes, int]:
    length, start = varint(raw, at)
    end = start + length
    if length < 0 or end > len(raw):
        raise WireError("MALFORMED")
    return raw[start:end], end


def _text(raw: bytes, at: int) -> tuple[str, int]:
    chunk, end = _chunk(raw, at)
    return chunk.decode(), end


def _nullable_text(raw: bytes, at: int) -> tuple[str | None, int]:
    branch = raw[at]
    if branch == 0:
        return None, at + 1
    if branch != 2:  # noqa: PLR2004 - the second branch, as Avro writes it
        raise WireError("MALFORMED")
    return _text(raw, at + 1)


def _block(raw: bytes, at: int) -> tuple[int, int]:
    """How many items follow, and where they begin; 0: the list is over."""
    count, at = varint(raw, at)
    if count < 0:  # then its size in bytes stands before the items
        count, at = -count, varint(raw, at)[1]
    return count, at


def _texts(raw: bytes, at: int) -> tuple[list[str], int]:
    found: list[str] = []
    count, at = _block(raw, at)
    while count:
        for _ in range(count):
            value, at = _text(raw, at)
            found.append(value)
        count, at = _block(raw, at)
    return found, at


def _chunks(raw: bytes, at: int) -> tuple[dict[str, bytes], int]:
    found: dict[str, bytes] = {}
    count, at = _block(raw, at)
    while count:
        for _ in range(count):
            name, at = _text(raw, at)
            found[name], at = _chunk(raw, at)
        count, at = _block(raw, at)
    return found, at
