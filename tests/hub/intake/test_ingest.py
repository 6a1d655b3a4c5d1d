"""Bytes to an event, or to the reasons why not."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.intake.event import Event, Received, Rejected
from hub.intake.ingest import MOST_FAULTS, ingest
from hub.model.entry import Fault
from schemas import catalogue, codec
from tests.examples import examples
from tests.hub.intake.builders import Body, Change, body, directory, event, received, rules


def rejected(event_type: str, change: Change) -> Rejected:
    result = ingest(received(event_type, change), rules())
    assert isinstance(result, Rejected)
    return result


def put(path: str, value: object) -> Change:
    """A change: that value at that dotted path."""

    def change(made: Body) -> None:
        *steps, last = path.split(".")
        held: Any = made
        for step in steps:
            held = held[step]
        held[last] = value

    return change


@pytest.mark.parametrize("event_type", catalogue.event_types())
def test_every_committed_example_is_valid_and_has_nothing_to_mend(event_type: str) -> None:
    assert event(event_type).faults == ()


def test_an_event_carries_the_hash_of_its_canonical_body() -> None:
    whole = codec.encode(catalogue.by_type("arrest"), body("arrest"))
    assert event("arrest").content_hash == hashlib.sha256(whole).digest()[:8]


def test_bytes_that_are_no_event_are_rejected_with_the_wires_code() -> None:
    one = received("arrest")
    cut = Received(one.desk, one.topic, 0, 7, one.timestamp, one.body[:-1])
    assert ingest(cut, rules()) == Rejected(cut, "", (Fault("TRUNCATED", ""),))


@examples(200)
@given(some.binary(max_size=200))
def test_whatever_bytes_arrive_there_is_an_answer(raw: bytes) -> None:
    one = received("arrest")
    framed = codec.frame(1) + raw
    assert isinstance(ingest(Received(one.desk, one.topic, 0, 0, one.timestamp, framed), rules()), Event | Rejected)


def test_a_rejection_repeats_the_publishers_own_event_id_to_it() -> None:
    result = rejected("arrest", put("submission.purpose", ""))
    assert result.event_id == "avon-custody-26-0001"
    assert result.faults == (Fault("MISSING_PURPOSE", "submission.purpose"),)


def test_an_invalid_identifier_is_dropped_and_flagged_and_the_event_goes_on() -> None:
    result = event("arrest", lambda made: made["submission"]["identifiers"][1].update(value="9990000086"))
    assert [one.kind for one in result.identifiers] == ["pnc"]
    assert result.faults == (Fault("BAD_CHECK", "submission.identifiers[1].value"),)


def test_an_unknown_code_goes_on_as_unknown_and_is_flagged() -> None:
    result = event("screening", put("health_minimum.result", "MAYBE"))
    assert result.body["health_minimum"]["result"] == "UNKNOWN"
    assert result.faults == (Fault("UNKNOWN_CODE", "health_minimum.result"),)


def test_an_identifier_in_a_narrative_has_to_be_mended_by_its_publisher() -> None:
    result = rejected("referral", put("health_full.narrative", "His NHS number is 999 000 0026, please call."))
    assert result.faults == (Fault("IDENTIFIER_IN_TEXT", "health_full.narrative"),)


def test_an_emergency_goes_on_without_its_texts() -> None:
    def change(made: Body) -> None:
        made["health_minimum"]["urgency"] = "EMERGENCY"
        made["health_full"]["narrative"] = "Ask for 2019/9999901W at the desk."

    result = event("screening", change)
    assert result.body["health_full"] is None
    assert result.body["health_minimum"]["urgency"] == "EMERGENCY"
    assert result.faults == (Fault("IDENTIFIER_IN_TEXT", "health_full.narrative"),)


def test_a_withdrawal_does_not_wait_for_a_text_to_be_mended() -> None:
    result = event("consent_withdraw", put("identity.name", "A. Synthetic 9990000018"))
    assert result.body["identity"] is None
    assert result.faults[0].code == "IDENTIFIER_IN_TEXT"


def test_a_part_that_differs_from_its_view_is_rejected() -> None:
    result = rejected("arrest", put("cj_summary.status", "BAILED"))
    assert result.faults == (Fault("PART_DIFFERS", "cj_summary.status"),)


def test_an_override_is_an_emergency() -> None:
    def change(made: Body) -> None:
        made["cj_summary"]["status"] = "BAILED"
        made["submission"]["override"] = {
            "basis": "VITAL_INTERESTS", "decided_by": "Custody inspector", "harm": "Self-harm", "imminence": "UNKNOWN",
            "why_no_consent": "No time", "views": ["self_risk"], "told_person": None, "not_told_reason": None,
        }  # fmt: skip

    result = event("arrest", change)
    assert result.body["criminal_justice"] is None
    assert Fault("PART_DIFFERS", "cj_summary.status") in result.faults


def test_an_arrest_without_the_risk_to_self_of_a_detained_person_is_flagged() -> None:
    result = event("arrest", put("self_risk", None))
    assert result.faults == (Fault("PART_MISSING", "self_risk"),)


def test_a_blanket_referral_is_told_that_the_need_is_missing() -> None:
    def change(made: Body) -> None:
        made["health_minimum"]["need_level"] = "UNKNOWN"

    assert event("referral", change).faults == (Fault("MISSING_NEED", "health_minimum.need_level"),)


def test_who_did_it_and_why_are_asked_for() -> None:
    def change(made: Body) -> None:
        made["submission"].update(actor_id="", justification="")

    assert [fault.field for fault in event("arrest", change).faults] == [
        "submission.actor_id",
        "submission.justification",
    ]


def test_a_view_that_the_hub_fills_is_flagged_when_a_publisher_fills_it() -> None:
    result = event("arrest", put("crn", {"value": "X999002"}))
    assert result.faults == (Fault("SET_BY_HUB", "crn"),)


def test_a_consent_whose_record_has_no_usable_name_is_rejected() -> None:
    result = rejected("consent_grant", put("consent_terms.consent_id", "the one from Monday"))
    assert result.faults == (Fault("BAD_REFERENCE", "consent_terms.consent_id"),)


def test_a_publisher_is_not_told_endlessly() -> None:
    def change(made: Body) -> None:
        made["submission"]["named"] = [f"nobody-{n}.desk" for n in range(50)]
        made["self_risk"] = None

    assert len(event("arrest", change).faults) == MOST_FAULTS


def test_names_that_the_directory_knows_are_kept() -> None:
    submission = event("arrest").body["submission"]
    assert submission["place"] == "avon/patchway-suite"
    assert submission["holding_ref"] in directory().desks


def test_nothing_printable_of_an_event_holds_a_person() -> None:
    result = event("arrest")
    text = f"{result!r} {result.received!r} {result.identifiers!r}"
    assert "Synthetic" not in text
    assert "9990000018" not in text


@pytest.mark.parametrize("number", ["9990000018", "arrest-999-000-0018", "PNC/2019/9999901W"])
def test_a_number_of_somebody_in_a_reference_is_left_out_and_the_risk_to_self_goes_on(number: str) -> None:
    def change(made: Body) -> None:
        made["criminal_justice"]["custody_no"] = made["self_risk"]["custody_no"] = number

    result = event("arrest", change)
    assert [fault.code for fault in result.faults] == ["IDENTIFIER_IN_TEXT"] * 2
    assert result.body["criminal_justice"]["custody_no"] is None
    assert result.body["self_risk"] is not None
    assert result.body["self_risk"]["custody_no"] is None


@pytest.mark.parametrize("number", ["9990000018", "2019/9999901W-1"])
def test_a_number_of_somebody_is_no_event_id_and_is_not_repeated(number: str) -> None:
    result = rejected("arrest", put("submission.event_id", number))
    assert (result.event_id, result.faults) == ("", (Fault("BAD_EVENT_ID", "submission.event_id"),))


@pytest.mark.parametrize("reference", ["X999001", "5f0e9990-0001-4888-9990-000018abcdef"])
def test_a_reference_that_only_looks_like_one_is_kept(reference: str) -> None:
    assert event("consent_grant", put("consent_terms.consent_id", reference)).faults == ()
