"""What a handover or a registration with a practice changes: who holds, supervises or treats the person from now on.

Whoever has the person hands them over, and with that word theirs ends. A prison or an escort that receives somebody has
them by its own word too, which ends nobody else's; any other desk that only says so has nobody.
"""

from typing import Final

from hub.model.directory import Desk, Directory
from hub.model.entry import Entry
from hub.model.person import Relationship
from hub.sharing.ties import HOUR_MS, Held, ended, holds, latest, of, put

HOLDERS: Final = frozenset({"POLICE_CUSTODY", "PRISON_OMU", "PRISON_HC", "ESCORT", "COURT", "MH_TRUST", "ED"})
"""Roles that can hold a person."""
_RECEPTION: Final = frozenset({"PRISON_OMU", "PRISON_HC", "ESCORT"})
JOURNEY_MS: Final = 72 * HOUR_MS
"""How long an escort has somebody at most: the prison that receives them does not end it."""
_REMANDS: Final = frozenset({"COURT"})


def handed_over(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """The relationships after a handover of detention or treatment, or as they were.

    In doubt whom it is about nothing moves: who may still have the person goes on hearing of them.
    """
    kind, step = entry.says("handover_kind"), entry.says("handover_step")
    if entry.type != "handover" or entry.confidence != "CONFIRMED" or step not in _SPEAKER:
        return held
    if entry.facts.get(_SPEAKER[step], entry.publisher) != entry.publisher:
        return held
    if kind == "TREATMENT":
        return _treatment(held, entry, at)
    if kind != "DETENTION":
        return held
    return _given_over(held, entry, at, directory) if step == "HANDED_OVER" else _received(held, entry, at, directory)


_SPEAKER: Final = {"HANDED_OVER": "hands_over", "RECEIVED": "takes_on"}
"""Who may say that a step was taken."""


def _given_over(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """By the word of whoever had the person: theirs ends, and the next has them until it hands them over.

    A court that remands somebody gives them to a prison or an escort without having held them.
    """
    before, desk = _open(held, entry.publisher, "CUSTODY", at), directory.desk(entry.says("takes_on"))
    if desk is None or desk.name == entry.publisher or desk.role not in HOLDERS:
        return held
    if before is None and not (_is_a(entry.publisher, _REMANDS, directory) and desk.role in _RECEPTION):
        return held
    return ended(latest(held, _custody(desk, entry, at)), (before,) if before else (), at)


def _received(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """By its own word a prison or an escort has the person, and nobody else: anyone else is handed them.

    It ends nobody else's custody, for that is not theirs to say.
    """
    desk = directory.desk(entry.publisher)
    if desk is None or desk.role not in _RECEPTION or _open(held, desk.name, "CUSTODY", at):
        return held
    return latest(held, _custody(desk, entry, at))


def _custody(desk: Desk, entry: Entry, at: int) -> Relationship:
    """Until it hands the person over; an escort's ends with a journey of the longest kind."""
    return Relationship(desk.name, "CUSTODY", at, at + JOURNEY_MS if desk.role == "ESCORT" else None, entry.entry_id)


def _is_a(name: str, roles: frozenset[str], directory: Directory) -> bool:
    desk = directory.desk(name)
    return desk is not None and desk.role in roles


def _treatment(held: Held, entry: Entry, at: int) -> Held:
    """Whoever treats the person proposes who is to go on, and that desk's own word makes it so."""
    to, step = entry.says("takes_on"), entry.facts.get("handover_step")
    before = of(held, to, "PROPOSED")
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
