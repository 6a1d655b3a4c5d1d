"""Whose a record of hub.withdrawals is: never nobody's, unless it is a barrier."""

import pytest

from hub.log import BARRIER_KEY, EVERYBODY, NOBODY, PARTITION_HEADER, filed

PARTITIONS = 12


def whose(*said: bytes) -> int:
    return filed(b"entry", [("other", b"3"), *((PARTITION_HEADER, value) for value in said)], PARTITIONS)


@pytest.mark.parametrize("number", [0, 3, 11])
def test_it_is_the_partitions_that_it_names(number: int) -> None:
    assert whose(b"%d" % number) == number


@pytest.mark.parametrize("said", [b"12", b"-1", b"", b"03", b" 3", b"3.0", b"\xff", b"9" * 5_000])
def test_what_names_no_partition_is_everybodys(said: bytes) -> None:
    assert whose(said) == EVERYBODY


def test_what_names_two_partitions_or_none_is_everybodys() -> None:
    assert (whose(b"3", b"4"), whose(), whose(b"3", b"3")) == (EVERYBODY, EVERYBODY, 3)


def test_a_barrier_is_nobodys_whatever_it_says() -> None:
    assert filed(BARRIER_KEY + b"3", [(PARTITION_HEADER, b"3")], PARTITIONS) == NOBODY
