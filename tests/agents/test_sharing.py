"""The loop on the memory log: whatever step a worker dies at, the log ends up as if it had not."""

import asyncio
from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY

from agents.anew import Anew
from agents.owed import Owed
from agents.sharing import Upkeep, share
from consent.register import MOST
from hub.log import AUDIT, PARTITION_HEADER, TIMELINE, WITHDRAWALS, Arrival, Record
from hub.memory_log import MemoryBroker, MemoryLog, Step
from hub.model import timeline
from hub.model.entry import Entry
from hub.model.errors import CommitFailedError, StateMissingError
from hub.sharing.registers import Registers
from schemas.codec import decode_record
from tests.world import (
    CHARITY,
    CHECK,
    DESKS,
    KEYS,
    LD_TEAM,
    MARCH_2,
    MARCH_4,
    SUITE,
    bare,
    decisions,
    entry,
    memory_broker,
    said,
)

PARTITION = 0
"""Where PERSON has its place, of the directory's four."""
ELSEWHERE = 2
HOUR = 3_600_000


class KilledError(Exception):
    """The worker is gone."""


class Killer:
    """Kills at the nth step of all, once."""

    def __init__(self, nth: int | None = None) -> None:
        self.nth, self.steps = nth, 0

    def __call__(self, _: Step) -> None:
        self.steps += 1
        if self.steps == self.nth:
            raise KilledError


STORY = (
    entry("arrest"),
    said("GRANT"),
    entry("referral", MARCH_4, publisher=LD_TEAM, route_key="5e" * 16),
    entry("arrest"),  # the same again
    said("WITHDRAW", MARCH_4 + HOUR),
    entry("referral", MARCH_4 + 2 * HOUR, publisher=LD_TEAM, route_key="5e" * 16),
)


def broker(story: Sequence[Entry] = STORY, step: Killer | None = None) -> MemoryBroker:
    made = memory_broker(step=step or Killer())
    for told in story:
        append(made, TIMELINE, told)
    return made


def append(made: MemoryBroker, topic: str, told: Entry, named: bytes = b"%d" % PARTITION) -> Arrival:
    value = timeline.encode(told)
    partition = None if topic == WITHDRAWALS else PARTITION
    headers = ((PARTITION_HEADER, named),)
    return made.append(Record(topic, told.entry_id.encode(), value, headers, partition), told.occurred_at)


def registers(partition: int = PARTITION) -> Registers:
    return Registers(partition, decisions(), KEYS)


async def run(made: MemoryBroker, until: int, most: int = 2) -> None:
    """Share until that many sheets are there."""
    stopping = asyncio.Event()
    partition = MemoryLog(made, PARTITION, CHECK, wait=0.001, most=most)
    loop = asyncio.create_task(share(partition, registers(), stopping, lambda: None))
    while not loop.done() and len(list(made.read(AUDIT, PARTITION))) < until:
        await made.news(0.005)
    stopping.set()
    await loop


def written(made: MemoryBroker) -> dict[str, list[Record]]:
    """What was committed, sheets and copies, without the offsets of barriers that a kill moves."""
    topics = {desk.out_topic: [stored.record for stored in made.read(desk.out_topic)] for desk in DESKS}
    sheets = [stored.record for stored in made.read(AUDIT, PARTITION)]
    return {**topics, AUDIT: [sheet._replace(value=repr(without_barrier(sheet)).encode()) for sheet in sheets]}


def without_barrier(sheet: Record) -> object:
    return {**decode_record("hub.audit.Sheet", sheet.value or b""), "barrier": 0}


def copies(made: MemoryBroker, desk: str, event_type: str) -> int:
    types = [dict(stored.record.headers)["ce_type"] for stored in made.read(f"out.{desk}")]
    return types.count(event_type.encode())


def sheets(made: MemoryBroker) -> list[dict[str, object]]:
    return [decode_record("hub.audit.Sheet", stored.record.value or b"") for stored in made.read(AUDIT, PARTITION)]


async def test_every_entry_gets_one_sheet_in_order() -> None:
    made = broker()
    await run(made, len(STORY))
    assert [sheet["offset"] for sheet in sheets(made)] == [0, 1, 2, 3, 4, 5]
    assert [sheet["offset"] for sheet in sheets(made) if sheet["kind"] == "REPEAT"] == [3]
    assert copies(made, CHARITY, "referral") == 1


async def test_wherever_the_worker_is_killed_the_log_ends_up_as_if_it_had_not_been() -> None:
    whole = broker()
    await run(whole, len(STORY))
    assert any(written(whole).values())
    nth = 0
    while True:
        nth += 1
        killer = Killer(nth)
        made = broker(step=killer)
        try:
            await run(made, len(STORY))
        except KilledError:
            await run(made, len(STORY))
        assert written(made) == written(whole), f"killed at step {nth}"
        if killer.steps < nth:
            break
    assert nth > 30


async def test_what_came_to_nothing_three_times_and_kills_nobody_is_decided_as_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole, made = broker(), broker()
    await run(whole, len(STORY), most=len(STORY))
    for _ in range(3):
        log = MemoryLog(made, PARTITION, CHECK)
        await log.open()
        await log.take()
        await log.close()
    await run(made, len(STORY), most=len(STORY))
    assert written(made) == written(whole)
    assert f"partition {PARTITION}: begun 3 times in vain; 0 set aside" in caplog.text


async def test_a_withdrawal_that_is_acknowledged_stops_what_was_accepted_before_it() -> None:
    made = broker(STORY[:3])
    append(made, WITHDRAWALS, said("WITHDRAW", MARCH_4 + HOUR))
    await run(made, 3)
    assert copies(made, CHARITY, "referral") == 0
    assert sheets(made)[2]["overtaking"] == [said("WITHDRAW", MARCH_4 + HOUR).entry_id]


