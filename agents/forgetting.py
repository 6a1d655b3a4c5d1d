"""What intake forgets: that an event was accepted, once nobody sends it again.

The repeat table would grow by every event there ever was. A day is the log's, and no later than this process's own
tomorrow, so one clock that is wrong forgets nothing too early. Only a little is forgotten at a time, between two
batches, so nothing waits for it.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from hub import clock
from hub.intake.event import DAY_MS

MOST: Final = 500
"""Events forgotten in one transaction."""


class Forgets(Protocol):
    """hub.people.Index."""

    def forget(self, before: int, most: int) -> int:
        """Forget events accepted before that day (days since 1970), at most so many; how many it were."""
        ...


@dataclass(slots=True)
class Forgetting:
    """Looks after the repeat table, once for each day of the log."""

    people: Forgets
    days: int
    """For so long an event is known again."""
    clock: Callable[[], int] = clock.now_ms
    """This process's own, milliseconds UTC: a broker whose clock is far ahead makes nothing forgotten."""
    _today: int = field(default=0, init=False)
    _done: int = field(default=0, init=False)
    """The day on which nothing was left to forget."""

    async def step(self, timestamps: Iterable[int]) -> None:
        """Forget a little, if the log has come to another day; `timestamps` (ms UTC) are what it shows by now."""
        shown = max((self._today, *(timestamp // DAY_MS for timestamp in timestamps)))
        self._today = min(shown, self.clock() // DAY_MS + 1)
        if self._today == self._done:
            return
        today = self._today
        if await asyncio.to_thread(self.people.forget, today - self.days, MOST) < MOST:
            self._done = today
