"""A stranger reads what we write with Apache's own library and the registered text alone."""

import io
from itertools import islice
from typing import Any

import avro.io
import avro.schema
import pytest

from schemas import catalogue, codec
from schemas.segments import cut, join
from tests.schemas.samples import ABOUT_PEOPLE, EVENTS, example, masks, registered_text, whole

pytestmark = pytest.mark.wide


def read(text: str, framed: bytes) -> Any:
    stream = io.BytesIO(framed[5:])
    value = avro.io.DatumReader(avro.schema.parse(text)).read(avro.io.BinaryDecoder(stream))
    assert stream.read() == b""
    return value


@pytest.mark.parametrize("event_type", EVENTS)
def test_apache_reads_every_example(event_type: str) -> None:
    schema = catalogue.by_type(event_type)
    event = read(registered_text(schema), codec.encode(schema, example(event_type)))
    assert event["envelope"]["occurred_at"].isoformat().startswith("2026-0")
    assert event_type not in ABOUT_PEOPLE or event["identity"]["name"].endswith(". Synthetic")
    assert event["submission"]["desk"] == event["envelope"]["publisher_desk"]


@pytest.mark.parametrize("event_type", EVENTS)
def test_apache_reads_the_copies_of_a_sample_of_masks(event_type: str) -> None:
    schema, body = catalogue.by_type(event_type), whole(event_type)
    text, segments = registered_text(schema), cut(schema, body)
    for mask in islice(masks(schema.views), 0, None, max(1, 2 ** len(schema.views) // 12 - 1)):
        copy = join(schema, body["envelope"], {view: segments[view] for view in mask}, ["victim"])
        event = read(text, copy)
        assert {view for view in schema.views if event[view] is not None} == mask
        assert (event["submission"], event["withheld"]) == (None, ["victim"])


def test_apache_reads_a_receipt() -> None:
    text = next(entry.text for entry in catalogue.registered() if entry.name == "hub.Receipt")
    receipt = read(text, codec.encode_receipt("e", "DELIVERED", (), 0))
    assert (receipt["event_id"], receipt["outcome"]) == ("e", "DELIVERED")
