"""Who takes part: organisations, their desks, the places they serve, and who has subscribed to what.

Everything a decision asks about an agency is answered here, from values that do not change while a worker runs: the
same log and the same directory always give the same decisions. Reading and checking the file is hub.directories.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final, Literal, TypeVar, get_args

from consent.terms import Role
from hub.model.dealing import Dealing, dealing
from hub.model.duty import NOBODY_ON, Rota, hour_at
from hub.model.holidays import USUAL, BankHolidays
from hub.model.identifiers import Profile
from hub.model.service import ServiceProfile

K = TypeVar("K")
T = TypeVar("T")

OrganisationKind = Literal[
    "POLICE", "PROBATION", "PRISON", "COURT", "HEALTH", "GP_PRACTICE", "COUNCIL", "YOUTH_JUSTICE", "CHARITY",
    "CONTRACTOR", "OVERSIGHT", "OTHER",
]  # fmt: skip

StandingCode = Literal["RA", "DTC", "HEALTH_BODY", "S115_AUTHORITY", "OMA_PARTY", "CHARITY"]
"""Legal standing: MAPPA responsible authority and duty to co-operate (CJA 2003 s325), health body, relevant authority
(CDA 1998 s115), party to offender management (OMA 2007 s14), registered charity."""

PlaceKind = Literal["SUITE", "COURT", "HOSPITAL", "PRISON"]
AgreementKind = Literal["SHARING", "CONTRACT"]

DEALINGS: Final = 65_536
"""Answers kept on how two organisations stand to each other; beyond that they are forgotten together."""
ORGANISATION_KINDS: Final[frozenset[str]] = frozenset(get_args(OrganisationKind))


@dataclass(frozen=True, slots=True)
class Standing:
    """One legal standing, from its first day to its last (None: no end is known)."""

    code: StandingCode
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A dated agreement with another organisation under which the two may share, or work for each other."""

    ref: str
    kind: AgreementKind
    party: str
    """The other organisation."""
    purposes: frozenset[str]
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body with legal standing. It neither publishes nor receives: its desks do."""

    name: str
    title: str
    kind: OrganisationKind
    standing: tuple[Standing, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    _agreed: Mapping[tuple[str, str], tuple[Agreement, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_agreed", _by(self.agreements, _party_and_purposes))

    def stands(self, code: StandingCode, on: date) -> bool:
        """Whether it had this legal standing on that day."""
        return any(held.code == code and _covers(held, on) for held in self.standing)

    def standing_on(self, on: date) -> tuple[StandingCode, ...]:
        """Every legal standing that it had on that day, each once, sorted."""
        return tuple(sorted({held.code for held in self.standing if _covers(held, on)}))

    def agreed(self, party: str, purpose: str, on: date) -> tuple[Agreement, ...]:
        """Its agreements with that organisation for that purpose which held on that day."""
        return tuple(agreement for agreement in self.ever_agreed(party, purpose) if _covers(agreement, on))

    def ever_agreed(self, party: str, purpose: str) -> tuple[Agreement, ...]:
        """The same on whatever day: where there are some and none held, they have ended or not begun."""
        return self._agreed.get((party, purpose), ())

    def contracted(self, party: str, on: date) -> bool:
        """Whether one of the two worked for the other under a contract on that day."""
        contracts = (agreement for agreement in self.agreements if agreement.kind == "CONTRACT")
        return any(contract.party == party and _covers(contract, on) for contract in contracts)


def mark_of(desk: str) -> bytes:
    """Four bytes that stand for a desk."""
    return sha256(desk.encode()).digest()[:4]


@dataclass(frozen=True, slots=True)
class Desk:
    """One role in one organisation: what publishes and receives, with topics and a `person_ref` of its own."""

    name: str
    """organisation.desk, as in the names of its topics."""
    organisation: str
    role: Role
    areas: frozenset[str] = frozenset()
    subscriptions: frozenset[str] = frozenset()
    """Event types that it is asked about, in its areas. A subscription opens nothing."""
    wants_receipts: bool = True
    partitions: int = 1
    """Of the topic where it listens, for good: the copies about one person stay in order by it."""
    in_partitions: int = 1
    """Of the topic where it speaks; may grow."""
    bytes_per_second: int = 1_000_000
    """What it may write to its topic, where the broker knows it by name."""
    profile: ServiceProfile | None = None
    """Whom it is for, if it is a service that says so."""
    mark: bytes = field(init=False, repr=False, compare=False)
    """Four bytes that stand for it where much is remembered; no two desks of a directory have the same."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "mark", mark_of(self.name))

    @property
    def in_topic(self) -> str:
        """Where it speaks; nobody else may write there."""
        return f"in.{self.name}"

    @property
    def out_topic(self) -> str:
        """Where it listens; nobody else may read there."""
        return f"out.{self.name}"


@dataclass(frozen=True, slots=True)
class Panel:
    """A MAPPA panel: a desk of role MAPPA_RA that listens to the risk of the people on its list."""

    desk: str
    level: int
    """1 to 3, as in CJA 2003 s325 and its guidance."""
    coordinator: str
    """Name of the desk that keeps the list and speaks for the panel."""


@dataclass(frozen=True, slots=True)
class Area:
    """An area that desks work in, and who answers emergencies there at which hour."""

    name: str
    title: str
    duty: Rota = NOBODY_ON


