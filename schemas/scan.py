"""Look before decoding: walk untrusted bytes by their schema without building anything.

fastavro was made for trusted bytes: five of them can ask for a gigabyte, and a branch of -1 is taken for the last one.
What passes here is canonical but for the blocks of arrays, its lists are short, and it ends where the bytes end.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from schemas.errors import WireError
from schemas.shape import Node, kind, logical

Scan = Callable[[bytes, int], int]
"""From the place where a value begins to the place after it. Raises WireError, or IndexError past the end."""

MAX_ITEMS: Final = 1_000
"""Items of one list in an event: more than any desk has to say, and little memory whatever they are."""

_MORE: Final = 0x80
"""Set in a byte of a number that is not its last."""
_LAST_SHIFT: Final = 63
_BOUNDS: Final = {
    "int": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "date": (-719_162, 2_932_896),  # 0001-01-01 to 9999-12-31 in days, the years that ISO 8601 and Python can write
    "timestamp-millis": (-62_135_596_800_000, 253_402_300_799_999),
}


def scanner(node: Node) -> Scan:
    """Compile the scan of one schema. Raise WireError UNSUPPORTED for what no event may hold: maps, bytes, ..."""
    try:
        return _SCANNERS[kind(node)](node)
    except KeyError:
        raise WireError("UNSUPPORTED", kind(node)) from None


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """Read one minimal zigzag number of at most 64 bits; return it and the place after it."""
    byte = raw[at]
    if byte < _MORE:
        return (byte >> 1) ^ -(byte & 1), at + 1
    number, shift = byte - _MORE, 7
    while True:
        at += 1
        byte = raw[at]
        number |= (byte & ~_MORE) << shift
        if byte < _MORE:
            break
        shift += 7
        if shift > _LAST_SHIFT:
            raise WireError("MALFORMED")
    if byte == 0 or number >> 64:
        raise WireError("MALFORMED")
    return (number >> 1) ^ -(number & 1), at + 1


def _nothing(_raw: bytes, at: int) -> int:
    return at


def _boolean(raw: bytes, at: int) -> int:
    if raw[at] > 1:
        raise WireError("MALFORMED")
    return at + 1


def _string(raw: bytes, at: int) -> int:
    length, at = varint(raw, at)
    if length < 0:
        raise WireError("MALFORMED")
    if length > len(raw) - at:
        raise WireError("TRUNCATED")
    return at + length


def _within(node: Node) -> Scan:
    return _number(*_BOUNDS[logical(node) or kind(node)])


def _number(least: int, most: int) -> Scan:
    def scan(raw: bytes, at: int) -> int:
        value, at = varint(raw, at)
        if not least <= value <= most:
            raise WireError("MALFORMED")
        return at

    return scan


def _union(branches: Sequence[Scan]) -> Scan:
    def scan(raw: bytes, at: int) -> int:
        branch, at = varint(raw, at)
        if not 0 <= branch < len(branches):
            raise WireError("MALFORMED")
        return branches[branch](raw, at)

    return scan


def _record(fields: Sequence[Scan]) -> Scan:
    def scan(raw: bytes, at: int) -> int:
        for field in fields:
            at = field(raw, at)
        return at

    return scan


def _array(item: Scan) -> Scan:
    def scan(raw: bytes, at: int) -> int:
        seen = 0
        while True:
            count, size, at = _block(raw, at)
            if not count:
                return at
            seen += count
            if count > len(raw) - at or seen > MAX_ITEMS:
                raise WireError("TOO_MANY_ITEMS")
            end = at + size
            for _ in range(count):
                at = item(raw, at)
            if size >= 0 and at != end:
                raise WireError("MALFORMED")

    return scan


def _block(raw: bytes, at: int) -> tuple[int, int, int]:
    """Return how many items come, in how many bytes (-1: not said), and where."""
    count, at = varint(raw, at)
    if count >= 0:
        return count, -1, at
    size, at = varint(raw, at)
    if size < 0:
        raise WireError("MALFORMED")
    return -count, size, at


_SCANNERS: Final[Mapping[str, Callable[[Node], Scan]]] = {
    "null": lambda _: _nothing,
    "boolean": lambda _: _boolean,
    "string": lambda _: _string,
    "int": _within,
    "long": _within,
    "enum": lambda node: _number(0, len(node["symbols"]) - 1),
    "union": lambda node: _union([scanner(branch) for branch in node]),
    "array": lambda node: _array(scanner(node["items"])),
    "record": lambda node: _record([scanner(field["type"]) for field in node["fields"]]),
}
