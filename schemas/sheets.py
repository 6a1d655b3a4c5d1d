"""The ruling sheet, the largest thing written per event, encoded by hand where it pays.

What many sheets say alike stands together on the wire and is one of few: it is encoded once. So is all of a ruling but
what was sent. Reading needs nothing special: `codec.decode_record("hub.audit.Sheet", raw)`.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, Protocol

from schemas.encoder import Encode, encoder, items, long, number, raw_bytes, record, text, word
from schemas.errors import WireError
from schemas.shape import Node, authored

SHEET: Final = "hub.audit.Sheet"
NO_DIGESTS: Final = b"\0"
"""Of a ruling with which nothing was sent."""
NOTHING_SENT: Final = b"\0" + NO_DIGESTS + b"\0"
"""The end of such a ruling: no copy, no digests, and it rests on no consent."""


class SheetHead(NamedTuple):
    """What a sheet says of its own entry; see hub.audit.Sheet for what each field means."""

    partition: int
    offset: int
    entry_id: str
    person: str
    possible: Sequence[str]
    occurred_at: int
    recorded_at: int
    judged_at: int
    barrier: int
    overtaking: Sequence[str]
    again: tuple[str, str, int, str, str] | None
    """Cause, earlier entry, its offset, what caused it, on what ground."""
    held: tuple[int, Sequence[str]] | None
    """Until when something waits for a reviewer, and for which desks."""


class SheetTerms(NamedTuple):
    """What many sheets say alike, without a word of who a person is."""

    kind: str
    type: str
    publisher: str
    purpose: str
    confidence: str
    policy: str
    present: tuple[str, ...]
    faults: tuple[str, ...]


Said = tuple[str, str, str, str, str, str]
"""Who was ruled upon and what the ruling says: desk, organisation, role, relationship, verdict, reason."""
_UNFIT: Final = (AttributeError, TypeError, ValueError, KeyError, OverflowError)
_SAID: Final = 6
"""Fields of a ruling that `Said` has; decision, copy_id, digests and consents follow."""


class _Decided(Protocol):
    @property
    def answers(self) -> Sequence[tuple[Any, ...]]: ...


class _Written(NamedTuple):
    terms: Encode
    said: Encode
    decision: Encode
    consents: Encode
    again: Encode
    held: Encode


def encode_decision(decision: _Decided) -> bytes:
    """Encode `decision.answers`: (view, answer, gateway, reason, tried), where tried is pairs (gateway, answer).

    Raise WireError.
    """
    return _fitting(_written().decision, (decision.answers,))


def encode_verdict(said: Said, decision: bytes) -> bytes:
    """Encode a ruling but for what was sent; the decision is encoded already. Raise WireError."""
    return _fitting(_written().said, said) + decision


def encode_digests(views: tuple[str, ...], proofs: Sequence[bytes]) -> bytes:
    """Encode each view that was sent with what proves it, in the same order.

    Whoever is sent the same has the same, so it is done once for all. Raise WireError.
    """
    parts = _between_proofs(views).copy()
    try:
        parts[1::2] = map(raw_bytes, proofs)
        return b"".join(parts)
    except _UNFIT:
        raise WireError("NOT_ENCODABLE") from None


def encode_sent(copy_id: str | None, digests: bytes, consents: Sequence[str]) -> bytes:
    """Encode the end of a ruling: what was sent, and on which consents. Digests are encoded.

    Raise WireError.
    """
    copied = b"\0" if copy_id is None else b"\2" + _fitting(text, copy_id)
    return copied + digests + (_fitting(_written().consents, consents) if consents else b"\0")


def encode_sheet(head: SheetHead, terms: SheetTerms, rulings: Sequence[bytes]) -> bytes:
    """Encode a sheet; its rulings are encoded already. Raise WireError."""
    return b"".join((_fitting(_head, head), _fitting(_terms, terms), items(rulings)))


def _fitting(encode: Encode, value: Any) -> bytes:
    try:
        return encode(value)
    except _UNFIT:
        raise WireError("NOT_ENCODABLE") from None


@lru_cache(maxsize=8192)
def _between_proofs(views: tuple[str, ...]) -> list[bytes]:
    """The names of the views as a list of digests has them, behind each a place for its proof."""
    parts, known = list[bytes](), long(len(views)) if views else b""
    for view in views:
        parts += [known + word(view), b""]
        known = b""
    return [*parts, known + b"\0"]


def _head(head: SheetHead) -> bytes:
    return b"".join((
        number(head.partition),
        long(head.offset),
        text(head.entry_id),
        text(head.person),
        _texts(head.possible),
        number(head.occurred_at),
        number(head.recorded_at),
        number(head.judged_at),
        number(head.barrier),
        _texts(head.overtaking),
        b"\0" if head.again is None else _written().again(head.again),
        b"\0" if head.held is None else _written().held(head.held),
    ))  # fmt: skip


def _texts(values: Sequence[str]) -> bytes:
    return items([text(value) for value in values]) if values else b"\0"


@lru_cache(maxsize=8192)
def _terms(terms: SheetTerms) -> bytes:
    return _written().terms(terms)


@cache
def _written() -> _Written:
    fields = _fields(authored(SHEET))
    ruling = _fields(fields.pop("rulings")["items"])
    own = len(SheetHead._fields)
    return _Written(
        record(list(fields.items())[own:], frozenset(SheetTerms._fields)),
        record(list(ruling.items())[:_SAID], frozenset(ruling)),
        encoder(ruling["decision"], frozenset({"view", "gateway", "reason", "answer"})),
        encoder(ruling["consents"]),
        encoder(fields["again"]),
        encoder(fields["held"]),
    )


def _fields(node: Mapping[str, Any]) -> dict[str, Node]:
    return {field["name"]: field["type"] for field in node["fields"]}
