"""What is said of a part of the hub that waits."""

from collections.abc import Iterator, Mapping

import pytest

from hub.cli.doctor.broker import Part, progress
from hub.kafka.reach import Reach


def part(*looks: Mapping[int, Reach]) -> Part:
    """A part that is seen so, one look after the other; the last stays."""
    seen: Iterator[Mapping[int, Reach]] = iter(looks)
    last = looks[-1]

    async def look() -> Mapping[int, Reach]:
        return next(seen, last)

    return Part("sharing", "sharing", look, "decided")


async def test_a_part_that_has_got_to_the_end_is_fine() -> None:
    found = await progress(part({0: Reach(7, 7), 1: Reach(0, 0)}))
    assert (found.grade, found.says, found.do) == ("FINE", "all is decided", "")


async def test_a_part_that_waits_and_moves_is_fine() -> None:
    found = await progress(part({0: Reach(1, 9)}, {0: Reach(4, 1209)}))
    assert (found.grade, found.says) == ("FINE", "1,205 offsets waiting to be decided, and it moves")


async def test_a_part_in_which_nothing_moves_is_wrong_and_where_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.cli.doctor.broker.MOVES_WITHIN", 0.0)
    found = await progress(part({0: Reach(3, 3), 1: Reach(1, 9), 2: Reach(0, 4000)}))
    assert found.grade == "WRONG"
    assert found.says == "something waits to be decided and nothing moves (partition 1: 8, partition 2: 4,000)"
    assert found.do == "start it: hub worker --part sharing; if it runs, read its log"
