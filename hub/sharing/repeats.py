"""The ids of one person's recent entries, packed as bytes, so that nothing is decided twice and nothing altered passes.

Twenty bytes an entry, oldest first: 8 of its id, 8 of its content hash, 4 for the day it was recorded (days since 1970,
big endian). They stand in hub.state and are rewritten with every entry, so they are small and bounded.
"""

from typing import Final, Literal

from hub.model.entry import Entry

Repetition = Literal["NEW", "REPEAT", "ALTERED"]
"""REPEAT: the same id and content came before. ALTERED: the same id came before with other content."""

SIZE: Final = 20
"""Bytes an entry."""
_ID: Final = 8
MOST: Final = 4_096
"""Entries remembered at most: one person's record must always fit into a message."""
_DAY_MS: Final = 86_400_000


def answer(repeats: bytes, entry: Entry) -> Repetition:
    """Whether the entry came before. Raises ValueError for an entry whose id or content hash is none."""
    entry_id, content = _marks(entry)
    found = _find(repeats, entry_id)
    if found < 0:
        return "NEW"
    return "REPEAT" if repeats[found + _ID : found + 2 * _ID] == content else "ALTERED"


def remember(repeats: bytes, entry: Entry, recorded_at: int, window_days: int, most: int = MOST) -> bytes:
    """The ids with this entry's: the newest `most`, of the `window_days` before `recorded_at` (milliseconds UTC)."""
    entry_id, content = _marks(entry)
    today = recorded_at // _DAY_MS
    kept = _recent(repeats, today - window_days) + entry_id + content + today.to_bytes(4, "big")
    return kept[-SIZE * most :]


def _marks(entry: Entry) -> tuple[bytes, bytes]:
    entry_id, content = bytes.fromhex(entry.entry_id), entry.content_hash
    if len(entry_id) != _ID or len(content) != _ID:
        raise ValueError("entry id and content hash are 8 bytes each")
    return entry_id, content


def _find(repeats: bytes, entry_id: bytes) -> int:
    """Where the id stands. Bytes that look like it may lie across two others: only whole places count."""
    found = repeats.find(entry_id)
    while found > 0 and found % SIZE:
        found = repeats.find(entry_id, found + 1)
    return found


def _recent(repeats: bytes, first_day: int) -> bytes:
    start = 0
    while start < len(repeats) and int.from_bytes(repeats[start + 2 * _ID : start + SIZE], "big") < first_day:
        start += SIZE
    return repeats[start:]
