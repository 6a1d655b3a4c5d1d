"""Rules of opening hours and rotas: an emergency must find somebody at every hour, and exactly one first.

A rota that could be read in two ways, or an area that answers nobody at three in the morning, is found here and not on
the night.
"""

from collections.abc import Iterator
from datetime import time
from typing import Final

from hub.directories import build, shape
from hub.directories.errors import Broken, Where
from hub.model.duty import overlap

ANSWERS: Final = frozenset(
    {"POLICE_CUSTODY", "POLICE_CONTROL", "LD_TEAM", "MH_TRUST", "PRISON_OMU", "PRISON_HC", "CRISIS", "ED", "AMHP_EDT",
     "LA_SAFEGUARDING"}
)  # fmt: skip
"""Roles that may be given an emergency's identity, whereabouts and needs."""


def broken(file: shape.File) -> Iterator[Broken]:
    """Every rule that hours or rotas break."""
    for name, hours in file.hours.items():
        yield from _hours(("hours", name), hours)
    for name, area in file.areas.items():
        where: Where = ("areas", name, "duty")
        yield from _turns(where, area.duty, name, file)
        yield from _gap(where, area.duty, file)
    for code, place in file.places.items():
        yield from _turns(("places", code, "duty"), place.duty, place.area, file)


def _hours(where: Where, hours: shape.Hours) -> Iterator[Broken]:
    if where[-1] == shape.ON_CALL:
        yield where, "this name is taken: it is what a turn says instead of hours"
    times = [at for opening in hours.open for at in (opening.opens, opening.closes)]
    if any(at != time(at.hour, at.minute) for at in times):
        yield (*where, "open"), "times are whole minutes"
    if any(opening.closes != time() and opening.closes <= opening.opens for opening in hours.open):
        yield (*where, "open"), "closes before it opens; a night is written as two, up to 00:00 and from 00:00"
    elif any(overlap(windows) is not None for windows in build.hours(hours).windows.values()):
        yield (*where, "open"), "hours overlap"


def _turns(where: Where, turns: list[shape.Turn], area: str, file: shape.File) -> Iterator[Broken]:
    for turn in turns:
        yield from _turn(where, turn, area, file)
    if not _known(turns, file):
        return
    rota = build.rota(turns, file)
    if hour := rota.clash():
        yield where, f"hours overlap: two desks answer on {hour.told()}"
    if rota.on_call_twice():
        yield where, "two desks are on call"


def _turn(where: Where, turn: shape.Turn, area: str, file: shape.File) -> Iterator[Broken]:
    if turn.hours not in {*file.hours, shape.ON_CALL}:
        yield where, "names unknown hours"
    desk = file.desk(turn.desk)
    if desk is None:
        yield where, "names an unknown desk"
    elif desk.role not in ANSWERS:
        yield where, "a desk of this role answers no emergencies"
    elif area not in desk.areas:
        yield where, "the desk does not work in this area"


def _gap(where: Where, turns: list[shape.Turn], file: shape.File) -> Iterator[Broken]:
    if not turns:
        yield where[:-1], "an area without a duty desk"
    elif _known(turns, file) and (hour := build.rota(turns, file).gap()):
        yield where, f"an area without a duty desk on {hour.told()}"


def _known(turns: list[shape.Turn], file: shape.File) -> bool:
    return all(turn.hours in {*file.hours, shape.ON_CALL} for turn in turns)
