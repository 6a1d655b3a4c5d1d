"""What the publisher is told: delivered, to be mended and sent again, or not delivered, without a reason.

DELIVERED means that whoever the event was for has it. Whatever else happened the sender must know, so as to telephone;
it is not told why, for the reason may be somebody's no.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from consent import register
from consent.terms import IDENTIFIERS
from hub.model import keys
from hub.model.entry import Entry, Fault
from hub.model.ruling import Receipt, ReceiptOutcome, Ruling
from hub.sharing import links
from hub.sharing.fold import lifts
from hub.sharing.matter import Matter
from hub.sharing.pending import named, wrongly_linked
from hub.sharing.world import World

RIDERS: Final = frozenset({"identity", "location", "adjustments", "staff_safety", *IDENTIFIERS})
"""Views that say who and where somebody is and how to meet them, and nothing of what has happened."""
ON_RECORD: Final = frozenset({"screening", "assessment", "health_registration", "mappa_registration", "designation"})
"""What is published for its publisher's own record, or for the hub's, as much as for somebody else."""
_NO_MORE: Final = frozenset({"NONE", "TOLD"})


def receipt(matter: Matter, rulings: Sequence[Ruling]) -> Receipt | None:
    """For an entry that was ruled upon; None: nothing went wrong, and the desk wants to hear of nothing else."""
    entry, world = matter.entry, matter.world
    if missed(matter, rulings):
        return to_publisher(entry, world, "NOT_DELIVERED", entry.faults)
    if entry.faults:  # once mended it may reach somebody
        return to_publisher(entry, world, "FIX_AND_RESEND", entry.faults)
    if not any(map(_reached, rulings)) and _is_for_somebody(matter, rulings):
        return to_publisher(entry, world, "NOT_DELIVERED")
    publisher = world.directory.desk(entry.publisher)
    return Receipt(entry.event_id, "DELIVERED") if publisher and publisher.wants_receipts else None


def to_publisher(entry: Entry, world: World, outcome: ReceiptOutcome, faults: tuple[Fault, ...] = ()) -> Receipt | None:
    """The receipt, if there is a desk of that name to send it to."""
    return Receipt(entry.event_id, outcome, faults) if world.directory.desk(entry.publisher) else None


def missed(matter: Matter, rulings: Iterable[Ruling], had: AbstractSet[str] = frozenset()) -> bool:
    """Whether something that the publisher counts on did not happen, so that it must telephone; it is not told why."""
    entry = matter.entry
    counted_on = {*matter.case.bears.addressed, *_holder(matter)} - {entry.publisher}
    copied = {ruling.desk.name for ruling in rulings if _reached(ruling)} | had
    return not counted_on <= copied or _unanswered(matter, rulings, had) or _unheard(matter)


def _is_for_somebody(matter: Matter, rulings: Iterable[Ruling]) -> bool:
    """Whether it is published so that somebody has it; what is kept on record too, only if somebody was to have it."""
    entry, rule = matter.entry, matter.world.decisions.policy.events.get(matter.entry.type)
    if rule is None or all(relationship == "TOLD" for _, relationship in rule.rows):
        return False
    received = entry.type == "handover" and entry.facts.get("handover_step") == "RECEIVED"
    return (entry.type not in ON_RECORD and not received) or any(_was_for(ruling, matter) for ruling in rulings)


def _was_for(ruling: Ruling, matter: Matter) -> bool:
    """Whether such an event is for that desk, which has to do with the person or the place."""
    return ruling.relationship not in _NO_MORE and not ruling.decision.due.isdisjoint(matter.case.present)


def _unheard(matter: Matter) -> bool:
    """Whether what was said may have changed nothing, or more than was meant.

    In doubt whose it is; the withdrawal of nothing known, or of what was given again since; one no too many; a lifting
    that lifts nothing.
    """
    consent, known = matter.entry.consent, matter.world.person.consents
    if consent is None and matter.entry.type == "review":
        return _unmoved(matter)
    if consent is None:
        return matter.entry.type in links.SAID and not _parted(matter)
    if collapsed(matter):
        return True
    ends = any(other.consent_id == consent.consent_id and other.action != "WITHDRAW" for other in known)
    if matter.entry.confidence != "CONFIRMED" or (consent.action == "GRANT" and consent not in matter.person.consents):
        return True
    if ends and consent.action != "GRANT" and not register.counts(matter.person.consents, consent):
        return True
    return consent.action == "WITHDRAW" and not ends and _is_the_events_own(matter)


def _is_the_events_own(matter: Matter) -> bool:
    """Whether it is not one of those for other records of the same person: what is withdrawn may stand by one alone."""
    entry, world = matter.entry, matter.world
    return not matter.person.links or entry.entry_id == keys.entry_id(world.keys, entry.publisher, entry.event_id)


def _parted(matter: Matter) -> bool:
    """Whether a reviewer's word on which records are of one person said so of any, or named what was shared wrongly."""
    entry = matter.entry
    return links.KNOWN in entry.facts or wrongly_linked(entry, matter.world) is not None


def _unmoved(matter: Matter) -> bool:
    """Whether a reviewer's word moved nothing: it lifts no refusal, and names nothing that waits."""
    if lifts(matter.entry):
        return matter.person.consents == matter.world.person.consents
    return named(matter.entry, matter.world.pending) is None


def collapsed(matter: Matter) -> bool:
    """Whether so much had been said that this made one refusal of everything of it."""
    consent, before = matter.entry.consent, matter.world.person
    return consent is not None and register.collapsed(before.consents, matter.person.consents)


def _reached(ruling: Ruling) -> bool:
    """Whether the desk had what the event is about; what only rides along with it does not count."""
    if ruling.copy is None:
        return False
    return ruling.verdict == "PERMIT" or not RIDERS.issuperset(ruling.copy.digests)


def _unanswered(matter: Matter, rulings: Iterable[Ruling], had: AbstractSet[str]) -> bool:
    """Whether nobody who answers emergencies, or nobody who safeguards, knows of whom and of what."""
    entry, bears = matter.entry, matter.case.bears
    knows = {ruling.desk.name for ruling in rulings if _reached(ruling) and _knows_whom(ruling, matter)} | had
    unanswered = bears.emergency and bears.duty.isdisjoint(knows)
    return unanswered or (entry.safeguarding and bears.safeguarding.isdisjoint(knows | {entry.publisher}))


def _knows_whom(ruling: Ruling, matter: Matter) -> bool:
    """Whether its copy says who it is; what names nobody can say no more."""
    return "identity" not in matter.case.present or (ruling.copy is not None and "identity" in ruling.copy.digests)


def _holder(matter: Matter) -> Iterable[str]:
    """Who holds the person must have had the risk to self, if it was sent."""
    holder = matter.entry.holding_ref
    return (holder,) if holder and "self_risk" in matter.case.present else ()
