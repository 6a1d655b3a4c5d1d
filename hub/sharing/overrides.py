"""A senior person asks that something is shared without consent; it is, when a second one agrees in time.

What an emergency needs at once goes with the event itself, on one named person's whole decision. This is for what was
published before: nobody breaks the glass alone. Who reviews has to agree, and the Guardian hears of every step.
"""

from datetime import datetime
from typing import Final

from consent.terms import OverrideState
from hub.model import keys
from hub.model.entry import Again, Entry
from hub.model.pending import Asked
from hub.sharing import past
from hub.sharing.again import MOST
from hub.sharing.fold import may_publish, may_review
from hub.sharing.world import World

DAY_MS: Final = 86_400_000
LASTS_MS: Final = DAY_MS
"""How long it may be agreed to at most (domain rule E6)."""
MAPPA_LASTS_MS: Final = 28 * DAY_MS
"""The same for managing the risk of somebody on a panel's list."""
MOST_ASKED: Final = 16
"""About one person at once; what was asked before that is forgotten."""
BASES: Final[frozenset[OverrideState]] = frozenset({"VITAL_INTERESTS", "PUBLIC_PROTECTION", "SAFEGUARDING"})
"""What may be agreed to; a court's direction is the court's to publish."""


def after(entry: Entry, world: World) -> tuple[tuple[Asked, ...], tuple[Again, ...]]:
    """What is asked for once this decision is known, and what has to come again because of it."""
    known, now, step = world.pending.asked, world.moment.judged_at, entry.facts.get("override_step")
    live = tuple(each for each in known if now < each.ends_at)
    of_this = next((each for each in live if each.override_id == entry.facts.get("override_id")), None)
    if not (entry.confidence == "CONFIRMED" and may_publish(entry, world)):
        return known, ()
    if step == "ASKED" and of_this is None and (asked := _asked(entry, world)):
        return (*live, asked)[-MOST_ASKED:], ()
    if step == "APPROVED" and of_this is not None and _agrees(entry, of_this, world):
        return _without(live, of_this), _agreed(of_this, entry, world)
    if step in {"ENDED", "REFUSED"} and of_this is not None:
        return _without(live, of_this), ()
    return known, ()


def _agrees(entry: Entry, asked: Asked, world: World) -> bool:
    """Whether it is a second person's word: a reviewing desk's, and not the one's that asked."""
    return entry.publisher != asked.desk and may_review(entry, world)


def _without(live: tuple[Asked, ...], one: Asked) -> tuple[Asked, ...]:
    return tuple(each for each in live if each is not one)


def _asked(entry: Entry, world: World) -> Asked | None:
    """What was asked, if the block that says who decided, which harm, how near and why without consent is whole."""
    block = entry.override
    if block is None or not block.complete or block.basis not in BASES:
        return None
    lasts = MAPPA_LASTS_MS if _managed(world) else LASTS_MS
    ends_at = world.moment.judged_at + lasts
    return Asked(
        entry.says("override_id"),
        entry.publisher,
        block.basis,
        tuple(sorted(block.views)),
        entry.says("override_event"),
        min(ends_at, _stated(entry.says("override_ends_at"), ends_at)),
    )


def _managed(world: World) -> bool:
    return any(not each.ended for each in world.person.registrations)


def _stated(moment: str, otherwise: int) -> int:
    """A moment as a fact has it (ISO), in milliseconds UTC."""
    try:
        return round(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        return otherwise


def _agreed(asked: Asked, entry: Entry, world: World) -> tuple[Again, ...]:
    """The event that it is about, or whatever is current of the person, newest last."""
    why = (entry.entry_id, asked.basis, (asked.desk,), asked.views)
    return tuple(Again("APPROVED", item.entry_id, item.offset, *why) for item in _meant(asked, world))


def _meant(asked: Asked, world: World) -> list[past.Item]:
    if asked.event_ref:
        publisher, _, event_id = asked.event_ref.partition("/")
        known = past.find(world.past, keys.entry_id(world.keys, publisher, event_id))
        return [known] if known else []
    rule = world.decisions.policy.expiry.handover(world.today)
    first_day = world.moment.recorded_at // past.DAY_MS - (rule.days if rule else 0)
    return past.current(world.past, first_day)[-MOST:]
