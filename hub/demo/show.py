"""The whole demo: a broker, a hub, the scenarios in order of time, an auditor's question, and the counts."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agents.counter import open_counter
from hub.clock import now_ms
from hub.demo import scenarios
from hub.demo.house import House, open_house
from hub.demo.player import Played, Player, Sheets, reading_sheets
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from hub.kafka.local.wait import until
from hub.ledger import database, store
from hub.ledger.questions import Asker, Consultation, Question, consult
from hub.ledger.sheet import Sheet
from hub.model.errors import HubError
from hub.settings import Settings

ASKED_ABOUT: Final = "bridge-charity.support"
AUDITOR: Final = Asker("demo auditor", "to show what an auditor sees")
LEDGER_WITHIN_SECONDS: Final = 20.0


class LedgerBehindError(HubError):
    """The ledger did not record every sheet in time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The demo as it went."""

    played: tuple[Played, ...]
    sheets: tuple[Sheet, ...]
    audit: Consultation

    @property
    def agrees(self) -> bool:
        """Whether everything was as expected."""
        return not any(played.differences for played in self.played)


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
        entries = sheets.all()
        shown = Shown(tuple(played), entries, await asyncio.to_thread(_asked, chosen, entries))
        await end(shown)
    return shown


@asynccontextmanager
async def _staged(chosen: Settings) -> AsyncIterator[tuple[Player, Sheets]]:
    async with open_house(chosen) as house:
        await _start(house)
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