async def test_a_withdrawal_that_the_timeline_never_brought_is_an_alarm_and_is_appended_again_once() -> None:
    made, stopping, alarms = broker(STORY[:2]), asyncio.Event(), list[float | None]()
    lost = said("WITHDRAW", MARCH_4 + HOUR)
    append(made, WITHDRAWALS, lost)

    async def again(records: Sequence[Record], timestamp: int) -> None:
        alarms.append(REGISTRY.get_sample_value("hub_withdrawals_unfolded", {"partition": str(PARTITION)}))
        for record in records:
            made.append(record, timestamp)

    partition = MemoryLog(made, PARTITION, CHECK, wait=0.001)
    upkeep = Upkeep(Owed(again), Anew(again))
    sharing = asyncio.create_task(share(partition, registers(), stopping, lambda: None, upkeep))
    append(made, TIMELINE, entry("arrest", MARCH_4 + 2 * HOUR))
    while len(sheets(made)) < 4:
        await made.news(0.1)
    append(made, TIMELINE, entry("arrest", MARCH_4 + 3 * HOUR))
    while len(sheets(made)) < 5:
        await made.news(0.1)
    assert REGISTRY.get_sample_value("hub_withdrawals_unfolded", {"partition": str(PARTITION)}) == 0
    stopping.set()
    await sharing
    assert alarms == [1]
    assert [sheet["entry_id"] for sheet in sheets(made)].count(lost.entry_id) == 1


async def test_one_that_does_not_say_whose_it_is_is_owed_to_its_persons_partition_alone() -> None:
    made, appended = memory_broker(), list[Record]()
    append(made, WITHDRAWALS, said("WITHDRAW", MARCH_4 + HOUR), b"9")
    append(made, TIMELINE, entry("arrest", MARCH_4 + 2 * HOUR))
    elsewhere = Record(TIMELINE, b"k", b"\xff\xff", (), ELSEWHERE)
    made.append(elsewhere, MARCH_4 + 2 * HOUR)

    async def again(records: Sequence[Record], _: int) -> None:
        appended.extend(records)

    for number in (ELSEWHERE, PARTITION):
        known, partition = registers(number), MemoryLog(made, number, CHECK)
        known.restore(await partition.open())
        list(known.decide(await partition.take()))
        assert len(known.unfolded(MARCH_4 + 2 * HOUR)) == 1
        await Owed(again).look(known)
    assert [record.partition for record in appended] == [PARTITION]


async def test_a_frozen_worker_that_was_replaced_commits_nothing() -> None:
    made = broker()
    frozen = MemoryLog(made, PARTITION, CHECK)
    known = registers()
    known.restore(await frozen.open())
    batch = await frozen.take()
    await run(made, len(STORY))
    before = written(made)
    with pytest.raises(CommitFailedError):
        await frozen.commit([Record(AUDIT, b"k", b"zombie", (), PARTITION) for _ in known.decide(batch)], known.at)
    assert written(made) == before


async def test_sheets_without_a_place_to_go_on_refuse_to_start() -> None:
    made = broker()
    made.append(Record(AUDIT, b"k", b"sheet", (), PARTITION))
    with pytest.raises(StateMissingError):
        await run(made, 2)


async def test_an_entry_that_cannot_be_read_is_quarantined_and_the_next_is_decided() -> None:
    made = memory_broker()
    made.append(Record(TIMELINE, b"k", b"\xff\xff", (), PARTITION), MARCH_2)
    append(made, TIMELINE, entry("arrest"))
    before = REGISTRY.get_sample_value("hub_quarantine_total", {"reason": "UNREADABLE_ENTRY"}) or 0
    await run(made, 2)
    assert [sheet["kind"] for sheet in sheets(made)] == ["QUARANTINED", "RULED"]
    assert REGISTRY.get_sample_value("hub_quarantine_total", {"reason": "UNREADABLE_ENTRY"}) == before + 1


async def test_that_one_refusal_came_to_stand_for_all_is_counted() -> None:
    noes = [said("REFUSE", MARCH_4 + n, event_id=f"r-{n}", about={"consent_id": f"R-{n}"}) for n in range(MOST + 1)]
    before = REGISTRY.get_sample_value("hub_consents_collapsed_total") or 0
    made = broker(noes)
    await run(made, len(noes), most=500)
    assert REGISTRY.get_sample_value("hub_consents_collapsed_total") == before + 1
    assert [sheet["offset"] for sheet in sheets(made) if sheet["faults"]] == [MOST]


async def test_what_a_carer_claims_by_its_own_word_is_counted() -> None:
    own = bare(MARCH_2, type="screening", publisher=LD_TEAM, place=SUITE, event_id="own")
    before = REGISTRY.get_sample_value("hub_own_claims_total") or 0
    await run(broker([own]), 1)
    assert REGISTRY.get_sample_value("hub_own_claims_total") == before + 1


async def test_what_is_decided_is_counted_and_a_partition_that_is_given_up_is_forgotten() -> None:
    before = REGISTRY.get_sample_value("hub_sheets_total", {"kind": "REPEAT"}) or 0
    await run(broker(), len(STORY))
    assert REGISTRY.get_sample_value("hub_sheets_total", {"kind": "REPEAT"}) == before + 1
    assert REGISTRY.get_sample_value("hub_timeline_lag_entries", {"partition": str(PARTITION)}) is None
    assert REGISTRY.get_sample_value("hub_partitions_owned") == 0
