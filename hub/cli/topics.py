"""``hub topics``: what a broker lacks of what the directory asks for, and making it so.

That is the topics, and who may do what with them.
"""

import asyncio
import os
from pathlib import Path
from typing import Annotated, Final

import typer

from hub import directories, settings
from hub.kafka import preparation
from hub.kafka.acls import wanted_acls
from hub.kafka.preparation import Planned, Wanted
from hub.kafka.topics import wanted
from hub.settings import Settings
from schemas import catalogue

app = typer.Typer(
    help="Compare the broker's topics, and who may use them, with the directory, and make them so.",
    no_args_is_help=True,
)

NOTHING, REFUSED, PENDING = 0, 1, 2

Bootstrap = Annotated[str | None, typer.Option(help="Kafka's addresses, host:port; else HUB_BOOTSTRAP.")]
Directory = Annotated[Path | None, typer.Option(help="The file that says who takes part; else HUB_DIRECTORY.")]
Replication = Annotated[int | None, typer.Option(help="Brokers that keep each record; else HUB_REPLICATION.")]


OPEN_TO_ALL: Final = (
    "This broker has no access control: whoever reaches it may read and write every topic, under any desk's name."
)


@app.command("plan")
def plan_(bootstrap: Bootstrap = None, directory: Directory = None, replication: Replication = None) -> None:
    """Show what would be changed. Exit code 0: nothing; 2: something; 1: something must not be."""
    chosen = _chosen(bootstrap, directory, replication)
    planned = asyncio.run(preparation.planned({"bootstrap_servers": chosen.bootstrap}, _wanted(chosen)))
    _print(planned)
    raise typer.Exit(exit_code(planned))


@app.command("apply")
def apply_(bootstrap: Bootstrap = None, directory: Directory = None, replication: Replication = None) -> None:
    """Make the broker's topics, and who may use them, as the directory asks; nothing while something must not be done.

    Who may do too much is shown and left so; then, too, the exit code is 1.
    """
    chosen = _chosen(bootstrap, directory, replication)
    planned = asyncio.run(preparation.applied({"bootstrap_servers": chosen.bootstrap}, _wanted(chosen)))
    _print(planned)
    if planned.refused:
        print("Nothing was applied.")
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
    who = directories.read(chosen.directory, frozenset(catalogue.event_types()))
    return Wanted(wanted(who, chosen.replication), wanted_acls(who))


def _print(planned: Planned) -> None:
    for line in planned.told:
        print(line)
    if exit_code(planned) == NOTHING:
        print("The topics are as the directory asks.")
    if planned.access is None:
        typer.echo(OPEN_TO_ALL, err=True)
