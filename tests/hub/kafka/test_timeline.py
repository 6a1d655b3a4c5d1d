"""A worker decides by no clock but the broker's, save in a demo."""

from dataclasses import replace

import pytest

from hub.kafka.timeline import refusal
from hub.kafka.topics import CLOCK, Topic, wanted
from hub.model.directory import Directory
from tests.world import directory

LIVE = replace(directory(), demo=False)


@pytest.mark.parametrize("made_for", [LIVE, directory()])
def test_the_timeline_that_a_directory_asks_for_is_good_for_it(made_for: Directory) -> None:
    assert refusal(wanted(made_for, 1), made_for) is None


def test_a_timeline_that_writers_stamp_is_refused_outside_a_demo() -> None:
    assert "only a demo" in (refusal(wanted(directory(), 1), LIVE) or "")


def test_a_clock_that_is_not_known_is_refused() -> None:
    assert "only a demo" in (refusal([Topic("hub.timeline", LIVE.partitions, 1, {})], LIVE) or "")


def test_a_timeline_with_another_number_of_partitions_is_refused() -> None:
    stamped = {CLOCK: "LogAppendTime"}
    assert "partitions" in (refusal([Topic("hub.timeline", LIVE.partitions + 1, 1, stamped)], LIVE) or "")


def test_a_missing_timeline_is_refused() -> None:
    assert "missing" in (refusal([], LIVE) or "")
