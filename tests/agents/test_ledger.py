"""The sink against a real broker: killed, restarted and overtaken, it records each committed sheet once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete
from sqlalchemy import func, select

from agents.ledger import run_ledger
from hub.kafka.audit_reader import AuditGoneError, AuditReader
from hub.ledger import database, store
from hub.ledger.errors import LedgerError
from hub.ledger.tables import SHEETS
from hub.model.key_check import ForeignKeysError, check_value
from schemas.codec import encode_record
from tests.hub.ledger.sheets import arrivals, sheet
from tests.world import CHECK, KEYS

pytestmark = pytest.mark.kafka

PARTITIONS = 2
WITHIN = 30


class Audit(NamedTuple):
    """An audit topic and a ledger of one test's own."""

    bootstrap: str
    topic: str
    url: str

    async def committed(self, *batches: list[Mapping[str, Any]]) -> None:
        async with self.writer() as producer:
            for batch in batches:
                async with producer.transaction():
                    await self.send(producer, *batch)

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, transactional_id=f"{self.topic}-writer")
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    async def send(self, producer: AIOKafkaProducer, *sheets: Mapping[str, Any]) -> None:
        for record in sheets:
            body = encode_record("hub.audit.Sheet", record)
            await producer.send(self.topic, body, partition=record["partition"])

    def recorded(self) -> int:
        """How many sheets the ledger has; 0 while there is none."""
        try:
            engine = database.find(self.url)
        except LedgerError:
            return 0
        with engine.begin() as connection:
            found = connection.scalar(select(func.count()).select_from(SHEETS)) or 0
        engine.dispose()
        return found


@pytest.fixture
async def audit(broker: str, tmp_path: Path) -> Audit:
    topic = f"audit.{tmp_path.name}"
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()
    return Audit(broker, topic, f"sqlite:///{tmp_path / 'ledger.db'}")


class Sink:
    """A sink that runs until told to stop."""

    def __init__(self, audit: Audit, most: int = 500, keys_check: str = CHECK) -> None:
        self.stopping = asyncio.Event()
        reader = AuditReader({"bootstrap_servers": audit.bootstrap}, PARTITIONS, audit.topic, most)
        self.task = asyncio.create_task(run_ledger(self.stopping, reader, audit.url, keys_check))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for a condition, or for the sink to fail."""
        async with asyncio.timeout(WITHIN):
            while not holds():
                await asyncio.wait([self.task], timeout=0.05)
                if self.task.done():
                    self.task.result()

    async def stop(self) -> None:
        self.stopping.set()
        await asyncio.wait_for(self.task, WITHIN)

    async def cut_off(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task], timeout=WITHIN)


def numbered(first: int, last: int, partition: int = 0) -> list[Mapping[str, Any]]:
    return [sheet(offset, partition=partition) for offset in range(first, last)]


async def test_a_sink_that_is_stopped_and_started_records_each_sheet_once(audit: Audit) -> None:
    await audit.committed(numbered(0, 3), numbered(0, 4, partition=1))
    first = Sink(audit)
    await first.until(lambda: audit.recorded() == 7)
    await first.stop()
    await audit.committed(numbered(3, 5), numbered(4, 5, partition=1))
    second = Sink(audit)
    await second.until(lambda: audit.recorded() == 10)
    await second.stop()
    assert audit.recorded() == 10


async def test_a_sink_that_is_cut_off_anywhere_neither_skips_nor_doubles(audit: Audit) -> None:
    await audit.committed(*(numbered(at, at + 5) for at in range(0, 60, 5)))
    for seen in range(6, 60, 9):
        sink = Sink(audit, most=3)
        await sink.until(lambda seen=seen: audit.recorded() >= seen)  # type: ignore[misc]
        await sink.cut_off()
    last = Sink(audit)
    await last.until(lambda: audit.recorded() == 60)
    await last.stop()


async def test_an_aborted_sheet_is_never_recorded(audit: Audit) -> None:
    async with audit.writer() as producer:
        await producer.begin_transaction()
        await audit.send(producer, sheet(0))
        await producer.flush()
        await producer.abort_transaction()
        async with producer.transaction():
            await audit.send(producer, sheet(0), sheet(1))
    sink = Sink(audit)
    await sink.until(lambda: audit.recorded() == 2)
    await sink.stop()


async def test_a_sheet_that_cannot_be_read_stops_the_sink_loudly(
    audit: Audit, caplog: pytest.LogCaptureFixture
) -> None:
    async with audit.writer() as producer, producer.transaction():
        await producer.send(audit.topic, b"Agnes", partition=0)
    with pytest.raises(LedgerError, match="SHEET_UNREADABLE") as refusal:
        await Sink(audit).until(lambda: False)
    assert "the ledger stops: SHEET_UNREADABLE" in caplog.text
    assert "Agnes" not in str(refusal.value) + caplog.text


async def test_of_two_sinks_one_ends_and_nothing_is_doubled(audit: Audit) -> None:
    await audit.committed(numbered(0, 20))
    sinks = [Sink(audit), Sink(audit)]
    await audit.committed(numbered(20, 40))  # whoever came second has something to record too
    await asyncio.wait([sink.task for sink in sinks], timeout=WITHIN, return_when=asyncio.FIRST_COMPLETED)
    ended, goes_on = sorted(sinks, key=lambda sink: not sink.task.done())
    assert isinstance(ended.task.exception(), LedgerError)
    await goes_on.until(lambda: audit.recorded() == 40)
    await goes_on.stop()


async def test_a_ledger_whose_next_sheet_is_gone_from_the_topic_stops(audit: Audit) -> None:
    await audit.committed(numbered(0, 3))
    admin = AIOKafkaAdminClient(bootstrap_servers=audit.bootstrap)
    await admin.start()
    await admin.delete_records({TopicPartition(audit.topic, 0): RecordsToDelete(before_offset=2)})
    await admin.close()
    with pytest.raises(AuditGoneError, match=r"AUDIT_GONE.*\[0\]"):
        await Sink(audit).until(lambda: False)


async def test_a_sink_with_other_keys_than_the_ledger_was_made_with_records_nothing(audit: Audit) -> None:
    await audit.committed(numbered(0, 3))
    engine = database.create(audit.url)
    store.begin(engine, CHECK)
    engine.dispose()
    with pytest.raises(ForeignKeysError, match="the ledger was made with other keys"):
        await Sink(audit, keys_check=check_value(replace(KEYS, audit=b"A" * 32))).until(lambda: False)
    assert audit.recorded() == 0


async def test_a_ledger_that_is_ahead_of_its_topic_stops(audit: Audit) -> None:
    engine = database.create(audit.url)
    store.append(engine, {1: arrivals(sheet(0, partition=1), start=40)}, {})
    engine.dispose()
    with pytest.raises(AuditGoneError, match=r"AUDIT_GONE.*\[1\]"):
        await Sink(audit).until(lambda: False)
