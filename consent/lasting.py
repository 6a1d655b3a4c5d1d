"""How long things last besides consents: what comes again at a handover, and what waits for a reviewer. Dated rules."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeVar

from consent.terms import IDENTIFIERS
from consent.text import Text, Vocabulary

ALONG: Final = frozenset({"identity", "location", *IDENTIFIERS})
"""Views that say whom anything is about."""
_DATES: Final = ("effective_from", "effective_to")


class Handover(NamedTuple):
    """What is decided again for a desk that takes a person on, so that it does not start blind."""

    views: frozenset[str]
    """An event that holds one of them comes again."""
    events: frozenset[str]
    """So does any of these types."""
    days: int
    """For so long after it was recorded, unless a later one replaced it."""
    effective_from: date
    effective_to: date | None

    def given(self, event_type: str, present: frozenset[str]) -> frozenset[str]:
        """What comes again of such an event: of one that does as such, all; of any other, what the next desk must know.

        Who the person is and where goes along.
        """
        return present if event_type in self.events else present & (self.views | ALONG)

    def current(self, event_type: str, present: frozenset[str]) -> bool:
        """Whether such an event, with these views, is what the next desk has to know."""
        return event_type in self.events or not self.views.isdisjoint(present)


class Hold(NamedTuple):
    """How long something waits for a reviewer's word; then its sender is told that it was not delivered."""

    urgent_minutes: int
    """For what cannot wait: an emergency, or what is urgent or a crisis."""
    working_days: int
    """For anything else: to the end of so many working days after today."""
    effective_from: date
    effective_to: date | None


class Reminder(NamedTuple):
    """When whoever took a consent is to ask again."""

    days: int
    """Before it ends."""
    effective_from: date
    effective_to: date | None


Dated = TypeVar("Dated", Handover, Hold, Reminder)


def in_force(rules: Iterable[Dated], on: date) -> Dated | None:
    """The rule of that day; None: there is none."""
    for rule in rules:
        if rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to):
            return rule
    return None


def handovers(text: Text) -> tuple[Handover, ...]:
    """Every dated rule of handovers. Raises PolicyError."""
    rows = text.rows("handover", text.says["handover"])
    return _apart(text, "handover", [_handover(text, row) for row in rows])


def holds(text: Text) -> tuple[Hold, ...]:
    """Every dated rule of holds. Raises PolicyError."""
    return _apart(text, "hold", [_hold(text, row) for row in text.rows("hold", text.says["hold"])])


def reminders(text: Text) -> tuple[Reminder, ...]:
    """Every dated rule of reminders. Raises PolicyError."""
    return _apart(text, "reminder", [_reminder(text, row) for row in text.rows("reminder", text.says["reminder"])])


def _reminder(text: Text, row: Mapping[str, Any]) -> Reminder:
    text.fields("reminder", {"effective_to": None, **row}, ("days", *_DATES))
    return Reminder(number(text, "reminder", "days", row["days"]), *_dates(text, row, "reminder"))


def _handover(text: Text, row: Mapping[str, Any]) -> Handover:
    text.fields("handover", {"effective_to": None, **row}, ("views", "events", "days", *_DATES))
    views = frozenset(text.views("handover", "views", row["views"]))
    return Handover(
        views, _types(text, row["events"]), number(text, "handover", "days", row["days"]), *_dates(text, row)
    )


def _types(text: Text, said: object) -> frozenset[str]:
    """Names of event types; whether there are such, hub.policies asks, which knows the schemas."""
    listed = said if isinstance(said, list) else []
    known = Vocabulary("EVENT", frozenset(word for word in listed if isinstance(word, str) and word))
    return frozenset(text.words("handover", "events", said, known))


def _hold(text: Text, row: Mapping[str, Any]) -> Hold:
    text.fields("hold", {"effective_to": None, **row}, ("urgent_minutes", "working_days", *_DATES))
    minutes, days = (number(text, "hold", name, row[name]) for name in ("urgent_minutes", "working_days"))
    return Hold(minutes, days, *_dates(text, row, "hold"))


def _dates(text: Text, row: Mapping[str, Any], table: str = "handover") -> tuple[date, date | None]:
    last = day(text, table, "effective_to", row["effective_to"]) if "effective_to" in row else None
    return day(text, table, "effective_from", row["effective_from"]), last


def _apart(text: Text, table: str, rules: list[Dated]) -> tuple[Dated, ...]:
    """The rules, oldest first; a day of which two speak is a fault."""
    ordered = sorted(rules, key=lambda rule: rule.effective_from)
    for before, after in pairwise(ordered):
        if before.effective_to is None or after.effective_from <= before.effective_to:
            raise text.fault("DATES_OVERLAP", table, "effective_from")
    return tuple(ordered)


def number(text: Text, table: str, field: str, said: object) -> int:
    """A whole number above nought. Raises PolicyError."""
    if type(said) is not int or said < 1:
        raise text.fault("NOT_A_NUMBER", table, field)
    return said


def day(text: Text, table: str, field: str, said: object) -> date:
    """A day. Raises PolicyError."""
    if type(said) is not date:
        raise text.fault("NOT_A_DATE", table, field)
    return said
