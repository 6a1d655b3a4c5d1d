from typing import Any

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat

from hub.log import AUDIT, STATE, Record
from hub.model import keys
from hub.model.directory import Desk
from hub.model.entry import Entry, Fault
from hub.model.pending import Pending
from hub.model.person import Person
from hub.sharing import process
from hub.sharing.forward import unreadable
from hub.sharing.records import entries_of, records
from hub.sharing.world import World
from schemas import catalogue, codec
from tests.world import CHARITY, KEYS, LD_TEAM, MARCH_4, PERSON, bare, consent, directory, entry, said, world

AGREED = Person(consents=(consent(),))


def written(made: Entry, known: World | None = None) -> list[Record]:
    return records(process(made, known or world(AGREED, made.occurred_at)), KEYS)


def to(topic: str, these: list[Record]) -> Record:
    return next(record for record in these if record.topic == topic)


def sheet(record: Record) -> dict[str, Any]:
    return codec.decode_record("hub.audit.Sheet", record.value or b"")


def test_every_outcome_has_one_sheet_under_its_place_in_the_timeline() -> None:
    for made in (entry("referral", MARCH_4), said("GRANT"), bare(entry_id="broken")):
        first, *rest = written(made)
        assert (first.topic, first.key, first.partition) == (AUDIT, b"1/7", 1)
        assert AUDIT not in {record.topic for record in rest}
        assert (sheet(first)["partition"], sheet(first)["offset"]) == (1, 7)


def test_a_sheet_says_what_each_desk_was_told_and_proves_it() -> None:
    these = written(entry("referral", MARCH_4))
    ruling = next(each for each in sheet(these[0])["rulings"] if each["desk"] == CHARITY)
    assert (ruling["verdict"], ruling["reason"], ruling["consents"]) == ("REDACT", "SCOPE_VIEW", ["C-1"])
    assert [digest["view"] for digest in ruling["digests"]] == ["identity", "health_minimum"]
    assert ruling["copy_id"].encode() == dict(to(f"out.{CHARITY}", these).headers)["ce_id"]
    assert ruling["decision"]["answers"]
    refused = next(each for each in sheet(these[0])["rulings"] if each["verdict"] == "DENY")
    assert (refused["copy_id"], refused["digests"]) == (None, [])


def test_a_sheet_knows_the_person_by_the_audits_own_pseudonym() -> None:
    head = sheet(written(entry("referral", MARCH_4))[0])
    assert head["person"] == keys.audit_ref(KEYS, PERSON)
    assert head["present"][:2] == ["identity", "nhs_number"]
    assert head["policy"] == world().decisions.policy.digest


def test_an_unreadable_entry_has_a_sheet_of_nobody() -> None:
    (only,) = records(unreadable(world().moment, "policy"), KEYS)
    head = sheet(only)
    assert (head["kind"], head["person"], head["entry_id"], head["faults"]) == (
        "QUARANTINED",
        "",
        "",
        ["UNREADABLE_ENTRY"],
    )


def test_a_copy_goes_to_its_desk_under_the_desks_own_person_ref() -> None:
    copy = to(f"out.{CHARITY}", written(entry("referral", MARCH_4)))
    assert copy.key == keys.person_ref(KEYS, CHARITY, PERSON).encode()
    assert copy.partition is None
    assert codec.decode(copy.value or b"")[0].type == "referral"


def test_a_desk_with_several_partitions_gets_each_person_in_one_of_them() -> None:
    wide = directory(Desk(CHARITY, "bridge-charity", "CVO", frozenset({"avon"}), frozenset(), partitions=3))
    known = world(AGREED, MARCH_4, directory=wide)
    places = {to(f"out.{CHARITY}", written(entry("referral", at), known)).partition for at in (MARCH_4, MARCH_4 - 1)}
    assert len(places) == 1
    assert places <= {0, 1, 2}


def test_a_copys_headers_are_exactly_these() -> None:
    copy = to(f"out.{CHARITY}", written(entry("referral", MARCH_4)))
    assert [name for name, _ in copy.headers] == ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"]


def test_headers_are_cloud_events_as_their_own_library_reads_them() -> None:
    these = written(entry("referral", MARCH_4))
    for topic, event_type in ((f"out.{CHARITY}", "referral"), (f"out.{LD_TEAM}", "receipt")):
        record = to(topic, these)
        message = kafka.KafkaMessage(dict(record.headers), record.key, record.value or b"")
        event = kafka.from_binary(message, JSONFormat())
        assert (event.get_type(), event.get_source(), event.get_specversion()) == (event_type, "hub", "1.0")
        assert event.get_id()
        assert event.get_datacontenttype() == "application/avro"


def test_a_receipt_goes_to_the_publisher_under_a_key_that_links_nothing() -> None:
    one, other = (to(f"out.{LD_TEAM}", written(entry("referral", at))) for at in (MARCH_4, MARCH_4 + 1))
    assert one.key != other.key
    assert one.key == dict(one.headers)["ce_id"]
    body = codec.decode_receipt(one.value or b"")
    assert (body["event_id"], body["outcome"], body["faults"]) == (f"referral-{MARCH_4}", "DELIVERED", [])


def test_the_receipt_of_an_altered_repeat_is_not_taken_for_the_first_ones() -> None:
    referral = entry("referral", MARCH_4)
    first = process(referral, world(AGREED, MARCH_4))
    altered = written(referral._replace(content_hash=b"changed."), world(AGREED, MARCH_4, repeats=first.repeats))
    again = to(f"out.{LD_TEAM}", altered)
    assert again.key != to(f"out.{LD_TEAM}", records(first, KEYS)).key
    assert codec.decode_receipt(again.value or b"")["outcome"] == "FIX_AND_RESEND"


