"""``hub tail``: what a desk has been sent, as it comes."""

import asyncio
import json
import os
from typing import Annotated, Any

import typer

from hub import settings
from hub.kafka.desk_client import DeskClient, Message, UnreachableError
from hub.ledger import moments
from schemas import codec, plain
from schemas.errors import WireError

FAILED = 1
RECEIPT = "receipt"

Desk = Annotated[str, typer.Argument(help="The desk that reads, such as avon-ld.team.")]
Once = Annotated[bool, typer.Option("--once", help="Stop at the present end instead of waiting for more.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Bootstrap = Annotated[str | None, typer.Option(help="Kafka's addresses, host:port; else HUB_BOOTSTRAP.")]


def tail(desk: Desk, *, once: Once = False, as_json: AsJson = False, bootstrap: Bootstrap = None) -> None:
    """Show what a desk was sent, oldest first, then wait for more. Committed records only."""
    try:
        asyncio.run(_show(bootstrap or settings.read(os.environ).bootstrap, desk, once=once, as_json=as_json))
    except UnreachableError as fault:
        typer.echo(f"hub tail: {fault}", err=True)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _show(bootstrap: str, desk: str, *, once: bool, as_json: bool) -> None:
    async with DeskClient(bootstrap, desk) as client:
        async for message in client.inbox(follow=not once):
            told = opened(message)
            typer.echo(json.dumps(told) if as_json else in_words(told))


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
