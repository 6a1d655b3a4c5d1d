"""The real loop, in a process of its own: everything that a worker does from reading an entry to its commit.

Only the start and the end are held until every partition is there, so that nothing is measured but the loop.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from agents.sharing import share
from hub import policies
from hub.kafka.transaction import PartitionLog
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import At, Batch, Log, Record, Restored
from hub.model.directory import Directory
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from tests.bench import population
from tests.bench.bare_copy import Meter
from tests.bench.stages import Stages


class Metered:
    """A log that begins and ends together with the others, and tells when its goal is reached."""

    def __init__(self, inner: Log, goal: int, meter: Meter) -> None:
        self.partition = inner.partition
        self.reached = asyncio.Event()
        self._inner, self._goal, self._meter = inner, goal, meter

    async def open(self) -> Restored:
        """Open, then wait for the others."""
        restored = await self._inner.open()
        await self._meter.start()
        return restored

    async def take(self) -> Batch:
        """As the log does."""
        return await self._inner.take()

    async def commit(self, records: Sequence[Record], at: At) -> None:
        """As the log does, counted."""
        await self._inner.commit(records, at)
        self._meter.count(len(records) + 1)
        if at.next_offset >= self._goal:
            self.reached.set()

    async def close(self) -> None:
        """Wait for the others, then close."""
        await self._meter.finish()
        await self._inner.close()


async def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Share all partitions side by side; what it took, by stage if asked."""
    connection, known = {"bootstrap_servers": asked["bootstrap"]}, population.directory(asked["of"])
    decisions, meter = Decisions(policies.read()), Meter(len(asked["partitions"]))
    withdrawals = WithdrawalsReader(connection)
    await withdrawals.start()
    stages = Stages.installed() if asked["stages"] else None
    async with asyncio.TaskGroup() as group:
        for partition, goal in zip(asked["partitions"], asked["goals"], strict=True):
            log = PartitionLog(connection, partition, withdrawals, population.outlets(known))
            metered = Metered(log, goal, meter)
            registers = _registers(partition, known, decisions)
            begin = stages.reset if stages else _nothing
            group.create_task(share(metered, registers, metered.reached, begin))
    await withdrawals.stop()
    return {**meter.result, "stages": stages.seconds if stages else {}}


def _registers(partition: int, known: Directory, decisions: Decisions) -> Registers:
    return Registers(partition, known, decisions, population.KEYS)


def _nothing() -> None:
    pass


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
