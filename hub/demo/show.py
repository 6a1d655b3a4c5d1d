"""The whole demo: a broker, a hub, the scenarios in order of time, an auditor's question, and the counts."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agents.counter import open_counter
from hub.clock import now_ms
from hub.demo import scenarios
from hub.demo.house import House, open_house
from hub.demo.player import Played, Player, Sheets, reading_sheets
from hub.kafka import state_reader, statistics_reader
from hub.kafka.desk_client import DeskClient, Message
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from hub.kafka.local.wait import until
from hub.ledger import database, store
from hub.ledger.questions import Asker, Consultation, Question, consult
from hub.ledger.sheet import Sheet
from hub.model.errors import HubError
from hub.settings import Settings
from hub.statistics import Counted, Folded, total

ASKED_ABOUT: Final = "bridge-charity.support"
AUDITOR: Final = Asker("demo auditor", "to show what an auditor sees")
PANEL: Final = "mappa.avon-l2"
LEDGER_WITHIN_SECONDS: Final = 20.0
COUNTED_WITHIN_SECONDS: Final = 40.0


class LedgerBehindError(HubError):
    """The ledger did not record every sheet in time."""


class StatisticsBehindError(HubError):
    """The agent did not count every ruling in time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The demo as it went."""

    played: tuple[Played, ...]
    sheets: tuple[Sheet, ...]
    audit: Consultation
    panel: tuple[Message, ...]
    """What the panel was sent, as its own client reads it."""
    statistics: Mapping[Counted, int]
    """Rulings by what they are counted by, as the agent counted them."""

    @property
    def agrees(self) -> bool:
        """Whether everything was as expected."""
        return not any(played.differences for played in self.played)


COME_WITHIN_SECONDS: Final = 30.0


@contextmanager
def own_broker() -> Iterator[tuple[str, Path]]:
    """A broker and a home folder that are gone with the block, or with this process however it ends."""
    with Cluster(progress=teller(sys.stderr)) as cluster:
        yield cluster.bootstrap, cluster.nodes[0].folder.parent / "home"


async def show(chosen: Settings, tell: Callable[[Played], None], end: Callable[[Shown], Awaitable[None]]) -> Shown:
    """Play every scenario in a hub with these settings, telling each step as it is done.

    `end` comes while the hub still runs. Raises HubError when the hub does not do its part.
    """
    async with _staged(chosen) as (player, sheets):
        played = []
        for step in scenarios.in_time([scenarios.read(name) for name in scenarios.SCENARIOS]):
            played.append(await player.play(step))
            tell(played[-1])
        await _until_all_has_come(player.house, sheets)
        shown = await _looked_at(player.house, tuple(played), sheets.all())
        await end(shown)
    return shown


async def _until_all_has_come(house: House, sheets: Sheets) -> None:
    """Return once nothing is owed that is to come again, and every entry of the timeline has its sheet."""
    connection, partitions = {"bootstrap_servers": house.chosen.bootstrap}, house.directory.partitions
    async with asyncio.timeout(COME_WITHIN_SECONDS):
        while await state_reader.owed(connection, partitions):
            pass
        await sheets.until(await state_reader.entries(connection, partitions))


async def _looked_at(house: House, played: tuple[Played, ...], sheets: tuple[Sheet, ...]) -> Shown:
    chosen = house.chosen
    async with DeskClient(chosen.bootstrap, PANEL) as client:
        panel = [message async for message in client.inbox(follow=False)]
    audit = await asyncio.to_thread(_asked, chosen, sheets)
    return Shown(played, sheets, audit, tuple(panel), await _counted(house, sheets))


async def _counted(house: House, sheets: Sequence[Sheet]) -> Mapping[Counted, int]:
    """What the agent has counted, once that is every ruling. Raises StatisticsBehindError."""
    rulings, connection = sum(len(sheet.rulings) for sheet in sheets), {"bootstrap_servers": house.chosen.bootstrap}
    try:
        async with asyncio.timeout(COUNTED_WITHIN_SECONDS):
            while True:
                kept = await statistics_reader.values(connection, house.directory.partitions)
                counted = total(Folded.from_value(value) for value in kept)
                if sum(counted.values()) >= rulings:
                    return counted
    except TimeoutError:
        within = f"{COUNTED_WITHIN_SECONDS:.0f} s"
        raise StatisticsBehindError(f"not every ruling was counted within {within}") from None


@asynccontextmanager
async def _staged(chosen: Settings) -> AsyncIterator[tuple[Player, Sheets]]:
    async with open_house(chosen) as house:
        await _start(house)
        house.spawn("statistics", ["statistics", "count"])
        async with open_counter(chosen) as counter, reading_sheets(house) as sheets:
            yield Player(house, counter, sheets), sheets


async def _start(house: House) -> None:
    """Both at once; if one does not start, the other has come to rest before that is said."""
    starts = house.start("intake", ["intake", "ledger"]), house.start("sharing", ["sharing"])
    for outcome in await asyncio.gather(*starts, return_exceptions=True):
        if outcome is not None:
            raise outcome


def _asked(chosen: Settings, sheets: Sequence[Sheet]) -> Consultation:
    """Ask the ledger about the charity, once it has recorded every sheet."""
    engine = database.find(chosen.ledger)
    try:
        if not until(lambda: store.recorded(engine) >= len(sheets), LEDGER_WITHIN_SECONDS):
            raise LedgerBehindError(f"not every sheet was in the ledger within {LEDGER_WITHIN_SECONDS:.0f} s")
        return consult(engine, AUDITOR, Question(desk=ASKED_ABOUT), now_ms())
    finally:
        engine.dispose()
