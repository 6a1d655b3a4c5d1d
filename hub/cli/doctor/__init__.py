"""``hub doctor``: what is wrong, and what to do about it, in words."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Annotated, Final

import typer

from hub.cli import answers
from hub.cli.asking import Json
from hub.cli.doctor import broker, here
from hub.cli.doctor.finding import Finding, count
from hub.model.directory import Directory
from hub.settings import Settings

WELL, WRONG = 0, 1
MARKS: Final = {"FINE": "fine ", "NOTE": "note ", "WRONG": "WRONG"}

Replication = Annotated[
    int | None, typer.Option(metavar="NUMBER", help="Brokers that keep each record; else HUB_REPLICATION.")
]
Tell = Callable[[Finding], None]


def doctor(*, json: Json = False, replication: Replication = None) -> None:
    """Look at settings, directory, policy, keys, broker, topics and how far each part has got; change nothing.

    Exit codes: 0 nothing is wrong; 1 something is.
    """
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it would say is said here in words
    found = asyncio.run(_examined(_environment(replication), _told if not json else _silent))
    wrong = sum(finding.grade == "WRONG" for finding in found)
    if json:
        answers.print_json({"fine": not wrong, "findings": [finding._asdict() for finding in found]})
    else:
        answers.print_lines(f"{count(wrong, 'thing')} wrong." if wrong else "Nothing is wrong.")
    raise typer.Exit(WRONG if wrong else WELL)


def lines(finding: Finding) -> Iterator[str]:
    """A finding as it is read: how it stands, and below it what to do."""
    first, *more = finding.says.splitlines() or [""]
    yield f"{MARKS[finding.grade]}  {finding.about}: {first}"
    yield from (f"       {line}" for line in more)
    if finding.do:
        yield f"       do: {finding.do}"


async def _examined(environment: Mapping[str, str], tell: Tell) -> list[Finding]:
    """Everything that was found, each told as soon as it is."""
    found: list[Finding] = []
    async for finding in _findings(environment):
        tell(finding)
        found.append(finding)
    return found


async def _findings(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    chosen, finding = here.chosen(environment)
    yield finding
    if chosen is None:
        return
    known, finding = here.directory(chosen)
    yield finding
    for finding in _around(chosen, known):
        yield finding
    if known is None:
        yield Finding("broker", "NOTE", "not asked: what it should hold follows from the directory")
        return
    async for finding in broker.examine(chosen, known):
        yield finding


def _around(chosen: Settings, known: Directory | None) -> Iterator[Finding]:
    if known is not None:
        yield here.agreements(known)
    yield here.policy(chosen)
    yield here.keys(chosen)
    yield here.ledger(chosen)
    yield here.disk(chosen)
    yield here.kafka_jars()


def _told(finding: Finding) -> None:
    answers.print_lines(*lines(finding))


def _silent(_: Finding) -> None:
    """A program is told at the end."""


def _environment(replication: int | None) -> Mapping[str, str]:
    said = {"HUB_REPLICATION": str(replication)} if replication is not None else {}
    return {**os.environ, **said}
