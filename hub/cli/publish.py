"""``hub publish``: send events, written in plain JSON, as a desk does."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from hub import clock, credentials, directories, policies, settings
from hub.cli import answers, page
from hub.cli.asking import WHERE, Json
from hub.cli.options import grouped
from hub.cli.publish_check import Checked, as_object, lines
from hub.kafka.desk_client import DeskClient, Sent, UnreachableError
from hub.model.errors import HubError
from schemas import catalogue, codec, plain
from schemas.errors import PlainError, UnknownSchemaError, WireError

FAILED, USAGE = 1, 2

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Events in plain JSON, one a file.", exists=True, dir_okay=False)
]
As = Annotated[str, typer.Option("--as", metavar="DESK", help="The desk that speaks, such as avon-ld.team.")]
Bootstrap = Annotated[str | None, typer.Option(metavar="HOST:PORT", help=WHERE)]
Check = Annotated[
    bool, typer.Option("--check", metavar="", help="Send nothing; say what would become of it. Needs no broker.")
]
Anyway = Annotated[
    bool, typer.Option("--anyway", metavar="", help="Send also what --check says that the hub would refuse.")
]
Stamp = Annotated[
    bool, typer.Option("--stamp", metavar="", help="Demo timelines only: the record's time is the event's own.")
]


@dataclass(frozen=True, slots=True)
class Ready:
    """One event as it goes out."""

    file: Path
    type: str
    body: bytes = field(repr=False)
    published_at: int
    """Milliseconds UTC."""


class NotReadyError(Exception):
    """A file holds no event that could be sent: names the file, the field and the rule, never what stands there."""


class How(NamedTuple):
    """What is done with the events."""

    check: Check = False
    json: Json = False
    bootstrap: Bootstrap = None
    stamp: Stamp = False
    anyway: Anyway = False


@grouped
def publish(files: Files, desk: As, how: How) -> None:
    """Send events as a desk. All files are checked first; nothing is sent unless all of them can be.

    With --check nothing is sent: it says what the hub would find wrong, and what each role could read at most. Then the
    exit code is 0 if the hub would take all of them as they are, 1 if not.
    """
    try:
        ready = [read(file) for file in files]
        if how.check:
            raise typer.Exit(_check(desk, ready, json=how.json))
        if not how.anyway:
            _must_be_taken(desk, ready)
        sent = asyncio.run(_send(as_desk(desk, how.bootstrap), ready, stamp=how.stamp))
    except NotReadyError as fault:
        page.notice(f"hub publish: {fault}\nNothing was sent.")
        raise typer.Exit(USAGE) from None
    except UnreachableError as fault:
        page.notice(f"hub publish: {fault}")
        raise typer.Exit(FAILED) from None
    for event, place in zip(ready, sent, strict=True):
        typer.echo(
            f"{event.file.name}: {event.type} is at {place.topic}, partition {place.partition}, offset {place.offset}"
        )
    typer.echo(f"A receipt may come, though not for an event that was sent before: hub tail {desk} --once")


def _check(name: str, ready: Sequence[Ready], *, json: bool) -> int:
    """Say of each event what would become of it. Raises BadParameter where the directory has no such desk."""
    chosen = settings.read(os.environ)
    directory, policy = directories.read(chosen.directory), policies.read(chosen.policy)
    desk = directory.desk(name)
    if desk is None:
        raise typer.BadParameter("--as: the directory names no such desk")
    now = clock.now_ms()
    checked = {one.file.name: Checked(one.body, desk, max(now, one.published_at), directory, policy) for one in ready}
    if json:
        answers.print_json({file: as_object(one) for file, one in checked.items()})
    else:
        for file, one in checked.items():
            answers.print_lines(f"{file}:", *lines(one))
    return FAILED if any(one.faults for one in checked.values()) else 0


def _must_be_taken(name: str, ready: Sequence[Ready]) -> None:
    """Raises NotReadyError for what the hub would refuse, as far as this machine can know: with a directory here."""
    try:
        chosen = settings.read(os.environ)
        directory, policy = directories.read(chosen.directory), policies.read(chosen.policy)
    except HubError:
        return
    desk, now = directory.desk(name), clock.now_ms()
    if desk is None:
        raise NotReadyError(f"--as: the directory names no desk {page.safe(name)}")
    for one in ready:
        checked = Checked(one.body, desk, max(now, one.published_at), directory, policy)
        if checked.refused:
            told = "; ".join(f"{fault.field or 'the event'}: {fault.code}" for fault in checked.faults)
            raise NotReadyError(f"{one.file}: the hub would refuse it ({told}). hub publish --check says more")


def read(file: Path) -> Ready:
    """The event in that file. Raises NotReadyError."""
    try:
        told = plain.parse(file.read_bytes())
        schema = catalogue.by_type(_type(told))
        body = plain.from_plain(schema, told)
        return Ready(file, schema.type, codec.encode(schema, body), _milliseconds(body["envelope"]["published_at"]))
    except UnknownSchemaError:
        known = ", ".join(catalogue.event_types())
        raise NotReadyError(f"{file}: envelope.type: must be one of {known}") from None
    except PlainError as fault:
        raise NotReadyError(f"{file}: {fault}") from None
    except WireError as fault:
        raise NotReadyError(f"{file}: cannot be encoded: {fault}") from None


def _type(told: Any) -> str:
    envelope = told.get("envelope") if isinstance(told, Mapping) else None
    event_type = envelope.get("type") if isinstance(envelope, Mapping) else None
    return event_type if isinstance(event_type, str) else ""


def _milliseconds(at: datetime | int) -> int:
    return at if isinstance(at, int) else int(at.timestamp() * 1000)


def as_desk(name: str, bootstrap: str | None) -> DeskClient:
    """That desk's own way to the hub, by its own name where the broker asks for one. Raises SettingsError."""
    chosen = settings.read(os.environ)
    return DeskClient(bootstrap or chosen.bootstrap, name, credentials.security(chosen, name))


async def _send(desk: DeskClient, ready: Sequence[Ready], *, stamp: bool) -> list[Sent]:
    async with desk as client:
        return [await client.publish(event.body, timestamp=event.published_at if stamp else None) for event in ready]