@dataclass(frozen=True, slots=True)
class Place:
    """A suite, court, hospital or prison, and the desks that answer for people there."""

    code: str
    title: str
    kind: PlaceKind
    area: str
    served_by: tuple[str, ...] = ()
    """Names of the desks of first contact there."""
    held_by: str | None = None
    """Name of the desk that holds people there."""
    duty: Rota = NOBODY_ON
    """Who answers emergencies there, before those of its area do."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody who takes part, looked up in constant time. Whatever is not in it is nobody."""

    desks: Mapping[str, Desk]
    organisations: Mapping[str, Organisation]
    places: Mapping[str, Place]
    areas: Mapping[str, Area]
    partitions: int
    """Of hub.timeline, for good: a person's partition is found by it."""
    demo: bool = False
    """True: the timeline carries the players' time, so a worker may start on one that does."""
    identifiers: Profile = "live"
    """Whose identifiers are accepted."""
    version: str = ""
    """Digest of the file it was read from: 16 hexadecimal digits."""
    panels: Mapping[str, Panel] = field(default_factory=dict)
    """By the name of their desks."""
    bank_holidays: BankHolidays = USUAL
    _subscribers: Mapping[tuple[str, str], tuple[Desk, ...]] = field(init=False, repr=False, compare=False)
    _staff: Mapping[tuple[str, str], tuple[Desk, ...]] = field(init=False, repr=False, compare=False)
    _posted: Mapping[tuple[str, str], tuple[Desk, ...]] = field(init=False, repr=False, compare=False)
    _cover: Mapping[str, tuple[Desk, ...]] = field(init=False, repr=False, compare=False)
    _dealings: dict[tuple[str, str, str, date], Dealing] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        desks = [self.desks[name] for name in sorted(self.desks)]
        cover = {place.code: tuple(self.desks[name] for name in place.served_by) for place in self.places.values()}
        object.__setattr__(self, "_subscribers", _by(desks, _subscribed))
        object.__setattr__(self, "_staff", _by(desks, lambda desk: [(desk.organisation, desk.role)]))
        object.__setattr__(self, "_posted", _by(desks, lambda desk: [(area, desk.role) for area in sorted(desk.areas)]))
        object.__setattr__(self, "_cover", cover)

    def desk(self, name: str) -> Desk | None:
        """The desk of that name."""
        return self.desks.get(name)

    def subscribers(self, event_type: str, area: str) -> tuple[Desk, ...]:
        """The desks that are asked about events of that type in that area, by name."""
        return self._subscribers.get((event_type, area), ())

    def cover(self, place: str | None) -> tuple[Desk, ...]:
        """The desks that serve that place, in the directory's order; none for a place that is not in it."""
        return self._cover.get(place, ()) if place else ()

    def holder(self, place: str | None) -> Desk | None:
        """The desk that holds people at that place."""
        known = self.places.get(place) if place else None
        return self.desks[known.held_by] if known and known.held_by else None

    def duty(self, place: str | None, area: str, at: int, danger: str = "") -> Desk | None:
        """The desk that answers an emergency there at `at` (milliseconds UTC); None: nobody is known to."""
        return next(iter(self.duties(place, area, at, danger)), None)

    def next_duty(self, place: str | None, area: str, at: int, after: str, danger: str = "") -> Desk | None:
        """The desk to turn to when the one named `after` did not answer; None: there is none left.

        If that desk's turn is over by then, whoever answers now.
        """
        line = [desk.name for desk in self.duties(place, area, at, danger)]
        left = line[line.index(after) + 1 :] if after in line else line
        return self.desks[left[0]] if left else None

    def duties(self, place: str | None, area: str, at: int, danger: str = "") -> tuple[Desk, ...]:
        """Every desk that answers there and then, first to last: those of the place, then those of its area.

        `area` counts where the place is not known. `danger`: SELF, OTHERS, CHILD or STAFF; others answer for anything.
        """
        hour = hour_at(at, self.bank_holidays)
        known = self.places.get(place) if place else None
        around = self.areas.get(known.area if known else area)
        rotas = [one.duty for one in (known, around) if one]
        line = dict.fromkeys(name for rota in rotas for name in rota.line(hour, danger))
        return tuple(self.desks[name] for name in line)

    def desks_in(self, area: str, role: str) -> tuple[Desk, ...]:
        """The desks of that role that work in that area, by name."""
        return self._posted.get((area, role), ())

    def panel(self, name: str) -> Panel | None:
        """The panel whose desk has that name."""
        return self.panels.get(name)

    def dealing(self, giver: str, taker: str, purpose: str, on: date) -> Dealing:
        """How two organisations stand to each other that day, for that purpose; worked out once."""
        asked = (giver, taker, purpose, on)
        known = self._dealings.get(asked)
        if known is None:
            if len(self._dealings) >= DEALINGS:
                self._dealings.clear()
            parties = self.organisations.get(giver), self.organisations.get(taker)
            known = self._dealings[asked] = dealing(*parties, purpose, on)
        return known

    def desks_of(self, organisation: str, role: str) -> tuple[Desk, ...]:
        """The desks of that organisation in that role, by name: whom a consent means."""
        return self._staff.get((organisation, role), ())


def _covers(dated: Standing | Agreement, on: date) -> bool:
    return dated.starts <= on and (dated.ends is None or on <= dated.ends)


def _party_and_purposes(agreement: Agreement) -> list[tuple[str, str]]:
    return [(agreement.party, purpose) for purpose in agreement.purposes]


def _subscribed(desk: Desk) -> list[tuple[str, str]]:
    return [(event_type, area) for event_type in desk.subscriptions for area in desk.areas]


def _by(things: Iterable[T], keys: Callable[[T], Iterable[K]]) -> dict[K, tuple[T, ...]]:
    found: dict[K, tuple[T, ...]] = {}
    for thing in things:
        for key in keys(thing):
            found[key] = (*found.get(key, ()), thing)
    return found
