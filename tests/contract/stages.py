"""The same log twice, in memory and on Kafka, with what a test needs to speak to it and to look behind it."""

from collections.abc import Iterator
from itertools import count
from typing import Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from hub.kafka import keyring
from hub.kafka.partition_log import Pace, PartitionLog
from hub.kafka.restore import Connection
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import AUDIT, KEYRING, PARTITION_HEADER, QUARANTINE, STATE, TIMELINE, WITHDRAWALS, Log, Record
from hub.memory_log import MemoryLog
from tests.world import CHECK, memory_broker

OUT = "out.desk"
PARTITIONS = 64
"""Each test takes one of its own, so that they share one broker."""
ALONE = {WITHDRAWALS, KEYRING, QUARANTINE}
"""Topics with one partition for all."""
LONGEST = 600_000
AS_WRITTEN = {
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": str(2**63 - 1),
    "message.timestamp.after.max.ms": str(2**63 - 1),
    "retention.ms": "-1",
}

fresh: Iterator[int] = count()
"""Partitions of the broker that no test has used yet."""


class Stage(Protocol):
    """One partition of the timeline, and everything around it."""

    partition: int

    async def say(self, value: bytes, timestamp: int = 0) -> int:
        """Append to the timeline; the offset."""

    async def withdraw(self, value: bytes, timestamp: int = 0, *, of: bytes | None = None) -> int:
        """Append to hub.withdrawals; the offset. `of`: what stands in the header, else this partition."""

    async def plant(self, topic: str, value: bytes) -> None:
        """Write to this partition of a topic past the log, as nothing but a mishap would."""

    def log(self, most: int = 500, keys_check: str = CHECK) -> Log:
        """A new owner, not yet open."""

    async def read(self, topic: str, *, committed: bool = True) -> list[bytes]:
        """The values in this partition of a topic; of hub.withdrawals, in its only one."""

    async def settled(self, topic: str) -> list[bytes]:
        """What is committed in this partition of a topic, once no transaction is open there."""


class MemoryStage:
    def __init__(self) -> None:
        self.partition = 3
        self.broker = memory_broker(partitions=PARTITIONS, max_message_bytes=LONGEST)

    async def say(self, value: bytes, timestamp: int = 0) -> int:
        return self.broker.append(Record(TIMELINE, b"k", value, (), self.partition), timestamp).offset

    async def withdraw(self, value: bytes, timestamp: int = 0, *, of: bytes | None = None) -> int:
        header = of if of is not None else str(self.partition).encode()
        return self.broker.append(Record(WITHDRAWALS, value, value, ((PARTITION_HEADER, header),)), timestamp).offset

    async def plant(self, topic: str, value: bytes) -> None:
        self.broker.append(Record(topic, value, value, (), self.partition))

    def log(self, most: int = 500, keys_check: str = CHECK) -> Log:
        return MemoryLog(self.broker, self.partition, keys_check, most=most)

    async def read(self, topic: str, *, committed: bool = True) -> list[bytes]:
        partition = 0 if topic == WITHDRAWALS else self.partition
        return [stored.record.value or b"" for stored in self.broker.read(topic, partition, committed=committed)]

    async def settled(self, topic: str) -> list[bytes]:
        return await self.read(topic)


class KafkaStage:
    def __init__(self, connection: Connection, producer: AIOKafkaProducer, withdrawals: WithdrawalsReader) -> None:
        self.partition = next(fresh)
        self.connection, self.producer, self.withdrawals = connection, producer, withdrawals

    async def say(self, value: bytes, timestamp: int = 0) -> int:
        sent = await self.producer.send_and_wait(TIMELINE, value, b"k", self.partition, timestamp)
        return int(sent.offset)

    async def withdraw(self, value: bytes, timestamp: int = 0, *, of: bytes | None = None) -> int:
        header = of if of is not None else str(self.partition).encode()
        headers = [(PARTITION_HEADER, header)]
        sent = await self.producer.send_and_wait(WITHDRAWALS, value, value, 0, timestamp, headers)
        return int(sent.offset)

    async def plant(self, topic: str, value: bytes) -> None:
        await self.producer.send_and_wait(topic, value, value, self.partition)

    def log(self, most: int = 500, keys_check: str = CHECK) -> Log:
        pace = Pace(0.1, most)
        return PartitionLog(self.connection, self.partition, keys_check, self.withdrawals, [OUT], pace)

    async def read(self, topic: str, *, committed: bool = True) -> list[bytes]:
        place = TopicPartition(topic, 0 if topic == WITHDRAWALS else self.partition)
        return await read_all(self.connection, place, committed=committed)

    async def settled(self, topic: str) -> list[bytes]:
        """A commit is acknowledged before its marks stand in every partition: until then readers wait."""
        place = TopicPartition(topic, self.partition)
        while await end(self.connection, place, committed=True) < await end(self.connection, place, committed=False):
            pass
        return await self.read(topic)


async def end(connection: Connection, place: TopicPartition, *, committed: bool) -> int:
    """Where the partition ends for whoever reads so."""
    level = "read_committed" if committed else "read_uncommitted"
    async with AIOKafkaConsumer(**connection, isolation_level=level) as consumer:
        return int((await consumer.end_offsets([place]))[place])


async def read_all(connection: Connection, place: TopicPartition, *, committed: bool) -> list[bytes]:
    """What stands in a partition now. Shares no code with the hub's readers."""
    level = "read_committed" if committed else "read_uncommitted"
    async with AIOKafkaConsumer(**connection, isolation_level=level, auto_offset_reset="earliest") as consumer:
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        values: list[bytes] = []
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=50)).get(place, ()):
                values += [record.value or b""]
        return values


async def create_topics(connection: Connection, changes: dict[str, dict[str, str]] | None = None) -> None:
    """The hub's topics, so that tests depend on no directory, and whose keys they are made with."""
    configs = {
        TIMELINE: AS_WRITTEN,
        WITHDRAWALS: AS_WRITTEN,
        STATE: {},
        AUDIT: {},
        OUT: {},
        KEYRING: {},
        QUARANTINE: {},
    }
    configs |= changes or {}
    admin = AIOKafkaAdminClient(**connection)
    await admin.start()
    try:
        limit = {"max.message.bytes": str(LONGEST)}
        await admin.create_topics(
            [
                NewTopic(name, 1 if name in ALONE else PARTITIONS, 1, topic_configs={**limit, **config})
                for name, config in configs.items()
            ]
        )
    finally:
        await admin.close()
    await keyring.agree(connection, CHECK)
