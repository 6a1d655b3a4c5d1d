"""What an admission to hospital and a release from prison change: who treats or holds the person from now on.

The word of whoever has the person counts, and nobody else's: a trust that already had to do with a detention admits by
it, and a prison ends only what a prison had.
"""

from typing import Final

from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Relationship
from hub.sharing.orders import freed
from hub.sharing.ties import Held, ended, holds, latest

ADMITTED: Final = frozenset({"ADMITTED_S2", "ADMITTED_S3", "ADMITTED_INFORMAL"})
PRISON: Final = frozenset({"PRISON_OMU", "PRISON_HC"})


def admitted(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """The trust that admits somebody after s136 treats them from then on, if it had to do with them before."""
    desk, said = directory.desk(entry.publisher), entry.facts
    trust = desk is not None and desk.role == "MH_TRUST" and entry.confidence == "CONFIRMED"
    if entry.type != "s136" or not trust or said.get("outcome") not in ADMITTED or not _met(held, entry.publisher, at):
        return held
    return latest(held, Relationship(entry.publisher, "ACTIVE", at, None, entry.entry_id))


def released(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """A prison that says that somebody has left it holds them no more, nor does its healthcare."""
    desk = directory.desk(entry.publisher)
    if entry.type != "release" or desk is None or desk.role not in PRISON or not freed(entry.facts):
        return held
    whose = PRISON if desk.role == "PRISON_OMU" and _holds(held, desk.name, at) else frozenset[str]()
    over = (each for each in held if each.kind == "CUSTODY" and _ends(each, desk.name, whose, directory))
    return ended(held, tuple(over), at)


def _ends(each: Relationship, publisher: str, whose: frozenset[str], directory: Directory) -> bool:
    desk = directory.desk(each.desk)
    return each.desk == publisher or (desk is not None and desk.role in whose)


def _holds(held: Held, name: str, at: int) -> bool:
    return any(each.desk == name and each.kind == "CUSTODY" and holds(each, at) for each in held)


def _met(held: Held, name: str, at: int) -> bool:
    return any(each.desk == name and holds(each, at) for each in held)
