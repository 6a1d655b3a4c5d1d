"""Reads a directory from its TOML file, or says in which line it is wrong.

A directory decides who is asked about whom, so nothing in it is guessed: an unknown word, a desk that is nowhere, an
agreement that ends before it starts each refuse the whole file, all faults at once. Errors name the file, the line, the
field and the rule. The shape of the file is what the classes here say; hub/demo/directory.toml is an example.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from consent.terms import Purpose, Role
from hub.model import directory as model
from hub.model.errors import HubError
from hub.model.identifiers import Profile

Where = tuple[str | int, ...]
"""Keys from the top of the file down to the fault."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
PlaceCode = Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$", max_length=100)]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class Fault(NamedTuple):
    """One thing that is wrong: in which line (0: nowhere in particular), which field, against which rule."""

    line: int
    field: str
    rule: str

    def told(self) -> str:
        """In one line, for whoever wrote the file."""
        at = f"line {self.line}: " if self.line else ""
        return f"{at}{self.field}: {self.rule}" if self.field else f"{at}{self.rule}"


class DirectoryError(HubError):
    """The directory cannot be used; its text has one line per fault."""

    def __init__(self, file: str, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{file}: {fault.told()}" for fault in faults))
        self.file = file
        self.faults = faults


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class _Dated(_Part):
    starts: date = Field(alias="from")
    ends: date | None = Field(default=None, alias="to")


class _Standing(_Dated):
    code: model.StandingCode


class _Agreement(_Dated):
    ref: Title
    kind: model.AgreementKind
    party: str
    purposes: list[Purpose]


class _Desk(_Part):
    role: Role
    areas: list[str] = []
    subscriptions: list[str] = []
    receipts: bool = True
    partitions: int = Field(default=1, ge=1, le=100)
    in_partitions: int = Field(default=1, ge=1, le=100)


class _Organisation(_Part):
    title: Title
    kind: model.OrganisationKind
    standing: list[_Standing] = []
    agreements: list[_Agreement] = []
    desks: dict[Name, _Desk] = {}


class _Area(_Part):
    title: Title


class _Place(_Part):
    title: Title
    kind: model.PlaceKind
    area: str
    served_by: list[str] = []
    held_by: str | None = None


class _File(_Part):
    demo: bool = False
    identifiers: Profile
    partitions: int = Field(ge=1, le=1000)
    areas: dict[Name, _Area]
    organisations: dict[Name, _Organisation] = Field(min_length=1)
    places: dict[PlaceCode, _Place] = {}

    def desks(self) -> Iterator[tuple[str, str, _Desk]]:
        """Organisation, name within it, desk."""
        for organisation, body in self.organisations.items():
            for name, desk in body.desks.items():
                yield organisation, name, desk

    def desk_names(self) -> frozenset[str]:
        """As others refer to them."""
        return frozenset(f"{organisation}.{name}" for organisation, name, _ in self.desks())


def read(path: Path, event_types: AbstractSet[str]) -> model.Directory:
    """The directory in that file; `event_types` are those that a desk may subscribe to. Raises DirectoryError."""
    text = _text(path)
    try:
        file = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(str(path), (_not_toml(error),)) from None
    except ValidationError as error:
        raise _refused(path, text, list(_broken_shapes(error))) from None
    if broken := list(_broken_references(file, event_types)):
        raise _refused(path, text, broken)
    return _directory(file, hashlib.sha256(text.encode()).hexdigest()[:16])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DirectoryError(str(path), (Fault(0, "", error.strerror or "cannot be read"),)) from None
    except UnicodeDecodeError:
        raise DirectoryError(str(path), (Fault(0, "", "is not UTF-8"),)) from None


def _refused(path: Path, text: str, broken: list[tuple[Where, str]]) -> DirectoryError:
    lines = list(_lines(text))
    faults = (Fault(_line(lines, where), ".".join(map(str, where)), rule) for where, rule in broken)
    return DirectoryError(str(path), tuple(sorted(faults)))


def _broken_shapes(error: ValidationError) -> Iterator[tuple[Where, str]]:
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        yield tuple(key for key in one["loc"] if key != "[key]"), one["msg"]


def _broken_references(file: _File, event_types: AbstractSet[str]) -> Iterator[tuple[Where, str]]:
    if file.demo and file.identifiers != "test":
        yield ("identifiers",), "a demo takes test identifiers only"
    for name, organisation in file.organisations.items():
        yield from _broken_dates(("organisations", name), organisation)
        yield from _broken_agreements(("organisations", name), organisation, file)
    for organisation_name, name, desk in file.desks():
        yield from _broken_desk(("organisations", organisation_name, "desks", name), desk, file, event_types)
    for code, place in file.places.items():
        yield from _broken_place(("places", code), place, file)


def _broken_dates(where: Where, organisation: _Organisation) -> Iterator[tuple[Where, str]]:
    dated: list[tuple[str, _Dated]] = [("standing", held) for held in organisation.standing]
    dated += [("agreements", agreement) for agreement in organisation.agreements]
    for key, one in dated:
        if one.ends is not None and one.ends < one.starts:
            yield (*where, key), "ends before it starts"


def _broken_agreements(where: Where, organisation: _Organisation, file: _File) -> Iterator[tuple[Where, str]]:
    for agreement in organisation.agreements:
        if agreement.party not in file.organisations or agreement.party == where[-1]:
            yield (*where, "agreements"), "the party is no other organisation of this directory"


def _broken_desk(where: Where, desk: _Desk, file: _File, event_types: AbstractSet[str]) -> Iterator[tuple[Where, str]]:
    if not set(desk.areas) <= file.areas.keys():
        yield (*where, "areas"), "names an unknown area"
    if not set(desk.subscriptions) <= event_types:
        yield (*where, "subscriptions"), "names an unknown event type"
    if desk.subscriptions and not desk.areas:
        yield (*where, "subscriptions"), "a desk without an area is asked about nothing"


def _broken_place(where: Where, place: _Place, file: _File) -> Iterator[tuple[Where, str]]:
    desks = file.desk_names()
    if place.area not in file.areas:
        yield (*where, "area"), "names an unknown area"
    if not set(place.served_by) <= desks:
        yield (*where, "served_by"), "names an unknown desk"
    if place.held_by is not None and place.held_by not in desks:
        yield (*where, "held_by"), "names an unknown desk"


def _directory(file: _File, version: str) -> model.Directory:
    desks = [_desk(organisation, name, desk) for organisation, name, desk in file.desks()]
    return model.Directory(
        desks={desk.name: desk for desk in desks},
        organisations={name: _organisation(name, body) for name, body in file.organisations.items()},
        places={code: _place(code, place) for code, place in file.places.items()},
        areas={name: model.Area(name, area.title) for name, area in file.areas.items()},
        partitions=file.partitions,
        demo=file.demo,
        identifiers=file.identifiers,
        version=version,
    )


def _desk(organisation: str, name: str, desk: _Desk) -> model.Desk:
    return model.Desk(
        name=f"{organisation}.{name}",
        organisation=organisation,
        role=desk.role,
        areas=frozenset(desk.areas),
        subscriptions=frozenset(desk.subscriptions),
        wants_receipts=desk.receipts,
        partitions=desk.partitions,
        in_partitions=desk.in_partitions,
    )


def _organisation(name: str, body: _Organisation) -> model.Organisation:
    standing = tuple(model.Standing(held.code, held.starts, held.ends) for held in body.standing)
    return model.Organisation(name, body.title, body.kind, standing, tuple(map(_agreement, body.agreements)))


def _agreement(agreement: _Agreement) -> model.Agreement:
    return model.Agreement(
        ref=agreement.ref,
        kind=agreement.kind,
        party=agreement.party,
        purposes=frozenset(agreement.purposes),
        starts=agreement.starts,
        ends=agreement.ends,
    )


def _place(code: str, place: _Place) -> model.Place:
    return model.Place(code, place.title, place.kind, place.area, tuple(place.served_by), place.held_by)


_TABLE: Final = re.compile(r"\s*(\[[^\[\]]+\])\s*(#.*)?")
_KEY: Final = re.compile(r"""\s*(?:"([^"]*)"|([A-Za-z0-9_-]+))\s*=""")
_PLACE_IN_TEXT: Final = re.compile(r" \(at line (\d+), column \d+\)")


def _lines(text: str) -> Iterator[tuple[int, Where]]:
    """Each line that opens a table or sets a key, with the keys that lead there."""
    table: Where = ()
    for number, line in enumerate(text.splitlines(), 1):
        if (header := _TABLE.fullmatch(line)) and (path := _path(header[1])):
            table = path
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, key[1] or key[2])


def _path(header: str) -> Where:
    """The keys in a table's header; none where it only looks like one, inside an array."""
    keys: list[str] = []
    try:
        inner = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return ()
    while inner:
        key, inner = next(iter(inner.items()))
        keys.append(key)
    return tuple(keys)


def _line(lines: list[tuple[int, Where]], where: Where) -> int:
    """The line that leads furthest towards the fault; 0: none does."""
    leading = [(len(path), -number) for number, path in lines if path == where[: len(path)]]
    return -max(leading, default=(0, 0))[1]


def _not_toml(error: tomllib.TOMLDecodeError) -> Fault:
    place = _PLACE_IN_TEXT.search(str(error))
    return Fault(int(place[1]) if place else 0, "", "is not TOML, or says something twice")
