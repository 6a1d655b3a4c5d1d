"""A no that arrives later than it was said: what was disclosed in between stands, and is looked at (domain rule E3).

The no counts from the moment it arrives. Whoever went on receiving meanwhile did so lawfully as far as the hub knew;
whether that was right the Guardian finds, who is told so and asks the ledger.
"""

from typing import Final

from consent.terms import ConsentEntry, Recipient
from hub.model.directory import Desk
from hub.model.entry import Again, Entry
from hub.sharing import notices, past
from hub.sharing.world import World

LATE_MS: Final = 3_600_000
"""A no that takes longer to arrive than that is late. [P] A consent is written down after the talk, not during it."""


def to_be_reviewed(entry: Entry, world: World) -> tuple[Again, ...]:
    """The Guardian's notice of a late no, if somebody whom it is about was given anything since it was said.

    Days are remembered, not moments, so what went out earlier on the day of the no counts too.
    """
    said, recorded_at = entry.consent, world.moment.recorded_at
    if said is None or said.action == "GRANT" or recorded_at - said.occurred_at <= LATE_MS:
        return ()
    marks = past.given_since(world.past, said.occurred_at // past.DAY_MS)
    if not any(desk.mark in marks and _is_about(said, desk, world) for desk in world.directory.desks.values()):
        return ()
    desks = notices.guardians(world.directory, entry.area)
    if not desks or notices.speaker(world.directory) is None:
        return ()
    return (Again("LATE_REFUSAL", entry.entry_id, world.moment.offset, entry.entry_id, said.action, desks),)


def _is_about(said: ConsentEntry, desk: Desk, world: World) -> bool:
    """Whether the desk relied on what is withdrawn, or is one that is refused."""
    if any(told.consent_id == said.consent_id and told.desk == desk.name for told in world.person.told):
        return True
    if said.action == "WITHDRAW":
        return False
    return not said.recipients or Recipient(desk.organisation, desk.role) in said.recipients
