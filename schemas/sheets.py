"""The ruling sheet, the largest thing written per event, encoded by hand where it pays.

A decision is one of few, so its caller keeps its bytes; what is left to encode per event is the sheet's head and a
line for each candidate. Reading needs nothing special: `codec.decode_record("hub.audit.Sheet", raw)`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol, TypedDict

from schemas.encoder import Encode, encoder, items, record, text
from schemas.errors import WireError
from schemas.shape import Node, authored

SHEET: Final = "hub.audit.Sheet"
_FEW: Final = frozenset(
    {"type", "publisher", "purpose", "confidence", "policy", "present", "desk", "organisation", "role"}
    | {"relationship", "reason", "view", "gateway", "answer"}
)
"""Fields whose values are few and say nothing of who a person is."""


_SAID: Final = ("desk", "organisation", "role", "relationship", "verdict", "reason")
NO_DIGESTS: Final = b"\0"
"""Of a ruling with which nothing was sent."""


class SheetHead(TypedDict):
    """A sheet but for its rulings; see hub.audit.Sheet for what each field means."""

    partition: int
    offset: int
    kind: str
    entry_id: str
    type: str
    publisher: str
    purpose: str
    person: str
    confidence: str
    occurred_at: int
    recorded_at: int
    judged_at: int
    barrier: int
    overtaking: Sequence[str]
    policy: str
    present: Sequence[str]
    faults: Sequence[str]


Said = tuple[str, str, str, str, str, str]
"""Who was ruled upon and what the ruling says: desk, organisation, role, relationship, verdict, reason."""
Digests = Sequence[tuple[str, bytes]]
"""Per view sent: the view, and the HMAC of its segment."""


class _Decided(Protocol):
    @property
    def answers(self) -> Sequence[tuple[Any, ...]]: ...


class _Written(NamedTuple):
    names: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    head: Encode
    said: Encode
    digests: Encode
    consents: Encode
    answers: Encode


def encode_decision(decision: _Decided) -> bytes:
    """Encode `decision.answers`: (view, answer, gateway, reason, tried), where tried is pairs (gateway, answer).

    Raise WireError.
    """
    try:
        return _written().answers((decision.answers,))
    except (AttributeError, TypeError, ValueError, KeyError):
        raise WireError("NOT_ENCODABLE") from None


def encode_digests(digests: Digests) -> bytes:
    """Encode them; whoever is sent the same has the same, so it is done once for all. Raise WireError."""
    try:
        return _written().digests(digests)
    except (AttributeError, TypeError, ValueError):
        raise WireError("NOT_ENCODABLE") from None


def encode_ruling(  # noqa: PLR0913, PLR0917 - the fields of a ruling, some of them encoded before
    decision_id: str, said: Said, copy_id: str | None, digests: bytes, consents: Sequence[str], decision: bytes
) -> bytes:
    """Encode a ruling; digests and decision are encoded already. Raise WireError."""
    try:
        sent = b"\0" if copy_id is None else b"\2" + text(copy_id)
        rests_on = _written().consents(consents) if consents else b"\0"
        return b"".join((text(decision_id), _said(said), sent, digests, rests_on, decision))
    except (AttributeError, TypeError, ValueError, KeyError):
        raise WireError("NOT_ENCODABLE") from None


def encode_sheet(head: SheetHead, rulings: Sequence[bytes]) -> bytes:
    """Encode a sheet; its rulings are encoded already. Raise WireError."""
    written = _written()
    try:
        return written.head(written.names(head)) + items(rulings)
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError):
        raise WireError("NOT_ENCODABLE") from None


@lru_cache(maxsize=8192)
def _said(said: Said) -> bytes:
    return _written().said(said)


@cache
def _written() -> _Written:
    fields = _fields(authored(SHEET))
    ruling = _fields(fields.pop("rulings")["items"])
    return _Written(
        itemgetter(*fields),
        record(list(fields.items()), _FEW),
        record([(name, ruling[name]) for name in _SAID], _FEW),
        encoder(ruling["digests"], _FEW),
        encoder(ruling["consents"]),
        encoder(ruling["decision"], _FEW),
    )


def _fields(node: Mapping[str, Any]) -> dict[str, Node]:
    return {field["name"]: field["type"] for field in node["fields"]}
