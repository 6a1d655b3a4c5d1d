"""Faust as a host: it runs loops that decide, until told to stop or until one fails, and then the process ends.

Nothing is decided on Faust's own streams. A loop that raises, returns or is cancelled from within ends the process
with 1; SIGTERM and SIGINT end it with 0 after every loop has finished its transaction. Of an exception that is not
the hub's own only the type is logged.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

import faust
from faust.app.base import BootStrategy

from agents import logs
from hub.model.errors import LoopEndedError, told

log = logging.getLogger("hub.worker")

Body = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event is set."""
GRACE = 15.0
"""Seconds in which a loop that was told to stop finishes."""


class Loop(faust.Service):
    """Runs `body(stopping)` until `stopping` is set. Any other end of it ends the process with code 1."""

    def __init__(self, name: str, body: Body, grace: float = GRACE) -> None:
        self.name, self.body, self.grace = name, body, grace
        self.stopping, self.done = asyncio.Event(), asyncio.Event()
        self.unfinished = False
        self.failure = ""
        super().__init__()

    @faust.Service.task
    async def _run(self) -> None:
        self.unfinished = True
        try:
            await self.body(self.stopping)
            self.unfinished = not self.stopping.is_set()
        except asyncio.CancelledError:
            if self.should_stop:
                raise
            raise self._ended("cancelled from within") from None
        except Exception as error:  # noqa: BLE001 - the text may hold a person
            raise self._ended(told(error)) from None
        finally:
            self.done.set()
        if not self.should_stop:
            raise self._ended("returned")

    def _ended(self, why: str) -> LoopEndedError:
        self.failure = f"{self.name}: {why}"
        return LoopEndedError(self.failure)

    async def on_stop(self) -> None:  # type: ignore[explicit-override]  # typing has `override` from 3.12 on
        """Wait for the loop to finish: mode cancels its task right after this returns."""
        self.stopping.set()
        try:
            await asyncio.wait_for(self.done.wait(), self.grace)
        except TimeoutError:
            log.error("%s did not finish within %s s", self.name, self.grace)  # noqa: TRY400 - no text of exceptions


class _LoopsOnly(BootStrategy):
    enable_kafka = False  # an App without agents but with a consumer dies: "provide topics or pattern"


class LoopsOnlyApp(faust.App):
    """A Faust app that consumes nothing itself."""

    BootStrategy = _LoopsOnly

    def _create_directories(self) -> None:  # type: ignore[explicit-override]  # as above
        """Make none: Faust would put folders for tables, of which there are none, wherever the process stands."""


def run(name: str, broker: str, loops: Sequence[Callable[[], Loop]]) -> None:
    """Never returns: exits 0 after SIGTERM or SIGINT, 1 when the app or a loop fails or a loop does not finish."""
    app = LoopsOnlyApp(name, broker=f"kafka://{broker}", web_enabled=False)
    event_loop = asyncio.new_event_loop()
    event_loop.set_exception_handler(logs.tell_of_loop)
    asyncio.set_event_loop(event_loop)
    made = [make() for make in loops]
    worker = faust.Worker(
        app,
        *made,
        loop=event_loop,
        override_logging=False,
        redirect_stdouts=False,
        quiet=True,
    )
    worker.spinner = None  # it writes escape codes into pipes
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        causes = [loop.failure for loop in made if loop.failure]
        _end(causes, failed=bool(ended.code) or any(loop.unfinished for loop in made))


def _end(causes: Sequence[str], *, failed: bool) -> NoReturn:
    """The process's last line says how it ended and why, so that nobody has to look up its exit code or scroll."""
    if failed:
        log.error("ended by a failure: %s; what was committed stands", "; ".join(causes) or "it is said above")
    else:
        log.info("stopped as told; what was at hand is finished")
    sys.exit(int(failed))
