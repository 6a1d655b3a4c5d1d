"""What a desk hands in at the hub's own counter: it is acknowledged, or refused, before the command ends."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import typer

from agents.counter import Counter, open_counter
from agents.door import Acknowledgement
from hub import clock, settings
from hub.cli import page
from hub.kafka.errors import KafkaError
from hub.model.directory import Desk
from hub.model.errors import HubError
from schemas import catalogue, codec, plain
from schemas.errors import PlainError

REFUSED: Final = 1
NOT_TAKEN: Final = "It was NOT acknowledged: what the person said holds only once it is. Hand it in again, unchanged."
PLACE: Final = re.compile(r"\d{1,9}/\d{1,18}", re.ASCII)

Event = Mapping[str, Any]
Made = Callable[[Desk, int], Awaitable[Event]]
"""What a desk hands in at that moment (milliseconds UTC), in plain JSON."""


def hand_in(at: str, made: Made) -> None:
    """Hand in, as that desk, what is made, and say what became of it. Raises BadParameter; Exit where it is refused."""
    try:
        acknowledged = asyncio.run(_at_the_counter(at, made))
    except (HubError, KafkaError):
        page.notice(NOT_TAKEN)
        raise
    for fault in acknowledged.faults:
        page.notice(f"{fault.field}: {fault.code}")
    if acknowledged.kind == "REFUSED":
        page.notice("The hub refused it; nothing is on record.")
        raise typer.Exit(REFUSED)
    place = acknowledged.place
    typer.echo(
        f"Acknowledged ({acknowledged.kind.lower()}): entry {acknowledged.entry_id}, "
        f"hub.timeline, partition {place.partition}, offset {place.offset}."
    )


def held_place(held: str) -> str:
    """The place of an entry, as it was typed. Raises BadParameter where it is none."""
    if not PLACE.fullmatch(held):
        raise typer.BadParameter("--held: a partition and an offset of the timeline, such as 2/1047")
    return held


async def _at_the_counter(at: str, made: Made) -> Acknowledgement:
    now = clock.now_ms()
    async with open_counter(settings.read(os.environ)) as counter:
        return await counter.hand_in(at, _encoded(await made(_desk(counter, at), now)), now)


def _encoded(written: Event) -> bytes:
    schema = catalogue.by_type(written["envelope"]["type"])
    try:
        return codec.encode(schema, plain.from_plain(schema, written))
    except PlainError as fault:
        raise typer.BadParameter(str(fault)) from None


def _desk(counter: Counter, name: str) -> Desk:
    desk = counter.rules.directory.desk(name)
    if desk is None:
        raise typer.BadParameter("--as: the directory names no such desk")
    return desk
