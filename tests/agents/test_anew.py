"""What is to come again, on the memory log: wherever the worker is killed, each comes once and nobody has it twice."""

import asyncio
from collections.abc import Sequence

import pytest

from agents.anew import Anew
from agents.owed import Owed
from agents.sharing import Upkeep, share
from hub.kafka.intake_io import partition_of
from hub.log import AUDIT, TIMELINE, Record
from hub.memory_log import MemoryBroker, MemoryLog, Step
from hub.model import timeline
from hub.model.entry import Entry
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from schemas.codec import decode_record
from tests.hub.sharing.county import DAY, county
from tests.hub.sharing.test_again import ARRIVED, AT, REFERRAL, REMANDED, SCREENING, review
from tests.hub.sharing.test_handover import ESCORT, PRISON
from tests.hub.sharing.test_links import A, B, refusal, says
from tests.world import CHECK, KEYS, memory_broker, policy

PARTITION = 0
STORY = (SCREENING, REMANDED)


class KilledError(Exception):
    """The worker is gone."""


class Killer:
    """Kills at the nth step or append of all, once; an append may be lost or may have been written."""

    def __init__(self, nth: int = 0, *, written: bool = False) -> None:
        self.nth, self.written, self.steps = nth, written, 0

    def __call__(self, _: Step | None = None) -> None:
        self.steps += 1
        if self.steps == self.nth:
            raise KilledError


def broker(killer: Killer, *story: Entry) -> MemoryBroker:
    made = memory_broker(partitions=county().partitions, step=killer)
    for told in story:
        made.append(Record(TIMELINE, b"", timeline.encode(told), (), PARTITION), told.occurred_at)
    return made


def upkeep(made: MemoryBroker, killer: Killer, now: int = 0) -> Upkeep:
    async def append(records: Sequence[Record], timestamp: int) -> None:
        if not killer.written:
            killer()
        for record in records:
            made.append(record, timestamp)
        if killer.written:
            killer()

    return Upkeep(Owed(append), Anew(append, (lambda: now) if now else None))


async def run(made: MemoryBroker, killer: Killer, until: int, now: int = 0) -> Registers:
    """Share until that many sheets are there; what comes again is decided too."""
    stopping, registers = asyncio.Event(), Registers(PARTITION, Decisions(policy(), county()), KEYS)
    log = MemoryLog(made, PARTITION, CHECK, wait=0.001, most=2)
    loop = asyncio.create_task(share(log, registers, stopping, lambda: None, upkeep(made, killer, now)))
    while not loop.done() and len(sheets(made)) < until:
        await made.news(0.005)
    stopping.set()
    await loop
    return registers


def sheets(made: MemoryBroker, partition: int = PARTITION) -> list[dict[str, object]]:
    return [decode_record("hub.audit.Sheet", stored.record.value or b"") for stored in made.read(AUDIT, partition)]


def copies(made: MemoryBroker, desk: str) -> list[str]:
    return [dict(stored.record.headers)["ce_type"].decode() for stored in made.read(f"out.{desk}")]


async def test_what_is_owed_is_appended_once_and_decided() -> None:
    made = broker(killer := Killer(), *STORY)
    await run(made, killer, 3)
    assert [sheet["kind"] for sheet in sheets(made)] == ["RULED"] * 3
    assert copies(made, ESCORT) == ["handover", "screening"]


async def test_whoever_has_handed_the_person_on_by_then_is_not_given_it_and_whoever_has_them_is() -> None:
    made = broker(killer := Killer(), *STORY, ARRIVED)
    await run(made, killer, 6)
    assert "screening" not in copies(made, ESCORT)
    assert copies(made, PRISON).count("screening") == 1


