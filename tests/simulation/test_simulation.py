"""Seeds hold; the same seed is the same run; and a hub with a bug in it does not."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from hub.log import Record
from hub.memory_log import MemoryBroker, MemoryLog, Transaction
from tests.simulation import oracle, seeds
from tests.simulation.play import Play
from tests.simulation.story import story

FEW = range(60)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_five_hundred_seeds_hold() -> None:
    ran = seeds.every(range(500))
    assert not any(one.faults for one in ran), "\n".join(seeds.told(ran))
    assert sum(one.deaths for one in ran) > 1_000
    assert sum(one.fenced for one in ran) > 1_000


def test_the_same_seed_is_the_same_run() -> None:
    first, again = (Play(7, story(7, seeds.STEPS)) for _ in range(2))
    assert first.run() == again.run()
    assert (first.deaths, first.fenced) == (again.deaths, again.fenced)
    assert first.deaths + first.fenced > 0


def test_a_story_that_fails_is_made_as_short_as_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    _deaf(monkeypatch)
    seed = next(seed for seed in FEW if seeds.tried(seed).faults)
    short = seeds.shortest(seed)
    assert 0 < len(short) < seeds.STEPS
    assert {step.kind for step in short} >= {"yes", "referral"}
    assert seeds.play(seed, short).faults


def _deaf(patch: pytest.MonkeyPatch) -> None:
    """Withdrawals are not listened to until the timeline brings them."""
    patch.setattr(MemoryLog, "_withdrawals", lambda *_: [])


def _unfenced(patch: pytest.MonkeyPatch) -> None:
    """Whoever was replaced goes on."""
    patch.setattr(MemoryLog, "_must_own", lambda *_: None)
    finish = MemoryBroker.finish

    def finishing(self: MemoryBroker, transaction: Transaction, state: Any) -> None:
        finish(self, transaction, "COMMITTED" if transaction.places else state)

    patch.setattr(MemoryBroker, "finish", finishing)


def _torn(patch: pytest.MonkeyPatch) -> None:
    """Copies go out as they are made, whatever becomes of their transaction."""
    append = MemoryBroker.append

    def appending(self: MemoryBroker, record: Record, timestamp: int = 0, transaction: Any = None) -> Any:
        return append(self, record, timestamp, None if record.topic.startswith("out.") else transaction)

    patch.setattr(MemoryBroker, "append", appending)


def _forgetful(patch: pytest.MonkeyPatch) -> None:
    """What was decided before is not remembered."""
    patch.setattr(sys.modules["hub.sharing.process"], "answer", lambda *_: "NEW")


def _lost(patch: pytest.MonkeyPatch) -> None:
    """A worker begins anew where its predecessor had begun, not where it had come to."""
    opened = MemoryLog.open

    async def opening(self: MemoryLog) -> Any:
        restored = await opened(self)
        self._next = max(0, self._next - 1)
        return replace(restored, at=restored.at._replace(next_offset=self._next))

    patch.setattr(MemoryLog, "open", opening)


@pytest.mark.parametrize(
    ("bug", "guarantee"),
    [(_deaf, "G4"), (_unfenced, "G1"), (_torn, "G2"), (_forgetful, "G1"), (_lost, "G1")],
)
def test_a_hub_with_a_bug_does_not_hold(
    bug: Callable[[pytest.MonkeyPatch], None], guarantee: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    assert any(fault.startswith(guarantee) for fault in _faults())


def _faults() -> Iterator[str]:
    for seed in FEW:
        yield from seeds.tried(seed).faults


def test_what_is_wrong_is_told_with_its_place() -> None:
    log = Play(7, story(7, seeds.STEPS)).run()
    assert list(oracle.faults(log)) == []
    short = replace(log, sheets={**log.sheets, 0: log.sheets[0][1:]})
    assert any(fault.startswith("G1: partition 0 has sheets for") for fault in oracle.faults(short))
