"""Whom and what an event names: desks, places, areas, organisations. What the directory does not know is dropped.

It is dropped and flagged, and the event goes on: a mistyped desk must not hold back an arrest. But a refusal that
names nobody we know would refuse nothing, so its scope widens to everybody: doubt never shares.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.intake.event import Rules
from hub.model.directory import Desk, Directory
from hub.model.entry import Fault

Submission = dict[str, Any]


def with_known_names(submission: Mapping[str, Any], desk: Desk, rules: Rules) -> tuple[Submission, tuple[Fault, ...]]:
    """The submission with only names that the directory knows, and what was dropped."""
    directory = rules.directory
    named = tuple(dict.fromkeys(name for name in submission["named"] if directory.desk(name)))
    place = submission["place"] if submission["place"] in directory.places else None
    holder = submission["holding_ref"] if directory.desk(submission["holding_ref"] or "") else None
    area = _area(submission["area"], place, desk, directory)
    known = {**submission, "named": named, "place": place, "holding_ref": holder, "area": area}
    return known, tuple(_dropped(submission, known, directory))


def _dropped(submission: Mapping[str, Any], known: Submission, directory: Directory) -> Iterator[Fault]:
    for n, name in enumerate(submission["named"]):
        if not directory.desk(name):
            yield Fault("UNKNOWN_DESK", f"submission.named[{n}]")
    if submission["place"] is not None and known["place"] is None:
        yield Fault("UNKNOWN_PLACE", "submission.place")
    if submission["holding_ref"] is not None and known["holding_ref"] is None:
        yield Fault("UNKNOWN_DESK", "submission.holding_ref")
    if submission["area"] and submission["area"] not in directory.areas:
        yield Fault("UNKNOWN_AREA", "submission.area")


def _area(written: str, place: str | None, desk: Desk, directory: Directory) -> str:
    """The area that is meant; empty where a desk of several does not say which: nobody is told in the wrong county."""
    if written in directory.areas:
        return written
    if place is not None:
        return directory.places[place].area
    return next(iter(desk.areas)) if len(desk.areas) == 1 else ""
