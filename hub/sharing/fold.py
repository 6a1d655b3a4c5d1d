"""What an entry changes in its person's registers: what they consented to, and which desks have to do with them.

A bare claim opens nothing: custody is opened by the custody desk's own arrest, first contact by the directory's place
cover, a referral's target by being named and then by accepting. And doubt opens nothing: what would widen sharing
counts only when the hub is sure whom it is about, what narrows it counts always.
"""

from typing import Final

from consent import register
from consent.terms import ConsentEntry
from hub.model.days import day_at
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.person import Person, Relationship
from hub.sharing import links, mappa, orders
from hub.sharing.contact import FIRST_CONTACT_MS, covered
from hub.sharing.handover import handed_over, registered
from hub.sharing.stays import admitted, released
from hub.sharing.ties import HOUR_MS, TARGET, Held, holds, latest, of, put
from hub.sharing.world import World

__all__ = [
    "CUSTODY_MS",
    "FIRST_CONTACT_MS",
    "counts",
    "fold",
    "holds",
    "lifts",
    "may_publish",
    "may_review",
    "proposes",
    "referrer",
]

DAY_MS: Final = 24 * HOUR_MS
CUSTODY_MS: Final = 96 * HOUR_MS
"""Custody that nobody ended is over after the longest detention that the law allows before charge (PACE 1984 s44)."""

CUSTODY_ENDS: Final = frozenset({"BAILED", "RUI", "NFA", "CAUTION", "TRANSFERRED"})
REFERRAL_ENDS: Final = frozenset({"CLOSED", "REJECTED", "RETURNED_INAPPROPRIATE"})
_TAKING_ON: Final = frozenset({"handover", "health_registration"})
_STAYS: Final = frozenset({"s136", "release"})
_ORDERS: Final = frozenset({"order", "breach", "handover", "release"})
_MAPPA: Final = frozenset({"mappa_registration", "mappa_review", "designation"})


def fold(entry: Entry, world: World) -> Person:
    """The person after this entry; the same object if it changes nothing."""
    before = world.person
    after = _by_a_publisher(entry, world) if may_publish(entry, world) else before
    if entry.consent is not None:
        consents = _consents(entry, world)
        after = after._replace(consents=consents) if consents != before.consents else after
    return after


def may_publish(entry: Entry, world: World) -> bool:
    """Whether the publisher's role may say such a thing: from anybody else it counts for nothing."""
    return _may(entry, entry.type, world)


def may_review(entry: Entry, world: World) -> bool:
    """Whether it comes from a desk that reviews, whatever it says."""
    return _may(entry, "review", world)


def _may(entry: Entry, event_type: str, world: World) -> bool:
    rule, desk = world.decisions.policy.events.get(event_type), world.directory.desk(entry.publisher)
    return rule is not None and desk is not None and desk.role in rule.publishers


def _by_a_publisher(entry: Entry, world: World) -> Person:
    person, at = world.person, min(entry.occurred_at, world.moment.recorded_at)
    relationships = _relationships(entry, world, at)
    if relationships is not person.relationships:
        person = person._replace(relationships=relationships)
    if entry.confidence == "UNRESOLVED":
        return person
    if entry.type in links.SAID:
        return links.linked(person, entry, world)
    if lifts(entry) and entry.confidence == "CONFIRMED":
        return _changed(person, _reviewed(person, at, world))
    if entry.type in _ORDERS:
        person = _changed(person, _ordered(person, entry, at, world))
    return _changed(person, _managed(person, entry, at, world)) if entry.type in _MAPPA else person


def _changed(before: Person, after: Person) -> Person:
    return before if after == before else after


def _reviewed(person: Person, at: int, world: World) -> Person:
    """Where a reviewer ends the one refusal that stands for all, what the person has said since."""
    return person._replace(consents=register.lifted(world.decisions.policy.takers, person.consents, at))


def _ordered(person: Person, entry: Entry, at: int, world: World) -> Person:
    """What a court or probation says of an order; what is long over is forgotten."""
    forget = world.moment.recorded_at - world.window_days * DAY_MS
    held = orders.requirements(person, entry, at, world.directory)
    live = tuple(each for each in held if orders.lasts(each, forget))
    return person._replace(requirements=live, warnings=orders.warnings(person, entry))


def _managed(person: Person, entry: Entry, at: int, world: World) -> Person:
    """What a coordinator says of a panel's list, and the responsible authority of who contributes."""
    directory, today = world.directory, day_at(world.moment.judged_at)
    desk = directory.desk(entry.publisher)
    body = directory.organisations.get(desk.organisation) if desk else None
    if body is None or not body.stands("RA", today):
        return person
    return person._replace(
        registrations=mappa.registrations(person, entry, at, directory),
        designations=mappa.designations(person, entry, at),
    )


