"""What became of one person's entries: where each stands, which desks had it, and whether it is still current.

It answers who must hear that something was wrong, what a desk that takes the person on has to know, and who has a thing
already. Packed as bytes, oldest first, for it is written with every entry: 8 of the entry's id, 8 of its offset in the
partition, 4 for the day it was recorded (days since 1970), one that says whether it is current, one for how many desks
had it, and 4 for each of them (hub.model.directory.Desk.mark). All big endian.
"""

from collections.abc import Iterable, Iterator, Sequence
from struct import Struct
from typing import Final, NamedTuple

_HEAD: Final = Struct(">8sqIBB")
_SIZE: Final = _HEAD.size
_FLAG, _MARKS = _SIZE - 2, _SIZE - 1
MARK: Final = 4
"""Bytes that stand for a desk."""
MOST_MARKS: Final = 255
MOST: Final = 64 * 1024
"""Bytes remembered at most: one person's record must always fit into a message."""
DAYS: Final = 400
"""How long who had something is remembered; what is corrected later reaches whoever has to do with the person."""
DAY_MS: Final = 86_400_000


class Item(NamedTuple):
    """One entry, as it is remembered."""

    entry_id: str
    """16 hexadecimal digits."""
    offset: int
    day: int
    """Since 1970, by the log's clock."""
    current: bool
    """It says what the next desk has to know, and nothing has replaced it."""
    marks: frozenset[bytes]
    """Of the desks that had it."""


def remember(  # noqa: PLR0913 - what is packed, in its order
    past: bytes, entry_id: str, offset: int, recorded_at: int, marks: Sequence[bytes], *, current: bool
) -> bytes:
    """The past with this entry. Raises ValueError for an id that is none, or more than 255 desks."""
    if not marks and not current:
        return past
    raw, today = bytes.fromhex(entry_id), recorded_at // DAY_MS
    if len(raw) != 8 or len(marks) > MOST_MARKS:  # noqa: PLR2004 - as the docstring has it
        raise ValueError("an entry id is 8 bytes, and 255 desks are the most")
    made = b"".join((past, _HEAD.pack(raw, offset, today, current, len(marks)), *marks))
    return made if len(made) <= MOST and _day(made) >= today - DAYS else _newest(made, today - DAYS)


def find(past: bytes, entry_id: str) -> Item | None:
    """The entry as it is remembered; None: it is not."""
    at = _at(past, bytes.fromhex(entry_id))
    return None if at is None else _item(past, at)


def at_offset(past: bytes, offset: int) -> Item | None:
    """The entry that stands at that offset of the partition; None: none of this person's does, as far as is known."""
    if offset.to_bytes(8, "big") not in past:
        return None
    return next((item for item in (_item(past, at) for at in _places(past)) if item.offset == offset), None)


def current(past: bytes, first_day: int) -> list[Item]:
    """What is current and was recorded on that day (since 1970) or later, oldest first."""
    items = (_item(past, at) for at in _places(past))
    return [item for item in items if item.current and item.day >= first_day]


def given_since(past: bytes, first_day: int) -> frozenset[bytes]:
    """Marks of all desks that had something recorded on that day (since 1970) or later."""
    items = (_item(past, at) for at in _places(past))
    return frozenset(mark for item in items if item.day >= first_day for mark in item.marks)


def replaced(past: bytes, entry_id: str) -> bytes:
    """The past in which this entry is current no longer."""
    at = _at(past, bytes.fromhex(entry_id))
    return past if at is None else past[: at + _FLAG] + b"\0" + past[at + _MARKS :]


def given(past: bytes, entry_id: str, marks: Iterable[bytes]) -> bytes:
    """The past in which these desks had the entry too; unchanged where it is not remembered."""
    at = _at(past, bytes.fromhex(entry_id))
    if at is None:
        return past
    end = _end(past, at)
    known = _item(past, at).marks
    new = [mark for mark in dict.fromkeys(marks) if mark not in known][: MOST_MARKS - past[at + _MARKS]]
    number = bytes((past[at + _MARKS] + len(new),))
    return past[: at + _MARKS] + number + past[at + _SIZE : end] + b"".join(new) + past[end:]


def whole(past: bytes) -> bool:
    """Whether these bytes are such a past, to their end."""
    at = 0
    while at < len(past):
        if at + _SIZE > len(past):
            return False
        at = _end(past, at)
    return at == len(past)


def _places(past: bytes) -> Iterator[int]:
    at = 0
    while at < len(past):
        yield at
        at = _end(past, at)


def _end(past: bytes, at: int) -> int:
    return at + _SIZE + MARK * past[at + _MARKS]


def _at(past: bytes, raw: bytes) -> int | None:
    if raw not in past:
        return None
    return next((at for at in _places(past) if past.startswith(raw, at)), None)


def _item(past: bytes, at: int) -> Item:
    raw, offset, day, flag, number = _HEAD.unpack_from(past, at)
    first = at + _SIZE
    marks = frozenset(past[start : start + MARK] for start in range(first, first + MARK * number, MARK))
    return Item(raw.hex(), offset, day, bool(flag), marks)


def _day(past: bytes) -> int:
    """When its oldest entry was recorded."""
    return int(_HEAD.unpack_from(past)[2])


def _newest(past: bytes, first_day: int) -> bytes:
    """Without what is too old, and as much shorter as it has to be."""
    start = 0
    while start < len(past) and (len(past) - start > MOST or _day(past[start : start + _SIZE]) < first_day):
        start = _end(past, start)
    return past[start:]
