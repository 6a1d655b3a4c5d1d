"""When a consent ends: its own last day, or the default of its purposes; sooner if it was taken in custody.

And, from the same file, how long what a handover brings is current and how long what is held waits (consent.lasting).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from consent import lasting
from consent.lasting import Handover, Hold, Reminder
from consent.terms import PURPOSES
from consent.text import Text, Vocabulary

_LONDON: Final = ZoneInfo("Europe/London")
_PURPOSE: Final = Vocabulary("PURPOSE", PURPOSES)
_LAST: Final = date.max - timedelta(days=1)
_DAY: Final = 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATES: Final = ("effective_from", "effective_to")


class _Rule(NamedTuple):
    """One dated rule. Purposes None: for those that no other names. No months, no days: the clock does not end it."""

    purposes: frozenset[str] | None
    months: int | None
    days: int | None
    effective_from: date
    effective_to: date | None

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True)
class Expiry:
    """How long things last, from expiry.toml: consents that name no last day, what is current, what waits."""

    _rules: tuple[_Rule, ...]
    _custody: tuple[_Rule, ...]
    _handovers: tuple[Handover, ...]
    _holds: tuple[Hold, ...]
    _reminders: tuple[Reminder, ...]

    @classmethod
    def parse(cls, text: str) -> "Expiry":
        """The rules that the text sets out; PolicyError where it says something that it may not."""
        said = Text.parse("expiry.toml", text)
        said.fields("expiry", said.says, ("rule", "handover", "hold", "reminder", "custody"))
        return cls(
            tuple(_rule(said, "rule", row) for row in said.rows("rule", said.says["rule"])),
            tuple(_rule(said, "custody", row) for row in said.rows("custody", said.says["custody"])),
            lasting.handovers(said),
            lasting.holds(said),
            lasting.reminders(said),
        )

    def handover(self, on: date) -> Handover | None:
        """What comes again at a handover on that day; None: nothing does."""
        return lasting.in_force(self._handovers, on)

    def handed_over(self) -> frozenset[str]:
        """Every type of event that comes again at some handover, whatever it holds."""
        return frozenset().union(*(rule.events for rule in self._handovers))

    def ask_again(self, ends_at: int | None, valid_from: int) -> int | None:
        """When whoever took a consent is to ask again (milliseconds UTC), by the rule of its first day.

        None: it does not end by the clock, or no rule says so. One that is shorter is to be asked about at once.
        """
        rule = lasting.in_force(self._reminders, _london(valid_from))
        return None if ends_at is None or rule is None else max(valid_from, ends_at - rule.days * _DAY)

    def hold(self, on: date) -> Hold | None:
        """How long what is held on that day waits; None: it does not."""
        return lasting.in_force(self._holds, on)

    def expires_at(
        self, purposes: Iterable[str], valid_from: int, valid_to: date | None, *, taken_at: int, custody_setting: bool
    ) -> int | None:
        """First moment (milliseconds UTC) at which the consent no longer holds; None: the clock does not end it.

        `valid_to` is the last day, to its end in London; None takes the earliest default of the purposes. What was
        taken in custody is counted from when it was taken, whenever it begins. Where no rule is in force nothing says
        how long it may last, so it never holds.
        """
        first = _london(valid_from)
        ends = [self._default(purpose, valid_from, first) for purpose in purposes]
        if valid_to is not None:
            ends = [_end_of(valid_to)]
        if custody_setting:
            day = _london(taken_at)
            ends += [_ends(rule, taken_at, day) for rule in self._custody if rule.in_force(day)] or [valid_from]
        return min((end for end in ends if end is not None), default=None)

    def _default(self, purpose: str, valid_from: int, first: date) -> int | None:
        live = [rule for rule in self._rules if rule.in_force(first)]
        named = [rule for rule in live if rule.purposes is not None and purpose in rule.purposes]
        chosen = named or [rule for rule in live if rule.purposes is None]
        return _ends(chosen[0], valid_from, first) if chosen else valid_from


def _ends(rule: _Rule, valid_from: int, first: date) -> int | None:
    if rule.months is not None:
        return _end_of(_months_later(first, rule.months))
    return None if rule.days is None else valid_from + rule.days * _DAY


def _london(at: int) -> date:
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(_LONDON).date()


def _end_of(day: date) -> int:
    """First millisecond of the day after, in London."""
    midnight = datetime.combine(min(day, _LAST) + timedelta(days=1), time(), _LONDON)
    return (midnight - _EPOCH) // timedelta(milliseconds=1)


def _months_later(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def _rule(text: Text, table: str, row: Mapping[str, Any]) -> _Rule:
    """One row of the file, its kind told by the table it stands in."""
    lasts = [field for field in (("days",) if table == "custody" else ("months", "until")) if field in row]
    needs = lasts if table == "custody" else [*lasts, "purposes"]
    text.fields(table, {"effective_to": None, **row}, (*needs, *_DATES))
    if len(lasts) != 1:
        raise text.fault("ONE_END_NEEDED", table)
    if "until" in row:
        text.string(table, "until", row["until"])
    return _Rule(
        purposes=_purposes(text, table, row.get("purposes", "otherwise")),
        months=lasting.number(text, table, "months", row["months"]) if "months" in row else None,
        days=lasting.number(text, table, "days", row["days"]) if "days" in row else None,
        effective_from=lasting.day(text, table, "effective_from", row["effective_from"]),
        effective_to=lasting.day(text, table, "effective_to", row["effective_to"]) if "effective_to" in row else None,
    )


def _purposes(text: Text, table: str, said: object) -> frozenset[str] | None:
    return None if said == "otherwise" else frozenset(text.words(table, "purposes", said, _PURPOSE))
