"""An agency that has none of our code: it writes and reads with Confluent's client, Apache's Avro and the files alone.

The hub stands as in production: the broker sets the time of every record.
"""

import io
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import avro.io
import avro.schema
import confluent_kafka
import pytest
import pytest_asyncio
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from sqlalchemy import create_engine, func, insert, select

from hub.clock import now_ms
from hub.people import tables
from tests.house import SCHEMAS, WITHIN, Hub, open_hub

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

TEAM, CHARITY = "avon-ld.team", "bridge-charity.support"
NOW = datetime.fromtimestamp(now_ms() // 1000, UTC) - timedelta(minutes=1)
TODAY = NOW.date()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as the stranger has it."""

    key: str
    headers: dict[str, bytes]
    body: bytes
    stamped_by_broker: bool
    timestamp: int

    @property
    def content(self) -> dict[str, Any]:
        """By Apache's reader and the registered schema that the frame names."""
        schema, stream = _registered(int.from_bytes(self.body[1:5])), io.BytesIO(self.body[5:])
        read = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(stream))
        assert self.body[0] == 0
        assert stream.read() == b""
        assert isinstance(read, dict)
        return read


def _registered(number: int) -> Any:
    [path] = (SCHEMAS / "registered").glob(f"{number}-*.avsc")
    return avro.schema.parse(path.read_text("utf-8"))


