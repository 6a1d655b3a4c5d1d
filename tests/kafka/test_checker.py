"""The checker that judges the kill tests finds what it should: one seeded fault of each kind."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from agents.sharing import share
from hub.log import AUDIT, PARTITION_HEADER, TIMELINE, WITHDRAWALS, Record
from hub.memory_log import MemoryBroker, MemoryLog
from hub.model import timeline
from hub.model.entry import Entry
from hub.sharing.registers import Registers
from tests.kafka.checker import Everything, Stored, faults
from tests.kafka.load import of, stages
from tests.world import CHARITY, CHECK, DESKS, KEYS, LD_TEAM, decisions, memory_broker

ENTRIES = {0: 10}
REFUSED = frozenset({(0, 5, CHARITY), (0, 7, CHARITY)})
"""Of person 1, who had said no; person 0 had not."""


def append(broker: MemoryBroker, topic: str, told: Entry) -> None:
    value, headers = timeline.encode(told), ((PARTITION_HEADER, b"0"),)
    broker.append(Record(topic, told.entry_id.encode(), value, headers), told.occurred_at)


@pytest.fixture
async def found() -> Everything:
    broker, stopping = memory_broker(), asyncio.Event()
    append(broker, WITHDRAWALS, of(1, stages()[-1]))
    for stage in stages():
        for person in range(2):
            append(broker, TIMELINE, of(person, stage))
    registers = Registers(0, decisions(), KEYS)
    sharing = asyncio.create_task(share(MemoryLog(broker, 0, CHECK, wait=0.001), registers, stopping, lambda: None))
    while len(list(broker.read(AUDIT))) < ENTRIES[0]:
        await broker.news(0.1)
    stopping.set()
    await sharing
    copies = {desk.name: stored(broker, desk.out_topic) for desk in DESKS}
    return Everything({0: stored(broker, AUDIT)}, copies)


def stored(broker: MemoryBroker, topic: str) -> list[Stored]:
    return [
        (one.offset, one.record.key or b"", dict(one.record.headers), one.record.value or b"")
        for one in broker.read(topic)
    ]


async def test_what_the_hub_does_has_no_fault(found: Everything) -> None:
    assert list(faults(found, ENTRIES, REFUSED)) == []
    assert len(found.copies[CHARITY]) > 1


SEEDED: dict[str, Callable[[Everything], Everything]] = {
    "no sheet for 0/3": lambda e: sheets(e, [s for n, s in enumerate(e.sheets[0]) if n != 3]),
    "2 sheets for 0/3": lambda e: sheets(e, [*e.sheets[0], e.sheets[0][3]]),
    "sheets of partition 0 are out of order": lambda e: sheets(e, e.sheets[0][::-1]),
    "without a permit, or twice": lambda e: copies(e, LD_TEAM, [*e.copies[LD_TEAM], e.copies[LD_TEAM][0]]),
    "without a copy": lambda e: copies(e, LD_TEAM, e.copies[LD_TEAM][1:]),
    "out of order": lambda e: copies(e, CHARITY, e.copies[CHARITY][::-1]),
    "with other views than its permit": lambda e: copies(e, CHARITY, with_other_views(e)),
}


def sheets(found: Everything, changed: Sequence[Stored]) -> Everything:
    return replace(found, sheets={0: changed})


def copies(found: Everything, desk: str, changed: Sequence[Stored]) -> Everything:
    return replace(found, copies={**found.copies, desk: changed})


def with_other_views(found: Everything) -> Sequence[Stored]:
    """A copy for the charity in which stands what was written for the team."""
    first, *others = found.copies[CHARITY]
    wider = next(copy for copy in found.copies[LD_TEAM] if copy[2]["ce_type"] == b"arrest")
    return [(*first[:3], wider[3]), *others]


@pytest.mark.parametrize("fault", SEEDED)
async def test_a_seeded_fault_is_found(found: Everything, fault: str) -> None:
    assert any(fault in told for told in faults(SEEDED[fault](found), ENTRIES, REFUSED))


async def test_telling_what_was_refused_is_found(found: Everything) -> None:
    told = frozenset({(0, offset, CHARITY) for offset in range(10)})
    assert any("had refused" in one for one in faults(found, ENTRIES, told))
