"""``hub consent``: take what a person says about sharing at the hub's own counter, and show what is on record.

What is handed in here is acknowledged before the command ends; a refusal or withdrawal holds from that moment, whatever
still waits to be shared.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final, NamedTuple, get_args

import typer

from consent import terms
from consent.terms import ConsentEntry, Recipient
from hub import credentials, directories, policies, settings
from hub.cli import answers
from hub.cli.asking import (
    WHICH_KIND,
    As,
    Born,
    For,
    Json,
    Kind,
    asker,
    birth,
    consulted,
    identifier,
    on_record,
    secrets,
)
from hub.cli.consent_form import Action, Form, Known, Lifting, Said, event, review
from hub.cli.consent_page import as_object, line
from hub.cli.hand_in import Event, hand_in, held_place
from hub.cli.options import grouped
from hub.kafka import keyring, state_reader
from hub.ledger.questions import Question
from hub.model.directory import Desk
from hub.model.identifiers import Valid
from hub.model.key_check import check_value
from hub.model.keys import audit_ref
from hub.people import Index
from hub.settings import Settings

app = typer.Typer(help="Take consents, refusals and withdrawals, and show what is on record.", no_args_is_help=True)

FOUND_NOTHING: Final = 4
RECIPIENTS: Final = (
    "Whom it names, by organisation and role as the directory has them, such as bridge-charity/CVO; may be repeated."
)
VIEWS: Final = f"What it names; may be repeated: {', '.join(get_args(terms.View))}."
PURPOSES: Final = f"What for; may be repeated: {', '.join(get_args(terms.Purpose))}."

At = Annotated[str, typer.Option("--as", metavar="DESK", help="The desk that takes it, such as avon-ld.team.")]
Whom = Annotated[str, typer.Option("--person", metavar="ask|-", help="Identifier: at a prompt, or standard input.")]
KindOf = Annotated[Kind | None, typer.Option("--kind", metavar="KIND", help=WHICH_KIND)]
Assurance = Annotated[
    str, typer.Option(metavar="WORD", help="How sure the desk is of it: STATED, TRACED or FINGERPRINT.")
]
Id = Annotated[str, typer.Option("--consent", metavar="ID", help="The record of consent; a change names the same.")]
Version = Annotated[
    int | None, typer.Option(min=1, metavar="NUMBER", help="Within that record; else the next after what is on record.")
]
To = Annotated[list[str] | None, typer.Option("--to", metavar="ORG/ROLE", help=RECIPIENTS)]
View = Annotated[list[str] | None, typer.Option("--view", metavar="VIEW", help=VIEWS)]
Purpose = Annotated[list[str] | None, typer.Option("--for", metavar="PURPOSE", help=PURPOSES)]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="Its last day; else the default for its purposes.")]
TakenBy = Annotated[str, typer.Option("--taken-by", metavar="STAFF", help="Staff number of who took it.")]
HeldAt = Annotated[
    str,
    typer.Option(
        "--held",
        metavar="PLACE",
        help="Of the entry that brought it about, as hub audit query --json has it: partition/offset.",
    ),
]
Why = Annotated[str, typer.Option(metavar="TEXT", help="In a sentence that does not name the person.")]
Carers = Annotated[
    bool, typer.Option("--among-carers", metavar="", help="An objection to sharing among those who give care.")
]
Capacity = Annotated[
    str, typer.Option(metavar="WORD", help="For this decision, now: HAS, LACKS, FLUCTUATING or NOT_ASSESSED.")
]


class Taken(NamedTuple):
    """What everything says that is taken at the counter: about whom it is, and who took it where and why."""

    at: At
    person: Whom
    taken_by: TakenBy
    why: Why
    kind: KindOf = None
    assurance: Assurance = "TRACED"
    born: Born = None


class Of(NamedTuple):
    """Which record of consent it changes."""

    consent: Id
    version: Version = None


class Scope(NamedTuple):
    """What it reaches."""

    to: To = None
    view: View = None
    purpose: Purpose = None


NOTHING: Final = Scope()


@app.command()
@grouped
def grant(taken: Taken, of: Of, scope: Scope, *, until: Until = None, capacity: Capacity = "NOT_ASSESSED") -> None:
    """Record that the person agrees: to whom, what and what for it names, until then, and no further."""
    _take(taken, of, replace(_said("grant", taken, of, scope), valid_to=until, capacity=capacity))


@app.command()
@grouped
def refuse(taken: Taken, of: Of, scope: Scope, *, among_carers: Carers = False) -> None:
    """Record that the person refuses. What is not named is refused in full: no --to means that nobody may be told."""
    _take(taken, of, replace(_said("refuse", taken, of, scope), among_carers=among_carers))


@app.command()
@grouped
def withdraw(taken: Taken, of: Of) -> None:
    """Record that the person takes a consent back. It holds from the acknowledgement on, whatever waits to be sent."""
    _take(taken, of, _said("withdraw", taken, of, NOTHING))


@app.command()
@grouped
def lift(taken: Taken, *, held: HeldAt) -> None:
    """End the one refusal that stands for more than is kept, as the Guardian or the data protection officer.

    It counts only if it is certain who the person is and if they have said since what they refuse; that is all that
    counts from then on. hub consent show tells whether it did.
    """
    lifting = Lifting(held_place(held), taken.taken_by, on_record(taken.why))
    known = _known(taken)

    async def made(desk: Desk, now: int) -> Event:
        return review(lifting, desk, known, now)

    hand_in(taken.at, made)


@app.command()
def show(*, person: Whom, kind: KindOf = None, as_: As = None, purpose: For = None, json: Json = False) -> None:
    """Show the consents and refusals on record for a person. Who asks and why is recorded first.

    Exit codes: 0 shown; 1 it could not be; 2 wrong usage; 4 nothing on record.
    """
    chosen = settings.read(os.environ)
    who, whom = asker(as_, purpose), identifier(person, kind)
    route_keys = _route_keys(chosen, whom)
    names = [audit_ref(secrets(chosen), key) for key in route_keys or (f"unknown/{whom.kind}/{whom.value}",)]
    consulted(who, Question(person=names[0], records=tuple(names[1:])), chosen.ledger, {"register": "consents"})
    held, expiry = asyncio.run(_held(chosen, route_keys)), policies.read(chosen.policy).expiry
    if json:
        answers.print_json({"consents": [as_object(entry, expiry) for entry in held]})
    else:
        answers.print_lines(
            *(line(entry, expiry) for entry in held) if held else ["No consent or refusal is on record."]
        )
    raise typer.Exit(0 if held else FOUND_NOTHING)


def _said(action: Action, taken: Taken, of: Of, scope: Scope) -> Said:
    why, named = on_record(taken.why), (tuple(scope.view or ()), tuple(scope.purpose or ()))
    return Said(action, on_record(of.consent), taken.taken_by, why, _recipients(scope.to), *named)


def _known(taken: Taken) -> Known:
    return Known(identifier(taken.person, taken.kind), taken.assurance, birth(taken.born))


def _take(taken: Taken, of: Of, said: Said) -> None:
    known = _known(taken)

    async def made(desk: Desk, now: int) -> Event:
        number = of.version or await _next_version(said, known.whom, settings.read(os.environ))
        return event(Form(said, number, desk, known), now)

    hand_in(taken.at, made)


async def _next_version(said: Said, whom: Valid, chosen: Settings) -> int:
    """One after the newest on record. If another change is on its way they tie, and a tie refuses."""
    held = await _held(chosen, _route_keys(chosen, whom))
    return 1 + max((entry.version for entry in held if entry.consent_id == said.consent_id), default=0)


async def _held(chosen: Settings, route_keys: Sequence[str]) -> tuple[ConsentEntry, ...]:
    """What the person said, by all of their records; what several have is there once."""
    if not route_keys:
        return ()
    directory = directories.read(chosen.directory)
    connection = credentials.connection(chosen, credentials.INTAKE)
    await keyring.must_be(connection, check_value(settings.read_keys(chosen.key_file)))
    records = [await state_reader.person(connection, directory.partitions, key) for key in route_keys]
    return tuple(dict.fromkeys(entry for record in records for entry in record.consents))


def _route_keys(chosen: Settings, whom: Valid) -> tuple[str, ...]:
    with Index.open(chosen.people, settings.read_keys(chosen.key_file)) as index:
        return index.records(whom.kind, whom.value)


def _recipients(named: list[str] | None) -> tuple[Recipient, ...]:
    pairs = [text.partition("/") for text in named or ()]
    if not all(organisation and role for organisation, _, role in pairs):
        raise typer.BadParameter("--to: an organisation and a role, such as bridge-charity/CVO")
    return tuple(Recipient(organisation, role) for organisation, _, role in pairs)
