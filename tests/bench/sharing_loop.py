"""The real loop, in a process of its own: everything that a worker does from reading an entry to its commit.

Only the beginning is held until every partition is there, so that nothing is measured but the loop.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Iterable
from itertools import count
from operator import itemgetter
from typing import Any

from typing_extensions import override

from agents import sharing
from agents.sharing import Basis, run_sharing
from hub import policies
from hub.kafka.partition_log import PartitionLog
from hub.log import At, Record, Restored
from tests.bench import population
from tests.bench.bare_copy import Meter
from tests.bench.stages import Stages


class Metered(PartitionLog):
    """A log that begins together with the others, and tells when its goal is reached."""

    meter: Meter
    goals: dict[int, int]
    """By partition, the offset at which it is done."""
    reached: Callable[[], None]
    _done = False

    @override
    async def open(self) -> Restored:
        """Open, then wait for the others."""
        restored = await super().open()
        await self.meter.start()
        return restored

    @override
    async def commit(self, records: Iterable[Record], at: At) -> None:
        """As the log does, counted."""
        counted = count(1)
        await super().commit(map(itemgetter(0), zip(records, counted, strict=False)), at)
        self.meter.count(next(counted))
        if not self._done and at.next_offset >= self.goals[self.partition]:
            self._done = True
            self.meter.finish()
        if self.meter.result:
            type(self).reached()


async def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Share all partitions side by side; what it took, by stage if asked."""
    known, stopping = population.directory(asked["of"]), asyncio.Event()
    stages = Stages.installed() if asked["stages"] else None
    meter = Meter(len(asked["partitions"]), begun=stages.reset if stages else _nothing)
    Metered.goals = dict(zip(asked["partitions"], asked["goals"], strict=True))
    Metered.meter, Metered.reached = meter, stopping.set
    setattr(sharing, "PartitionLog", Metered)  # noqa: B010 - a name that the module has, but does not export
    basis = Basis(known, policies.read(), population.KEYS)
    await run_sharing(stopping, {"bootstrap_servers": asked["bootstrap"]}, basis, asked["partitions"], _nothing)
    return {**meter.result, "stages": stages.seconds if stages else {}}


def _nothing() -> None:
    pass


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
