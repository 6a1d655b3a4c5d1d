"""What is read by hand is what the codec reads, and nothing else is read at all."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.model import timeline
from hub.model.entry import Again
from schemas import codec, entries
from schemas.errors import WireError
from schemas.shape import authored
from tests.examples import examples
from tests.world import entry, said

pytestmark = pytest.mark.wide

ID = some.text(max_size=20)
ENTRIES = some.fixed_dictionaries(
    {
        "entry_id": ID,
        "event_id": ID,
        "content_hash": some.binary(max_size=8),
        "route_key": ID,
        "possible": some.lists(ID, max_size=3),
        "occurred_at": some.integers(-(2**63), 2**63 - 1),
        "published_at": some.integers(-(2**63), 2**63 - 1),
        "case_ref": some.none() | ID,
        "supersedes": some.none() | ID,
        "consent": some.none(),
        "again": some.none(),
        "segments": some.dictionaries(ID, some.binary(max_size=200), max_size=9),
        "particulars": some.binary(max_size=40),
    }
)

AGAIN = entry("screening", again=Again("RELEASED", "00" * 8, 4, "11" * 8, "NECESSARY", ("a.b",), ("identity",)))


def by_the_codec(raw: bytes) -> tuple[Any, ...] | None:
    try:
        return tuple(codec.decode_record(entries.ENTRY, raw).values())
    except WireError:
        return None


def by_hand(raw: bytes) -> tuple[Any, ...] | None:
    try:
        return tuple(entries.decode_entry(raw))
    except WireError:
        return None


@examples(200)
@given(ENTRIES)
def test_any_entry_is_read_as_the_codec_reads_it(made: Mapping[str, Any]) -> None:
    raw = codec.encode_record(entries.ENTRY, made)
    assert by_hand(raw) == tuple(made[name] for name in entries._ORDER) == by_the_codec(raw)


@pytest.mark.parametrize(
    "made", [entry("arrest"), entry("referral", case_ref=None, supersedes="E-0"), said("GRANT"), AGAIN]
)
def test_an_entry_that_is_cut_short_or_goes_on_is_refused(made: Any) -> None:
    raw = timeline.encode(made)
    assert by_hand(raw) == by_the_codec(raw)
    assert not any(by_hand(raw[:length]) for length in range(len(raw)))
    assert by_hand(raw + b"\0") is None


@examples(200)
@given(place=some.integers(0, 400), byte=some.integers(0, 255))
def test_an_altered_byte_gives_what_the_codec_gives_or_nothing(place: int, byte: int) -> None:
    raw = bytearray(timeline.encode(entry("arrest")))
    raw[place % len(raw)] = byte
    said_by_hand = by_hand(bytes(raw))
    assert said_by_hand is None or said_by_hand == by_the_codec(bytes(raw))


@examples(200)
@given(some.binary(max_size=60))
def test_whatever_the_bytes_they_are_refused_or_read_and_nothing_else_is_raised(raw: bytes) -> None:
    assert by_hand(raw) is None or by_hand(raw) == by_the_codec(raw)


def test_a_number_that_does_not_end_is_refused() -> None:
    assert by_hand(b"\xff" * 40) is None


def test_lists_in_several_blocks_with_their_sizes_are_read() -> None:
    sized = b"\x00\x00\x00\x00" + b"\x01\x04\x02a" + b"\x02\x02b\x00" + b"\x00\x00\x00\x00\x00\x00"
    blocks = b"\x01\x08\x02v\x02x\x00"
    raw = sized + blocks + b"\x00"
    assert by_hand(raw) == by_the_codec(raw) is not None


def test_another_order_of_fields_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = dict(authored(entries.ENTRY))
    monkeypatch.setattr(entries, "authored", lambda _: tree | {"fields": tree["fields"][::-1]})
    with pytest.raises(WireError, match="UNSUPPORTED"):
        entries._must_be_in_order.__wrapped__()
