"""What a handover or a registration with a practice changes: who holds, supervises or treats the person from now on.

Whoever has the person hands them over; a prison or an escort that receives somebody has them by its own word. To be
named as the one who takes on opens nothing but that, and only if somebody was there to hand over.
"""

from typing import Final

from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Relationship
from hub.sharing.ties import Held, ended, holds, latest, of, put

HOLDERS: Final = frozenset({"POLICE_CUSTODY", "PRISON_OMU", "PRISON_HC", "ESCORT", "COURT", "MH_TRUST", "ED"})
"""Roles that can hold a person."""
_RECEPTION: Final = frozenset({"PRISON_OMU", "PRISON_HC", "ESCORT"})


def handed_over(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """The relationships after a handover of detention or treatment, or as they were."""
    said = entry.facts
    way = said.get("handover_kind"), said.get("handover_step")
    if entry.type != "handover" or entry.publisher != said.get(_SPEAKER.get(way[1] or "", ""), entry.publisher):
        return held
    if way == ("DETENTION", "HANDED_OVER"):
        return _detention(held, entry, at, directory, _open(held, entry.publisher, "CUSTODY", at))
    if way == ("DETENTION", "RECEIVED"):
        return _received(held, entry, at, directory)
    return _treatment(held, entry, at) if way[0] == "TREATMENT" else held


_SPEAKER: Final = {"HANDED_OVER": "hands_over", "RECEIVED": "takes_on"}
"""Who may say that a step was taken."""


def _received(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    desk, before = directory.desk(entry.publisher), _open(held, entry.says("hands_over"), "CUSTODY", at)
    by_itself = desk is not None and desk.role in _RECEPTION
    return _detention(held, entry, at, directory, before) if before or by_itself else held


def _detention(held: Held, entry: Entry, at: int, directory: Directory, before: Relationship | None) -> Held:
    """Custody goes over from whoever had it; the next has it until it hands the person over."""
    desk = directory.desk(entry.says("takes_on"))
    if desk is None or desk.role not in HOLDERS or (before is None and desk.role not in _RECEPTION):
        return held
    if entry.confidence == "CONFIRMED" and (before is None or before.desk != desk.name):
        held = latest(held, Relationship(desk.name, "CUSTODY", at, None, entry.entry_id))
    return ended(held, (before,) if before and before.desk != desk.name else (), at)


def _treatment(held: Held, entry: Entry, at: int) -> Held:
    """Whoever treats the person proposes who is to go on, and that desk's own word makes it so."""
    to, step = entry.says("takes_on"), entry.facts.get("handover_step")
    before = of(held, to, "PROPOSED")
    if entry.confidence != "CONFIRMED":
        return held
    if step == "HANDED_OVER" and _open(held, entry.publisher, "ACTIVE", at) and not (before and holds(before, at)):
        return put(held, before, Relationship(to, "PROPOSED", at, None, entry.entry_id))
    if step == "RECEIVED" and before and before.kind == "PROPOSED" and holds(before, at):
        return put(held, before, before._replace(kind="ACTIVE", opened_at=at))
    return held


def registered(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """A verified registration opens the practice's relationship and ends any other's; an unverified does nothing."""
    if entry.type != "health_registration" or entry.facts.get("trace_status") != "VERIFIED":
        return held
    desk = directory.desk(entry.says("gp_desk"))
    practice = desk.name if desk and desk.role == "GP" and entry.facts.get("gp_registered") != "NO" else ""
    if practice and entry.confidence == "CONFIRMED":
        held = latest(held, Relationship(practice, "REGISTERED", at, None, entry.entry_id))
    left = [each for each in held if each.kind == "REGISTERED" and each.desk != practice]
    return ended(held, left, at) if practice or entry.facts.get("gp_registered") == "NO" else held


def _open(held: Held, desk: str, kind: str, at: int) -> Relationship | None:
    return next((each for each in held if each.desk == desk and each.kind == kind and holds(each, at)), None)
