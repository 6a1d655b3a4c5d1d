"""Rules of what refers to something else: every name is somebody's, every pair that must share has agreed to."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from hub.directories import duty
from hub.directories.errors import Broken, Where
from hub.directories.shape import Agreement, Dated, Desk, File, Organisation, Place
from hub.model.directory import mark_of
from schemas.codes import UNKNOWN, codes

HOLDS: Final = frozenset({"POLICE_CUSTODY", "PRISON_OMU", "PRISON_HC", "ESCORT", "COURT", "MH_TRUST", "ED"})
"""Roles whose desks can hold a person."""
HEALTH: Final = frozenset({"LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED"})
PANEL: Final = "MAPPA_RA"
TWO: Final = 2


def broken(file: File, event_types: AbstractSet[str]) -> Iterator[Broken]:
    """Every rule that the file breaks."""
    if file.demo and file.identifiers != "test":
        yield ("identifiers",), "a demo takes test identifiers only"
    for name, organisation in file.organisations.items():
        for held in organisation.standing:
            yield from _dates(("organisations", name, "standing"), held, file)
        yield from _parties(("organisations", name), organisation, file)
    for ref, agreement in file.agreements.items():
        yield from _agreement(("agreements", ref), agreement, file)
    for owner, name, desk in file.desks():
        where: Where = ("organisations", owner, "desks", name)
        yield from _desk(where, desk, file, event_types)
        yield from _standing(where, desk, file.organisations[owner])
        yield from _panel(where, desk, file)
        yield from _contract(where, desk, owner, file)
        yield from _profile((*where, "profile"), desk)
    yield from _alike(file)
    for code, place in file.places.items():
        yield from _place(("places", code), place, file)
    yield from duty.broken(file)


def _parties(where: Where, organisation: Organisation, file: File) -> Iterator[Broken]:
    """Without an agreement next to nothing goes to an organisation or from it; who audits and guards needs none."""
    if organisation.desks and organisation.kind != "OVERSIGHT" and not file.agrees(str(where[1])):
        yield where, "a missing agreement: it has desks and has agreed with nobody"


def _alike(file: File) -> Iterator[Broken]:
    """Two desks with one mark would be taken for each other where it is remembered who had what."""
    known = set[bytes]()
    for owner, name, _ in file.desks():
        mark = mark_of(f"{owner}.{name}")
        if mark in known:
            yield ("organisations", owner, "desks", name), "has the mark of another desk by chance: choose another name"
        known.add(mark)


def _dates(where: Where, dated: Dated, file: File) -> Iterator[Broken]:
    if dated.ends is not None and dated.ends < dated.starts:
        yield where, "ends before it starts"
    elif dated.ends is not None and dated.ends < file.in_force:
        yield where, "had ended when this directory came into force"


def _agreement(where: Where, agreement: Agreement, file: File) -> Iterator[Broken]:
    yield from _dates((*where, "to"), agreement, file)
    parties = set(agreement.parties)
    if not parties <= file.organisations.keys():
        yield (*where, "parties"), "names an unknown organisation"
    if len(parties) < max(TWO, len(agreement.parties)):
        yield (*where, "parties"), "takes two or more organisations, each named once"
    if agreement.kind == "CONTRACT" and len(agreement.parties) > TWO:
        yield (*where, "parties"), "a contract has two parties"
    if "UNKNOWN" in agreement.purposes:
        yield (*where, "purposes"), "nobody can agree to what is not known"


def _desk(where: Where, desk: Desk, file: File, event_types: AbstractSet[str]) -> Iterator[Broken]:
    if not set(desk.areas) <= file.areas.keys():
        yield (*where, "areas"), "names an unknown area"
    if not set(desk.subscriptions) <= event_types:
        yield (*where, "subscriptions"), "names an unknown event type"
    if desk.subscriptions and not desk.areas:
        yield (*where, "subscriptions"), "a desk without an area is asked about nothing"


def _standing(where: Where, desk: Desk, owner: Organisation) -> Iterator[Broken]:
    """MAPPA bodies are those of CJA 2003 s325: nobody joins them by calling a desk so."""
    needed = {PANEL: "RA", "MAPPA_DTC": "DTC"}.get(desk.role)
    if needed and all(held.code != needed for held in owner.standing):
        yield (*where, "role"), f"takes an organisation of standing {needed}"


def _panel(where: Where, desk: Desk, file: File) -> Iterator[Broken]:
    name = f"{where[1]}.{where[3]}"
    if desk.role == PANEL and not desk.panel and name not in _coordinators(file):
        yield where, "a panel without a coordinator, and no coordinator of one"
    if desk.panel and desk.role != PANEL:
        yield (*where, "panel"), f"a panel is a desk of role {PANEL}"
    if desk.panel and len(desk.areas) != 1:
        yield (*where, "areas"), "a panel has one area"
    if desk.panel and not _coordinates(file.desk(desk.panel.coordinator), desk.areas):
        yield (*where, "panel"), f"the coordinator is no desk of role {PANEL} in the panel's area"


def _profile(where: Where, desk: Desk) -> Iterator[Broken]:
    told = desk.profile
    if told is None:
        return
    if not set(told.services) <= codes("service").keys() - {UNKNOWN}:
        yield (*where, "services"), "names an unknown kind of service"
    if not set(told.needs) <= codes("need-level").keys() - {UNKNOWN}:
        yield (*where, "needs"), "names an unknown level of need"
    if told.youngest is not None and told.oldest is not None and told.oldest < told.youngest:
        yield (*where, "oldest"), "is younger than the youngest"


def _coordinators(file: File) -> set[str]:
    return {desk.panel.coordinator for _, _, desk in file.desks() if desk.panel}


def _coordinates(coordinator: Desk | None, areas: list[str]) -> bool:
    return coordinator is not None and coordinator.role == PANEL and set(areas) <= set(coordinator.areas)


def _contract(where: Where, desk: Desk, owner: str, file: File) -> Iterator[Broken]:
    if file.organisations[owner].kind == "CHARITY" and desk.role in HEALTH and not _contracted(owner, file):
        yield (*where, "role"), "a charity's health desk works under a contract with a health body"


def _contracted(owner: str, file: File) -> bool:
    contracts = (agreement for agreement in file.agreements.values() if agreement.kind == "CONTRACT")
    others = {party for contract in contracts if owner in contract.parties for party in contract.parties}
    return any(file.organisations[party].kind == "HEALTH" for party in others if party in file.organisations)


def _place(where: Where, place: Place, file: File) -> Iterator[Broken]:
    if place.area not in file.areas:
        yield (*where, "area"), "names an unknown area"
    if not all(file.desk(name) for name in place.served_by):
        yield (*where, "served_by"), "names an unknown desk"
    holder = file.desk(place.held_by) if place.held_by else None
    if place.held_by is not None and holder is None:
        yield (*where, "held_by"), "names an unknown desk"
    if holder and holder.role not in HOLDS:
        yield (*where, "held_by"), "a desk of this role holds nobody"
    if place.held_by and not all(_agreed(place.held_by, name, file) for name in place.served_by):
        yield (*where, "served_by"), "a missing agreement: who holds people here has none with who serves them"


def _agreed(one: str, other: str, file: File) -> bool:
    """Whether the organisations of two desks have an agreement; a desk that is nowhere is another fault."""
    if file.desk(one) is None or file.desk(other) is None:
        return True
    return file.agreed(one.partition(".")[0], other.partition(".")[0])
