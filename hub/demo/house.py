"""A whole hub on this machine for as long as a block lasts: broker, topics, keys, workers as processes of their own."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from hub import directories, settings
from hub.kafka import topic_admin
from hub.kafka.local.keeper import Keeper
from hub.kafka.topics import plan, wanted
from hub.model.directory import Directory
from hub.model.errors import HubError
from hub.settings import Settings

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
LOOK_EVERY: Final = 0.02
READY: Final = b"ready"
"""What a worker's line on standard error ends in once all its parts run."""


class WorkerFailedError(HubError):
    """A worker did not start, or did not end as told; shows what it last said."""


class Worker(NamedTuple):
    """One process, and the file that it speaks into."""

    pid: int
    said: Path

    @property
    def is_ready(self) -> bool:
        """Whether it has said so; other lines may have followed."""
        return any(line.strip().endswith(READY) for line in self.said.read_bytes().splitlines())

    @property
    def last(self) -> str:
        """Its last line so far."""
        return b"".join(self.said.read_bytes().splitlines()[-1:]).decode(errors="replace").strip()


@dataclass(slots=True)
class House:
    """One hub: its settings, who takes part, and the workers that run; they end with this process however it ends."""

    chosen: Settings
    directory: Directory
    _keeper: Keeper
    _logs: Path
    _workers: dict[str, Worker] = field(default_factory=dict)
    _started: int = 0

    async def start(self, name: str, parts: Sequence[str]) -> None:
        """Start a worker with these parts, and return once it says that it is ready. Raises WorkerFailedError."""
        worker = self.spawn(name, ["worker", *(word for part in parts for word in ("--part", part))])
        if not await _until(lambda: worker.is_ready or self._ended(worker), START_SECONDS):
            raise WorkerFailedError(f"{name}: not ready within {START_SECONDS:.0f} s")
        if self._ended(worker):
            raise WorkerFailedError(f"{name}: did not start: {worker.last}")

    def spawn(self, name: str, words: Sequence[str]) -> Worker:
        """Start one of the hub's own commands, and do not wait for it."""
        self._started += 1
        said = self._logs / f"{self._started}-{name}.log"
        pid = self._keeper.spawn([sys.executable, "-m", "hub", *words], Path.cwd(), said)
        worker = self._workers[name] = Worker(pid, said)
        return worker

    async def stop(self, name: str) -> None:
        """Tell a worker to finish what it is at and end. Raises WorkerFailedError if it ends with a fault, or not."""
        worker = self._workers.pop(name)
        self._keeper.signal(worker.pid, signal.SIGTERM)
        if not await _until(lambda: self._ended(worker), STOP_SECONDS):
            raise WorkerFailedError(f"{name}: did not end within {STOP_SECONDS:.0f} s")
        if code := self._keeper.returncode(worker.pid):
            raise WorkerFailedError(f"{name}: ended with code {code}: {worker.last}")

    async def close(self) -> None:
        """End every worker, kindly and then not."""
        try:
            for name in list(self._workers):
                with suppress(WorkerFailedError):
                    await self.stop(name)
        finally:
            self._keeper.close()

    def environment(self) -> Mapping[str, str]:
        """What the hub's own commands need to find this house."""
        return _environment(self.chosen)

    def _ended(self, worker: Worker) -> bool:
        return self._keeper.returncode(worker.pid) is not None


async def _until(condition: Callable[[], bool], within: float) -> bool:
    """Look until the condition holds; whether it did within so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - nobody tells us when a file grows
                await asyncio.sleep(LOOK_EVERY)  # noqa: TID251 - between two looks at a condition
    return condition()


def _environment(chosen: Settings) -> dict[str, str]:
    values = {name: getattr(chosen, name) for name in Settings.model_fields}
    told = {f"HUB_{name.upper()}": str(value) for name, value in values.items() if value is not None}
    return {**os.environ, **told}


def furnish(bootstrap: str, home: Path, policy: Path | None = None) -> Settings:
    """Make a home with the demo's directory and keys of its own, and say what the hub's commands are to run with."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    given = {"HUB_HOME": str(home), "HUB_BOOTSTRAP": bootstrap, "HUB_REPLICATION": "1"}
    chosen = settings.read({**given, "HUB_POLICY": str(policy) if policy else ""})
    chosen.directory.write_text((files("hub.demo") / "directory.toml").read_text(encoding="utf-8"), encoding="utf-8")
    if not chosen.key_file.exists():
        settings.create_keys(chosen.key_file)
    return chosen


@asynccontextmanager
async def open_house(chosen: Settings) -> AsyncIterator[House]:
    """Make the topics and hand over a house without workers; those that are started end with the block."""
    directory = directories.read(chosen.directory)
    async with topic_admin.connected({"bootstrap_servers": chosen.bootstrap}) as admin:
        topics = wanted(directory, chosen.replication)
        await topic_admin.apply(admin, plan(topics, await topic_admin.actual(admin)))
        await topic_admin.settle(admin, topics)
    logs = Path(tempfile.mkdtemp(prefix="mappa-sharing-hub-workers-"))
    house = House(chosen, directory, Keeper(logs, _environment(chosen)), logs)
    try:
        yield house
    finally:
        await house.close()
