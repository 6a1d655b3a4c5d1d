"""``hub review``: what waits for a reviewer, and the reviewer's word on it.

What is let go is decided anew by the hub, under the same rules and with whatever the person has said since: a reviewer
takes away what held it, and decides nothing else. What nobody reviews in time ends by itself, and its sender hears.
"""

import os
from itertools import groupby
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

import typer

from consent import terms
from hub import settings
from hub.cli import answers
from hub.cli.asking import DONE, FOUND_NOTHING, As, For, Json, asker, consulted, on_record
from hub.cli.consent_form import Decided, word
from hub.cli.hand_in import Event, hand_in, held_place
from hub.cli.options import grouped
from hub.ledger import words
from hub.ledger.moments import iso, read_out
from hub.ledger.questions import Consultation, Question
from hub.ledger.sheet import Ruled, Sheet, shown
from hub.model.directory import Desk
from schemas import codes

app = typer.Typer(help="List what waits for a reviewer, and decide on it.", no_args_is_help=True)

NOTHING: Final = "Nothing waits for a reviewer."
GROUNDS: Final = tuple(code for code in codes.codes("review-ground") if code != codes.UNKNOWN)

Held = Annotated[str, typer.Argument(metavar="PLACE", help="As hub review list shows it: partition/offset.")]
At = Annotated[
    str, typer.Option("--as", metavar="DESK", help="The reviewing desk: a Caldicott Guardian's or data protection's.")
]
By = Annotated[str, typer.Option("--by", metavar="STAFF", help="Staff number of who decides.")]
Why = Annotated[str, typer.Option(metavar="TEXT", help="In a sentence that does not name the person.")]
Ground = Annotated[str, typer.Option(metavar="CODE", help=f"On what ground: {', '.join(GROUNDS)}.")]
OnlyFor = Annotated[str | None, typer.Option("--desk", metavar="DESK", help="Only for this desk; else for all.")]
OnlyViews = Annotated[
    list[str] | None,
    typer.Option("--view", metavar="VIEW", help=f"Only this view; may be repeated: {', '.join(get_args(terms.View))}."),
]


class Word(NamedTuple):
    """What a reviewer says of something that waits."""

    held: Held
    at: At
    by: By
    why: Why
    ground: Ground
    desk: OnlyFor = None
    view: OnlyViews = None


@app.callback()
def _review() -> None:
    """List what waits for a reviewer, and decide on it."""


@app.command("list")
def list_(*, as_: As = None, purpose: For = None, json: Json = False) -> None:
    """List what waits: its place, until when, for which desks, and why. Who asks and why is recorded first.

    Exit codes: 0 listed; 1 it could not be; 2 wrong usage; 4 nothing waits.
    """
    chosen, who = settings.read(os.environ), asker(as_, purpose)
    found = consulted(who, Question(waiting=True), chosen.ledger)
    if json:
        answers.print_json({"consultation": found.number, "waiting": [_object(*one) for one in _waiting(found)]})
    else:
        lines = [line for one in _waiting(found) for line in _lines(*one)]
        answers.print_lines(*(lines or [NOTHING]), answers.reach(found))
    raise typer.Exit(DONE if found.findings else FOUND_NOTHING)


@app.command()
@grouped
def release(said: Word) -> None:
    """Let something go: the hub decides it anew, as if what held it were answered. What no law opens stays back.

    Exit codes: 0 acknowledged; 1 refused, or not handed in; 2 wrong usage.
    """
    _hand_in(said, "RELEASE")


@app.command()
@grouped
def refuse(said: Word) -> None:
    """Decide that something is not to be sent. Its sender hears that it was not delivered, and not why.

    Exit codes: 0 acknowledged; 1 refused, or not handed in; 2 wrong usage.
    """
    _hand_in(said, "REFUSE")


def _hand_in(said: Word, decision: Literal["RELEASE", "REFUSE"]) -> None:
    if said.ground not in GROUNDS:
        raise typer.BadParameter(f"--ground: one of {', '.join(GROUNDS)}")
    for view in said.view or ():
        if view not in terms.VIEWS:
            raise typer.BadParameter(f"--view: one of {', '.join(terms.VIEWS)}")
    why, views = on_record(said.why), tuple(said.view or ())
    decided = Decided(decision, held_place(said.held), said.by, why, said.ground, said.desk, views)

    async def made(desk: Desk, now: int) -> Event:
        return word(decided, desk, now)

    hand_in(said.at, made)


def _waiting(found: Consultation) -> list[tuple[Sheet, list[Ruled]]]:
    """Each entry that waits, with the rulings on the desks for which it does."""
    entries = []
    for _, group in groupby(found.findings, key=lambda finding: (finding.sheet.partition, finding.sheet.offset)):
        findings = list(group)
        sheet = findings[0].sheet
        desks = sheet.held.desks if sheet.held else ()
        entries.append((sheet, [ruling for _, ruling in findings if ruling and ruling.desk in desks]))
    return entries


def _place(sheet: Sheet) -> str:
    """By which a reviewer names it: where the entry first stood."""
    return f"{sheet.partition}/{sheet.again.offset if sheet.again else sheet.offset}"


def _lines(sheet: Sheet, rulings: list[Ruled]) -> list[str]:
    until = read_out(sheet.held.due_at) if sheet.held else ""
    head = f"{_place(sheet)}, until {until}: {words.called(sheet.type)} from {sheet.publisher} (entry {sheet.subject})"
    return [head, *(f"  {words.subject(ruling)} {words.predicate(sheet, ruling)}" for ruling in rulings)]


def _object(sheet: Sheet, rulings: list[Ruled]) -> dict[str, Any]:
    desks = {
        ruling.desk: {part.view: part.answer.reason for part in shown(sheet, ruling) if part.fate == "HELD"}
        for ruling in rulings
    }
    return {
        "place": _place(sheet),
        "entry": sheet.subject,
        "due_at": iso(sheet.held.due_at) if sheet.held else None,
        "type": sheet.type,
        "publisher": sheet.publisher,
        "person": sheet.person,
        "confidence": sheet.confidence,
        "desks": desks,
    }
