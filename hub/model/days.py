"""Days as the law counts them, in London: which day a moment falls on, and when a day begins and ends."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR_MS: Final = 3_600_000
_LAST: Final = date.max - timedelta(days=1)


def local(at: int) -> datetime:
    """That moment (milliseconds UTC) by the clock on a wall in London."""
    return (EPOCH + timedelta(milliseconds=at)).astimezone(LONDON)


def day_at(at: int) -> date:
    """The day in London at that moment (milliseconds UTC)."""
    return _day(at // _HOUR_MS)


@lru_cache(maxsize=256)  # days in London begin on the hour, in summer too
def _day(hour: int) -> date:
    return local(hour * _HOUR_MS).date()


def begins(day: date) -> int:
    """The first moment of the day in London (milliseconds UTC)."""
    midnight = datetime.combine(day, time(), LONDON)
    return (midnight - EPOCH) // timedelta(milliseconds=1)


def over(day: date) -> int:
    """The first moment after the day."""
    return begins(min(day, _LAST) + timedelta(days=1))


def written(day: str | None) -> date | None:
    """The day that a fact names, as 2026-03-02; None: it names none."""
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        return None
