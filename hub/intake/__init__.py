"""Bytes from an agency to an entry of the timeline. Pure; looking people up is hub.people, reading and writing agents.

The stages, each a module: ingest (bytes to a valid event), identify (whom it is about), cut (views to segments).
"""

from hub.intake.cut import cut, for_everyone
from hub.intake.event import Event, Identified, Rules
from hub.model.entry import Entry


def process(event: Event, identified: Identified, rules: Rules) -> tuple[Entry, ...]:
    """The entries that an event causes, now that it is known whom it is about: one, or one per possible person."""
    return for_everyone(cut(event, identified, rules))