FORGOTTEN = {
    "entry_id": "long ago", "content_hash": b"", "route_key": "", "confidence": "CONFIRMED", "possible": "", "day": 0,
}  # fmt: skip
"""An event that intake accepted in 1970."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def live_hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with open_hub(tmp_path_factory.mktemp("hub") / "home", demo=False) as hub:
        yield hub


@pytest.fixture(scope="module")
def receipts(live_hub: Hub) -> Sequence[Letter]:
    """What the team was told of the consent and the referral that it sent."""
    _index(live_hub, insert(tables.accepted).values(FORGOTTEN))
    producer = Producer({"bootstrap.servers": live_hub.bootstrap, "acks": "all", "enable.idempotence": True})
    for number, event in ((2, _agreed()), (6, _referred())):
        producer.produce(f"in.{TEAM}", _framed(number, event))
    assert producer.flush(WITHIN) == 0
    return _read(live_hub, f"out.{TEAM}", 2)


@pytest.fixture(scope="module")
def letter(live_hub: Hub, receipts: Sequence[Letter]) -> Letter:
    """What the charity was sent of the referral; nothing else comes to it."""
    assert receipts
    [found] = _read(live_hub, f"out.{CHARITY}", 1)
    return found


def _index(hub: Hub, statement: Any) -> Any:
    """What the person index answers, in one word."""
    engine = create_engine(hub.house.chosen.people)
    with engine.begin() as connection:
        answer = connection.execute(statement)
        said = answer.scalar() if answer.returns_rows else None
    engine.dispose()
    return said


def _read(hub: Hub, topic: str, number: int) -> list[Letter]:
    consumer = Consumer(
        {
            "bootstrap.servers": hub.bootstrap,
            "group.id": "a stranger",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
        }
    )
    consumer.assign([TopicPartition(topic, 0, confluent_kafka.OFFSET_BEGINNING)])
    try:
        return [_letter(message) for message in _messages(consumer, number)]
    finally:
        consumer.close()


def _messages(consumer: Consumer, number: int) -> Iterator[Message]:
    until = now_ms() + WITHIN * 1000
    while number and now_ms() < until:
        if message := consumer.poll(1.0):
            assert message.error() is None
            number -= 1
            yield message
    assert not number


def _letter(message: Message) -> Letter:
    kind, timestamp = message.timestamp()
    key, value, headers = message.key() or b"", message.value() or b"", message.headers() or []
    told = {name: part for name, part in dict(headers).items() if isinstance(part, bytes)}
    return Letter(key.decode(), told, value, kind == confluent_kafka.TIMESTAMP_LOG_APPEND_TIME, timestamp)


def _agreed() -> dict[str, Any]:
    terms = {"valid_from": TODAY - timedelta(days=1), "valid_to": TODAY + timedelta(days=90)}
    event = _dated("consent_grant")
    return {**event, "consent_terms": {**event["consent_terms"], **terms}}


def _referred() -> dict[str, Any]:
    return _dated("referral")


def _dated(event_type: str) -> dict[str, Any]:
    """The committed example, just now."""
    plain: dict[str, Any] = json.loads((SCHEMAS / "examples" / f"{event_type}.json").read_text("utf-8"))
    plain["envelope"].update(occurred_at=NOW.isoformat(), published_at=NOW.isoformat())
    if "status" in plain:
        plain["status"]["changed_at"] = NOW.isoformat()
    return plain


def _framed(number: int, event: Mapping[str, Any]) -> bytes:
    schema, stream = _registered(number), io.BytesIO()
    avro.io.DatumWriter(schema).write(_filled(schema, event), avro.io.BinaryEncoder(stream))
    return b"\0" + number.to_bytes(4) + stream.getvalue()


def _filled(schema: Any, value: Any) -> Any:
    """The value as Apache's writer wants it: defaults written out, times and dates as Python's own."""
    if schema.type == "record":
        return {field.name: _field(field, value) for field in schema.fields}
    if schema.type == "union":
        return None if value is None else _filled(schema.schemas[1], value)
    if schema.type == "array":
        return [_filled(schema.items, item) for item in value]
    return _TIMES.get(schema.props.get("logicalType"), _as_it_is)(value)


def _field(field: Any, record: Mapping[str, Any]) -> Any:
    if field.name in record:
        return _filled(field.type, record[field.name])
    return None if field.type.type == "union" else field.default


def _as_it_is(value: Any) -> Any:
    return value


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


_TIMES: Mapping[str | None, Callable[[Any], Any]] = {"timestamp-millis": datetime.fromisoformat, "date": _day}


def test_apache_reads_what_the_charity_was_sent_and_it_is_the_minimum(letter: Letter) -> None:
    copy = letter.content
    given = {name for name, part in copy.items() if part is not None} - {"envelope", "withheld"}
    assert copy["identity"] == {"name": "A. Synthetic", "born": date(1991, 4, 17), "aliases": ["Al Synthetic"]}
    assert copy["health_minimum"]["need_level"] == "MILD_MODERATE"
    assert given == {"identity", "health_minimum"}
    assert {"nhs_number", "criminal_justice"} < set(copy["withheld"])


def test_its_envelope_says_what_happened_and_under_what_it_came(letter: Letter) -> None:
    envelope = letter.content["envelope"]
    assert (envelope["type"], envelope["occurred_at"], envelope["published_at"]) == ("referral", NOW, NOW)
    assert (envelope["publisher_org"], envelope["publisher_desk"]) == ("avon-ld", TEAM)
    assert (envelope["assertion"], envelope["marking"]) == ("OPINION", "OFFICIAL_SENSITIVE")
    assert envelope["basis"] == ["CONSENT"]
    assert set(envelope["handling"]) == {"NO_ONWARD_SHARING", "CONSENT_MAY_END"}


def test_no_id_in_it_is_the_publishers(letter: Letter) -> None:
    envelope = letter.content["envelope"]
    ids = {envelope["copy_id"], envelope["person_ref"], envelope["case_ref"]}
    assert {len(bytes.fromhex(each)) for each in ids} == {16}
    assert len(ids) == 3
    assert letter.key == envelope["person_ref"]


@pytest.mark.parametrize("path", sorted((SCHEMAS / "registered").glob("*.avsc")), ids=lambda path: path.stem)
def test_apache_parses_every_registered_schema(path: Path) -> None:
    number = int(path.name.partition("-")[0])
    assert _registered(number).fullname == f"hub.{path.stem.partition('-')[2]}"


def test_its_headers_make_a_cloud_event(letter: Letter) -> None:
    event = from_binary_event(KafkaMessage(letter.headers, letter.key, letter.body))
    assert (event.get_specversion(), event.get_type(), event.get_source()) == ("1.0", "referral", "hub")
    assert event.get_id() == letter.content["envelope"]["copy_id"]
    assert event.get_datacontenttype() == "application/avro"
    assert event.get_data() == letter.body


def test_a_header_says_no_more_than_that(letter: Letter, receipts: Sequence[Letter]) -> None:
    names = {"ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"}
    assert [set(one.headers) for one in (letter, *receipts)] == [names] * 3


def test_the_publisher_reads_in_receipts_what_became_of_its_events(receipts: Sequence[Letter]) -> None:
    told = [one.content for one in receipts]
    assert {(one["event_id"], one["outcome"]) for one in told} == {
        ("ld-26-0001-c1", "DELIVERED"),
        ("ld-26-0001-r1", "DELIVERED"),
    }
    assert all(one["faults"] == [] for one in told)
    assert {one.headers["ce_type"] for one in receipts} == {b"receipt"}


def test_the_broker_says_when(letter: Letter, receipts: Sequence[Letter]) -> None:
    assert all(one.stamped_by_broker for one in (letter, *receipts))
    assert all(one.timestamp >= int(NOW.timestamp() * 1000) for one in (letter, *receipts))


def test_intake_forgets_what_was_accepted_long_ago(live_hub: Hub, receipts: Sequence[Letter]) -> None:
    assert receipts
    until, old = now_ms() + WITHIN * 1000, tables.accepted.c.day == 0
    while (left := _index(live_hub, select(func.count()).where(old))) and now_ms() < until:
        pass
    assert left == 0
    assert _index(live_hub, select(func.count()).select_from(tables.accepted)) == len(receipts)
