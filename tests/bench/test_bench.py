"""What the bench's figures rest on: a yardstick that does not change, and events that are what it says they are."""

import hashlib
import json
from pathlib import Path

import pytest

from hub import clock
from tests.bench import bare_copy, figures, ground, population, sharing
from tests.bench.figures import Figure

FROZEN = "111701c4e1795982ec88f8ca30c674fb8a643a4f98017e98df6ae38aabf1d9c5"
"""Of bare_copy.py. Who changes it changes what every earlier figure meant; say so in the CHANGELOG."""


def test_the_yardstick_is_the_one_that_earlier_figures_were_measured_with() -> None:
    assert hashlib.sha256(Path(bare_copy.__file__).read_bytes()).hexdigest() == FROZEN


def test_each_event_has_six_candidates_of_which_three_get_a_copy() -> None:
    known = population.directory(2)
    entries = population.entries(known, people=8, events=24, end_ms=clock.now_ms())
    [made] = ground.timeline(entries, 1)
    written = sharing.records(known, made)  # asserts it of each outcome
    assert len(written) == 24
    assert {len(records) for records in written} == {6}  # sheet, three copies, person, ids


@pytest.mark.parametrize(
    ("value", "floor", "ceiling", "holds"),
    [(1.0, None, None, True), (0.5, 0.5, None, True), (0.49, 0.5, None, False), (141.0, None, 140.0, False)],
)
def test_a_figure_holds_where_it_is_within_its_limit(
    value: float, floor: float | None, ceiling: float | None, *, holds: bool
) -> None:
    assert Figure("f", value, "", floor, ceiling).holds is holds


def test_what_is_printed_stands_in_the_file_too(tmp_path: Path) -> None:
    found = [Figure("sharing_vs_copy_send", 0.61, "bare copy", floor=0.5)]
    figures.write(found, {"read": 3.21}, tmp_path / "bench.json")
    said = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert said["sharing_vs_copy_send"] == 0.61
    assert said["sharing_stages_us"] == {"read": 3.2}
    assert "0.61" in figures.table(found, {})
