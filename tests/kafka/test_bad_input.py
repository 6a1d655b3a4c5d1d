"""Everything that can be sent wrongly, each through Kafka, each followed by an event that nothing is wrong with."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from hub.model.keys import entry_id
from hub.people import Index
from hub.quarantine import SealBrokenError, unseal
from tests.house import Hub, Stored, by_entry, decoded, hub, opened
from tests.kafka.bad_inputs import (
    CHARITY,
    CUSTODY,
    NOW,
    PART,
    SOMEBODY_ELSE,
    TEAM,
    USED,
    WHOLE,
    Bad,
    Doubtful,
    good,
    written,
)  # fmt: skip

__all__ = ["hub"]

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

EVERY: Sequence[Bad | Doubtful] = (*WHOLE, *PART)
TEN_TIMES = "ten-times"
REFERRALS = {"referred": "REFERRAL", "for-no-known-reason": "NOSINESS"}
"""Two referrals alike but for their purpose, by id."""
PACKED = bytes(50_000_000)

whole = pytest.mark.parametrize("bad", WHOLE, ids=lambda bad: bad.name)
part = pytest.mark.parametrize("doubtful", PART, ids=lambda doubtful: doubtful.name)


@dataclass(slots=True)
class Story:
    """What was sent, and everything that came of it."""

    hub: Hub
    sent: int = 0
    references: dict[str, str] = field(default_factory=dict)
    """Of each bad record: its place."""
    next_good: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Desk and id of the good event that came after it."""
    sheets: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    topics: dict[str, list[Stored]] = field(default_factory=dict)
    packed: BaseException | None = None

    def sheet(self, desk: str, event_id: str) -> Mapping[str, Any]:
        """The only sheet of an event."""
        [found] = self.sheets[entry_id(self.hub.keys, desk, event_id)]
        return found

    def refused(self, bad: Bad) -> tuple[Stored, dict[str, Any]]:
        """What stands of it in quarantine."""
        [found] = [one for one in self.topics["hub.quarantine"] if one.key.decode() == self.references[bad.name]]
        return found, decoded("hub.quarantine.Refused", found.value)

    def receipts(self, desk: str) -> list[dict[str, Any]]:
        return [opened(one.value) for one in self.topics[f"out.{desk}"] if dict(one.headers)["ce_type"] == b"receipt"]

    def copy(self, desk: str, sheet: Mapping[str, Any]) -> dict[str, Any]:
        """What that desk was sent of an event."""
        [name] = [ruling["copy_id"] for ruling in sheet["rulings"] if ruling["desk"] == desk]
        [found] = [one for one in self.topics[f"out.{desk}"] if dict(one.headers)["ce_id"].decode() == name]
        return opened(found.value)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(hub: Hub) -> Story:
    told = Story(hub)
    async with hub.agency() as agency:
        for desk, body in _first():
            await _send(told, agency, desk, body)
        for bad in EVERY:
            told.references[bad.name] = await _send(told, agency, bad.desk, bad.body)
            event_id, body = good(bad.desk, told.sent)
            told.next_good[bad.name] = bad.desk, event_id
            await _send(told, agency, bad.desk, body)
        try:
            await agency.send_and_wait(f"in.{CHARITY}", PACKED)
        except MessageSizeTooLargeError as error:
            told.packed = error
        await _send(told, agency, CHARITY, good(CHARITY, told.sent)[1])
    told.sheets = by_entry(await hub.until_decided(told.sent))
    told.topics = {name: await hub.records(name) for name in await hub.topics() if not name.startswith("__")}
    return told


def _first() -> Iterator[tuple[str, bytes]]:
    """Before anything bad: an event whose id will be used again, one that comes ten times, and a consent."""
    yield CUSTODY, written("arrest", USED)
    yield from [(CUSTODY, written("arrest", TEN_TIMES))] * 10
    yield TEAM, written("consent_grant", "agreed")
    for event_id, purpose in REFERRALS.items():
        yield TEAM, written("referral", event_id, {"submission.purpose": purpose})


async def _send(told: Story, agency: AIOKafkaProducer, desk: str, body: bytes | None) -> str:
    """Send and return where it stands."""
    place = await agency.send_and_wait(f"in.{desk}", body, key=b"the publisher's choice", timestamp_ms=NOW + told.sent)
    told.sent += 1
    return f"{place.topic}/{place.partition}/{place.offset}"


