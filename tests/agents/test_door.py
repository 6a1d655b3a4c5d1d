"""The one way in, on the log's twin in memory and a person index on disk."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.door import Acknowledgement, ClocksDifferError, Door, Place, at_door
from hub import clock
from hub.intake.event import Event, Received, Rules, Settled
from hub.kafka.intake_io import Stamped, Written, partition_of
from hub.log import QUARANTINE, TIMELINE, WITHDRAWALS, filed
from hub.memory_log import MemoryBroker, Stored
from hub.model import timeline
from hub.model.entry import Entry, Fault, nameless
from hub.model.errors import HubError
from hub.model.keys import desk_route_key
from hub.people import Index
from hub.people.index import IndexUnavailableError
from hub.quarantine import REFUSED, unseal
from schemas import catalogue
from schemas.codec import decode_record
from tests.hub.intake.builders import KEYS, directory, give, received, rules

NHS = ("NHS_NUMBER", "9990000018", "TRACED")
PARTITIONS = 4


class NoSpaceError(HubError):
    """A writer's topic takes nothing."""


class MemoryWriter:
    """Writes to the log's twin. `closed`: topics that take nothing."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.broker, self.closed = broker, set[str]()

    async def write(self, records: Sequence[Stamped]) -> list[Written]:
        if self.closed & {stamped.record.topic for stamped in records}:
            raise NoSpaceError
        places = [(stamped.record.partition or 0, self.broker.append(*stamped)) for stamped in records]
        return [Written(partition, place.offset, place.timestamp) for partition, place in places]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Index]:
    with Index.open(f"sqlite:///{tmp_path / 'people.db'}", KEYS) as index:
        yield index


@pytest.fixture
def writer() -> MemoryWriter:
    return MemoryWriter(MemoryBroker())


@pytest.fixture
def door(people: Index, writer: MemoryWriter) -> Door:
    return Door(rules(), people, writer)


def live(*, demo: bool) -> Rules:
    return replace(rules(), directory=replace(directory(), demo=demo))


def stored(writer: MemoryWriter, topic: str) -> list[Stored]:
    return [one for partition in range(PARTITIONS) for one in writer.broker.read(topic, partition)]


def entries(writer: MemoryWriter, topic: str = TIMELINE) -> list[Entry]:
    values = (one.record.value or b"" for one in stored(writer, topic))
    return [timeline.decode(value) for value in values]


def screening(number: int) -> Received:
    return received("screening", give(NHS, event_id=f"s-{number}"), offset=number)


def broken(one: Received) -> Received:
    return replace(one, body=one.body[:-1])


async def test_nothing_is_acknowledged_with_nothing(door: Door) -> None:
    assert await door.accept([]) == []


@pytest.mark.wide
@pytest.mark.parametrize("event_type", catalogue.event_types())
async def test_a_valid_event_stands_in_the_timeline_when_it_is_acknowledged(
    door: Door, writer: MemoryWriter, event_type: str
) -> None:
    one = received(event_type)
    (answer,) = await door.accept([one])
    (entry,) = entries(writer)
    partition = partition_of(entry.route_key, PARTITIONS)
    assert answer == Acknowledgement("ACCEPTED", entry.entry_id, (), Place(partition, 0))
    (record,) = stored(writer, TIMELINE)
    assert (record.record.key, record.record.headers) == (entry.route_key.encode(), ())
    assert record.timestamp == one.timestamp


async def test_what_kills_is_set_aside_unread_and_its_publisher_is_told(door: Door, writer: MemoryWriter) -> None:
    answers = await door.accept([screening(1), screening(2), screening(3)], frozenset({1}))
    assert [answer.kind for answer in answers] == ["ACCEPTED", "REFUSED", "ACCEPTED"]
    assert answers[1].faults == (Fault("POISON", ""),)
    (kept,) = stored(writer, QUARANTINE)
    assert kept.record.key == screening(2).reference.encode()
    assert [entry.faults for entry in entries(writer) if entry.kind == "REJECTED"] == [(Fault("POISON", ""),)]


async def test_one_persons_events_keep_their_order(door: Door, writer: MemoryWriter) -> None:
    await door.accept([screening(n) for n in range(5)])
    assert [entry.event_id for entry in entries(writer)] == [f"s-{n}" for n in range(5)]


@pytest.mark.parametrize("event_type", ["consent_withdraw", "consent_refuse"])
async def test_a_no_is_filed_for_its_persons_partition_before_the_timeline(
    door: Door, writer: MemoryWriter, event_type: str
) -> None:
    (answer,) = await door.accept([received(event_type)])
    (record,) = stored(writer, WITHDRAWALS)
    assert record.record.key == answer.entry_id.encode()
    assert filed(record.record.key, record.record.headers, 4) == answer.place.partition
    ((no,), (entry,)) = entries(writer, WITHDRAWALS), entries(writer)
    assert no == nameless(entry)
    assert set(no.segments) == {"consent_terms", "status"}


@pytest.mark.parametrize("event_type", ["consent_withdraw", "consent_refuse"])
async def test_what_is_kept_of_a_no_for_good_names_nobody(door: Door, writer: MemoryWriter, event_type: str) -> None:
    def canary(written: dict[str, Any]) -> None:
        give(NHS)(written)
        written["identity"]["name"] = "Canary-7"

    await door.accept([received(event_type, canary)])
    kept = b"".join(one.record.value or b"" for one in stored(writer, WITHDRAWALS))
    assert kept
    assert b"Canary-7" not in kept
    assert NHS[1].encode() not in kept
    assert b"Canary-7" in b"".join(one.record.value or b"" for one in stored(writer, TIMELINE))


async def test_the_end_of_a_designation_is_filed_there_too(door: Door, writer: MemoryWriter) -> None:
    def end(written: dict[str, Any]) -> None:
        written["status"]["state"] = "ENDED"

    await door.accept([received("designation", end)])
    assert entries(writer, WITHDRAWALS) == [nameless(entry) for entry in entries(writer)]


async def test_a_yes_is_not_filed_there(door: Door, writer: MemoryWriter) -> None:
    await door.accept([received("consent_grant")])
    assert stored(writer, WITHDRAWALS) == []


@pytest.mark.parametrize("closed", [WITHDRAWALS, TIMELINE])
async def test_a_no_that_either_topic_did_not_take_is_not_acknowledged(
    door: Door, writer: MemoryWriter, closed: str
) -> None:
    writer.closed = {closed}
    with pytest.raises(NoSpaceError):
        await door.accept([received("consent_withdraw")])
    assert entries(writer) == []


async def test_after_a_crash_before_writing_the_same_is_written(door: Door, writer: MemoryWriter) -> None:
    writer.closed = {TIMELINE}
    with pytest.raises(NoSpaceError):
        await door.accept([screening(1)])
    writer.closed = set()
    (answer,) = await door.accept([screening(1)])
    assert answer.kind == "REPEAT"
    assert [entry.event_id for entry in entries(writer)] == ["s-1"]


async def test_a_repeat_is_written_as_it_was(door: Door, writer: MemoryWriter) -> None:
    first, second = await door.accept([screening(1), screening(1)])
    assert (first.kind, second.kind, second.entry_id) == ("ACCEPTED", "REPEAT", first.entry_id)
    one, other = entries(writer)
    assert one == other


async def test_a_refused_record_is_sealed_and_its_publisher_will_be_told(door: Door, writer: MemoryWriter) -> None:
    one = broken(received("arrest", offset=9))
    (answer,) = await door.accept([one])
    assert (answer.kind, answer.faults) == ("REFUSED", (Fault("TRUNCATED", ""),))
    (told,) = entries(writer)
    assert (told.kind, told.faults) == ("REJECTED", answer.faults)
    assert told.route_key == desk_route_key(KEYS, "avon-police.custody")
    (kept,) = stored(writer, QUARANTINE)
    assert kept.record.key == b"in.avon-police.custody/0/9"
    assert (
        unseal(KEYS.quarantine, one.reference, decode_record(REFUSED, kept.record.value or b"")["sealed"]) == one.body
    )


async def test_another_body_under_a_used_id_is_refused(door: Door, writer: MemoryWriter) -> None:
    other = received("screening", give(("NHS_NUMBER", "9990000026", "TRACED"), event_id="s-1"), offset=2)
    _, answer = await door.accept([screening(1), other])
    assert answer.kind == "REFUSED"
    assert answer.faults == (Fault("ALTERED_REPEAT", "submission.event_id"),)
    assert sorted(entry.kind for entry in entries(writer)) == ["EVENT", "REJECTED"]


async def test_one_bad_record_does_not_hold_up_the_next(door: Door) -> None:
    answers = await door.accept([broken(screening(1)), screening(2), broken(screening(3)), screening(4)])
    assert [answer.kind for answer in answers] == ["REFUSED", "ACCEPTED", "REFUSED", "ACCEPTED"]
    assert len({answer.entry_id for answer in answers}) == 4


class Frail:
    """An index that raises for one event."""

    def __init__(self, index: Index, poison: str) -> None:
        self.index, self.poison = index, poison

    def settle(self, events: Sequence[Event]) -> list[Settled]:
        if any(event.body["submission"]["event_id"] == self.poison for event in events):
            raise ValueError(self.poison)
        return self.index.settle(events)


class Away:
    """An index whose database does not answer."""

    def settle(self, events: Sequence[Event]) -> list[Settled]:
        raise IndexUnavailableError(str(len(events)))


async def test_an_event_that_the_index_cannot_bear_goes_to_quarantine_alone(
    people: Index, writer: MemoryWriter
) -> None:
    door = Door(rules(), Frail(people, "s-2"), writer)
    answers = await door.accept([screening(1), screening(2), screening(3)])
    assert [answer.kind for answer in answers] == ["ACCEPTED", "REFUSED", "ACCEPTED"]
    assert answers[1].faults == (Fault("INTERNAL", ""),)


async def test_without_the_index_nothing_is_judged(writer: MemoryWriter) -> None:
    with pytest.raises(IndexUnavailableError):
        await Door(rules(), Away(), writer).accept([screening(1)])
    assert entries(writer) == []


async def test_a_rule_of_ours_that_raises_refuses_and_the_next_goes_on(people: Index, writer: MemoryWriter) -> None:
    door = Door(replace(rules(), publishers={}, ahead_ms="soon"), people, writer)  # type: ignore[arg-type]
    (answer,) = await door.accept([screening(1)])
    assert answer.faults == (Fault("INTERNAL", ""),)
    assert len(stored(writer, QUARANTINE)) == 1


async def test_an_entry_that_cannot_be_made_is_refused(people: Index, writer: MemoryWriter) -> None:
    door = Door(replace(rules(), expiry=None), people, writer)  # type: ignore[arg-type]
    grant, screened = await door.accept([received("consent_grant"), screening(1)])
    assert (grant.faults, screened.kind) == ((Fault("INTERNAL", ""),), "ACCEPTED")


async def test_what_is_handed_in_directly_is_told_by_a_digest_of_its_own() -> None:
    desk, body = directory().desks["avon-ld.team"], received("screening").body
    one, again, other = (at_door(desk, 5, raw, rules()) for raw in (body, body, body + b"x"))
    assert one.reference == again.reference != other.reference
    assert one.reference.startswith("door.avon-ld.team/0/")


async def test_a_broker_with_the_same_clock_is_believed(people: Index) -> None:
    writer = MemoryWriter(MemoryBroker(now=clock.now_ms))
    (answer,) = await Door(live(demo=False), people, writer).accept([screening(1)])
    assert answer.kind == "ACCEPTED"


@pytest.mark.parametrize("wrong", [-10_000, 10_000])
async def test_a_broker_with_another_clock_is_not(people: Index, wrong: int) -> None:
    writer = MemoryWriter(MemoryBroker(now=lambda: clock.now_ms() + wrong))
    with pytest.raises(ClocksDifferError):
        await Door(live(demo=False), people, writer).accept([screening(1)])


async def test_in_a_demo_time_is_the_players(people: Index) -> None:
    writer = MemoryWriter(MemoryBroker(now=lambda: 0))
    (answer,) = await Door(live(demo=True), people, writer).accept([screening(1)])
    assert answer.kind == "ACCEPTED"
