"""Who answers at which hour: opening hours, and the turns that desks take at answering emergencies.

Hours are those of the clock on the wall in London, so an office that opens at nine opens at nine in summer too. A bank
holiday is a day of its own: what is open on Mondays is closed on Easter Monday unless it says otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple, get_args

from hub.model.days import local
from hub.model.holidays import BankHolidays

Day = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "BANK_HOLIDAY"]
DAYS: Final[tuple[Day, ...]] = get_args(Day)
Danger = Literal["SELF", "OTHERS", "CHILD", "STAFF"]
"""Whom an emergency is about, where that decides who answers."""

DAY_MINUTES: Final = 24 * 60


class Hour(NamedTuple):
    """A minute of some kind of day: what opening hours are asked about."""

    day: Day
    minute: int
    """Since midnight, by the clock on the wall."""

    def told(self) -> str:
        """Such as `MON 22:00`."""
        return f"{self.day} {self.minute // 60:02}:{self.minute % 60:02}"


class Window(NamedTuple):
    """Open from one minute of the day up to another, which is not in it; 1440 is the end of the day."""

    opens: int
    closes: int


class Hours(NamedTuple):
    """The windows of each kind of day; on a day that is not named it is closed."""

    windows: Mapping[Day, tuple[Window, ...]]

    def has(self, hour: Hour) -> bool:
        """Whether it is open then."""
        return any(window.opens <= hour.minute < window.closes for window in self.windows.get(hour.day, ()))


class Turn(NamedTuple):
    """One desk's part in a rota."""

    desk: str
    hours: Hours | None
    """None: on call, whenever no other turn is open."""
    about: frozenset[str] = frozenset()
    """Dangers that this turn is for; empty: any."""


@dataclass(frozen=True, slots=True)
class Rota:
    """The turns of a place or an area, each desk's name once for each."""

    turns: tuple[Turn, ...] = ()

    def line(self, hour: Hour, danger: str = "") -> Iterator[str]:
        """Who answers then, first to last: whoever is there for this danger, then whoever answers any; on call last."""
        for turns in (self._for(danger), self._for("")) if danger else (self._for(""),):
            yield from (turn.desk for turn in turns if turn.hours and turn.hours.has(hour))
            yield from (turn.desk for turn in turns if turn.hours is None)

    def gap(self) -> Hour | None:
        """The first hour of the week at which nobody answers any danger; None: somebody always does."""
        general = self._for("")
        if any(turn.hours is None for turn in general):
            return None
        hours = (Hour(day, minute) for day in DAYS for minute in _edges(general, day))
        return next((hour for hour in hours if not _answering(general, hour)), None)

    def clash(self) -> Hour | None:
        """The first hour of the week at which two desks answer the same danger; None: never."""
        return next((hour for danger in ("", *get_args(Danger)) if (hour := _clash(self._for(danger)))), None)

    def on_call_twice(self) -> bool:
        """Whether two desks are on call for the same danger."""
        lines = (self._for(danger) for danger in ("", *get_args(Danger)))
        return any(sum(turn.hours is None for turn in line) > 1 for line in lines)

    def _for(self, danger: str) -> list[Turn]:
        """The turns for that danger; "": those for any."""
        return [turn for turn in self.turns if (danger in turn.about if danger else not turn.about)]


NOBODY_ON: Final = Rota()


def hour_at(at: int, holidays: BankHolidays) -> Hour:
    """What hour it is in London, at `at` milliseconds UTC."""
    there = local(at)
    day: Day = "BANK_HOLIDAY" if holidays.has(there.date()) else DAYS[there.weekday()]
    return Hour(day, there.hour * 60 + there.minute)


def overlap(windows: Iterable[Window]) -> int | None:
    """The first minute that two of these windows share; None: they share none."""
    pairs = pairwise(sorted(windows))
    return next((after.opens for before, after in pairs if after.opens < before.closes), None)


def _clash(turns: list[Turn]) -> Hour | None:
    for day in DAYS:
        windows = [window for turn in turns if turn.hours for window in turn.hours.windows.get(day, ())]
        if (minute := overlap(windows)) is not None:
            return Hour(day, minute)
    return None


def _edges(turns: list[Turn], day: Day) -> list[int]:
    """The minutes of that day at which what is open may change."""
    closing = {window.closes for turn in turns if turn.hours for window in turn.hours.windows.get(day, ())}
    return sorted({0, *closing} - {DAY_MINUTES})


def _answering(turns: list[Turn], hour: Hour) -> bool:
    return any(turn.hours.has(hour) for turn in turns if turn.hours)
