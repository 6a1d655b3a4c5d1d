"""``hub policy diff``: who would be given more under another policy and who less, found by deciding, not by reading."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer

from consent.compare.cubes import Cube
from consent.compare.differ import Difference, carriers, differences
from consent.policy import Policy
from hub import policies
from hub.cli import answers
from hub.cli.answers import Object
from hub.cli.asking import DONE, Json

DIFFERS: Final = 1
SAME: Final = "Nobody would be given more or less."

Old = Annotated[
    Path, typer.Argument(metavar="OLD", help="Folder of the policy as it is.", exists=True, file_okay=False)
]
New = Annotated[Path, typer.Argument(metavar="NEW", help="Folder of it as it would be.", exists=True, file_okay=False)]


Case = tuple[tuple[str, tuple[str, ...]], ...]
"""Facts, each with the values that it may have."""
Cases = tuple[Case, ...]
_Same = tuple[str, str, tuple[str, str], Cases, Cases]
_Alike = tuple[str, str, tuple[str, ...], Cases, Cases]


class Group(NamedTuple):
    """Differences with the same conditions."""

    change: str
    events: tuple[str, ...]
    pairs: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """From these roles to those."""
    views: tuple[str, ...]
    when: Cases
    unless: Cases


def diff(old: Old, new: New, *, json: Json = False) -> None:
    """List which views would open or close, from whom to whom, and when. Every combination of facts is decided twice.

    A view that opens goes only with one that its event's type is about: who and where somebody is never goes alone.

    Exit codes: 0 nobody would be given more or less; 1 somebody would, or a policy cannot be read.
    """
    before, after = policies.read(old), policies.read(new)
    found = grouped(differences(before, after, policies.codes(before, after)))
    beside = list(_beside(before, after))
    if json:
        answers.print_json({"same": not (found or beside), "changes": list(map(as_object, found)), "beside": beside})
    else:
        answers.print_lines(*(lines(found, beside) or [SAME]))
    raise typer.Exit(DIFFERS if found or beside else DONE)


def grouped(found: Iterable[Difference]) -> list[Group]:
    """The differences, those with the same conditions together."""
    views = defaultdict[_Same, list[str]](list)
    for one in found:
        views[one.change, one.event, (one.from_role, one.to_role), _frozen(one.when), _frozen(one.unless)].append(
            one.view
        )
    pairs = defaultdict[_Alike, list[tuple[str, str]]](list)
    for (change, event, pair, when, unless), named in views.items():
        pairs[change, event, tuple(named), when, unless].append(pair)
    events = defaultdict[Group, list[str]](list)
    for (change, event, about, when, unless), whom in pairs.items():
        events[Group(change, (), _crossed(whom), about, when, unless)].append(event)
    return [group._replace(events=tuple(named)) for group, named in events.items()]


def _frozen(cases: Sequence[Cube]) -> Cases:
    return tuple(
        tuple(sorted((fact, tuple(sorted(map(_said, held)))) for fact, held in case.items())) for case in cases
    )


def _said(value: object) -> str:
    """A value in words; legal standing as its codes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "+".join(value) or "none" if isinstance(value, tuple) else str(value)


def _crossed(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Senders with the same recipients together."""
    to = defaultdict[str, list[str]](list)
    for sender, recipient in pairs:
        to[sender].append(recipient)
    senders = defaultdict[tuple[str, ...], list[str]](list)
    for sender, recipients in to.items():
        senders[tuple(recipients)].append(sender)
    return tuple((tuple(each), recipients) for recipients, each in senders.items())


def lines(found: Sequence[Group], beside: Sequence[str]) -> list[str]:
    """What would open, what would close, and what else differs."""
    return [line for group in found for line in _lines(group)] + list(beside)


def _lines(group: Group) -> Iterator[str]:
    yield f"{group.change}: {', '.join(group.views)} of {', '.join(group.events)}"
    yield from (f"  from {', '.join(senders)} to {', '.join(recipients)}" for senders, recipients in group.pairs)
    yield from (f"    {'or if' if at else 'if'} {_case(case)}" for at, case in enumerate(group.when))
    yield from (f"    but as before if {_case(case)}" for case in group.unless)


def _case(case: Case) -> str:
    return "; ".join(f"{fact.replace('_', ' ')}: {' or '.join(held)}" for fact, held in case) or "anything holds"


def as_object(group: Group) -> Object:
    """The same for a program."""
    return {
        **group._asdict(),
        "pairs": [{"from": senders, "to": recipients} for senders, recipients in group.pairs],
        "when": [dict(case) for case in group.when],
        "unless": [dict(case) for case in group.unless],
    }


def _beside(old: Policy, new: Policy) -> Iterator[str]:
    """What a decision rests on besides, told where it differs."""
    for event, before, after in carriers(old, new):
        yield (
            f"Of {event}, something goes only with {' or '.join(sorted(after))}; it was {' or '.join(sorted(before))}."
        )
    if old.takers != new.takers:
        yield "Whose staff may take a consent differs: see takers.toml."
    if old.expiry != new.expiry:
        yield "How long a consent holds differs: see expiry.toml."
