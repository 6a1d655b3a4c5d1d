"""Bank holidays of England and Wales: days on which an office is closed and no working day is counted.

Banking and Financial Dealings Act 1971 Sch 1, with New Year's Day and the first Monday of May, which are proclaimed
every year. A day proclaimed for one year alone stands in PROCLAIMED; what is not there yet an operator adds in the
directory.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

MONDAY: Final = 0
SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


class Change(NamedTuple):
    """What a proclamation changed in one year."""

    added: tuple[date, ...]
    dropped: tuple[date, ...] = ()


PROCLAIMED: Final[dict[int, Change]] = {
    2020: Change((date(2020, 5, 8),), (date(2020, 5, 4),)),
    2022: Change((date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)), (date(2022, 5, 30),)),
    2023: Change((date(2023, 5, 8),)),
}


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """The usual ones, and what an operator knows of besides."""

    added: frozenset[date] = frozenset()
    dropped: frozenset[date] = frozenset()

    def has(self, day: date) -> bool:
        """Whether that day is one."""
        return day in self.added or (day not in self.dropped and day in usual(day.year))


USUAL: Final = BankHolidays()


@lru_cache(maxsize=64)
def usual(year: int) -> frozenset[date]:
    """The bank holidays of that year in England and Wales."""
    days = _moving(year)
    for fixed in (date(year, 1, 1), *sorted((date(year, 12, 25), date(year, 12, 26)), key=_at_weekend)):
        days.add(_weekday_from(fixed, days))
    changed = PROCLAIMED.get(year, Change(()))
    return frozenset(days - set(changed.dropped)) | frozenset(changed.added)


def _moving(year: int) -> set[date]:
    sunday = easter(year)
    first_of_may, last_of_may = _weekday_on(date(year, 5, 1)), _weekday_on(date(year, 6, 1)) - 7 * _DAY
    return {sunday - 2 * _DAY, sunday + _DAY, first_of_may, last_of_may, _weekday_on(date(year, 8, 25))}


def _weekday_on(first: date) -> date:
    """The first Monday from that day on."""
    return first + ((MONDAY - first.weekday()) % 7) * _DAY


def _at_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _weekday_from(day: date, taken: set[date]) -> date:
    """That day, or the next that is neither at the weekend nor a holiday already."""
    while _at_weekend(day) or day in taken:
        day += _DAY
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus, as J. Meeus gives it)."""
    century = year // 100
    correction = century - century // 4 - (8 * century + 13) // 25
    moon = (19 * (year % 19) + correction + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    days = moon - weekday
    month = 3 + (days + 40) // 44
    return date(year, month, days + 28 - 31 * (month // 4))
