"""``hub tail``: what a desk has been sent, as it comes."""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from hub.cli import page
from hub.cli.asking import WHERE
from hub.cli.publish import as_desk
from hub.kafka.desk_client import DeskClient, Message, UnreachableError
from hub.ledger import moments
from schemas import codec, plain
from schemas.errors import WireError

FAILED = 1
RECEIPT = "receipt"

Desk = Annotated[str, typer.Argument(metavar="DESK", help="The desk that reads, such as avon-ld.team.")]
Once = Annotated[bool, typer.Option("--once", metavar="", help="Stop at the present end instead of waiting for more.")]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="One JSON object a line.")]
Bootstrap = Annotated[str | None, typer.Option(metavar="HOST:PORT", help=WHERE)]


def tail(desk: Desk, *, once: Once = False, as_json: AsJson = False, bootstrap: Bootstrap = None) -> None:
    """Show what a desk was sent, oldest first, then wait for more. Committed records only."""
    try:
        asyncio.run(_show(as_desk(desk, bootstrap), once=once, as_json=as_json))
    except UnreachableError as fault:
        page.notice(f"hub tail: {fault}")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _show(desk: DeskClient, *, once: bool, as_json: bool) -> None:
    async with desk as client:
        async for message in client.inbox(follow=not once):
            told = opened(message)
            if as_json:
                typer.echo(json.dumps(told))
            else:
                page.put(in_lines(told) if sys.stdout.isatty() else in_words(told).splitlines())


def opened(message: Message) -> dict[str, Any]:
    """The message in plain JSON, without the views that are empty."""
    try:
        body = _body(message)
    except WireError as fault:
        return {
            "offset": message.offset,
            "at": moments.iso(message.timestamp),
            "type": message.type,
            "fault": str(fault),
        }
    filled = {name: value for name, value in body.items() if value is not None}
    return {"offset": message.offset, "at": moments.iso(message.timestamp), "type": message.type, **filled}


def _body(message: Message) -> dict[str, Any]:
    if message.type == RECEIPT:
        receipt = codec.decode_receipt(message.body)
        return {**receipt, "at": moments.iso(receipt["at"])}
    schema, body = codec.decode(message.body)
    return dict(plain.to_plain(schema, body))


def in_words(told: dict[str, Any]) -> str:
    """A heading, then a line for each part."""
    parts = {name: part for name, part in told.items() if name not in {"offset", "at", "type"}}
    lines = (f"  {name}: {json.dumps(part, default=str, ensure_ascii=False)}" for name, part in parts.items())
    return "\n".join([f"{told['at']}  {told['type']}", *lines])


def in_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """The same for somebody who reads it: a heading, then a line for each thing, below the part that it belongs to."""
    yield f"{told['at']}  {told['type']}"
    for name, part in told.items():
        if name not in {"offset", "at", "type"}:
            yield from _lines(name, part, 1)


def _lines(name: str, part: Any, depth: int) -> Iterator[str]:
    """What is empty is left out; a list of things with parts of their own is numbered."""
    match part:
        case Mapping():
            below = [line for inner, value in part.items() for line in _lines(inner, value, depth + 1)]
            yield from [_line(name, "", depth), *below] if below else []
        case [*items] if any(isinstance(item, Mapping) for item in items):
            for number, item in enumerate(items, start=1):
                yield from _lines(f"{name} {number}", item, depth)
        case None | [] | "":
            return
        case [*items]:
            yield _line(name, "; ".join(map(_in_a_line, items)), depth)
        case _:
            yield _line(name, _in_a_line(part), depth)


def _line(name: str, value: str, depth: int) -> str:
    return f"{'  ' * depth}{name.replace('_', ' ')}: {value}".rstrip()


def _in_a_line(value: Any) -> str:
    """A text on one line, so that nothing in it can look like a line of ours; anything else as in JSON."""
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value, default=str)
