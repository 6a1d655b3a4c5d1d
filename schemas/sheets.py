"""The ruling sheet, the largest thing written per event, encoded by hand where it pays.

A decision is one of few, so its caller keeps its bytes; what is left to encode per event is the sheet's head and a
line for each candidate. Reading needs nothing special: `codec.decode_record("hub.audit.Sheet", raw)`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


class RulingHead(NamedTuple):
    """A ruling but for its decision, in the order of the wire; see hub.audit.Sheet."""

    decision_id: str
    desk: str
    organisation: str
    role: str
    relationship: str
    verdict: str
    reason: str
    copy_id: str | None
    digests: Sequence[tuple[str, bytes]]
    """Per view sent: the view, and the HMAC of its segment."""
    consents: Sequence[str]


class _Decided(Protocol):
    @property
    def answers(self) -> Sequence[tuple[Any, ...]]: ...


class _Written(NamedTuple):
    names: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    head: Encode
    why: Encode
    sent: Encode
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


def encode_sheet(head: SheetHead, rulings: Iterable[tuple[RulingHead, bytes]]) -> bytes:
    """Encode a sheet; each ruling comes with the bytes of its decision. Raise WireError."""
    written, proofs = _written(), dict[Sequence[tuple[str, bytes]], bytes]()
    try:
        encoded = [_ruling(ruling, decision, proofs) for ruling, decision in rulings]
        return written.head(written.names(head)) + items(encoded)
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError):
        raise WireError("NOT_ENCODABLE") from None


def _ruling(ruling: RulingHead, decision: bytes, proofs: dict[Sequence[tuple[str, bytes]], bytes]) -> bytes:
    """Encode a ruling. Desks that were sent the same have the same proofs, so they are encoded once a sheet."""
    written, sent = _written(), tuple(ruling.digests)
    proof = proofs.get(sent)
    if proof is None:
        proof = proofs[sent] = written.digests(sent)
    copy_id, consents = written.sent(ruling.copy_id), written.consents(ruling.consents)
    return b"".join((text(ruling.decision_id), _why(ruling[1:7]), copy_id, proof, consents, decision))


@lru_cache(maxsize=8192)
def _why(said: tuple[str, ...]) -> bytes:
    """Encode who was ruled upon and what the ruling says: of these there are few."""
    return _written().why(said)


@cache
def _written() -> _Written:
    fields = _fields(authored(SHEET))
    ruling = _fields(fields.pop("rulings")["items"])
    return _Written(
        itemgetter(*fields),
        record(list(fields.items()), _FEW),
        record(list(ruling.items())[1:7], _FEW),
        encoder(ruling["copy_id"]),
        encoder(ruling["digests"], _FEW),
        encoder(ruling["consents"]),
        encoder(ruling["decision"], _FEW),
    )


def _fields(node: Mapping[str, Any]) -> dict[str, Node]:
    return {field["name"]: field["type"] for field in node["fields"]}
