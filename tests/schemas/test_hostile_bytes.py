"""Bytes of somebody who means harm, or of a broken supplier: refused by a code, cheaply, and nothing is quoted."""

import traceback
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import catalogue, codec
from schemas.catalogue import EventSchema
from schemas.errors import WireError
from schemas.scan import MAX_ITEMS, scanner, varint
from tests.examples import examples
from tests.schemas.samples import EVENTS, example, strictly_written, whole

pytestmark = pytest.mark.wide


def number(value: int) -> bytes:
    """Avro's number, written without the code under test."""
    rest = (value << 1) ^ (value >> 63)
    out = []
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes((*out, rest))


def refused(raw: bytes) -> str:
    with pytest.raises(WireError) as caught:
        codec.decode(raw)
    return caught.value.code


def arrest() -> bytes:
    return codec.encode(catalogue.by_type("arrest"), whole("arrest"))


def differing(field: str, one: str, other: str) -> tuple[bytearray, int]:
    """An arrest, and the place in it that changes with a field of its envelope."""
    schema, body = catalogue.by_type("arrest"), whole("arrest")
    first = strictly_written(schema, {**body, "envelope": {**body["envelope"], field: one}})
    second = strictly_written(schema, {**body, "envelope": {**body["envelope"], field: other}})
    return bytearray(first), next(at for at, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)


@pytest.mark.parametrize("event_type", EVENTS)
def test_an_event_cut_short_anywhere_is_refused(event_type: str) -> None:
    framed = codec.encode(catalogue.by_type(event_type), whole(event_type))
    codes = {refused(framed[:length]) for length in range(len(framed))}
    assert codes <= {"NOT_FRAMED", "TRUNCATED", "TOO_MANY_ITEMS"}
    assert codes >= {"NOT_FRAMED", "TRUNCATED"}


@pytest.mark.parametrize("event_type", EVENTS)
def test_an_event_with_a_byte_changed_is_refused_or_is_another_event(event_type: str) -> None:
    survives(event_type, step=5)


@pytest.mark.slow
@pytest.mark.parametrize("event_type", EVENTS)
def test_an_event_with_any_byte_changed_is_refused_or_is_another_event(event_type: str) -> None:
    survives(event_type, step=1)


def survives(event_type: str, step: int) -> None:
    framed = codec.encode(catalogue.by_type(event_type), example(event_type))
    for changed in changes(framed, step):
        try:
            schema, body = codec.decode(changed)
        except WireError:
            continue
        read_again(schema, body, changed)


def read_again(schema: EventSchema, body: dict[str, Any], raw: bytes) -> None:
    """What was read is written in bounds, no longer than it came, and is the same event."""
    written = codec.encode(schema, body)
    assert codec.decode(written) == (schema, body)
    assert codec.canonical(schema, body) == written
    assert len(written) <= len(raw)


def changes(framed: bytes, step: int) -> Iterator[bytes]:
    for at in range(0, len(framed), step):
        yield framed[:at] + (b"\x01", b"\xff")[at % 2] + framed[at + 1 :]


@given(st.binary(max_size=200), st.integers(1, len(catalogue.registered()) + 1))
@examples(100)
def test_random_bytes_are_refused_or_are_an_event(raw: bytes, schema_id: int) -> None:
    try:
        schema, body = codec.decode(codec.frame(schema_id) + raw)
    except WireError:
        return
    read_again(schema, body, codec.frame(schema_id) + raw)


def test_what_is_not_framed_is_refused() -> None:
    assert [refused(raw) for raw in (b"", b"\0\0\0\0", b"\1" + arrest()[1:], b'{"type": "arrest"}')] == [
        "NOT_FRAMED"
    ] * 4


def test_an_unknown_schema_is_refused() -> None:
    assert refused(codec.frame(4711) + arrest()[5:]) == "UNKNOWN_SCHEMA"
    assert refused(b"\0\xff\xff\xff\xff" + arrest()[5:]) == "UNKNOWN_SCHEMA"


def test_bytes_after_the_end_are_refused() -> None:
    assert refused(arrest() + b"\0") == "TRAILING_BYTES"
    assert refused(arrest() * 2) == "TRAILING_BYTES"


def test_ten_megabytes_are_refused_before_anything_is_read() -> None:
    assert refused(arrest() + b"\0" * 10_000_000) == "TOO_LARGE"


@pytest.mark.parametrize("count", [1, 1000, 50_000_000, 2**62, -1, -50_000_000, -(2**62)])
def test_a_list_that_promises_more_than_there_is_is_refused(count: int) -> None:
    claimed = number(count) + (number(10) if count < 0 else b"")
    assert refused(arrest()[:-1] + claimed) == "TOO_MANY_ITEMS"


def test_a_list_with_more_items_than_anybody_needs_is_refused() -> None:
    many = number(MAX_ITEMS) + b"\0" * MAX_ITEMS
    assert len(codec.decode(arrest()[:-1] + many + b"\0")[1]["withheld"]) == MAX_ITEMS
    assert refused(arrest()[:-1] + number(MAX_ITEMS + 1) + b"\0" * MAX_ITEMS + b"\0\0") == "TOO_MANY_ITEMS"
    assert refused(arrest()[:-1] + many + number(1) + b"\0\0") == "TOO_MANY_ITEMS"