@whole
def test_a_bad_record_is_in_quarantine_by_its_place_and_its_reason(story: Story, bad: Bad) -> None:
    _, refused = story.refused(bad)
    assert {"code": bad.code, "field": bad.field} in refused["faults"]
    assert f"{refused['topic']}/{refused['partition']}/{refused['offset']}" == story.references[bad.name]


@whole
def test_its_body_is_sealed_and_only_the_key_opens_it(story: Story, bad: Bad) -> None:
    _, refused = story.refused(bad)
    body, reference, key = bad.body or b"", story.references[bad.name], story.hub.keys.quarantine
    assert unseal(key, reference, refused["sealed"]) == body
    assert not any(piece in refused["sealed"] for piece in _pieces(body))
    for other in ((bytes(32), reference), (key, f"{reference}0")):
        with pytest.raises(SealBrokenError):
            unseal(*other, refused["sealed"])


def _pieces(body: bytes) -> Iterator[bytes]:
    yield from (body[at : at + 16] for at in range(0, min(len(body), 2_000) - 16, 16))


@whole
def test_nothing_of_it_leaves(story: Story, bad: Bad) -> None:
    sheet = story.sheet(bad.desk, f"\x1f{story.references[bad.name]}")
    assert (sheet["kind"], sheet["rulings"], sheet["present"]) == ("QUARANTINED", [], [])
    assert bad.code in sheet["faults"]


@whole
def test_its_publisher_is_told_what_to_mend(story: Story, bad: Bad) -> None:
    _, refused = story.refused(bad)
    told = {"event_id": bad.event_id, "outcome": "FIX_AND_RESEND", "faults": refused["faults"]}
    assert told in [_without_time(receipt) for receipt in story.receipts(bad.desk)]


def test_each_refusal_is_told_once(story: Story) -> None:
    expected = Counter((bad.desk, bad.event_id) for bad in WHOLE)
    partly = {(doubtful.desk, doubtful.event_id) for doubtful in PART} | {(TEAM, "for-no-known-reason")}
    found = Counter(
        (desk, receipt["event_id"])
        for desk in (CUSTODY, TEAM, CHARITY)
        for receipt in story.receipts(desk)
        if receipt["outcome"] == "FIX_AND_RESEND" and (desk, receipt["event_id"]) not in partly
    )
    assert found == expected


def _without_time(receipt: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in receipt.items() if name != "at"}


@pytest.mark.parametrize("name", [bad.name for bad in EVERY])
def test_the_next_event_is_decided(story: Story, name: str) -> None:
    desk, event_id = story.next_good[name]
    sheet = story.sheet(desk, event_id)
    given = any(ruling["copy_id"] for ruling in sheet["rulings"])
    assert (sheet["kind"], sheet["faults"]) == ("RULED", [])
    assert given or desk == CHARITY  # how far a charity's own screening goes is the policy's affair


@part
def test_what_is_wrong_in_part_goes_on_and_its_publisher_is_told(story: Story, doubtful: Doubtful) -> None:
    sheet = story.sheet(doubtful.desk, doubtful.event_id)
    [receipt] = [one for one in story.receipts(doubtful.desk) if one["event_id"] == doubtful.event_id]
    assert sheet["kind"] == "RULED"
    assert {(fault["code"], fault["field"]) for fault in receipt["faults"]} == doubtful.faults
    assert receipt["outcome"] == "FIX_AND_RESEND"


@pytest.mark.parametrize("doubtful", [one for one in PART if one.absent], ids=lambda doubtful: doubtful.name)
def test_an_invalid_identifier_is_in_no_copy_and_the_rest_is(story: Story, doubtful: Doubtful) -> None:
    sheet = story.sheet(doubtful.desk, doubtful.event_id)
    copy = story.copy(TEAM, sheet)
    assert doubtful.absent not in sheet["present"]
    assert copy[doubtful.absent] is None
    assert copy["identity"]["name"] == "A. Synthetic"
    assert copy["health_minimum"]["vulnerability"] == ["MENTAL_HEALTH"]


def test_without_its_strong_identifier_an_event_is_only_probably_about_the_person(story: Story) -> None:
    confidence = {
        doubtful.name: story.sheet(doubtful.desk, doubtful.event_id)["confidence"]
        for doubtful in PART
        if doubtful.absent
    }
    assert {name for name, said in confidence.items() if said == "PROBABLE"} == {
        name for name in confidence if name.startswith("PNC")
    }
    assert set(confidence.values()) == {"PROBABLE", "CONFIRMED"}