def proposes(entry: Entry) -> bool:
    """Whether it asks the desks it names to take the person on: a referral that is sent, not one that moves."""
    return entry.type == "referral" and entry.facts.get("status", "SENT") == "SENT"


def referrer(entry: Entry, person: Person) -> str | None:
    """The desk that is to hear how a referral moved: whoever sent the one that this target's relationship came of."""
    if entry.type != "referral" or proposes(entry):
        return None
    target = of(person.relationships, entry.publisher, "ACTIVE")
    sent = (each for each in person.relationships if each.kind == "PUBLISHER")
    return next((each.desk for each in sent if target and each.entry_id == target.entry_id), None)


def lifts(entry: Entry) -> bool:
    """Whether a reviewer says that the one refusal that stands for all is to end."""
    return entry.type == "review" and entry.facts.get("review_decision") == "LIFT"


def counts(entry: Entry) -> bool:
    """Whether what the person said counts: a no always, a yes only if it is certain whose it is."""
    return entry.consent is not None and (entry.consent.action != "GRANT" or entry.confidence == "CONFIRMED")


def _consents(entry: Entry, world: World) -> tuple[ConsentEntry, ...]:
    held = world.person.consents
    return register.fold(held, entry.consent, world.moment.recorded_at) if entry.consent and counts(entry) else held


def _relationships(entry: Entry, world: World, at: int) -> Held:
    held, directory = world.person.relationships, world.directory
    after = _referral(_custody(held, entry, at, directory), entry, at)
    if entry.type in _TAKING_ON:
        after = registered(handed_over(after, entry, at, directory), entry, at, directory)
    if entry.type in _STAYS:
        after = released(admitted(after, entry, at, directory), entry, at, directory)
    after = covered(after, entry, at, directory)
    if after == held or entry.confidence == "UNRESOLVED":
        return held
    forget = world.moment.recorded_at - world.window_days * DAY_MS
    return tuple(each for each in after if each.ends_at is None or each.ends_at >= forget)


def _custody(held: Held, entry: Entry, at: int, directory: Directory) -> Held:
    """The custody desk's own arrest opens its custody and ends it; its latest word counts, whatever comes late."""
    desk = directory.desk(entry.publisher)
    if entry.type != "arrest" or desk is None or desk.role != "POLICE_CUSTODY":
        return held
    if _detained(entry) and entry.confidence == "CONFIRMED":
        return latest(held, Relationship(desk.name, "CUSTODY", at, at + CUSTODY_MS, entry.entry_id))
    return latest(held, Relationship(desk.name, "CUSTODY", at, at, entry.entry_id)) if _released(entry) else held


def _detained(entry: Entry) -> bool:
    status = entry.facts.get("arrest_status")
    return status == "DETAINED" or (status == "CHARGED" and entry.holding_ref == entry.publisher)


def _released(entry: Entry) -> bool:
    """Charged, the person goes on to court: unless the desk says that it still holds them, its custody has ended."""
    status = entry.facts.get("arrest_status")
    return status in CUSTODY_ENDS or (status == "CHARGED" and entry.holding_ref != entry.publisher)


def _referral(held: Held, entry: Entry, at: int) -> Held:
    """To be named proposes, the target's own acceptance makes it active, the target's own closing ends it."""
    if entry.type != "referral":
        return held
    return _propose(held, entry, at) if proposes(entry) else _moved(held, entry, at, entry.facts["status"])


def _propose(held: Held, entry: Entry, at: int) -> Held:
    """The targets are proposed, and the referrer is to hear what becomes of it for as long as that is known."""
    if entry.confidence != "CONFIRMED":
        return held
    for target in entry.named:
        before = of(held, target, "PROPOSED")
        if target != entry.publisher and (before is None or (before.ends_at is not None and before.ends_at < at)):
            held = put(held, before, Relationship(target, "PROPOSED", at, None, entry.entry_id))
    opened = {each.entry_id for each in held if each.kind in TARGET}
    kept = tuple(each for each in held if each.kind != "PUBLISHER" or each.entry_id in opened)
    sent = Relationship(entry.publisher, "PUBLISHER", at, None, entry.entry_id)
    return (*kept, sent) if entry.entry_id in opened and sent not in kept else kept


def _moved(held: Held, entry: Entry, at: int, status: str) -> Held:
    """The target's own word. What becomes of a referral keeps the id of the referral, so that its referrer is found.

    Accepting opens what a proposal does not, so only if it is certain who was accepted; closing counts always.
    """
    target = of(held, entry.publisher, "PROPOSED")
    if target is None or target.ends_at is not None:
        return held
    if status == "ACCEPTED" and target.kind == "PROPOSED" and entry.confidence == "CONFIRMED":
        return put(held, target, target._replace(kind="ACTIVE", opened_at=at))
    return put(held, target, target._replace(ends_at=at)) if status in REFERRAL_ENDS else held
