"""``hub topics``: what a broker lacks of what the directory asks for, and making it so.

That is the topics, who may do what with them, and how much a desk may write.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from hub import credentials, directories, settings
from hub.cli import answers, page
from hub.cli.asking import WHERE
from hub.kafka import preparation
from hub.kafka.acls import grants
from hub.kafka.preparation import Planned, Wanted
from hub.kafka.topics import Alter, Change, CopiesDiffer, Create, Grow
from hub.settings import Settings

app = typer.Typer(
    help="Compare the broker's topics, and who may use them, with the directory, and make them so.",
    no_args_is_help=True,
)

NOTHING, REFUSED, PENDING = 0, 1, 2

Bootstrap = Annotated[str | None, typer.Option(metavar="HOST:PORT", help=WHERE)]
Directory = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The file that says who takes part; else HUB_DIRECTORY.")
]
Replication = Annotated[
    int | None, typer.Option(metavar="NUMBER", help="Brokers that keep each record; else HUB_REPLICATION.")
]


BY_COPIES: Final = "min.insync.replicas"
"""The setting that follows from the number of copies."""
OPEN_TO_ALL: Final = (
    "This broker has no access control: whoever reaches it may read and write every topic, under any desk's name."
)


@app.command("plan")
def plan_(bootstrap: Bootstrap = None, directory: Directory = None, replication: Replication = None) -> None:
    """Show what would be changed. Exit code 0: nothing; 2: something; 1: something must not be."""
    chosen = _chosen(bootstrap, directory, replication)
    planned = asyncio.run(preparation.planned(credentials.connection(chosen, credentials.OPERATOR), _wanted(chosen)))
    _print(planned)
    raise typer.Exit(exit_code(planned))


@app.command("apply")
def apply_(bootstrap: Bootstrap = None, directory: Directory = None, replication: Replication = None) -> None:
    """Make the broker's topics, and who may use them, as the directory asks; nothing while something must not be done.

    Who may do too much is shown and left so; then, too, the exit code is 1.
    """
    chosen = _chosen(bootstrap, directory, replication)
    planned = asyncio.run(preparation.applied(credentials.connection(chosen, credentials.OPERATOR), _wanted(chosen)))
    _print(planned)
    if planned.refused or planned.pending:
        answers.print_lines("Nothing was applied." if planned.refused else done(planned))
    if planned.must_not_be:
        raise typer.Exit(REFUSED)


def exit_code(planned: Planned) -> int:
    """What a plan answers to a script."""
    return REFUSED if planned.must_not_be else PENDING if planned.pending else NOTHING


def _chosen(bootstrap: str | None, directory: Path | None, replication: int | None) -> Settings:
    options = {
        "HUB_BOOTSTRAP": bootstrap,
        "HUB_DIRECTORY": str(directory) if directory else None,
        "HUB_REPLICATION": str(replication) if replication is not None else None,
    }
    return settings.read({**os.environ, **{name: value for name, value in options.items() if value is not None}})


def _wanted(chosen: Settings) -> Wanted:
    who = directories.read(chosen.directory)
    return preparation.wanted(who, chosen.replication)


def _print(planned: Planned) -> None:
    answers.print_lines(*lines(planned))
    if exit_code(planned) == NOTHING:
        answers.print_lines("The topics are as the directory asks.")
    if planned.access is None:
        page.notice(OPEN_TO_ALL)


def lines(planned: Planned) -> Iterator[str]:
    """Each change on a line; that several topics have another number of copies than wanted is said once.

    Then what follows from that number is left out: nothing is done while it stands so.
    """
    copies = Counter((change.now, change.then) for change in planned.changes if isinstance(change, CopiesDiffer))
    said = {each for each, number in copies.items() if number > 1}
    yield from (_copies(planned, copies[each], *each) for each in sorted(said))
    alike = {change.name for change in planned.changes if isinstance(change, CopiesDiffer) and _each(change) in said}
    yield from (change.told() for change in planned.changes if not _said_already(change, alike))
    yield from (access.told() for access in planned.access or ())
    yield from (limit.told() for limit in planned.limits)


def done(planned: Planned) -> str:
    """What was applied, in one line: `84 topics made.`"""
    counts = {
        "topic made": sum(isinstance(change, Create) for change in planned.changes),
        "topic grown": sum(isinstance(change, Grow) for change in planned.changes),
        "setting changed": sum(isinstance(change, Alter) for change in planned.changes),
        "permission given": len(grants(planned.access or ())),
        "limit set": len(planned.limits),
    }
    return f"{', '.join(_counted(number, what) for what, number in counts.items() if number)}."


def _copies(planned: Planned, number: int, now: int, then: int) -> str:
    others = {change.topic.name for change in planned.changes if isinstance(change, Create)}
    which = f"{number} topics have" if others else f"every topic ({number}) has"
    return (
        f"REFUSED: {which} {_counted(now, 'copy')}, {then} {'is' if then == 1 else 'are'} wanted: is HUB_REPLICATION"
        " (--replication) right? If it is, move them with Kafka's own tool."
    )


def _each(change: CopiesDiffer) -> tuple[int, int]:
    return change.now, change.then


def _said_already(change: Change, alike: Collection[str]) -> bool:
    """Whether one line for all says it."""
    if isinstance(change, Alter):
        return change.setting == BY_COPIES and change.name in alike
    return isinstance(change, CopiesDiffer) and change.name in alike


def _counted(number: int, what: str) -> str:
    thing, space, rest = what.partition(" ")
    plural = {"copy": "copies"}.get(thing, f"{thing}s")
    return f"{number} {thing if number == 1 else plural}{space}{rest}"
