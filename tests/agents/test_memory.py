import gc
from collections.abc import Iterator

import pytest

from agents import memory


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    yield
    gc.unfreeze()
    if frozen:
        gc.freeze()
    gc.set_threshold(*before)


def test_what_is_here_by_now_is_never_looked_at_again() -> None:
    known = [[] for _ in range(100)]  # type: ignore[var-annotated]
    memory.freeze()
    looked_at = {id(one) for one in gc.get_objects()}
    assert looked_at.isdisjoint(map(id, known))


def test_what_comes_later_is_still_collected() -> None:
    memory.freeze()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
