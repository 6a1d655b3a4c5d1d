"""``hub quarantine``: what the hub could not take, for the reviewer who mends it.

A list shows references and reasons. A body is shown to who holds the key only, and every look is on record before it.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final

import typer

from agents.counter import UnknownDeskError, open_counter
from agents.door import Acknowledgement
from hub import clock, credentials, quarantine, settings
from hub.cli import answers, page
from hub.cli.asking import DONE, FOUND_NOTHING, As, For, Json, asker
from hub.cli.refusals import as_object, line, opened, opened_lines, told, told_again
from hub.intake.event import Received
from hub.kafka import quarantine_reader
from hub.kafka.intake_io import Stamped, open_writer
from hub.ledger import database
from hub.ledger.errors import LedgerError
from hub.ledger.looks import look, looks
from hub.ledger.questions import Asker
from hub.log import Record
from hub.quarantine import Refusal
from hub.settings import Settings

app = typer.Typer(help="List, show and release what the hub could not take.", no_args_is_help=True)

STILL_REFUSED: Final = 1
NAME: Final = "quarantine"
"""Under which the ledger has the reference of what was looked at."""

Reference = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="As hub quarantine list shows it, such as in.avon-ld.team/0/17.")
]
Reason = Annotated[str | None, typer.Option(metavar="CODE", help="Only what broke this rule, such as UNKNOWN_SCHEMA.")]


@app.callback()
def _quarantine() -> None:
    """List, show and release what the hub could not take."""


@app.command("list")
def list_(*, reason: Reason = None, json: Json = False) -> None:
    """List what is kept: reference, when it came, why it was refused, and whether it was released. No body.

    Exit codes: 0 listed; 1 it could not be; 4 nothing is kept.
    """
    chosen = settings.read(os.environ)
    kept = [one for one in asyncio.run(_kept(chosen)) if reason in {None, *(fault.code for fault in one.faults)}]
    released = _released(chosen)
    if json:
        answers.print_json({"kept": [as_object(one, released.get(one.reference)) for one in kept]})
    else:
        answers.print_lines(*(line(one, released.get(one.reference)) for one in kept), f"{len(kept)} kept.")
    raise typer.Exit(DONE if kept else FOUND_NOTHING)


@app.command()
def show(reference: Reference, *, as_: As = None, purpose: For = None, json: Json = False) -> None:
    """Show one with its body. Who looks and why is recorded first.

    Exit codes: 0 shown; 1 it could not be; 2 wrong usage; 4 nothing is kept under that reference.
    """
    chosen, who = settings.read(os.environ), asker(as_, purpose)
    one = _one(chosen, reference)
    number = _on_record(chosen, who, {NAME: one.reference, "act": "show"})
    shown = {**as_object(one), "consultation": number, **opened(one, _body(chosen, one))}
    if json:
        answers.print_json(shown)
    else:
        answers.print_lines(line(one), *opened_lines(shown), f"On record as consultation {number}.")


@app.command()
def release(reference: Reference, *, as_: As = None, purpose: For = None) -> None:
    """Hand one to the hub again, after what kept it out was mended. Who does it and why is recorded first.

    It is judged as if it came again: by its own time, but by the schemas and the directory of now. An entry of the
    timeline, which killed whoever decided it, is appended to the timeline again.

    Exit codes: 0 accepted, or known already; 1 refused again, or not handed in; 2 wrong usage; 4 nothing is kept there.
    """
    chosen, who = settings.read(os.environ), asker(as_, purpose)
    one = _one(chosen, reference)
    _on_record(chosen, who, {NAME: one.reference, "act": "release"})
    if one.of_timeline:
        offset = asyncio.run(_appended_again(chosen, one))
        _on_record(chosen, who, {NAME: one.reference, "act": "released", "outcome": "ACCEPTED"})
        answers.print_lines(told_again(one, offset))
        return
    outcome = asyncio.run(_handed_in(chosen, one))
    _on_record(chosen, who, {NAME: one.reference, "act": "released", "outcome": outcome.kind})
    answers.print_lines(*told(one, outcome))
    raise typer.Exit(STILL_REFUSED if outcome.kind == "REFUSED" else DONE)


async def _kept(chosen: Settings) -> list[Refusal]:
    """What is kept, oldest first, without bodies."""
    kept: dict[str, Refusal] = {}

    def see(reference: str, value: bytes) -> None:
        kept[reference] = replace(quarantine.read(reference, value), sealed=b"")

    await quarantine_reader.each(credentials.connection(chosen, credentials.OPERATOR), see)
    return list(kept.values())


def _one(chosen: Settings, reference: str) -> Refusal:
    found: list[Refusal] = []

    def see(named: str, value: bytes) -> None:
        if named == reference:
            found[:] = [quarantine.read(named, value)]

    asyncio.run(quarantine_reader.each(credentials.connection(chosen, credentials.OPERATOR), see))
    if not found:
        page.notice("Nothing is kept under that reference.")
        raise typer.Exit(FOUND_NOTHING)
    return found[0]


def _on_record(chosen: Settings, who: Asker, asked: Mapping[str, str]) -> int:
    engine = database.find(chosen.ledger)
    try:
        return look(engine, who, asked, clock.now_ms())
    finally:
        engine.dispose()


def _released(chosen: Settings) -> Mapping[str, int]:
    """When each that was taken after all was released. A hub that has no ledger yet has released nothing."""
    try:
        engine = database.find(chosen.ledger)
    except LedgerError as error:
        if error.code == "LEDGER_MISSING":
            return {}
        raise
    try:
        taken = (one for one in looks(engine, NAME) if one.asked.get("outcome") in {"ACCEPTED", "REPEAT"})
        return {one.asked[NAME]: one.at for one in taken}
    finally:
        engine.dispose()


def _body(chosen: Settings, one: Refusal) -> bytes:
    return quarantine.unseal(settings.read_keys(chosen.key_file).quarantine, one.reference, one.sealed)


async def _appended_again(chosen: Settings, one: Refusal) -> int:
    """The offset at which the entry stands now."""
    again = Record(one.topic, None, _body(chosen, one), (), one.partition)
    async with open_writer(credentials.connection(chosen, credentials.OPERATOR)) as writer:
        [written] = await writer.write([Stamped(again, one.received_at)])
    return written.offset


async def _handed_in(chosen: Settings, one: Refusal) -> Acknowledgement:
    """What the door makes of it, under the reference that it has."""
    async with open_counter(chosen) as counter:
        desk = counter.rules.directory.desk(one.desk)
        if desk is None:
            raise UnknownDeskError(f"{one.desk}: the directory names no such desk")
        received = Received(desk, one.topic, one.partition, one.offset, one.received_at, _body(chosen, one))
        [outcome] = await counter.door.accept([received])
        return outcome
