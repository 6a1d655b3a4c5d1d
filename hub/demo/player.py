"""Plays steps through a real Kafka, and waits for what the hub rules on each."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from agents.counter import Counter
from hub.demo.compare import differences, newest
from hub.demo.house import House
from hub.demo.scenarios import Expected, Step, placed
from hub.kafka.audit_reader import AuditReader
from hub.kafka.desk_client import DeskClient
from hub.kafka.timeline_watch import TimelineWatch
from hub.ledger import sheet
from hub.ledger.sheet import Sheet
from hub.log import AUDIT
from hub.model.errors import HubError
from hub.model.keys import entry_id
from schemas import catalogue, codec, plain

RULED_WITHIN_SECONDS: Final = 30.0
ACCEPTED_WITHIN_SECONDS: Final = 30.0


class NotRuledError(HubError):
    """The hub did not rule on an event in time."""


@dataclass(slots=True)
class Sheets:
    """Every sheet so far, by entry; whoever waits for one is woken."""

    _of: dict[str, Sheet] = field(default_factory=dict)
    _anew: dict[str, list[Sheet]] = field(default_factory=dict)
    _number: int = 0
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep(self, reader: AuditReader) -> None:
        """Read on until cancelled."""
        while True:
            taken = await reader.take()
            async with self._more:
                for partition, arrivals in taken.items():
                    for arrival in arrivals:
                        one = sheet.read(arrival.value, partition, f"{AUDIT}[{partition}]@{arrival.offset}")
                        self._number += 1
                        self._of.setdefault(one.entry_id, one)
                        if one.again:
                            self._anew.setdefault(one.subject, []).append(one)
                self._more.notify_all()

    async def of(self, entry: str) -> Sheet:
        """The sheet of that entry, once there is one. Raises NotRuledError."""
        try:
            async with asyncio.timeout(RULED_WITHIN_SECONDS), self._more:
                await self._more.wait_for(lambda: entry in self._of)
        except TimeoutError:
            raise NotRuledError(f"no ruling on entry {entry} within {RULED_WITHIN_SECONDS:.0f} s") from None
        return self._of[entry]

    async def anew(self, entry: str, desk: str, since: int) -> Sheet:
        """The sheet on which that entry, come again since then (ms UTC), was ruled upon for the desk.

        Raises NotRuledError.
        """
        try:
            async with asyncio.timeout(RULED_WITHIN_SECONDS), self._more:
                while (found := newest(self._since(entry, since), desk)) is None:
                    await self._more.wait()
        except TimeoutError:
            raise NotRuledError(f"entry {entry} did not come again within {RULED_WITHIN_SECONDS:.0f} s") from None
        return found

    async def until(self, number: int) -> None:
        """Return once there are so many. Raises NotRuledError."""
        try:
            async with asyncio.timeout(RULED_WITHIN_SECONDS), self._more:
                await self._more.wait_for(lambda: self._number >= number)
        except TimeoutError:
            raise NotRuledError(f"fewer than {number} sheets within {RULED_WITHIN_SECONDS:.0f} s") from None

    def _since(self, entry: str, since: int) -> list[Sheet]:
        return [one for one in self._anew.get(entry, ()) if one.recorded_at >= since]

    def all(self) -> tuple[Sheet, ...]:
        """Every sheet so far."""
        return tuple(self._of.values())


@dataclass(frozen=True, slots=True)
class Played:
    """A step as it went: the sheets it caused, what was expected of them, and every difference in words."""

    step: Step
    sheets: tuple[Sheet, ...]
    held: tuple[tuple[Expected, Sheet], ...]
    differences: tuple[str, ...]
    acknowledged: str = ""
    """Where an acknowledged entry stands, for a step whose acknowledgement is the point."""


@dataclass(slots=True)
class Player:
    """Knows the house, the counter where consents are taken, and which event had which id."""

    house: House
    counter: Counter
    sheets: Sheets
    _entries: dict[str, str] = field(default_factory=dict)

    async def play(self, step: Step) -> Played:
        """Play one step. Raises HubError when the hub does not do its part."""
        match step.act:
            case "publish":
                await self._publish(step)
                return await self._looked_at(step, [step.event])
            case "door":
                place = await self._hand_in(step)
                return await self._looked_at(step, [step.event], place)
            case "publish_while_sharing_rests":
                await self.house.stop("sharing")
                place = await self._publish_and_wait(step)
                return Played(step, (), (), (), place)
            case "door_then_resume":
                place = await self._hand_in(step)
                await self.house.start("sharing", ["sharing"])
                awaited = dict.fromkeys([*(one.event for one in step.expect if not one.again), step.event])
                return await self._looked_at(step, list(awaited), place)

    async def _publish(self, step: Step) -> None:
        body, published_at = self._encoded(step)
        async with DeskClient(self.house.chosen.bootstrap, step.desk) as client:
            await client.publish(body, timestamp=published_at)

    async def _publish_and_wait(self, step: Step) -> str:
        """Publish, and return once intake has written it to the timeline: accepted, and waiting for sharing."""
        chosen = self.house.chosen
        async with TimelineWatch({"bootstrap_servers": chosen.bootstrap}, self.house.directory.partitions) as watch:
            await self._publish(step)
            stands = await watch.next_entry(ACCEPTED_WITHIN_SECONDS)
        return f"hub.timeline, partition {stands.partition}, offset {stands.offset}"

    async def _hand_in(self, step: Step) -> str:
        body, published_at = self._encoded(step)
        acknowledged = await self.counter.hand_in(step.desk, body, published_at)
        return f"hub.timeline, partition {acknowledged.place.partition}, offset {acknowledged.place.offset}"

    def _encoded(self, step: Step) -> tuple[bytes, int]:
        schema = catalogue.by_type(step.body["envelope"]["type"])
        event_id = step.body["submission"]["event_id"]
        self._entries[step.event] = entry_id(self.counter.rules.keys, step.desk, event_id)
        return codec.encode(schema, plain.from_plain(schema, placed(step.body, self._place))), int(
            step.at.timestamp() * 1000
        )

    def _place(self, event: str) -> str:
        """Where an event stands that was decided before."""
        entry = self._entries[event]
        sheet = next(one for one in self.sheets.all() if one.entry_id == entry)
        return f"{sheet.partition}/{sheet.offset}"

    async def _looked_at(self, step: Step, events: Iterable[str], place: str = "") -> Played:
        found = {event: await self.sheets.of(self._entries[event]) for event in events}
        since = int(step.at.timestamp() * 1000)
        anew = {
            one: await self.sheets.anew(self._entries[one.event], one.desk, since) for one in step.expect if one.again
        }
        held = tuple((one, anew.get(one) or found[one.event]) for one in step.expect)
        wrong = tuple(text for one, ruled in held for text in differences(one, ruled))
        sheets = dict.fromkeys([*found.values(), *anew.values()])
        return Played(step, tuple(sheets), held, wrong, place)


@asynccontextmanager
async def reading_sheets(house: House) -> AsyncIterator[Sheets]:
    """Every sheet from the beginning, kept as it comes."""
    sheets = Sheets()
    async with AuditReader({"bootstrap_servers": house.chosen.bootstrap}, house.directory.partitions) as reader:
        await reader.open({})
        keeping = asyncio.create_task(sheets.keep(reader))
        try:
            yield sheets
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