@pytest.mark.parametrize("doubtful", [one for one in PART if one.unknown], ids=lambda doubtful: doubtful.name)
def test_an_unknown_code_leaves_as_unknown_and_the_rest_as_it_was(story: Story, doubtful: Doubtful) -> None:
    copy = story.copy(TEAM, story.sheet(doubtful.desk, doubtful.event_id))
    view, _, name = doubtful.unknown.partition(".")
    assert copy[view][name] in ("UNKNOWN", ["MENTAL_HEALTH", "UNKNOWN"])
    assert copy["cj_summary"]["station"] == "avon/patchway-suite"


def test_a_purpose_that_nobody_knows_opens_nothing_that_rests_on_one(story: Story) -> None:
    given = {
        purpose: _given(story.sheet(TEAM, event_id)["rulings"], CHARITY) for event_id, purpose in REFERRALS.items()
    }
    assert given == {"REFERRAL": {"identity", "health_minimum"}, "NOSINESS": set()}


def _given(rulings: Sequence[Mapping[str, Any]], desk: str) -> set[str]:
    [ruling] = [ruling for ruling in rulings if ruling["desk"] == desk]
    return {digest["view"] for digest in ruling["digests"]} - {"nhs_number"}


def test_the_same_event_ten_times_is_ruled_upon_once(story: Story) -> None:
    sheets = story.sheets[entry_id(story.hub.keys, CUSTODY, TEN_TIMES)]
    copies = [ruling["copy_id"] for sheet in sheets for ruling in sheet["rulings"] if ruling["copy_id"]]
    sent = Counter(
        dict(one.headers)["ce_id"].decode()
        for desk in story.hub.house.directory.desks
        for one in story.topics[f"out.{desk}"]
    )
    assert [sheet["kind"] for sheet in sheets] == ["RULED", *["REPEAT"] * 9]
    assert copies
    assert [sent[copy] for copy in copies] == [1] * len(copies)
    assert [one["outcome"] for one in story.receipts(CUSTODY) if one["event_id"] == TEN_TIMES] == ["DELIVERED"]


def test_an_altered_body_changes_nothing_of_what_was_decided(story: Story) -> None:
    sheet = story.sheet(CUSTODY, USED)
    outcomes = [one["outcome"] for one in story.receipts(CUSTODY) if one["event_id"] == USED]
    assert story.copy(TEAM, sheet)["identity"]["name"] == "A. Synthetic"
    assert outcomes == ["DELIVERED", *["FIX_AND_RESEND"] * 3]


def test_a_used_id_teaches_the_index_nobody(story: Story) -> None:
    chosen = story.hub.house.chosen
    with Index.open(chosen.people, story.hub.keys) as people:
        assert people.find("pnc", SOMEBODY_ELSE["value"]) is None
        assert people.find("nhs_number", "9990000018") == people.find("pnc", "2019/9999901W") != None  # noqa: E711


def test_what_unpacks_beyond_the_limit_never_gets_past_the_broker(story: Story) -> None:
    assert isinstance(story.packed, MessageSizeTooLargeError)
    assert max(len(one.value) for one in story.topics[f"in.{CHARITY}"]) < 10_000


def test_every_record_has_its_place_on_the_timeline_and_its_sheet(story: Story) -> None:
    spoken = [one for name, stored in story.topics.items() if name.startswith("in.") for one in stored]
    assert len(spoken) == story.sent == len(story.topics["hub.timeline"]) == sum(map(len, story.sheets.values()))
    assert len(story.topics["hub.quarantine"]) == len(WHOLE)


def test_the_workers_live_and_have_counted(story: Story) -> None:
    assert [worker.said[-5:] for worker in story.hub.workers.values() if not worker.lives] == []
    counted = _counters(story.hub.workers["intake"].metrics())
    assert counted['hub_intake_events_total{outcome="REFUSED"}'] == len(WHOLE)
    assert counted['hub_intake_events_total{outcome="REPEAT"}'] == 9
    assert sum(value for name, value in counted.items() if name.startswith("hub_quarantine_total")) == len(WHOLE)


def test_every_reason_is_counted_under_its_own_name(story: Story) -> None:
    counted = _counters(story.hub.workers["intake"].metrics())
    reasons = Counter(story.refused(bad)[1]["faults"][0]["code"] for bad in WHOLE)
    assert {code: counted.get(f'hub_quarantine_total{{reason="{code}"}}', 0) for code in reasons} == reasons


def _counters(page: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in page.splitlines() if line.startswith("hub_"))
    return {name: float(value) for name, _, value in lines}
