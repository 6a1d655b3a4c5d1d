"""What is done with a hub on Kafka, step by step, by agencies and by people at a terminal, and what is seen of it."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.clock import now_ms
from hub.ledger import database, store
from hub.model.keys import entry_id
from tests.house import WITHIN, Hub, by_entry, opened
from tests.kafka.bad_inputs import written

NHS = "9990000018"
HOUR = 3_600_000


@dataclass(slots=True)
class Story:
    """What was done, step by step, and what was seen after each."""

    hub: Hub
    at: int
    sent: int = 0
    said: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    """Exit code and words of each command."""
    sheets: dict[str, list[Any]] = field(default_factory=dict)

    async def publish(self, desk: str, event_type: str, event_id: str, **changes: Any) -> None:
        """As that desk's own system does, an hour ago."""
        by = {"envelope.publisher_org": desk.partition(".")[0], "envelope.publisher_desk": desk}
        when = {f"envelope.{name}": self.at for name in ("occurred_at", "published_at")}
        event = written(event_type, event_id, {**by, "submission.desk": desk, **when, **changes})
        async with self.hub.agency() as agency:
            await agency.send_and_wait(f"in.{desk}", event, timestamp_ms=self.at)
        self.at, self.sent = self.at + 1, self.sent + 1

    async def decided(self) -> None:
        self.sheets = by_entry(await self.hub.until_decided(self.sent))

    def sheet(self, desk: str, event_id: str) -> Any:
        [found] = self.sheets[entry_id(self.hub.keys, desk, event_id)]
        return found

    async def run(self, step: str, *words: str, typed: str = NHS, counts: bool = False) -> None:
        """Type a command; one that is acknowledged has a sheet of its own."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", *words),
            env=self.hub.environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
        out, err = await process.communicate(typed.encode())
        self.said[step] = process.returncode, (out + err).decode()
        if counts:
            self.sent += 1
            await self.decided()

    async def receipts(self, desk: str) -> Sequence[dict[str, Any]]:
        stored = await self.hub.records(f"out.{desk}")
        return [opened(one.value) for one in stored if dict(one.headers)["ce_type"] == b"receipt"]

    async def recorded(self) -> None:
        """The ledger has every sheet: commands ask it."""
        engine, until = database.find(self.hub.house.chosen.ledger), now_ms() + WITHIN * 1000
        while (recorded := store.recorded(engine)) < self.sent and now_ms() < until:
            await asyncio.to_thread(store.reached, engine)
        engine.dispose()
        assert recorded == self.sent
