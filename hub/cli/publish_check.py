"""What would become of an event, before it is sent: what is wrong with it, and what each role could read of it.

Nothing is sent and nobody is looked up, so it works without a broker and on any machine. Whether a desk is asked about
at all, and what the person agreed to, only the hub knows.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Final

from consent.policy import Policy
from hub.cli.answers import Object
from hub.intake import opened, spill
from hub.intake.event import Event, Received, Rejected, Rules
from hub.ledger import words
from hub.model.directory import Desk, Directory
from hub.model.entry import Fault
from hub.model.keys import Keys
from schemas.catalogue import EventSchema

THIRD_PARTIES: Final = re.compile(
    r"\b(?:his|her|their)\s+(?:ex-?)?(?:partner|wife|husband|girlfriend|boyfriend|mother|father|mum|dad|son|daughter|"
    r"sister|brother|child(?:ren)?|neighbours?|landlord)\b|\bvictims?\b|\binformants?\b|\bwitness(?:es)?\b",
    re.IGNORECASE,
)
"""Words by which somebody else comes into a text about a person. A hint, and no more: whoever wrote it knows."""
WHERE_THEY_BELONG: Final = "victim"


class Checked:
    """One event, as the hub would take it."""

    def __init__(self, body: bytes, desk: Desk, at: int, directory: Directory, policy: Policy) -> None:
        keys = Keys(*(secrets.token_bytes(32) for _ in range(4)))  # names nobody will see
        rules = Rules(directory, policy.publishers(), policy.expiry, keys)
        self._policy = policy
        self.made = opened(Received(desk, desk.in_topic, 0, 0, at, body), rules)

    @property
    def refused(self) -> bool:
        """Whether nothing of it would go on."""
        return isinstance(self.made, Rejected)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What its publisher would be told to mend."""
        return self.made.faults

    def hints(self) -> Iterator[str]:
        """What no rule forbids and somebody should look at."""
        if isinstance(self.made, Event):
            yield from _unchecked(self.made)
            yield from _third_parties(self.made.schema, self.made)

    def reads(self) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Each role that could be given anything of it: what at most, and what besides only by what is asked first."""
        if not isinstance(self.made, Event):
            return
        kind, body = self.made.schema.type, self.made.body
        kinds = {identifier.kind for identifier in self.made.identifiers}  # the hub fills these views itself
        held = [view for view in self.made.schema.views if body.get(view) is not None or view in kinds]
        for (event, role), within in sorted(self._policy.reach.items()):
            due = self._policy.due[event, role] if event == kind else frozenset()
            usually = tuple(view for view in held if view in due)
            besides = tuple(view for view in held if event == kind and view in within and view not in due)
            if usually or besides:
                yield role, usually, besides


def lines(checked: Checked) -> Iterator[str]:
    """For a reader."""
    if checked.refused:
        yield "  The hub would refuse it:"
    elif checked.faults:
        yield "  The hub would take it, and tell you to mend:"
    else:
        yield "  The hub would take it."
    yield from _faults(checked.faults)
    for hint in checked.hints():
        yield f"  Look again: {hint}"
    for role, usually, besides in checked.reads():
        yield f"  {words.plain().say('role', role)}"
        if usually:
            yield f"    at most: {_named(usually)}"
        if besides:
            yield f"    by what is asked first: {_named(besides)}"
    if not checked.refused:
        yield "  Nobody else is ever given anything of it."


def _faults(faults: Sequence[Fault]) -> Iterator[str]:
    yield from (f"    {fault.field or 'the event'}: {fault.code}" for fault in faults)
    if faults:
        yield "    What each code means stands in docs/glossary.md."


def as_object(checked: Checked) -> Object:
    """For a program."""
    return {
        "refused": checked.refused,
        "faults": [{"code": fault.code, "field": fault.field} for fault in checked.faults],
        "hints": list(checked.hints()),
        "reads": {
            role: {"at_most": list(usually), "in_an_emergency": list(besides)}
            for role, usually, besides in checked.reads()
        },
    }


def _named(views: tuple[str, ...]) -> str:
    return "; ".join(words.view(view) for view in views)


def _unchecked(made: Event) -> Iterator[str]:
    """Texts of which nobody has said that they were checked for what third parties said."""
    for view in made.schema.views:
        held = made.body.get(view)
        if isinstance(held, dict) and held.get("third_party") in {"UNKNOWN", "NOT_CHECKED"}:
            yield f"{view}.third_party: nobody has said that the text was checked for what third parties said"


def _third_parties(schema: EventSchema, made: Event) -> Iterator[str]:
    for place in spill.texts(schema):
        if place.view != WHERE_THEY_BELONG and any(map(THIRD_PARTIES.search, place.values(made.body))):
            yield f"{place.path}: the text speaks of somebody else; their words and interests belong in the victim view"
