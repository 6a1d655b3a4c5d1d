"""``hub statistics``: what was decided how often; and the agent that counts it."""

import asyncio
import os
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hub import credentials, directories, settings
from hub.cli import answers, failures
from hub.kafka import statistics_reader
from hub.statistics import Counted, Folded, total

app = typer.Typer(help="Count what was decided, and show it.", no_args_is_help=True)

FOUND_NOTHING = 4
NOTHING_YET = "Nothing is counted yet. hub statistics count counts, for as long as it runs."
NOT_TO_PUBLISH = "For whoever runs the hub. True counts: not fit to be published."

AsJson = Annotated[bool, typer.Option("--json", metavar="", help="One JSON object.")]


@app.command()
def count() -> None:
    """Run the agent that counts, until told to stop. One such process counts everything."""
    from agents.statistics import count as run

    failures.unhush()
    chosen = settings.read(os.environ)
    run(chosen, directories.read(chosen.directory).partitions)


@app.command()
def show(*, as_json: AsJson = False) -> None:
    """Show rulings by event type, role and verdict, as far as they were counted. Exit code 4: nothing was yet."""
    chosen = settings.read(os.environ)
    directory = directories.read(chosen.directory)
    connection = credentials.connection(chosen, credentials.OPERATOR)
    kept = asyncio.run(statistics_reader.values(connection, directory.partitions))
    counted = total(Folded.from_value(value) for value in kept)
    if as_json:
        answers.print_json({"rulings": [{**key._asdict(), "number": number} for key, number in counted.items()]})
    elif counted:
        present(counted, Console(highlight=False))
    else:
        answers.print_lines(NOTHING_YET)
    raise typer.Exit(0 if counted else FOUND_NOTHING)


def present(counted: Mapping[Counted, int], console: Console) -> None:
    """A table in a terminal, a line each in a pipe."""
    if not console.is_terminal:
        answers.print_lines(*(f"{' '.join(key)} {number}" for key, number in counted.items()), NOT_TO_PUBLISH)
        return
    table = Table("event", "role", "verdict", "rulings", caption=NOT_TO_PUBLISH)
    for key, number in counted.items():
        table.add_row(*key, str(number))
    console.print(table)
