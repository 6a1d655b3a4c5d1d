"""The real intake, in a process of its own: in topics, the door, the person index in SQLite, hub.timeline."""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from typing_extensions import override

from agents import intake
from agents.intake import Kept, rules_of, run_intake
from hub import policies
from hub.kafka.intake_io import Arrived, Inlet
from tests.bench import population
from tests.bench.bare_copy import Meter


class Metered(Inlet):
    """An inlet that is timed from its first records, and tells when its goal is reached."""

    meter: Meter
    goal: int
    reached: asyncio.Event
    _taken = 0

    @override
    async def take(self) -> list[Arrived]:
        """As the inlet does."""
        arrived = await super().take()
        if arrived and not self._taken:
            await self.meter.start()
        self._taken += len(arrived)
        return arrived

    @override
    async def done(self, arrived: Sequence[Arrived]) -> None:
        """As the inlet does, counted."""
        await super().done(arrived)
        self.meter.count(len(arrived))
        if self._taken >= self.goal:
            self.meter.finish()
            self.reached.set()


async def main(asked: dict[str, Any]) -> dict[str, float]:
    """Take in all events that stand in the in topics; what it took."""
    known = population.directory(asked["of"])
    Metered.meter, Metered.goal, Metered.reached = Meter(1), asked["goal"], asyncio.Event()
    setattr(intake, "Inlet", Metered)  # noqa: B010 - a name that the module has, but does not export
    rules, connection = rules_of(known, policies.read(), population.KEYS), {"bootstrap_servers": asked["bootstrap"]}
    await run_intake(Metered.reached, connection, rules, Kept(asked["database"], 90), lambda: None)
    return Metered.meter.result


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
