"""``hub topics``: what a broker lacks of what the directory asks for, and making it so."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from hub import directories, settings
from hub.kafka import topic_admin
from hub.kafka.topics import Change, Topic, pending, plan, refusals, wanted
from hub.settings import Settings
from schemas import catalogue

app = typer.Typer(help="Compare the broker's topics with the directory, and make them so.", no_args_is_help=True)

NOTHING, REFUSED, PENDING = 0, 1, 2

Bootstrap = Annotated[str | None, typer.Option(help="Kafka's addresses, host:port; else HUB_BOOTSTRAP.")]
Directory = Annotated[Path | None, typer.Option(help="The file that says who takes part; else HUB_DIRECTORY.")]
Replication = Annotated[int | None, typer.Option(help="Brokers that keep each record; else HUB_REPLICATION.")]


@app.command("plan")
def plan_(bootstrap: Bootstrap = None, directory: Directory = None, replication: Replication = None) -> None:
    """Show what would be changed. Exit code 0: nothing; 2: something; 1: something must not be."""
    changes = asyncio.run(_planned(*_asked(bootstrap, directory, replication)))
    _print(changes)
    raise typer.Exit(exit_code(changes))


@app.command("apply")
def apply_(bootstrap: Bootstrap = None, directory: Directory = None, replication: Replication = None) -> None:
    """Make the broker's topics as the directory asks; nothing at all while something must not be done."""
    changes = asyncio.run(_applied(*_asked(bootstrap, directory, replication)))
    _print(changes)
    if refusals(changes):
        print("Nothing was applied.")
        raise typer.Exit(REFUSED)


def exit_code(changes: Iterable[Change]) -> int:
    """What a plan answers to a script."""
    found = tuple(changes)
    return REFUSED if refusals(found) else PENDING if pending(found) else NOTHING


def _asked(bootstrap: str | None, directory: Path | None, replication: int | None) -> tuple[str, tuple[Topic, ...]]:
    chosen = _settings(
        HUB_BOOTSTRAP=bootstrap,
        HUB_DIRECTORY=str(directory) if directory else None,
        HUB_REPLICATION=str(replication) if replication is not None else None,
    )
    who = directories.read(chosen.directory, frozenset(catalogue.event_types()))
    return chosen.bootstrap, wanted(who, chosen.replication)


def _settings(**options: str | None) -> Settings:
    return settings.read({**os.environ, **{name: value for name, value in options.items() if value is not None}})


async def _planned(bootstrap: str, topics: tuple[Topic, ...]) -> tuple[Change, ...]:
    async with topic_admin.connected({"bootstrap_servers": bootstrap}) as admin:
        return plan(topics, await topic_admin.actual(admin))


async def _applied(bootstrap: str, topics: tuple[Topic, ...]) -> tuple[Change, ...]:
    async with topic_admin.connected({"bootstrap_servers": bootstrap}) as admin:
        changes = plan(topics, await topic_admin.actual(admin))
        if not refusals(changes):
            await topic_admin.apply(admin, changes)
            await topic_admin.settle(admin, topics)
        return changes


def _print(changes: Iterable[Change]) -> None:
    found = tuple(changes)
    for change in found:
        print(change.told())
    if not pending(found) and not refusals(found):
        print("The topics are as the directory asks.")
