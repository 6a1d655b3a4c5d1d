"""The shape of a directory's file: each key, what it may hold, and nothing besides.

What refers to something else in the file is checked by hub.directories.rules and hub.directories.duty.
"""

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from consent.terms import Purpose, Role
from hub.model import directory as model
from hub.model.duty import Danger, Day
from hub.model.identifiers import Profile

ON_CALL: Final = "on-call"
"""Instead of the name of opening hours: whenever nobody else in the rota is there."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
PlaceCode = Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)*$", max_length=100)]
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", max_length=60)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Days = Literal[Day, "DAILY", "WEEKDAYS"]


class Part(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class Dated(Part):
    """What holds from its first day to its last; no last day: until further notice."""

    starts: date = Field(alias="from")
    ends: date | None = Field(default=None, alias="to")


class Standing(Dated):
    """One legal standing of an organisation."""

    code: model.StandingCode


class Agreement(Dated):
    """An agreement under which each of its parties may share with each other one."""

    title: Title
    kind: model.AgreementKind = "SHARING"
    parties: list[str]
    purposes: list[Purpose] = Field(min_length=1)


class Opening(Part):
    """Open on these days from one time up to another; 00:00 as the second is the end of the day."""

    days: list[Days] = Field(min_length=1)
    opens: time = Field(alias="from")
    closes: time = Field(alias="to")


class Hours(Part):
    """Opening hours that a rota refers to by name."""

    open: list[Opening] = Field(min_length=1)


class Turn(Part):
    """A desk's turn at answering emergencies."""

    desk: str
    hours: str
    about: list[Danger] = []


class Area(Part):
    """An area that desks work in."""

    title: Title
    duty: list[Turn] = []


class Panel(Part):
    """What makes a panel of a desk."""

    level: int = Field(ge=1, le=3)
    coordinator: str


class ServiceProfile(Part):
    """Whom a service is for, as it told by a `service_profile`. A referral that does not fit does not reach it."""

    services: list[str] = []
    needs: list[str] = []
    youngest: int | None = Field(default=None, ge=0, le=120)
    oldest: int | None = Field(default=None, ge=0, le=120)


class Desk(Part):
    """One role in one organisation."""

    role: Role
    areas: list[str] = []
    subscriptions: list[str] = []
    receipts: bool = True
    partitions: int = Field(default=1, ge=1, le=100)
    in_partitions: int = Field(default=1, ge=1, le=100)
    bytes_per_second: int = Field(default=1_000_000, ge=10_000, le=1_000_000_000)
    panel: Panel | None = None
    profile: ServiceProfile | None = None


class Organisation(Part):
    """A body with legal standing, and its desks."""

    title: Title
    kind: model.OrganisationKind
    standing: list[Standing] = []
    desks: dict[Name, Desk] = {}


class Place(Part):
    """A suite, court, hospital or prison."""

    title: Title
    kind: model.PlaceKind
    area: str
    served_by: list[str] = []
    held_by: str | None = None
    duty: list[Turn] = []


class BankHolidays(Part):
    """How this year's differ from the usual ones."""

    added: list[date] = []
    dropped: list[date] = []


class File(Part):
    """The whole."""

    demo: bool = False
    identifiers: Profile
    partitions: int = Field(ge=1, le=1000)
    in_force: date
    """First day of this directory: what had ended by then has no business in it."""
    bank_holidays: BankHolidays = BankHolidays()
    hours: dict[Name, Hours] = {}
    areas: dict[Name, Area]
    organisations: dict[Name, Organisation] = Field(min_length=1)
    agreements: dict[Reference, Agreement] = {}
    places: dict[PlaceCode, Place] = {}

    def desks(self) -> Iterator[tuple[str, str, Desk]]:
        """Organisation, name within it, desk."""
        for organisation, body in self.organisations.items():
            for name, desk in body.desks.items():
                yield organisation, name, desk

    def desk(self, name: str) -> Desk | None:
        """The desk that others refer to by that name."""
        organisation, _, within = name.partition(".")
        body = self.organisations.get(organisation)
        return body.desks.get(within) if body else None

    def agrees(self, organisation: str) -> bool:
        """Whether it has an agreement with anybody."""
        return any(organisation in agreement.parties for agreement in self.agreements.values())

    def agreed(self, one: str, other: str) -> bool:
        """Whether any agreement, whatever it is for, has both organisations as parties; with itself, each has."""
        return one == other or any({one, other} <= set(agreement.parties) for agreement in self.agreements.values())