def test_faults_on_a_receipt_name_code_and_field() -> None:
    made = entry("referral", MARCH_4, faults=(Fault("BAD_CHECK", "submission.identifiers[0].value"),))
    body = codec.decode_receipt(to(f"out.{LD_TEAM}", written(made)).value or b"")
    assert body["faults"] == [{"code": "BAD_CHECK", "field": "submission.identifiers[0].value"}]


def test_state_is_written_only_where_it_changed() -> None:
    changed = [record for record in written(entry("referral", MARCH_4)) if record.topic == STATE]
    assert [(record.key, record.partition) for record in changed] == [
        (PERSON.encode(), 1),
        (f"{PERSON}/repeats".encode(), 1),
    ]
    person = Person.from_record(codec.decode_record("hub.state.Person", changed[0].value or b""))
    assert person == process(entry("referral", MARCH_4), world(AGREED, MARCH_4)).person
    unchanged = written(bare(type="screening", publisher=CHARITY, area="elsewhere"))
    assert [record.key for record in unchanged if record.topic == STATE] == [f"{PERSON}/repeats".encode()]


def test_no_key_header_or_sheet_says_who_it_is_about() -> None:
    for made in (entry("arrest"), entry("referral", MARCH_4), said("GRANT")):
        for record in written(made):
            shown = b"".join((record.key or b"", *(value for _, value in record.headers)))
            shown += (record.value or b"") if record.topic == AUDIT else b""
            assert b"Synthetic" not in shown
            assert b"99900000" not in shown
            assert b"CASE/1" not in shown


def test_a_replay_writes_the_same_bytes() -> None:
    assert written(entry("referral", MARCH_4)) == written(entry("referral", MARCH_4))


def test_a_sheet_says_until_when_and_for_whom_something_waits_of_this_entry_and_of_no_other() -> None:
    held = entry("referral", MARCH_4, confidence="UNRESOLVED")
    outcome = process(held, world(AGREED, MARCH_4))
    assert outcome.pending is not None
    head = sheet(records(outcome, KEYS)[0])
    [waits] = outcome.pending.held
    assert head["held"] == {"due_at": waits.due_at, "desks": list(waits.desks)}
    other = outcome._replace(pending=Pending((waits._replace(entry_id="77" * 8),)))
    assert sheet(records(other, KEYS)[0])["held"] is None
    assert sheet(written(entry("referral", MARCH_4))[0])["held"] is None


def test_a_sheet_names_the_others_whom_it_may_be_about_by_pseudonym() -> None:
    head = sheet(written(entry("referral", MARCH_4, possible=("6f" * 16,)))[0])
    assert head["possible"] == [keys.audit_ref(KEYS, "6f" * 16)]


def test_a_ruling_says_which_consents_it_rests_on_even_where_no_copy_was_made() -> None:
    outcome = process(entry("referral", MARCH_4), world(AGREED, MARCH_4))
    without = [ruling._replace(copy=None) for ruling in outcome.rulings]
    ruling = next(
        each
        for each in sheet(records(outcome._replace(rulings=tuple(without)), KEYS)[0])["rulings"]
        if each["desk"] == CHARITY
    )
    assert (ruling["consents"], ruling["copy_id"], ruling["digests"]) == (["C-1"], None, [])


def test_a_persons_copies_stand_in_the_partition_that_their_reference_names() -> None:
    wide = directory(Desk(CHARITY, "bridge-charity", "CVO", frozenset({"avon"}), frozenset(), partitions=2))
    known = world(AGREED, MARCH_4, directory=wide)
    for person in ("5e" * 16, "6f" * 16, "70" * 16, "01" * 16):
        copy = to(f"out.{CHARITY}", written(entry("referral", MARCH_4, route_key=person), known))
        assert copy.partition == int((copy.key or b"").decode()[:8], 16) % 2


def test_the_repeats_and_the_past_stand_behind_each_other_to_their_very_end() -> None:
    [stored] = [one for one in written(entry("referral", MARCH_4)) if (one.key or b"").endswith(b"/repeats")]
    value = stored.value or b""
    repeats, past = entries_of(value)
    assert value == len(repeats).to_bytes(4, "big") + repeats + past
    assert entries_of((0).to_bytes(4, "big")) == (b"", b"")
    for wrong in (value[:-1], value + b"0", (9).to_bytes(4, "big") + b"0" * 9, (30).to_bytes(4, "big")):
        with pytest.raises(ValueError, match="neither repeats nor a past"):
            entries_of(wrong)


def test_a_broken_ruling_stands_on_its_sheet_with_every_view_and_why() -> None:
    told = sheet(written(entry("referral", MARCH_4, publisher="gone.desk"))[0])["rulings"]
    [ruling] = [one for one in told if one["desk"] == CHARITY]
    assert (ruling["role"], ruling["relationship"]) == ("CVO", "PROPOSED")
    assert (ruling["verdict"], ruling["reason"], ruling["copy_id"]) == ("DENY", "RULE_BROKEN", None)
    answers = ruling["decision"]["answers"]
    assert [answer["view"] for answer in answers] == list(catalogue.by_type("referral").views)
    assert {(each["answer"], each["gateway"], each["reason"]) for each in answers} == {("WITHHOLD", "", "RULE_BROKEN")}
    assert all(answer["tried"] == [] for answer in answers)
