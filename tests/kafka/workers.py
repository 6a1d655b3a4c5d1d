"""Workers as processes that a test may kill, freeze and thaw."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Worker:
    """One `hub worker` that shares, and what it says."""

    process: Process
    said: list[str] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    _reading: asyncio.Task[None] | None = None

    async def until_ready(self, *, patient: bool = False) -> None:
        """Return once it decides every partition that it should."""
        self._reading = asyncio.create_task(self._read())
        ready = asyncio.create_task(self.ready.wait())
        await asyncio.wait({ready, self._reading}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        ready.cancel()
        assert self.ready.is_set() or (patient and self._reading.done()), self.said

    async def until_said(self, words: str, times: int) -> None:
        """Return once so many of its lines hold these words."""
        async with asyncio.timeout(60):
            while sum(words in line for line in self.said) < times:
                self.heard.clear()
                await self.heard.wait()

    async def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        await self.ended()

    async def stop(self) -> int:
        """As an operator would; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    def freeze(self) -> None:
        """It stands still and knows nothing of it."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had happened."""
        self.process.send_signal(signal.SIGCONT)

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        code = await asyncio.wait_for(self.process.wait(), 60)
        if self._reading:
            await self._reading
        return code

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.said.append(line.decode().rstrip())
            self.heard.set()
            if self.said[-1].endswith("ready"):
                self.ready.set()


@asynccontextmanager
async def worker(
    environment: Mapping[str, str], *options: str, part: str = "sharing", module: str = "hub", patient: bool = False
) -> AsyncIterator[Worker]:
    """A worker that decides, from ready on; gone when the block ends. `patient`: it may end before it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "worker", "--part", part, *options, env=environment, stderr=PIPE
    )
    started = Worker(process)
    try:
        await started.until_ready(patient=patient)
        yield started
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await started.ended()
