"""An event loop whose clock goes on only when nothing is left to do: hours take no time, and runs are alike."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _Selector(selectors.SelectSelector):
    """Never waits: what would have been waited is added to the clock."""

    waited = 0.0

    def select(  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        self, timeout: float | None = None
    ) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise DeadlockError
        self.waited += max(timeout, 0.0)
        return super().select(0)


class DeadlockError(Exception):
    """Everybody waits, and no clock will wake anybody."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Seconds since the run began."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return self._virtual.waited


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run it to its end."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main)
