"""`stage`: every test that asks for it runs in memory and, marked kafka, on a broker."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from aiokafka import AIOKafkaProducer

from hub.kafka.local import Cluster
from hub.kafka.restore import Connection
from hub.kafka.withdrawals import WithdrawalsReader
from tests.contract.stages import PARTITIONS, KafkaStage, MemoryStage, Stage, create_topics


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    with Cluster() as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        asyncio.run(create_topics(at))
        yield at


@pytest.fixture
async def memory_stage() -> Stage:
    return MemoryStage()


@pytest.fixture
async def kafka_stage(connection: Connection) -> AsyncIterator[Stage]:
    withdrawals = WithdrawalsReader(connection, PARTITIONS)
    await withdrawals.start()
    async with AIOKafkaProducer(**connection, enable_idempotence=True) as producer:
        yield KafkaStage(connection, producer, withdrawals)
    await withdrawals.stop()


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.kafka)])
def stage(request: pytest.FixtureRequest) -> Stage:
    found: Stage = request.getfixturevalue(f"{request.param}_stage")
    return found
