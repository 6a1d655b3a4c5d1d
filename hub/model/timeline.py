"""Entries as they stand in hub.timeline.

What many entries say alike, their particulars, is a block of bytes of its own: read once, it serves for all that hold
the same bytes. What is one entry's alone is read each time.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from hub.model.entry import (
    Entry,
    Fault,
    Override,
    again_from_record,
    consent_from_record,
    consent_to_record,
)
from hub.model.quick import quick
from schemas.codec import decode_record, encode_record
from schemas.entries import ENTRY, decode_entry

PARTICULARS: Final = "hub.timeline.Particulars"

_entry = quick(Entry)
_OWN: Final = Entry._fields.index("kind")
"""So many fields are each entry's own; the particulars follow."""
_POSSIBLE, _CONSENT, _AGAIN, _SEGMENTS = map(Entry._fields.index, ("possible", "consent", "again", "segments"))


def encode(entry: Entry) -> bytes:
    """The entry as a value of hub.timeline. Raises WireError."""
    own = dict(zip(Entry._fields[:_OWN], entry, strict=False))
    own["consent"] = consent_to_record(entry.consent) if entry.consent else None
    own["again"] = entry.again._asdict() if entry.again else None
    return encode_record(ENTRY, {**own, "particulars": encode_record(PARTICULARS, _coded(entry))})


def decode(raw: bytes) -> Entry:
    """The entry that `encode` gave. Raises WireError, ValueError, TypeError or KeyError for anything else."""
    *own, particulars = decode_entry(raw)
    own[_POSSIBLE] = tuple(own[_POSSIBLE])
    if own[_CONSENT] is not None:
        own[_CONSENT] = consent_from_record(own[_CONSENT])
    if own[_AGAIN] is not None:
        own[_AGAIN] = again_from_record(own[_AGAIN])
    own[_SEGMENTS] = MappingProxyType(own[_SEGMENTS])
    return _entry((*own, *_particulars(particulars)))


def _coded(entry: Entry) -> dict[str, Any]:
    return {
        **dict(zip(Entry._fields[_OWN:], entry[_OWN:], strict=True)),
        "faults": [fault._asdict() for fault in entry.faults],
        "override": entry.override._asdict() if entry.override else None,
    }


@lru_cache(maxsize=8192)
def _particulars(raw: bytes) -> tuple[Any, ...]:
    record = decode_record(PARTICULARS, raw)
    return tuple({
        **record,
        "named": tuple(record["named"]),
        "facts": MappingProxyType(record["facts"]),
        "faults": tuple(Fault(fault["code"], fault["field"]) for fault in record["faults"]),
        "override": _override(record["override"]) if record["override"] else None,
        "over_refusal": tuple(record["over_refusal"]),
    }.values())  # fmt: skip


def _override(record: Mapping[str, Any]) -> Override:
    return Override._make(record.values())._replace(views=tuple(record["views"]))
