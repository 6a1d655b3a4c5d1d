"""What MAPPA coordinators and the responsible authority leave in a person's registers: panels' lists, contributors.

Only the coordinator of a panel writes its list. What widens who takes part counts only if it is certain whom it is
about; what narrows it counts always.
"""

from collections.abc import Iterator
from typing import Final

from hub.model.days import begins, over, written
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Designation, Person, Registration

ON_THE_LIST: Final = frozenset({"REGISTERED", "CHANGED"})

Registrations = tuple[Registration, ...]
Designations = tuple[Designation, ...]


def coordinated(entry: Entry, directory: Directory) -> str:
    """The panel that the entry is about, if its publisher is the coordinator of it; else empty."""
    panel = directory.panel(entry.says("panel"))
    return panel.desk if panel and panel.coordinator == entry.publisher else ""


def desks_in(entry: Entry, *facts: str) -> frozenset[str]:
    """The desks that these facts name; several stand with spaces between them."""
    return frozenset(desk for fact in facts for desk in entry.says(fact).split())


def registrations(person: Person, entry: Entry, at: int, directory: Directory) -> Registrations:
    """The panels' lists after a registration or review; the same object if it changes none."""
    held, panel = person.registrations, coordinated(entry, directory)
    before = next((each for each in held if each.panel == panel), None)
    word = _word(entry, panel, before, at) if panel else None
    if word is None or (before and (before.said_at, before.ended) >= (word.said_at, word.ended)):
        return held
    return (*(each for each in held if each is not before), word)


def _word(entry: Entry, panel: str, before: Registration | None, at: int) -> Registration | None:
    """What the coordinator says of the person's place on the list."""
    if entry.type == "mappa_review":
        return _reviewed(entry, panel, before, at)
    state = entry.facts.get("registration")
    if entry.type != "mappa_registration" or not (state == "DEREGISTERED" or state in ON_THE_LIST):
        return None
    if state == "DEREGISTERED":
        return (before or _registration(entry, panel, at))._replace(said_at=at, ended=True, entry_id=entry.entry_id)
    return _registration(entry, panel, at) if entry.confidence == "CONFIRMED" else None


def _registration(entry: Entry, panel: str, at: int) -> Registration:
    desks = tuple(sorted(desks_in(entry, "members", "attendees", "invited", "attended")))
    level, category = entry.code("level"), entry.code("category")
    next_review = entry.says("next_review")
    return Registration(panel, category, level, desks, next_review, at, ended=False, entry_id=entry.entry_id)


def _reviewed(entry: Entry, panel: str, before: Registration | None, at: int) -> Registration | None:
    """A review keeps who sits on the panel and adds who was invited; it does not put back who has left the list."""
    if entry.confidence != "CONFIRMED" or (before and before.ended):
        return None
    new = _registration(entry, panel, at)
    return new._replace(desks=tuple(sorted({*new.desks, *before.desks}))) if before else new


def designations(person: Person, entry: Entry, at: int) -> Designations:
    """The designated bodies after a designation or the end of one; the same object if it changes none."""
    held = person.designations
    body, purpose = entry.says("body"), entry.code("designation_purpose")
    if entry.type != "designation" or not body:
        return held
    before = next((each for each in held if (each.body, each.purpose) == (body, purpose)), None)
    word = _designated(entry, before, at)
    if word is None or (before and (before.said_at, before.ended) >= (word.said_at, word.ended)):
        return held
    return (*(each for each in held if each is not before), word)


def _designated(entry: Entry, before: Designation | None, at: int) -> Designation | None:
    said = entry.facts
    if said.get("designation") == "ENDED":
        named = before or _designation(entry, at)
        return named._replace(ends_at=at, said_at=at, ended=True, entry_id=entry.entry_id)
    counts = said.get("designation") == "DESIGNATED" and entry.confidence == "CONFIRMED"
    return _designation(entry, at) if counts else None


def _designation(entry: Entry, at: int) -> Designation:
    said = entry.facts
    first, last = written(said.get("starts")), written(said.get("ends"))
    return Designation(
        said["body"],
        entry.says("designee"),
        entry.code("designation_purpose"),
        begins(first) if first else at,
        over(last) if last else None,
        at,
        ended=False,
        entry_id=entry.entry_id,
    )


def on_the_list(person: Person, entry: Entry) -> Registrations:
    """The lists that the person is on; one that this very entry takes them off still counts for it."""
    return tuple(each for each in person.registrations if not each.ended or each.entry_id == entry.entry_id)


def designated(person: Person, ahead: tuple[Entry, ...], at: int) -> Iterator[Designation]:
    """The designations that hold at that moment, without those whose end is acknowledged and not yet folded."""
    overtaken = {(each.facts.get("body"), each.code("designation_purpose")) for each in _ends(ahead)}
    live = (each for each in person.designations if not each.ended and each.starts_at <= at)
    for each in live:
        if (each.ends_at is None or at < each.ends_at) and (each.body, each.purpose) not in overtaken:
            yield each


def _ends(ahead: tuple[Entry, ...]) -> Iterator[Entry]:
    return (each for each in ahead if each.type == "designation" and each.overtakes)
