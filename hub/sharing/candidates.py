"""Which desks are asked about an entry. Everyone else is not asked, and each that is asked gets a ruling.

To be asked opens nothing: a subscription or a mention comes with relationship NONE, and then only what needs no
relationship can be given.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, get_args

from consent.terms import Relationship, Review
from hub.model.directory import Desk
from hub.sharing.case import Anew, Case
from hub.sharing.world import Decisions

Asked = dict[str, Relationship]
"""Why each desk, by name, has to do with the person."""


WAITED: Final = frozenset({*get_args(Review), "MERGED"})
"""Causes for which an earlier entry comes again for whoever something of it waited for."""


class Candidate(NamedTuple):
    """A desk that is asked about, and why it has to do with the person."""

    desk: Desk
    relationship: Relationship


def candidates(case: Case, decisions: Decisions) -> list[Candidate]:
    """The desks to rule upon, by name, each once; never the publisher.

    Of several relationships the one that says most about this entry counts: what comes later here.
    """
    bears = case.bears
    asked: Asked = dict.fromkeys(_mentioned(case, decisions), "NONE")
    asked |= dict.fromkeys(bears.addressed, "ADDRESSED" if _counts(case, decisions) else "NONE")
    asked |= dict.fromkeys(_on_the_panel(case, asked, decisions), "PANEL")
    asked |= dict.fromkeys(bears.duty, "DUTY")
    asked |= dict.fromkeys(case.cover, "PLACE_COVER")
    asked |= dict(case.ties)
    if case.anew is not None:
        asked = _anew(asked, case.anew, decisions)
    asked.pop(case.publisher, None)
    desks = decisions.directory.desks
    return [Candidate(desks[name], asked[name]) for name in sorted(asked) if name in desks]


def _anew(asked: Asked, anew: Anew, decisions: Decisions) -> Asked:
    """Of an earlier entry: at a handover whoever takes the person on and has it not; else those for whom it waited."""
    meant = anew.waiting if anew.cause in WAITED else anew.desks
    if anew.desks:
        meant &= anew.desks
    desks, had = decisions.directory.desks, anew.had if anew.cause == "HANDOVER" else frozenset()
    return {name: asked.get(name, "NONE") for name in meant if name in desks and desks[name].mark not in had}


def _on_the_panel(case: Case, asked: Asked, decisions: Decisions) -> Iterator[str]:
    """Whoever takes part in managing the risk; who is named in an event that is for such, and not for panels, is named.

    So nobody who sits on a panel is kept from what is addressed to them by it.
    """
    rule, desks = decisions.policy.events.get(case.type), decisions.directory.desks
    for name in case.bears.panel | case.bears.contributors:
        role = desks[name].role if name in desks else ""
        named_alone = asked.get(name) == "ADDRESSED" and rule is not None and (role, "PANEL") not in rule.rows
        if not (named_alone and rule is not None and (role, "ADDRESSED") in rule.rows):
            yield name


def _mentioned(case: Case, decisions: Decisions) -> list[str]:
    """Whoever has subscribed, holds the person, or keeps people safe where somebody says that they are not."""
    subscribed = [desk.name for desk in decisions.directory.subscribers(case.type, case.area)]
    held = [case.holding_ref] if case.holding_ref else []
    return [*case.bears.safeguarding, *subscribed, *held]


def _counts(case: Case, decisions: Decisions) -> bool:
    """Whether to be named in such an event is something by itself; otherwise it is to be mentioned."""
    rule = decisions.policy.events.get(case.type)
    return rule is not None and rule.addressed
