"""A whole hub on this machine for as long as a block lasts: broker, topics, keys, workers as processes of their own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

from hub import directories, settings
from hub.kafka import topic_admin
from hub.kafka.topics import plan, wanted
from hub.model.directory import Directory
from hub.model.errors import HubError
from hub.settings import Settings
from schemas import catalogue

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
READY: Final = b"ready"
"""What a worker's line on standard error ends in once all its parts run."""


class WorkerFailedError(HubError):
    """A worker did not start, or did not end as told; shows what it last said."""


@dataclass(slots=True)
class House:
    """One hub: its settings, who takes part, and the workers that run."""

    chosen: Settings
    directory: Directory
    _workers: dict[str, Process] = field(default_factory=dict)

    async def start(self, name: str, parts: Sequence[str]) -> None:
        """Start a worker with these parts, and return once it says that it is ready. Raises WorkerFailedError."""
        options = [word for part in parts for word in ("--part", part)]
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hub", "worker", *options, env=self.environment(), stderr=PIPE, start_new_session=True
        )
        self._workers[name] = worker
        try:
            async with asyncio.timeout(START_SECONDS):
                await _until_ready(name, worker)
        except TimeoutError:
            raise WorkerFailedError(f"{name}: not ready within {START_SECONDS:.0f} s") from None

    async def stop(self, name: str) -> None:
        """Tell a worker to finish what it is at and end. Raises WorkerFailedError if it ends with a fault."""
        worker = self._workers.pop(name)
        if worker.returncode is None:
            worker.send_signal(signal.SIGTERM)
        if await asyncio.wait_for(_rest(worker), STOP_SECONDS):
            raise WorkerFailedError(f"{name}: ended with code {worker.returncode}")

    async def stop_all(self) -> None:
        """End every worker, kindly and then not."""
        for name in list(self._workers):
            worker = self._workers[name]
            try:
                await self.stop(name)
            except (WorkerFailedError, TimeoutError):
                if worker.returncode is None:
                    worker.kill()
                    await worker.wait()

    def environment(self) -> Mapping[str, str]:
        """What the hub's own commands need to find this house."""
        chosen = {name: getattr(self.chosen, name) for name in Settings.model_fields}
        told = {f"HUB_{name.upper()}": str(value) for name, value in chosen.items() if value is not None}
        return {**os.environ, **told}


async def _until_ready(name: str, worker: Process) -> None:
    last = b""
    assert worker.stderr is not None  # noqa: S101 - PIPE
    async for line in worker.stderr:
        last = line.strip()
        if last.endswith(READY):
            return
    raise WorkerFailedError(f"{name}: did not start: {last.decode(errors='replace')}")


async def _rest(worker: Process) -> int:
    """Read on to the end, so that a worker never waits for its pipe; return its exit code."""
    if worker.stderr is not None:
        await worker.stderr.read()
    return await worker.wait()


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
    directory = directories.read(chosen.directory, frozenset(catalogue.event_types()))
    async with topic_admin.connected({"bootstrap_servers": chosen.bootstrap}) as admin:
        topics = wanted(directory, chosen.replication)
        await topic_admin.apply(admin, plan(topics, await topic_admin.actual(admin)))
        await topic_admin.settle(admin, topics)
    house = House(chosen, directory)
    try:
        yield house
    finally:
        await house.stop_all()
