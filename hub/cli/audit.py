"""``hub audit``: who was told what, when, why and under which consent, and who was not."""

import difflib
import os
from collections.abc import Callable, Collection
from typing import Annotated, get_args

import typer
from rich.console import Console

from consent.terms import Verdict
from hub import directories, settings
from hub.cli import answers, page
from hub.cli.asking import (
    DONE,
    FOUND_NOTHING,
    WHICH_KIND,
    As,
    For,
    Json,
    Kind,
    asker,
    consulted,
    entry,
    identifier,
    on_record,
    secrets,
)
from hub.ledger import moments
from hub.ledger.questions import Question
from hub.model.errors import HubError
from hub.model.identifiers import Valid
from hub.model.keys import audit_ref
from hub.people import Index
from hub.settings import Settings
from schemas import catalogue

app = typer.Typer(help="Ask the ledger who was told what, and who was not.", no_args_is_help=True)

MOMENT = "a day such as 2026-03-02, or a moment such as 2026-03-02T10:00Z"

Person = Annotated[
    str | None,
    typer.Option(
        metavar="ask|-",
        help="About the person whose identifier is asked for without echo, or read from standard input.",
    ),
]
KindOf = Annotated[Kind | None, typer.Option("--kind", metavar="KIND", help=WHICH_KIND)]
Desk = Annotated[str | None, typer.Option(metavar="DESK", help="What this desk was told, and what it was not.")]
Event = Annotated[str | None, typer.Option(metavar="DESK/EVENT-ID", help="About this event; the hub's own id will do.")]
Consent = Annotated[str | None, typer.Option(metavar="CONSENT-ID", help="What was given under this consent.")]
Which = Annotated[
    Verdict | None,
    typer.Option("--verdict", metavar="VERDICT", help=f"Only rulings of this verdict: {', '.join(get_args(Verdict))}."),
]
Type = Annotated[str | None, typer.Option("--type", metavar="EVENT-TYPE", help="Only events of this type.")]
OwnClaims = Annotated[
    bool,
    typer.Option("--own-claims", metavar="", help="Only what let a carer's own organisation receive by its own word."),
]
Sample = Annotated[int | None, typer.Option(metavar="N", min=1, help="So many events of those found, drawn by chance.")]
Since = Annotated[str | None, typer.Option(metavar="WHEN", help=f"From then on: {MOMENT}.")]
Until = Annotated[str | None, typer.Option(metavar="WHEN", help="To the end of that day, or to that moment.")]


@app.callback()
def audit() -> None:
    """Ask the ledger who was told what, and who was not."""


@app.command()
def query(  # noqa: PLR0913 - one parameter for each thing that can be asked
    *,
    person: Person = None,
    kind: KindOf = None,
    desk: Desk = None,
    event: Event = None,
    consent: Consent = None,
    verdict: Which = None,
    type_: Type = None,
    own_claims: OwnClaims = False,
    sample: Sample = None,
    since: Since = None,
    until: Until = None,
    as_: As = None,
    purpose: For = None,
    json: Json = False,
) -> None:
    """Say who was told what, when, why and under which consent, and who was not and why.

    Who asks, why and for what is recorded before anything is shown.

    Exit codes: 0 answered; 1 the ledger could not answer; 2 wrong usage; 4 nothing found.
    """
    chosen = settings.read(os.environ)
    who = asker(as_, purpose)
    about, *records = _pseudonyms(identifier(person, kind), chosen) if person else (None,)
    question = Question(
        person=about,
        records=tuple(each for each in records if each),
        desk=_said(desk),
        entry=entry(event, chosen) if event else None,
        consent=_said(consent),
        verdict=verdict,
        type=_said(type_),
        own_claims=own_claims,
        sample=sample,
        since=_moment(moments.since, since),
        until=_moment(moments.until, until),
    )
    found = consulted(who, question, chosen.ledger)
    if json:
        answers.print_json(answers.as_object(found))
    else:
        answers.present(found, Console(highlight=False))
    if not found.findings:
        _perhaps("--desk", question.desk, _desks(chosen))
        _perhaps("--type", question.type, catalogue.event_types())
    raise typer.Exit(DONE if found.findings else FOUND_NOTHING)


def _perhaps(option: str, asked: str | None, known: Collection[str]) -> None:
    """Say beside an empty answer that what was asked for is not known today, and what may have been meant."""
    if asked and known and asked not in known:
        near = difflib.get_close_matches(asked, known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        page.notice(f"{option}: there is none of that name today{meant}")


def _desks(chosen: Settings) -> Collection[str]:
    """The desks of the directory; none where it cannot be read: the ledger answers without it."""
    try:
        return directories.read(chosen.directory).desks
    except HubError:
        return ()


def _said(text: str | None) -> str | None:
    return on_record(text) if text else None


def _moment(read: Callable[[str], int], text: str | None) -> int | None:
    try:
        return read(text) if text else None
    except ValueError:
        raise typer.BadParameter(MOMENT) from None


def _pseudonyms(whom: Valid, chosen: Settings) -> tuple[str, ...]:
    """The person's names in the audit, one for each of their records. Whom the hub does not know has one too, under
    which nothing stands.
    """
    keys = secrets(chosen)
    with Index.open(chosen.people, keys) as index:
        known = index.records(whom.kind, whom.value)
    return tuple(audit_ref(keys, record) for record in known or (f"unknown/{whom.kind}/{whom.value}",))
