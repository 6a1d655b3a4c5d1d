"""What broke and only refuses: said in the log, once for each place, so that whoever mends it knows where to look."""

import logging
import traceback
from typing import Final

log = logging.getLogger("hub.broken")

OURS: Final = ("consent", "schemas", "hub", "agents")
_noted: Final[set[str]] = set()


def note(error: Exception) -> None:
    """Say where it came from. Its text may hold a person, so nothing of it is said but its type and a line of ours."""
    place = where(error)
    if place not in _noted:
        _noted.add(place)
        log.error("broken, and so refused: %s", place)


def where(error: BaseException) -> str:
    """Type and innermost line of our own, such as `KeyError at hub/sharing/fold.py:212`."""
    lines = [_ours(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    ours = [line for line in lines if line]
    return f"{type(error).__name__} at {ours[-1] if ours else 'no line of our own'}"


def _ours(file: str, line: int) -> str:
    parts = file.split("/")
    first = next((n for n, part in enumerate(parts) if part in OURS), None)
    return "" if first is None else f"{'/'.join(parts[first:])}:{line}"
