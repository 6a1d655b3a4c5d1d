"""Compiled encoders for the few records that are written for every recipient, where fastavro's generality costs most.

They give exactly the bytes of fastavro's strict writer; tests compare the two.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import call
from typing import Any, Final

from schemas.errors import WireError
from schemas.shape import Node, kind

Encode = Callable[[Any], bytes]
_MORE: Final = 0x80
"""Set in a byte of a number that is not its last."""
_NOWADAYS, _LATER = 1 << 34, 1 << 41
"""Numbers of six bytes; moments in milliseconds are, from 1970 to 2039, and nearly every number here is one."""
_SMALL: Final = tuple(bytes((2 * n,)) for n in range(64))


def long(value: int) -> bytes:
    """Encode a number of at most 64 bits. Raise OverflowError for more."""
    if 0 <= value < len(_SMALL):
        return _SMALL[value]
    if _NOWADAYS <= value < _LATER:
        n = value << 1
        return bytes(
            (n & 127 | 128, n >> 7 & 127 | 128, n >> 14 & 127 | 128, n >> 21 & 127 | 128, n >> 28 & 127 | 128, n >> 35)
        )
    if not -(2**63) <= value < 2**63:
        raise OverflowError
    rest, out = (value << 1) ^ (value >> 63), bytearray()
    while rest >= _MORE:
        out.append(rest & 0xFF | _MORE)
        rest >>= 7
    out.append(rest)
    return bytes(out)


number = lru_cache(maxsize=4096)(long)
"""Encode a number that comes again soon: the times of one event stand in each of its copies."""


def text(value: str) -> bytes:
    """Encode a string."""
    raw = value.encode()
    return (_SMALL[len(raw)] if len(raw) < len(_SMALL) else long(len(raw))) + raw


def nullable_text(value: str | None) -> bytes:
    """Encode a string that may not be there."""
    return b"\0" if value is None else b"\2" + text(value)


word = lru_cache(maxsize=8192)(text)
"""Encode a string that is one of few, such as a desk or a reason. Never for what says who a person is."""


def raw_bytes(value: bytes) -> bytes:
    """Encode bytes."""
    return (_SMALL[len(value)] if len(value) < len(_SMALL) else long(len(value))) + value


def items(encoded: Sequence[bytes]) -> bytes:
    """Encode a list of items that are encoded already, as one block."""
    return b"".join((long(len(encoded)), *encoded, b"\0")) if encoded else b"\0"


@lru_cache(maxsize=8192)
def _word_list(values: tuple[str, ...]) -> bytes:
    return items([word(value) for value in values])


def words_of(values: Sequence[str]) -> bytes:
    """Encode a list of strings that is one of few lists, such as the views withheld from a role."""
    return _word_list(tuple(values))


def encoder(node: Node, words: frozenset[str] = frozenset(), name: str = "") -> Encode:
    """Compile the encoder of a field's type; records are tuples in the order of their fields.

    `words` names the string fields whose values are few. Raise WireError UNSUPPORTED for a type not in these records.
    """
    try:
        compiled = _ENCODERS[kind(node)]
    except KeyError:
        raise WireError("UNSUPPORTED", kind(node)) from None
    return compiled(node, words, name)


def record(fields: Sequence[tuple[str, Node]], words: frozenset[str]) -> Encode:
    """Compile the encoder of a tuple of those fields."""
    parts = tuple(encoder(node, words, name) for name, node in fields)

    def encode(values: Sequence[Any]) -> bytes:
        if len(values) != len(parts):
            raise ValueError
        return b"".join(map(call, parts, values))

    return encode


def _symbols(symbols: Sequence[str]) -> Encode:
    return {symbol: long(index) for index, symbol in enumerate(symbols)}.__getitem__


def _nullable(inner: Encode) -> Encode:
    def encode(value: object) -> bytes:
        return b"\0" if value is None else b"\2" + inner(value)

    return encode


def _list(item: Encode) -> Encode:
    def encode(values: Sequence[Any]) -> bytes:
        return items(list(map(item, values))) if values else b"\0"

    return encode


_ENCODERS: Final[Mapping[str, Callable[[Node, frozenset[str], str], Encode]]] = {
    "string": lambda _node, words, name: word if name in words else text,
    "bytes": lambda _node, _words, _name: raw_bytes,
    "boolean": lambda _node, _words, _name: {False: b"\0", True: b"\1"}.__getitem__,
    "int": lambda _node, _words, _name: number,
    "long": lambda _node, _words, _name: number,
    "enum": lambda node, _words, _name: _symbols(node["symbols"]),
    "union": lambda node, words, name: _nullable(encoder(node[1], words, name)),  # null and one other: see lint
    "array": lambda node, words, name: words_of if name in words else _list(encoder(node["items"], words)),
    "record": lambda node, words, _name: record([(field["name"], field["type"]) for field in node["fields"]], words),
}
