"""`hub worker`: one process of the hub, with the parts it is told to host."""

import asyncio
import os
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from hub import credentials, directories, settings
from hub.cli import failures
from hub.kafka import topic_admin

Parts = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        metavar="PART",
        help="intake, sharing or ledger; may be given several times; all of them if not given.",
    ),
]
Partitions = Annotated[
    str | None,
    typer.Option(
        metavar="NUMBERS", help="Partitions of hub.timeline to decide, such as 0,1,2; else what other workers leave."
    ),
]


def worker(part: Parts = None, partitions: Partitions = None) -> None:
    """Take in, decide and record until SIGTERM or SIGINT. Says `ready` on standard error once all parts run.

    Kafka is looked for where HUB_BOOTSTRAP says, else at the broker that hub kafka up keeps in this home (HUB_HOME).

    Exit code 0: told to stop, and what was at hand is finished. 1: a part failed; start it again.
    """
    from agents.worker import PARTS, work  # Faust takes a second to load

    chosen = [known for known in PARTS if known in (part or PARTS)]
    if unknown := set(part or ()) - set(PARTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}", param_hint="--part")
    numbers, here = _numbers(partitions), settings.read(os.environ)
    directories.read(here.directory)
    asyncio.run(_reached(credentials.connection(here, credentials.PART_OF[chosen[0]])))
    failures.unhush()
    work(here, chosen, numbers)


async def _reached(connection: Mapping[str, Any]) -> None:
    """Whether a broker answers, before anything is hosted. Raises NoBrokerError."""
    async with topic_admin.connected(connection):
        pass


def _numbers(text: str | None) -> frozenset[int] | None:
    if text is None:
        return None
    try:
        return frozenset(int(number) for number in text.split(","))
    except ValueError:
        raise typer.BadParameter("numbers with commas between", param_hint="--partitions") from None