@pytest.mark.parametrize("written", [False, True])
async def test_wherever_the_worker_is_killed_each_comes_and_nobody_has_it_twice(*, written: bool) -> None:
    nth = 0
    while True:
        nth += 1
        made = broker(killer := Killer(nth, written=written), *STORY)
        try:
            await run(made, killer, 3)
        except KilledError:
            registers = await run(made, killer, 3)
            while registers.owed(AT):
                registers = await run(made, killer, len(sheets(made)) + 1)
        told = sheets(made)
        assert [sheet["offset"] for sheet in told] == list(range(len(told))), f"killed at step {nth}"
        assert sum(sheet["kind"] == "RULED" for sheet in told) == 3, f"killed at step {nth}"
        assert {sheet["kind"] for sheet in told} <= {"RULED", "REPEAT"}
        assert copies(made, ESCORT) == ["handover", "screening"]
        if killer.steps < nth:
            break
    assert nth > 20


async def test_what_nobody_reviews_runs_out_by_the_workers_clock_while_nothing_comes() -> None:
    made = broker(killer := Killer(), REFERRAL)
    await run(made, killer, 2, now=AT + 4 * DAY)
    first, lapsed = sheets(made)
    assert first["held"]
    assert (lapsed["held"], lapsed["again"]) == (None, {**(lapsed["again"] or {}), "cause": "LAPSED"})  # type: ignore[dict-item]


async def test_by_the_logs_clock_alone_nothing_runs_out_until_something_comes() -> None:
    made = broker(killer := Killer(), REFERRAL)
    registers = await run(made, killer, 1)
    assert registers.waiting == 1
    assert len(sheets(made)) == 1


async def test_a_reviewers_word_that_names_a_place_finds_whose_it_is() -> None:
    made = broker(killer := Killer(), REFERRAL, review("RELEASE"))
    await run(made, killer, 3)
    _, word, again = sheets(made)
    assert word["person"] == again["person"] != ""
    assert again["again"]


async def test_an_earlier_entry_that_the_timeline_lost_is_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(MemoryLog, "earlier", nothing)
    made = broker(killer := Killer(), SCREENING, REMANDED)
    await run(made, killer, 3)
    assert sheets(made)[-1]["faults"] == ["GONE"]


LINKED = {one: partition_of(one, county().partitions) for one in (A, B)}


async def run_both(made: MemoryBroker, killer: Killer) -> dict[str, Registers]:
    """Share both partitions side by side until nothing is owed and both records have told the other."""
    stopping = asyncio.Event()
    both = {one: Registers(number, Decisions(policy(), county()), KEYS) for one, number in LINKED.items()}
    logs = {one: MemoryLog(made, number, CHECK, wait=0.001, most=2) for one, number in LINKED.items()}
    work = upkeep(made, killer)
    loops = [asyncio.create_task(share(logs[one], both[one], stopping, lambda: None, work)) for one in LINKED]
    while not any(loop.done() for loop in loops) and not _told(both):
        await made.news(0.005)
    stopping.set()
    ended = await asyncio.gather(*loops, return_exceptions=True)
    if any(isinstance(each, KilledError) for each in ended):
        raise KilledError
    return both


def _told(both: dict[str, Registers]) -> bool:
    persons = [registers.person(one) for one, registers in both.items()]
    heard = all(person.links and all(link.heard for link in person.links) for person in persons)
    return heard and not any(registers.owed(AT) for registers in both.values())


@pytest.mark.parametrize("written", [False, True])
async def test_wherever_the_worker_is_killed_linked_records_tell_each_other_all(*, written: bool) -> None:
    assert len(set(LINKED.values())) == 2
    nth = 0
    while True:
        nth += 1
        made = memory_broker(partitions=county().partitions, step=(killer := Killer(nth, written=written)))
        for told in (refusal(A), says("link", A, B), says("link", B, A)):
            made.append(Record(TIMELINE, b"", timeline.encode(told), (), LINKED[told.route_key]), told.occurred_at)
        try:
            both = await run_both(made, killer)
        except KilledError:
            both = await run_both(made, killer)
        for one, registers in both.items():
            person = registers.person(one)
            assert [said.action for said in person.consents] == ["REFUSE"], f"killed at step {nth}"
            assert [(link.heard, link.ended) for link in person.links] == [(True, False)], f"killed at step {nth}"
        for number in LINKED.values():
            offsets = [sheet["offset"] for sheet in sheets(made, number)]
            assert offsets == list(range(len(offsets))), f"killed at step {nth}"
        if killer.steps < nth:
            break
    assert nth > 20
