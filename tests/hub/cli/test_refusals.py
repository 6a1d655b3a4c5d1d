"""How a reviewer is shown what the hub could not take."""

from dataclasses import replace

import pytest

from agents.door import Acknowledgement, Place
from hub.cli.refusals import as_object, line, opened, opened_lines, told
from hub.intake.process import Kind
from hub.model.entry import Fault
from hub.quarantine import Refusal
from tests.hub.intake.builders import received

ONE = Refusal(
    "in.avon-ld.team/0/17", "in.avon-ld.team", 0, 17, 1_772_445_600_000,
    (Fault("UNKNOWN_SCHEMA", ""), Fault("FUTURE_DATE", "envelope.occurred_at")), b"sealed",
)  # fmt: skip


def test_a_refusal_is_told_by_its_place_its_time_and_the_rules_that_it_broke() -> None:
    assert line(ONE) == (
        "in.avon-ld.team/0/17: 2 March 2026 10:00:00 GMT: UNKNOWN_SCHEMA, FUTURE_DATE (envelope.occurred_at)"
    )
    assert as_object(ONE) == {
        "reference": "in.avon-ld.team/0/17",
        "topic": "in.avon-ld.team",
        "received_at": "2026-03-02T10:00:00.000Z",
        "faults": [
            {"code": "UNKNOWN_SCHEMA", "field": ""},
            {"code": "FUTURE_DATE", "field": "envelope.occurred_at"},
        ],
        "released_at": None,
    }


def test_a_rule_that_several_fields_broke_is_named_once() -> None:
    faults = tuple(Fault("WRONG_PUBLISHER", field) for field in ("submission.desk", "envelope.publisher_org"))
    assert line(replace(ONE, faults=faults)).endswith(": WRONG_PUBLISHER (submission.desk, envelope.publisher_org)")


def test_one_that_was_released_says_when() -> None:
    assert line(ONE, ONE.received_at).endswith("; released 2 March 2026 10:00:00 GMT")
    assert as_object(ONE, ONE.received_at)["released_at"] == "2026-03-02T10:00:00.000Z"


def test_a_refusal_shows_nothing_of_what_is_sealed() -> None:
    assert "sealed" not in repr(ONE)


def test_a_body_that_can_be_read_is_shown_as_its_publisher_wrote_it() -> None:
    shown = opened(ONE, received("arrest").body)
    assert shown["event"]["envelope"]["type"] == "arrest"
    assert next(opened_lines(shown)) == "{"


def test_a_body_that_cannot_be_read_is_shown_as_bytes_with_what_is_wrong() -> None:
    shown = opened(ONE, b"\x01" * 40)
    assert shown == {"fault": "NOT_FRAMED", "bytes": 40, "hex": "01" * 40}
    assert list(opened_lines(shown)) == ["40 bytes that cannot be read: NOT_FRAMED", "01" * 32, "01" * 8]


def test_poison_is_shown_as_bytes_and_not_tried() -> None:
    body = received("arrest").body
    shown = opened(replace(ONE, faults=(Fault("POISON", ""),)), body)
    assert shown == {"fault": "POISON", "bytes": len(body), "hex": body.hex()}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("ACCEPTED", "was accepted: entry 5e5e, hub.timeline, partition 2, offset 9."),
        ("REPEAT", "was known already: entry 5e5e, hub.timeline, partition 2, offset 9."),
        ("REFUSED", "was refused again and stays in quarantine."),
    ],
)
def test_what_became_of_it_is_told_after_what_is_still_wrong(kind: Kind, words: str) -> None:
    outcome = Acknowledgement(kind, "5e5e", (Fault("BAD_CHECK", "submission.identifiers[0].value"),), Place(2, 9))
    assert list(told(ONE, outcome)) == ["submission.identifiers[0].value: BAD_CHECK", f"in.avon-ld.team/0/17 {words}"]
