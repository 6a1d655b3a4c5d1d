"""Makes a directory of a file whose rules are kept."""

from collections.abc import Iterable, Iterator
from datetime import time
from typing import Final

from hub.directories import shape
from hub.model import directory as model
from hub.model import service
from hub.model.duty import DAY_MINUTES, DAYS, Day, Hours, Rota, Turn, Window
from hub.model.holidays import BankHolidays

GROUPS: Final[dict[str, tuple[Day, ...]]] = {"DAILY": DAYS, "WEEKDAYS": ("MON", "TUE", "WED", "THU", "FRI")}
"""Words for several days. A bank holiday is no weekday."""


def directory(file: shape.File, version: str) -> model.Directory:
    """The directory; raises KeyError where something refers to what is not there."""
    desks = [_desk(organisation, name, desk) for organisation, name, desk in file.desks()]
    holidays = file.bank_holidays
    return model.Directory(
        desks={desk.name: desk for desk in desks},
        organisations={name: _organisation(name, body, file) for name, body in file.organisations.items()},
        places={code: _place(code, place, file) for code, place in file.places.items()},
        areas={name: model.Area(name, area.title, rota(area.duty, file)) for name, area in file.areas.items()},
        partitions=file.partitions,
        demo=file.demo,
        identifiers=file.identifiers,
        version=version,
        panels={panel.desk: panel for panel in _panels(file)},
        bank_holidays=BankHolidays(frozenset(holidays.added), frozenset(holidays.dropped)),
    )


def rota(turns: Iterable[shape.Turn], file: shape.File) -> Rota:
    """The turns with the hours that they refer to."""
    return Rota(tuple(Turn(turn.desk, _hours(turn.hours, file), frozenset(turn.about)) for turn in turns))


def hours(written: shape.Hours) -> Hours:
    """Opening hours by kind of day."""
    return Hours({day: tuple(_windows(written, day)) for day in DAYS})


def minute(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def _hours(name: str, file: shape.File) -> Hours | None:
    return None if name == shape.ON_CALL else hours(file.hours[name])


def _windows(written: shape.Hours, day: Day) -> Iterator[Window]:
    for opening in written.open:
        if any(day in GROUPS.get(named, (named,)) for named in opening.days):
            yield Window(minute(opening.opens), minute(opening.closes) or DAY_MINUTES)


def _desk(organisation: str, name: str, desk: shape.Desk) -> model.Desk:
    return model.Desk(
        name=f"{organisation}.{name}",
        organisation=organisation,
        role=desk.role,
        areas=frozenset(desk.areas),
        subscriptions=frozenset(desk.subscriptions),
        wants_receipts=desk.receipts,
        partitions=desk.partitions,
        in_partitions=desk.in_partitions,
        bytes_per_second=desk.bytes_per_second,
        profile=_profile(desk.profile) if desk.profile else None,
    )


def _profile(told: shape.ServiceProfile) -> service.ServiceProfile:
    return service.ServiceProfile(frozenset(told.services), frozenset(told.needs), told.youngest, told.oldest)


def _panels(file: shape.File) -> Iterator[model.Panel]:
    for organisation, name, desk in file.desks():
        if desk.panel:
            yield model.Panel(f"{organisation}.{name}", desk.panel.level, desk.panel.coordinator)


def _organisation(name: str, body: shape.Organisation, file: shape.File) -> model.Organisation:
    standing = tuple(model.Standing(held.code, held.starts, held.ends) for held in body.standing)
    return model.Organisation(name, body.title, body.kind, standing, tuple(_agreements(name, file)))


def _agreements(name: str, file: shape.File) -> Iterator[model.Agreement]:
    """Its agreements, one for each other party."""
    for ref, agreement in file.agreements.items():
        if name in agreement.parties:
            purposes = frozenset(agreement.purposes)
            for party in agreement.parties:
                if party != name:
                    yield model.Agreement(ref, agreement.kind, party, purposes, agreement.starts, agreement.ends)


def _place(code: str, place: shape.Place, file: shape.File) -> model.Place:
    return model.Place(
        code, place.title, place.kind, place.area, tuple(place.served_by), place.held_by, rota(place.duty, file)
    )
