import json
import traceback
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import catalogue, codec
from schemas.errors import WireError
from tests.examples import examples
from tests.schemas.bodies import ANY_EVENT, bodies
from tests.schemas.samples import ABOUT_PEOPLE, example, example_text, strictly_written, whole

CANARY = "CANARY-7f3a"


@given(ANY_EVENT)
@examples(40)
def test_whatever_a_schema_allows_is_read_back_as_it_was_written(case: tuple[Any, dict[str, Any]]) -> None:
    schema, body = case
    framed = codec.encode(schema, body)
    assert framed == strictly_written(schema, body) == codec.canonical(schema, body)
    assert codec.decode(framed) == (schema, body)


@pytest.mark.parametrize("event_type", ABOUT_PEOPLE)
def test_times_are_milliseconds_and_dates_are_days(event_type: str) -> None:
    schema = catalogue.by_type(event_type)
    _, body = codec.decode(codec.encode(schema, example(event_type)))
    assert isinstance(body["envelope"]["occurred_at"], int)
    born = json.loads(example_text(event_type))["identity"]["born"]
    assert body["identity"]["born"] == (date.fromisoformat(born) - date(1970, 1, 1)).days


def test_a_body_that_is_not_what_the_schema_says_is_not_written() -> None:
    schema, body = catalogue.by_type("arrest"), whole("arrest")
    wrong: list[dict[str, Any]] = [
        {**body, "extra": 1},
        {key: value for key, value in body.items() if key != "location"},
        {**body, "identity": {**body["identity"], "name": None}},
        {**body, "identity": {**body["identity"], "born": CANARY}},
        {**body, "self_risk": {**body["self_risk"], "assessed": CANARY}},
        {**body, "envelope": {**body["envelope"], "occurred_at": 2**70}},
        {**body, "envelope": None},
    ]
    for one in wrong:
        with pytest.raises(WireError) as caught:
            codec.encode(schema, one)
        assert caught.value.code == "NOT_ENCODABLE"
        assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_date_that_no_calendar_has_is_neither_written_nor_read() -> None:
    schema, body = catalogue.by_type("arrest"), whole("arrest")
    for name, value in (("occurred_at", 2**62), ("published_at", -(2**62))):
        bad = {**body, "envelope": {**body["envelope"], name: value}}
        with pytest.raises(WireError, match="MALFORMED"):
            codec.encode(schema, bad)
        with pytest.raises(WireError, match="MALFORMED"):
            codec.decode(strictly_written(schema, bad))
    with pytest.raises(WireError, match="MALFORMED"):
        codec.decode(strictly_written(schema, {**body, "identity": {**body["identity"], "born": 2**30}}))


def test_an_event_over_the_cap_is_neither_written_nor_read() -> None:
    schema, body = catalogue.by_type("screening"), whole("screening")
    body["health_full"]["narrative"] = "x" * codec.MAX_EVENT_BYTES
    with pytest.raises(WireError, match="TOO_LARGE"):
        codec.encode(schema, body)
    with pytest.raises(WireError, match="TOO_LARGE"):
        codec.decode(strictly_written(schema, body))


def test_the_largest_event_is_read() -> None:
    schema, body = catalogue.by_type("screening"), whole("screening")
    body["health_full"]["narrative"] = ""
    body["health_full"]["narrative"] = "x" * (codec.MAX_EVENT_BYTES - len(codec.encode(schema, body)) - 2)
    framed = codec.encode(schema, body)
    assert len(framed) == codec.MAX_EVENT_BYTES
    assert codec.decode(framed) == (schema, body)


def test_a_receipt_is_framed_and_read_back() -> None:
    receipt = {"event_id": "e", "outcome": "FIX_AND_RESEND", "faults": [{"code": "BAD_CHECK", "field": "x"}], "at": 1}
    framed = codec.encode_receipt("e", "FIX_AND_RESEND", [("BAD_CHECK", "x")], 1)
    assert framed[0] == 0
    assert codec.decode_receipt(framed) == receipt
    with pytest.raises(WireError, match="UNKNOWN_SCHEMA"):
        codec.decode_receipt(codec.encode(catalogue.by_type("arrest"), whole("arrest")))


def test_a_receipt_is_not_taken_for_an_event() -> None:
    framed = codec.encode_receipt("e", "DELIVERED", (), 1)
    with pytest.raises(WireError, match="UNKNOWN_SCHEMA"):
        codec.decode(framed)


@pytest.mark.parametrize(
    "name", ["hub.timeline.Entry", "hub.timeline.Particulars", "hub.state.Person", "hub.quarantine.Refused"]
)
def test_the_hubs_own_records_are_read_back_as_written(name: str) -> None:
    from schemas.shape import authored  # the strategy below is made from it

    @given(own_records(authored(name)))
    @examples(25)
    def reads_back(value: dict[str, Any]) -> None:
        raw = codec.encode_record(name, value)
        assert codec.decode_record(name, raw) == value
        with pytest.raises(WireError, match="TRAILING_BYTES"):
            codec.decode_record(name, raw + b"\0")

    reads_back()


MADE_UP_FACTS = st.dictionaries(st.sampled_from(("urgency", "status")), st.sampled_from(("ROUTINE", "SENT")))
MADE_UP_SEGMENTS = st.dictionaries(st.sampled_from(("identity", "location")), st.binary(max_size=5))


def own_records(node: Any) -> st.SearchStrategy[dict[str, Any]]:
    maps = {"facts": MADE_UP_FACTS, "segments": MADE_UP_SEGMENTS}
    there = {field["name"]: maps[field["name"]] for field in node["fields"] if field["name"] in maps}
    record = bodies({**node, "fields": [field for field in node["fields"] if field["name"] not in there]})
    return st.tuples(record, st.fixed_dictionaries(there)).map(lambda both: both[0] | both[1])


def test_an_error_in_a_record_of_the_hub_does_not_quote_it() -> None:
    for wrong in ({"event_id": CANARY}, {"event_id": CANARY, "outcome": CANARY, "faults": [], "at": 1}):
        with pytest.raises(WireError) as caught:
            codec.encode_record("hub.Receipt", wrong)
        assert CANARY not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(WireError, match="MALFORMED"):
        codec.decode_record("hub.Receipt", CANARY.encode())


def test_records_from_fields_are_what_records_from_mappings_are() -> None:
    faults = [("BAD_CHECK", "x"), ("LATE", "")]
    plain = {
        "event_id": "é",
        "outcome": "NOT_DELIVERED",
        "faults": [{"code": c, "field": f} for c, f in faults],
        "at": -1,
    }
    fields = ("é", "NOT_DELIVERED", faults, -1)
    assert codec.encode_fields(codec.RECEIPT, fields) == codec.encode_record(codec.RECEIPT, plain)


@pytest.mark.parametrize(
    "fields", [("e",), ("e", "CANARY", (), 1), (None, "DELIVERED", (), 1), ("e", "DELIVERED", (), 2**64)]
)
def test_fields_that_do_not_fit_are_not_written_and_not_quoted(fields: tuple[object, ...]) -> None:
    with pytest.raises(WireError, match=r"^NOT_ENCODABLE$"):
        codec.encode_fields(codec.RECEIPT, fields)
