"""What only a real broker shows: lost answers, stopped clocks, places that are gone, topics that are not there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import RequestTimedOutError
from aiokafka.protocol.transaction import EndTxnRequest

from hub import clock
from hub.kafka import restore
from hub.kafka.partition_log import Pace, PartitionLog
from hub.kafka.restore import Connection, UnreadableError
from hub.kafka.transactor import TopicMissingError, Transactor
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import AT_KEY, AUDIT, PARTITION_HEADER, STATE, TIMELINE, WITHDRAWALS, At, Batch, Record
from hub.model.errors import CommitFailedError, FencedError
from tests.contract.stages import OUT, PARTITIONS, fresh, read_all
from tests.world import CHECK

pytestmark = pytest.mark.kafka


@pytest.fixture
async def withdrawals(connection: Connection) -> AsyncIterator[WithdrawalsReader]:
    reader = WithdrawalsReader(connection, PARTITIONS)
    await reader.start()
    yield reader
    await reader.stop()


@pytest.fixture
async def log(connection: Connection, withdrawals: WithdrawalsReader) -> AsyncIterator[PartitionLog]:
    made = PartitionLog(connection, next(fresh), CHECK, withdrawals, [OUT], Pace(0.1))
    yield made
    await made.close()


async def say(connection: Connection, partition: int, value: bytes = b"entry") -> None:
    await put(connection, TIMELINE, partition, b"key", value)


async def put(connection: Connection, topic: str, partition: int, key: bytes, value: bytes) -> None:
    async with AIOKafkaProducer(**connection, enable_idempotence=True) as producer:
        headers = [(PARTITION_HEADER, b"%d" % partition)]
        place = 0 if topic == WITHDRAWALS else partition
        await producer.send_and_wait(topic, value, key, place, headers=headers)


async def taken(log: PartitionLog) -> Batch:
    while not (batch := await log.take()).arrivals:
        pass
    return batch


async def test_an_end_whose_answer_is_lost_is_not_sent_again(
    connection: Connection, log: PartitionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open()
    await say(connection, log.partition)
    await taken(log)
    client = log._transactor._producer.client
    sent, send = [], client.send

    async def lose_the_answer(node: int, request: Any, **group: Any) -> Any:
        answer = await send(node, request, **group)
        if isinstance(request, EndTxnRequest):
            sent.append(request)
            raise RequestTimedOutError
        return answer

    monkeypatch.setattr(client, "send", lose_the_answer)
    with pytest.raises(CommitFailedError):
        await log.commit([Record(AUDIT, b"k", b"sheet", (), log.partition)], At(1, 0))
    await log.close()
    assert len(sent) == 1


async def test_whoever_comes_after_a_lost_answer_finds_out_what_became_of_it(
    connection: Connection, log: PartitionLog, withdrawals: WithdrawalsReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log.open()
    await say(connection, log.partition)
    await taken(log)
    client = log._transactor._producer.client
    send = client.send

    async def lose_the_request(node: int, request: Any, **group: Any) -> Any:
        if isinstance(request, EndTxnRequest):
            raise RequestTimedOutError
        return await send(node, request, **group)

    monkeypatch.setattr(client, "send", lose_the_request)
    with pytest.raises(CommitFailedError):
        await log.commit([Record(AUDIT, b"k", b"sheet", (), log.partition)], At(1, 0))
    successor = PartitionLog(connection, log.partition, CHECK, withdrawals, [OUT], Pace(0.1))
    assert (await successor.open()).at == At(0, 0)
    assert await read_all(connection, TopicPartition(AUDIT, log.partition), committed=True) == []
    await successor.close()


async def test_a_transaction_that_took_too_long_commits_nothing(
    connection: Connection, withdrawals: WithdrawalsReader
) -> None:
    log = PartitionLog(connection, next(fresh), CHECK, withdrawals, [OUT], Pace(0.1, timeout_ms=1000))
    await log.open()
    await say(connection, log.partition)
    batch = await taken(log)
    await put(connection, WITHDRAWALS, log.partition, b"later", b"later")
    while b"later" not in await read_all(connection, TopicPartition(WITHDRAWALS, 0), committed=True):
        pass  # the broker has aborted it, or nobody could read past the barrier
    with pytest.raises(FencedError):
        await log.commit([Record(AUDIT, b"k", b"sheet", (), log.partition)], At(batch.arrivals[0].offset + 1, 0))
    await log.close()
    assert await read_all(connection, TopicPartition(AUDIT, log.partition), committed=True) == []


async def test_a_place_that_the_timeline_does_not_have_is_an_error_and_never_another_place(
    connection: Connection, log: PartitionLog
) -> None:
    await say(connection, log.partition)
    await put(connection, STATE, log.partition, AT_KEY, At(1_000, 0).encoded())
    await log.open()
    with pytest.raises(UnreadableError, match="OffsetOutOfRangeError"):
        await taken(log)


async def test_a_topic_that_is_missing_stops_the_worker_before_it_decides(
    connection: Connection, withdrawals: WithdrawalsReader
) -> None:
    log = PartitionLog(connection, next(fresh), CHECK, withdrawals, ["out.nobody"])
    with pytest.raises(TopicMissingError, match=r"out\.nobody"):
        await log.open()
    await log.close()


async def test_without_the_withdrawals_nothing_is_decided(
    connection: Connection, log: PartitionLog, withdrawals: WithdrawalsReader
) -> None:
    await log.open()
    await say(connection, log.partition)
    await withdrawals.stop()
    with pytest.raises(UnreadableError):
        await taken(log)


async def test_whoever_waits_for_withdrawals_is_told_when_reading_ends(withdrawals: WithdrawalsReader) -> None:
    waiting = asyncio.create_task(withdrawals.past(10**9))
    while not withdrawals._waiting:
        await asyncio.wait({waiting}, timeout=0.01)
    await withdrawals.stop()
    with pytest.raises(UnreadableError):
        await waiting


async def test_state_behind_a_transaction_that_never_ends_is_not_taken_for_all_there_is(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "STALLED_AFTER", 0.5)
    place = TopicPartition(STATE, next(fresh))
    stranger = Transactor(dict(connection), "a-stranger", 60_000)
    await stranger.start([STATE])
    written = await stranger.begin(Record(STATE, b"k", b"v", (), place.partition))
    with pytest.raises(UnreadableError):
        await restore.newest(connection, place, written.offset + 1)
    await stranger.stop()


class TestStampedByTheBroker:
    """hub.withdrawals as it is in production."""

    async def test_a_barrier_has_the_brokers_time(self, stamped: Connection) -> None:
        withdrawals = WithdrawalsReader(stamped, PARTITIONS)
        await withdrawals.start()
        log = PartitionLog(stamped, 0, CHECK, withdrawals, [OUT], Pace(0.1))
        await log.open()
        await say(stamped, 0)
        before = clock.now_ms()
        batch = await taken(log)
        assert before - 100 <= batch.barrier.timestamp <= clock.now_ms() + 100
        await log.close()
        await withdrawals.stop()
