from types import MappingProxyType

import pytest

from hub.model.entry import Fault, Override
from hub.model.timeline import decode, encode
from schemas.errors import WireError
from tests.world import MARCH_4, entry, said

OVERRIDE = Override("VITAL_INTERESTS", "IMMEDIATE", complete=True, views=("identity",))


@pytest.mark.parametrize(
    "made",
    [
        entry("arrest"),
        entry("referral", faults=(Fault("BAD_CHECK", "submission.identifiers[0]"),), possible=("a" * 32, "b" * 32)),
        entry("screening", override=OVERRIDE, over_refusal=("identity",), case_ref=None, supersedes="E-0"),
        said("GRANT"),
        said("WITHDRAW", MARCH_4),
    ],
)
def test_an_entry_is_read_back_as_it_was_written(made: object) -> None:
    assert decode(encode(made)) == made  # type: ignore[arg-type]


def test_what_two_entries_say_alike_is_read_once() -> None:
    one, other = decode(encode(entry("arrest"))), decode(encode(entry("arrest", at=MARCH_4)))
    assert one.facts is other.facts
    assert isinstance(one.facts, MappingProxyType)
    assert (one.occurred_at, one.event_id) != (other.occurred_at, other.event_id)


def test_what_differs_in_one_particular_is_not_mixed_up() -> None:
    one, other = decode(encode(entry("arrest"))), decode(encode(entry("arrest", disturbed=True)))
    assert (one.disturbed, other.disturbed) == (False, True)


def test_the_segments_keep_the_order_of_the_schema() -> None:
    made = entry("arrest")
    assert list(decode(encode(made)).segments) == list(made.segments)


@pytest.mark.parametrize("cut", [1, 40])
def test_bytes_that_are_no_entry_are_refused(cut: int) -> None:
    with pytest.raises(WireError):
        decode(encode(entry("arrest"))[:-cut])
