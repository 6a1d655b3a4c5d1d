"""The hub's own counter: a desk hands something in and has the hub's acknowledgement before it leaves.

It is the same door that intake stands at, opened for a while by a process that holds the hub's own credentials.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agents.door import Acknowledgement, Door, at_door, open_door
from agents.intake import rules_of
from hub import credentials, directories, policies, settings
from hub.intake.event import Rules
from hub.model.errors import HubError
from hub.settings import Settings


class UnknownDeskError(HubError):
    """A desk that the directory does not name."""


@dataclass(frozen=True, slots=True)
class Counter:
    """An open door. What it acknowledges is safe, and a no is honoured from then on."""

    door: Door
    rules: Rules

    async def hand_in(self, desk: str, body: bytes, timestamp: int) -> Acknowledgement:
        """Take one framed event from a desk; `timestamp` (ms UTC) counts on a demo's timeline only.

        Raises UnknownDeskError, and whatever kept it from being written: then it is not acknowledged.
        """
        known = self.rules.directory.desk(desk)
        if known is None:
            raise UnknownDeskError(f"{desk}: the directory names no such desk")
        [acknowledged] = await self.door.accept([at_door(known, timestamp, body, self.rules)])
        return acknowledged


def rules(chosen: Settings) -> Rules:
    """What intake judges by, as this process is set. Raises HubError where a file is missing or wrong."""
    directory = directories.read(chosen.directory)
    return rules_of(directory, policies.read(chosen.policy), settings.read_keys(chosen.key_file))


@asynccontextmanager
async def open_counter(chosen: Settings) -> AsyncIterator[Counter]:
    """Open the door, and close it with the block."""
    judged_by = rules(chosen)
    async with open_door(credentials.connection(chosen, credentials.INTAKE), judged_by, chosen.people) as door:
        yield Counter(door, judged_by)