def test_a_block_with_its_size_is_read_and_a_wrong_size_is_refused() -> None:
    item = number(3) + b"cro"
    _, body = codec.decode(arrest()[:-1] + number(-1) + number(len(item)) + item + b"\0")
    assert body["withheld"] == ["cro"]
    for size in (0, len(item) - 1, len(item) + 1, -1, -len(item)):
        assert refused(arrest()[:-1] + number(-1) + number(size) + item + b"\0") == "MALFORMED"


@given(st.lists(st.integers(1, MAX_ITEMS), max_size=4), st.booleans())
@examples(20)
def test_a_list_in_any_blocks_is_written_as_one(blocks: list[int], sized: bool) -> None:  # noqa: FBT001 - drawn
    raw = arrest()[:-1] + b"".join(block(items, sized=sized) for items in blocks) + b"\0"
    if sum(blocks) > MAX_ITEMS:
        assert refused(raw) == "TOO_MANY_ITEMS"
    else:
        schema, body = codec.decode(raw)
        assert body["withheld"] == ["cro"] * sum(blocks)
        read_again(schema, body, raw)


def block(items: int, *, sized: bool) -> bytes:
    held = (number(3) + b"cro") * items
    return (number(-items) + number(len(held)) if sized else number(items)) + held


def test_a_branch_that_the_union_does_not_have_is_refused() -> None:
    schema, body = catalogue.by_type("arrest"), {**whole("arrest"), "submission": None}
    framed = codec.encode(schema, body)
    at = framed.index(b"\2" + number(len(body["identity"]["name"])) + body["identity"]["name"].encode())
    for branch in (number(-1), number(2), number(63), number(-64), number(2**40)):
        assert refused(framed[:at] + branch + framed[at + 1 :]) == "MALFORMED"


def test_a_symbol_that_the_enum_does_not_have_is_refused() -> None:
    framed, at = differing("assertion", "FACT", "OPINION")
    for index in (-1, 3, 63):
        framed[at : at + 1] = number(index)
        assert refused(bytes(framed)) == "MALFORMED"


def test_a_number_written_longer_than_needed_is_refused() -> None:
    framed = arrest()
    assert framed[5:6] == b"\0"  # the length of an empty copy_id
    for longer in (b"\x80\0", b"\x80\x80\0", b"\x80" * 9 + b"\0"):
        assert refused(framed[:5] + longer + framed[6:]) == "MALFORMED"


def test_a_number_of_more_than_64_bits_is_refused() -> None:
    assert refused(arrest()[:5] + b"\xff" * 9 + b"\x7f" + arrest()[6:]) == "MALFORMED"
    assert refused(arrest()[:5] + b"\xff" * 400) == "MALFORMED"


def test_a_length_below_nothing_or_beyond_the_end_is_refused() -> None:
    assert refused(arrest()[:5] + number(-1) + arrest()[6:]) == "MALFORMED"
    assert refused(arrest()[:5] + number(2**40) + arrest()[6:]) == "TRUNCATED"


def test_a_flag_that_is_neither_true_nor_false_is_refused() -> None:
    schema, body = catalogue.by_type("consent_grant"), whole("consent_grant")
    body["consent_terms"]["among_carers"] = True
    framed = codec.encode(schema, {**body, "status": None})
    at = framed.rindex(b"\1\0\0")  # among_carers, no status, nothing withheld
    assert refused(framed[:at] + b"\2" + framed[at + 1 :]) == "MALFORMED"


def test_text_that_is_not_utf_8_is_refused_and_not_quoted() -> None:
    framed = arrest().replace(b"Shouted", b"Shou\xffCA")
    with pytest.raises(WireError) as caught:
        codec.decode(framed)
    assert caught.value.code == "MALFORMED"
    assert "passers" not in "".join(traceback.format_exception(caught.value))


def test_memory_is_bounded_whatever_the_bytes_ask_for() -> None:
    full = b"\0" * (codec.MAX_EVENT_BYTES - 2000)
    hostile = [arrest()[:-1] + number(count) + full for count in (50_000_000, MAX_ITEMS, -MAX_ITEMS, 2**40)] + [
        codec.frame(1) + full,
        codec.frame(1) + b"\xff" * 100_000,
        codec.frame(1) + number(2**31) + full,
    ]
    tracemalloc.start()
    for raw in hostile:
        refused(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_numbers_are_read_as_they_are_written() -> None:
    for value in (0, -1, 1, 63, -64, 64, 2**31, -(2**31), 2**63 - 1, -(2**63)):
        assert varint(number(value), 0) == (value, len(number(value)))


@pytest.mark.parametrize("unsafe", ["float", "double", "bytes", {"type": "map", "values": "string"}])
def test_a_type_that_no_event_may_hold_is_not_scanned(unsafe: object) -> None:
    with pytest.raises(WireError, match="UNSUPPORTED"):
        scanner(unsafe)
