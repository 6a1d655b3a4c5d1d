"""``hub who``: from a field to who may be given it, when, and under which law; from the policy, about no person.

Nothing is recorded, since nobody's record is looked into.
"""

import difflib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Final, NamedTuple

import typer

from consent import who as ways
from consent.checks import asks
from consent.policy import Policy
from consent.receivers import EventRule
from consent.terms import PURPOSES
from hub import policies, settings
from hub.cli import answers
from hub.cli.answers import Object
from hub.cli.asking import DONE, FOUND_NOTHING, Json
from hub.ledger import words
from schemas import catalogue
from schemas.fields import walk

GOES: Final = {
    "envelope": "It goes with every copy, to whoever is given anything of the event.",
    "submission": "It is told to the hub alone: nobody is given it.",
    "withheld": "It goes with every copy: the names of the views that a desk of its role is never given of this type.",
}
"""The parts of an event that are no view."""
ALONE: Final = "Nobody else is ever given it. Who and where somebody is never goes alone."
NEAR: Final = 0.7
"""How much of a name has to be alike so that it may have been meant."""
NAME_ONE: Final = (
    "It stands in several places, and who may see it differs. Ask for one of them, as it is written above."
)

Field = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="As it stands in a schema, such as diagnosis; or longer: referral.health_full.diagnosis, or without the"
        " field, for the view: referral.health_full.",
    ),
]


class Place(NamedTuple):
    """A field of an event, or one of the parts that an event consists of."""

    event: str
    part: str
    """A view, or the envelope or submission."""
    path: str
    """Within it; empty for the part itself."""
    doc: str

    @property
    def name(self) -> str:
        """Such as `referral.health_full.diagnosis`."""
        return ".".join(filter(None, self[:3]))


def who(field: Field, *, json: Json = False) -> None:
    """Say who may be given a field of an event: which roles, if what, under which gateway, and what each law asks.

    A name that stands in several events is answered with the list of them.

    Exit codes: 0 answered; 1 the policy cannot be read; 4 no event has such a field.
    """
    policy, found = policies.read(settings.read(os.environ).policy), places(field)
    if json:
        answers.print_json({"found": [as_object(place, policy) for place in found]})
    else:
        answers.print_lines(*lines(field, found, policy))
    raise typer.Exit(DONE if found else FOUND_NOTHING)


def places(name: str) -> list[Place]:
    """The places of that name: its whole name, or the end of it; of a type of event, its parts.

    A view counts before the fields that are called so.
    """
    every, sought = _every(), name.strip()
    if sought in every:
        return [every[sought]]
    parts = [place for place in every.values() if not place.path and sought in {place.event, place.part}]
    return parts or [place for whole, place in every.items() if whole.endswith(f".{sought}")]


def lines(asked: str, found: Sequence[Place], policy: Policy) -> Iterator[str]:
    """The answer if there is one place; else the places, or what there is instead."""
    if len(found) == 1:
        yield from _answer(found[0], policy)
        return
    yield from (f"{place.name}: {place.doc}" for place in found)
    yield NAME_ONE if found else "No event has such a field."
    if not found and (near := _near(asked)):
        yield f"Did you mean {ways.listed(near)}?"


def as_object(place: Place, policy: Policy) -> Object:
    """The answer as one object."""
    event, part = place.event, place.part
    rule = policy.events[event]
    return {
        "field": place.name,
        "doc": place.doc,
        "view": part if part in rule.views else None,
        "given": [
            {"role": one.role, "when": [ways.told(each, rule, words.plain()) for each in one.when], "under": one.under}
            for one in ways.openings(policy, event, part)
        ],
        "in_emergency": ways.in_emergency(policy, event, part),
    }


@cache
def _every() -> Mapping[str, Place]:
    """By whole name."""
    found = (
        Place(event, part, ".".join(path), field.get("doc", ""))
        for event in catalogue.event_types()
        for (part, *path), field in walk(catalogue.by_type(event).tree)
    )
    return {place.name: place for place in found}


def _near(asked: str) -> list[str]:
    names = {name.rpartition(".")[2] for name in _every()}
    return sorted(difflib.get_close_matches(asked.rpartition(".")[2], names, cutoff=NEAR))


def _answer(place: Place, policy: Policy) -> Iterator[str]:
    yield f"{place.name}: {place.doc}"
    if place.part in GOES:
        yield GOES[place.part]
        return
    yield f"It stands in {place.part} ({words.view(place.part)}), which is given or kept back as one."
    publishers = _roles([role for role in ways.ROLE_ORDER if role in policy.events[place.event].publishers])
    yield f"Such an event, {words.called(place.event)}, is published by {publishers}."
    yield from _everybody(policy.events[place.event])
    given, urgent = list(_given(place, policy)), list(_urgent(place, policy))
    if given:
        yield from ("", "May be given:", *given)
    if urgent:
        yield from (
            "",
            "Asked first, before identity and relationship, so that nobody comes to harm meanwhile:",
            *urgent,
        )
    if given or urgent:
        yield from ("", "What each gateway asks:", *_laws(place, policy), "", ALONE)
    else:
        yield "Nobody is given it: it is for the hub, and for auditors."


def _everybody(rule: EventRule) -> Iterator[str]:
    """What has to hold of whoever is given anything of such an event."""
    parts = ways.listed([rule.reveals, *(view for view in rule.views if view in rule.meant and view != rule.reveals)])
    yield f"That there is such an event tells something by itself: only who is given {parts} gets a copy at all."
    yield from (f"Every recipient, {asks(check)}." for check in rule.needs)


def _given(place: Place, policy: Policy) -> Iterator[str]:
    """Roles with the same conditions and gateways together."""
    rule, shared = policy.events[place.event], defaultdict[tuple[tuple[str, ...], tuple[str, ...]], list[str]](list)
    for one in ways.openings(policy, place.event, place.part):
        when = tuple(ways.told(each, rule, words.plain()) for each in one.when)
        shared[when, one.under].append(one.role)
    for (when, under), roles in shared.items():
        yield f"  {_roles(roles)}"
        yield f"    if it {'; or if it '.join(when)}"
        yield f"    under {ways.listed(under)}" if under else "    only what is asked first: see below"


def _urgent(place: Place, policy: Policy) -> Iterator[str]:
    for gateway, roles in ways.in_emergency(policy, place.event, place.part).items():
        yield f"  under {gateway}: {_roles(roles)}"


def _laws(place: Place, policy: Policy) -> Iterator[str]:
    """Each gateway that was named, in the order in which it is asked."""
    ordinary = {name for one in ways.openings(policy, place.event, place.part) for name in one.under}
    urgent = ways.in_emergency(policy, place.event, place.part).keys()
    for name, row in policy.gateways.items():
        if name in ordinary | urgent:
            purposes = _purposes(row.purposes)
            tests = "; ".join([purposes, *(asks(check) for check in row.checks)])
            yield f"  {name} ({words.plain().say('gateway', name)}): {tests}."
            yield f"    Law: {' '.join(row.source.split())}."


def _purposes(purposes: frozenset[str] | None) -> str:
    if purposes is None:
        return "whatever the purpose"
    if len(purposes) > len(PURPOSES) // 2:
        return "for any stated purpose that is not excluded"
    return f"for {ways.listed([words.plain().say('purpose', one) for one in sorted(purposes)])}"


def _roles(names: Sequence[str]) -> str:
    return ", ".join(f"{words.plain().say('role', name)} ({name})" for name in names)
