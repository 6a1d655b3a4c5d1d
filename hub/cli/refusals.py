"""How a refusal is shown to its reviewer, and its body if it can be read at all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agents.door import Acknowledgement
from hub.cli.answers import Object
from hub.ledger import moments
from hub.quarantine import Refusal
from schemas import codec, plain
from schemas.errors import SchemasError

HEX_IN_LINE: Final = 64


def line(one: Refusal, released: int | None = None) -> str:
    """One refusal on a line: reference, when, why, and when it was released (milliseconds UTC). Nothing of its body."""
    codes = dict.fromkeys(fault.code for fault in one.faults)
    why = ", ".join(_why(code, [fault.field for fault in one.faults if fault.code == code]) for code in codes)
    after = f"; released {moments.read_out(released)}" if released is not None else ""
    return f"{one.reference}: {moments.read_out(one.received_at)}: {why}{after}"


def _why(code: str, fields: Sequence[str]) -> str:
    """A code once, with each field that it is about."""
    named = ", ".join(dict.fromkeys(field for field in fields if field))
    return f"{code} ({named})" if named else code


def as_object(one: Refusal, released: int | None = None) -> Object:
    """The same for a program."""
    return {
        "reference": one.reference,
        "topic": one.topic,
        "received_at": moments.iso(one.received_at),
        "faults": [fault._asdict() for fault in one.faults],
        "released_at": moments.iso(released) if released is not None else None,
    }


POISON: Final = "POISON"


def opened(one: Refusal, body: bytes) -> Object:
    """Its body in plain JSON if it can be read, else its bytes and what is wrong with them. Poison is not tried."""
    if any(fault.code == POISON for fault in one.faults):
        return {"fault": POISON, "bytes": len(body), "hex": body.hex()}
    try:
        schema, held = codec.decode(body)
        return {"event": plain.to_plain(schema, held)}
    except SchemasError as fault:
        return {"fault": str(fault), "bytes": len(body), "hex": body.hex()}


def opened_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """What `opened` gave, line by line."""
    if "event" in shown:
        yield from json.dumps(shown["event"], indent=2, ensure_ascii=False).split("\n")
        return
    yield f"{shown['bytes']} bytes that cannot be read: {shown['fault']}"
    yield from (shown["hex"][at : at + HEX_IN_LINE] for at in range(0, len(shown["hex"]), HEX_IN_LINE))


def told_again(one: Refusal, offset: int) -> str:
    """Where an entry of the timeline stands that was appended again."""
    return f"{one.reference} was appended again: {one.topic}, partition {one.partition}, offset {offset}."


def told(one: Refusal, outcome: Acknowledgement) -> Iterator[str]:
    """What became of one that was handed in again."""
    yield from (f"{fault.field}: {fault.code}" if fault.field else fault.code for fault in outcome.faults)
    if outcome.kind == "REFUSED":
        yield f"{one.reference} was refused again and stays in quarantine."
        return
    words = {"ACCEPTED": "was accepted", "REPEAT": "was known already"}[outcome.kind]
    place = f"hub.timeline, partition {outcome.place.partition}, offset {outcome.place.offset}"
    yield f"{one.reference} {words}: entry {outcome.entry_id}, {place}."
