"""``hub kafka``: one broker for a developer, kept between commands."""

import sys
from typing import Annotated

import typer

from hub.cli import answers, page
from hub.kafka.local import places
from hub.kafka.local.errors import LocalBrokerError
from hub.kafka.local.progress import teller
from hub.kafka.local.resident import Resident, Status

app = typer.Typer(help="Run Apache Kafka on this machine, for development.", no_args_is_help=True)

RUNNING, FAILED, NOT_RUNNING = 0, 1, 3
MEGABYTE = 1_000_000


@app.command()
def up() -> None:
    """Start the broker, unless it runs already, and say where it listens."""
    try:
        status = _resident().up(teller(sys.stderr))
    except LocalBrokerError as error:
        page.notice(f"The broker did not start: {error}")
        raise typer.Exit(FAILED) from None
    answers.print_lines(*describe(status).splitlines())


@app.command()
def down() -> None:
    """Stop the broker and keep its data."""
    if _resident().down():
        answers.print_lines("The broker has stopped; its data is kept. Start it again with: hub kafka up")
    else:
        answers.print_lines("No broker runs here; nothing to stop.")


@app.command()
def status(
    *, quiet: Annotated[bool, typer.Option("--quiet", metavar="", help="Answer with the exit code alone.")] = False
) -> None:
    """Say whether the broker runs and where. Exit code 0: it runs; 3: it does not."""
    found = _resident().status()
    if not quiet:
        answers.print_lines(*describe(found).splitlines())
    raise typer.Exit(RUNNING if found.serving else NOT_RUNNING)


def describe(found: Status) -> str:
    """Say in plain words how it stands and what to do next."""
    kept = f"{found.bytes_kept / MEGABYTE:.1f} MB in {found.folder}"
    log = found.folder / "broker.log"
    match found:
        case Status(serving=True):
            return (
                f"Apache Kafka runs at {found.bootstrap} (process {found.pid}) and holds {kept}.\n"
                "Stop it and keep the data with: hub kafka down"
            )
        case Status(present=True):
            return (
                "A broker is starting, or hangs: its process is there and does not answer.\n"
                f"Look again in a few seconds; if it stays so, read {log}, then: hub kafka down"
            )
        case Status(pid=int()):
            return (
                f"No broker runs. The last one ended without being told to; its log is {log}.\n"
                f"Its data is kept: {kept}. Start it again with: hub kafka up"
            )
        case _:
            return f"No broker runs. Data kept: {kept}.\nStart one with: hub kafka up"


def _resident() -> Resident:
    return Resident(places.home())
