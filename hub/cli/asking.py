"""Who asks, why, and about whom: asked for at a prompt where it is not said, and never on a command line.

What is typed on a command line is seen by everybody on the machine and kept in its history, so an identifier is read
without echo or from standard input. Names and purposes stay on record, so they may not name the person.
"""

import getpass
import re
import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, get_args

import typer

from hub import clock, settings
from hub.intake.spill import SHAPES
from hub.ledger import database, store
from hub.ledger.moments import year
from hub.ledger.questions import Asker, Consultation, Question, consult
from hub.model.identifiers import Profile, Valid, check
from hub.model.key_check import check_value
from hub.model.keys import Keys, entry_id
from hub.settings import Settings

Kind = Literal["nhs_number", "pnc", "cro", "crn", "prison_number"]
"""Kinds of identifier that a person can be looked up by."""

As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who asks; asked for if it is not said.")]
For = Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help="Why; asked for if it is not said.")]
Born = Annotated[
    str | None,
    typer.Option("--born", metavar="ask|-", help="Date of birth, to be sure whom it is about; read as the identifier."),
]
Json = Annotated[bool, typer.Option("--json", metavar="", help="Answer with one JSON object.")]

WHERE: Final = "Kafka's addresses; else HUB_BOOTSTRAP, else the broker that hub kafka up keeps in this home."
WHICH_KIND: Final = f"Of the identifier, if its shape does not say: {', '.join(get_args(Kind))}."

DONE, FOUND_NOTHING = 0, 4
"""Exit codes; 1 is a failure and 2 wrong usage."""

SAY_WHO: Final = "say who asks and why: --as NAME --purpose TEXT"
NOT_AN_ARGUMENT: Final = (
    "an identifier is never an argument: --person ask reads it at a prompt, --person - from standard input"
)
EVENT: Final = "an event is named DESK/EVENT-ID, as its publisher named it, or by the hub's id of 16 hexadecimal digits"
_PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)
_DESK: Final = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")
_ENTRY: Final = re.compile(r"[0-9a-f]{16}")
UNPRINTABLE: Final = "this stays on record: a line of letters, digits and signs that can be shown"
ON_RECORD: Final = "this stays on record and may not name the person: leave the number out"


def asker(name: str | None, purpose: str | None) -> Asker:
    """Who asks and why, asked for in a terminal if it was not said. Raises BadParameter without either."""
    said = Asker(_said(name, "Who asks (name or number)"), _said(purpose, "Why (do not name the person)"))
    if not (said.name and said.purpose):
        raise typer.BadParameter(SAY_WHO)
    return said


def identifier(way: str, kind: Kind | None) -> Valid:
    """The identifier, read in the way that is named: "ask" or "-". Raises BadParameter; repeats nothing of it."""
    if way not in {"ask", "-"}:
        raise typer.BadParameter(NOT_AN_ARGUMENT)
    raw = _read(way, "Identifier (not shown): ")
    found = {valid for one in _kinds(kind) if (valid := _valid(one, raw))}
    if len(found) != 1:
        raise typer.BadParameter(_unclear({valid.kind for valid in found}, kind))
    return found.pop()


def secrets(chosen: Settings) -> Keys:
    """The keys, if the ledger was made with them. Raises SettingsError, LedgerError, ForeignKeysError."""
    keys, engine = settings.read_keys(chosen.key_file), database.find(chosen.ledger)
    try:
        store.must_be_made_with(engine, check_value(keys))
    finally:
        engine.dispose()
    return keys


def birth(way: str | None) -> str | None:
    """A date of birth (ISO), read in the same way; None: nobody asks for it. Raises BadParameter; repeats nothing."""
    if way is None:
        return None
    if way not in {"ask", "-"}:
        raise typer.BadParameter(NOT_AN_ARGUMENT)
    try:
        return date.fromisoformat(_read(way, "Date of birth, such as 1991-04-17 (not shown): ")).isoformat()
    except ValueError:
        raise typer.BadParameter("a date of birth is written as 1991-04-17") from None


def entry(event: str, chosen: Settings) -> str:
    """The hub's id of an event that is named by it, or as DESK/EVENT-ID. Raises BadParameter, and as `secrets`."""
    desk, slash, event_id = event.partition("/")
    if slash and event_id.isprintable() and _DESK.fullmatch(desk) and event_id:
        return entry_id(secrets(chosen), desk, event_id)
    if _ENTRY.fullmatch(event):
        return event
    raise typer.BadParameter(EVENT)


def consulted(who: Asker, question: Question, url: str, also: Mapping[str, str] | None = None) -> Consultation:
    """The answer of the ledger at that database address; it is on record that it was asked. Raises LedgerError."""
    engine = database.find(url)
    try:
        return consult(engine, who, question, clock.now_ms(), also)
    finally:
        engine.dispose()


def on_record(text: str) -> str:
    """A text that stays on record. Raises BadParameter if it holds what may be a person's number, or no text."""
    if not text.isprintable():
        raise typer.BadParameter(UNPRINTABLE)
    found = ((kind, part.group().replace(".", "")) for kind, shape in SHAPES.items() for part in shape.finditer(text))
    if any(_valid(kind, part) for kind, part in found):
        raise typer.BadParameter(ON_RECORD)
    return text


def _said(text: str | None, question: str) -> str:
    if text is None and sys.stdin.isatty():
        text = typer.prompt(question, err=True)
    return on_record((text or "").strip())


def _read(way: str, prompt: str) -> str:
    """The next line of standard input, or what is typed at a prompt without being shown."""
    if way == "-":
        return sys.stdin.readline().strip()
    if not sys.stdin.isatty():
        raise typer.BadParameter("no terminal to ask at: use --person - and standard input")
    return getpass.getpass(prompt).strip()


def _kinds(kind: Kind | None) -> tuple[str, ...]:
    return (kind,) if kind else get_args(Kind)


def _valid(kind: str, raw: str) -> Valid | None:
    """Looked up, not linked: a number of either profile will do."""
    this_year = year(clock.now_ms())
    answers = (check(kind, raw, profile, this_year) for profile in _PROFILES)
    return next((answer for answer in answers if isinstance(answer, Valid)), None)


def _unclear(found: set[str], kind: Kind | None) -> str:
    if found:
        return f"this may be {' or '.join(sorted(found))}: say which with --kind"
    return f"this is no valid {kind}" if kind else f"this is no valid identifier ({', '.join(get_args(Kind))})"
