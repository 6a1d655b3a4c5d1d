"""Times as people type and read them: a day or a moment in London, in and out of the log's milliseconds."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hub.model.days import EPOCH, LONDON

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MILLISECOND: Final = timedelta(milliseconds=1)
_FIRST: Final = (datetime(1, 1, 2, tzinfo=UTC) - EPOCH) // _MILLISECOND
_LAST_DAY: Final = date(9999, 12, 30)
_LAST: Final = (datetime(9999, 12, 30, tzinfo=UTC) - EPOCH) // _MILLISECOND


def since(text: str) -> int:
    """The first moment that is asked for, in milliseconds UTC. Raises ValueError."""
    return _milliseconds(_moment(text))


def until(text: str) -> int:
    """The first moment that is not asked for: what is typed is still in, a day to its end. Raises ValueError."""
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return _LAST if day >= _LAST_DAY else _milliseconds(_moment((day + timedelta(days=1)).isoformat()))
    return _milliseconds(_moment(text)) + 1


def read_out(at: int) -> str:
    """A moment as people in London read it: `2 March 2026 10:00:00 GMT`."""
    local = _utc(at).astimezone(LONDON)
    return f"{local.day} {local:%B %Y %H:%M:%S %Z}"


def iso(at: int) -> str:
    """A moment as machines read it: `2026-03-02T10:00:00.000Z`."""
    return _utc(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def year(at: int) -> int:
    """The year in UTC."""
    return _utc(at).year


def _moment(text: str) -> datetime:
    typed = datetime.fromisoformat(text)
    return typed if typed.tzinfo else typed.replace(tzinfo=LONDON)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // _MILLISECOND


def _utc(at: int) -> datetime:
    """An agency may say anything; what is beyond any calendar is shown as its first or last day."""
    return EPOCH + min(max(at, _FIRST), _LAST) * _MILLISECOND
