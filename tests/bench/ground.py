"""A broker with the bench's topics, and hub.timeline filled before anything is measured."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from hub.kafka import keyring, topic_admin, topics
from hub.log import TIMELINE
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.key_check import check_value
from hub.model.timeline import encode
from tests.bench.population import KEYS, Published

ROOT: Final = Path(__file__).parents[2]
COMPILED: Final = ROOT / "build" / "compiled"
NO_COMPILER: Final = 3
"""How deploy/compile.py ends where there is nothing to compile with."""
WITHIN: Final = 180
"""Seconds that one run may take."""
Timeline = list[list[tuple[bytes, bytes]]]
"""By partition of one set, key and value."""


async def topics_of(bootstrap: str, directory: Directory) -> None:
    """Create every topic that the directory needs, and say with which keys they are filled."""
    wanted = topics.wanted(directory, 1)
    async with topic_admin.connected({"bootstrap_servers": bootstrap}) as admin:
        await topic_admin.apply(admin, topics.plan(wanted, await topic_admin.actual(admin)))
        await topic_admin.settle(admin, wanted)
    await keyring.agree({"bootstrap_servers": bootstrap}, check_value(KEYS))


def timeline(entries: Sequence[Entry], partitions: int) -> Timeline:
    """The entries as they stand in so many partitions, each person's in one."""
    filled: Timeline = [[] for _ in range(partitions)]
    for entry in entries:
        value = encode(entry)
        filled[int(entry.route_key[:8], 16) % partitions].append((entry.route_key.encode(), value))
    return filled


async def fill(bootstrap: str, made: Timeline, sets: int) -> None:
    """Write the same entries into each set of partitions."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, linger_ms=5) as producer:
        for first in range(0, sets * len(made), len(made)):
            for number, entries in enumerate(made):
                for key, value in entries:
                    await producer.send(TIMELINE, value, key, first + number)
        await producer.flush()


def compiled() -> Path | None:
    """The hub as a production image has it, made if it is not there; None: nothing here can compile it.

    Raises CalledProcessError where it could and did not.
    """
    made = subprocess.run([sys.executable, str(ROOT / "deploy" / "compile.py"), str(COMPILED)], check=False)  # noqa: S603
    if made.returncode == NO_COMPILER:
        return None
    made.check_returncode()
    return COMPILED


def measured(module: str, program: Path | None, **asked: Any) -> dict[str, Any]:
    """What a run in a process of its own prints. `program`: where the hub is read from; None: this checkout.

    Raises CalledProcessError, TimeoutExpired.
    """
    command = [sys.executable, "-m", f"tests.bench.{module}", json.dumps(asked)]
    env = {**os.environ, **reading_from(program)}
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=WITHIN, cwd=ROOT, env=env)  # noqa: S603
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


def reading_from(program: Path | None) -> dict[str, str]:
    """What makes a process read the hub from there; None: from this checkout."""
    path = os.pathsep.join(str(folder) for folder in (program, ROOT) if folder)
    return {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}


async def publish(bootstrap: str, events: Sequence[Published]) -> None:
    """Write the events into their desks' in topics, as agencies do."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5) as producer:
        for event in events:
            await producer.send(f"in.{event.desk}", event.body)
        await producer.flush()
