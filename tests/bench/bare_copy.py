"""The yardstick: a bare copy with aiokafka and nothing of the hub. Frozen; a change makes older figures meaningless.

It reads the same entries from as many partitions and writes, for each, the very records that sharing would: they were
made before and lie in memory, so it decides, encodes and derives nothing. One `send` per record, one transaction per
read, no barrier, no withdrawals. Where a setting of aiokafka's would cost it time (size of a batch, pause between
transactions) it has the hub's.
"""

import asyncio
import gc
import json
import pickle
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer import sender

PAUSE = 0.002
BATCH_BYTES = 512 * 1024
FETCH_BYTES = 1024 * 1024
WAIT_MS = 250
TIMEOUT_MS = 5000

Written = tuple[str, int | None, bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
"""Topic, partition (None: the one that is read), key, value, headers."""


class Meter:
    """Time and processor time of this process, from when every partition is ready until all have finished."""

    def __init__(self, partitions: int, begun: Callable[[], None] = lambda: None) -> None:
        self.result: dict[str, float] = {}
        self._left, self._begun = partitions, begun
        self._all = asyncio.Barrier(partitions)
        self._since: tuple[float, float] | None = None
        self._transactions = self._records = 0

    async def start(self) -> None:
        """Wait for the others, then begin."""
        await self._all.wait()
        if self._since is None:
            self._begun()
            self._since = time.perf_counter(), processor_seconds()

    def finish(self) -> None:
        """One partition has finished; with the last one it ends."""
        self._left -= 1
        if self._left == 0 and self._since:
            seconds, used = time.perf_counter() - self._since[0], processor_seconds() - self._since[1]
            counts = {"transactions": self._transactions, "records": self._records}
            self.result = {"seconds": seconds, "cpu": used, **counts}

    def count(self, records: int) -> None:
        """One transaction of so many records."""
        self._transactions += 1
        self._records += records


def processor_seconds() -> float:
    """User and system time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def copy(bootstrap: str, partition: int, most: int, written: list[list[Written]], meter: Meter) -> None:
    """Copy one partition of hub.timeline from its beginning."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        transactional_id=f"bare-copy-{partition}",
        transaction_timeout_ms=TIMEOUT_MS,
        max_batch_size=BATCH_BYTES,
        linger_ms=0,
    )
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    place = TopicPartition("hub.timeline", partition)
    async with producer, consumer:
        await producer.client.set_topics({topic for records in written for topic, *_ in records})
        consumer.assign([place])
        consumer.seek(place, 0)
        await meter.start()
        done = 0
        while done < len(written):
            found = await consumer.getmany(place, timeout_ms=WAIT_MS, max_records=most)
            arrivals = found.get(place)
            if arrivals:
                await _transaction(producer, partition, [written[arrival.offset] for arrival in arrivals], meter)
                done = arrivals[-1].offset + 1
        meter.finish()


async def _transaction(producer: AIOKafkaProducer, partition: int, batch: list[list[Written]], meter: Meter) -> None:
    await producer.begin_transaction()
    for records in batch:
        for topic, where, key, value, headers in records:
            await producer.send(topic, value, key, partition if where is None else where, headers=headers)
    await producer.send("hub.state", bytes(16), b"_at", partition)
    await producer.commit_transaction()
    meter.count(sum(map(len, batch)) + 1)


def _prepared(path: Path) -> list[list[list[Written]]]:
    """The records by partition and entry; left out of garbage collection, for they are no part of the copy."""
    prepared: list[list[list[Written]]] = pickle.loads(path.read_bytes())  # noqa: S301 - made by the same run
    gc.freeze()
    return prepared


async def main(asked: dict[str, Any]) -> dict[str, float]:
    """Copy all partitions side by side; what it took."""
    sender.BACKOFF_OVERRIDE = PAUSE
    prepared = _prepared(Path(asked["written"]))
    meter = Meter(len(asked["partitions"]))
    async with asyncio.TaskGroup() as group:
        for partition, written in zip(asked["partitions"], prepared, strict=True):
            group.create_task(copy(asked["bootstrap"], partition, asked["most"], written, meter))
    return meter.result


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
