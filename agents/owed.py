"""Withdrawals that were acknowledged and never came through the timeline: an alarm, and they are appended again.

A door writes a withdrawal to hub.withdrawals first. If it dies before the timeline has it, the withdrawal is honoured
all the same, at every decision, but it has no sheet and nobody is told. Each is appended once: the repeat check drops
it if the first one was only late.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub import metrics
from hub.kafka.intake_io import partition_of
from hub.log import TIMELINE, Record
from hub.sharing.registers import Registers, read

AFTER_MS: Final = 60_000
"""By the log's clock: what the timeline has not brought by then is owed."""

Append = Callable[[Sequence[Record], int], Awaitable[None]]
"""Writes records to the timeline, stamped with a time where the broker does not stamp; returns once they are safe."""


@dataclass(slots=True)
class Owed:
    """What the timeline owes one partition."""

    append: Append
    _appended: set[int] = field(default_factory=set, init=False)

    async def look(self, registers: Registers) -> None:
        """Raise the alarm for what is owed, or end it; append what was not appended yet."""
        now = registers.at.highest_timestamp
        owed = dict(_owed_here(registers, now - AFTER_MS))
        metrics.unfolded(registers.partition, len(owed))
        if new := {offset: record for offset, record in owed.items() if offset not in self._appended}:
            await self.append(list(new.values()), now)
            self._appended.update(new)


def _owed_here(registers: Registers, before: int) -> Iterator[tuple[int, Record]]:
    """Offset in hub.withdrawals and what to append. One that does not say whose it is overtakes in every partition, but
    its place is in that of its person alone.
    """
    partition = registers.partition
    for arrival in registers.unfolded(before):
        route_key = read(arrival).route_key
        if partition_of(route_key, registers.decisions.directory.partitions) == partition:
            yield arrival.offset, Record(TIMELINE, route_key.encode(), arrival.value, (), partition)
