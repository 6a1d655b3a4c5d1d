"""How many events a second intake takes in, from what agencies published to entries that stand in the timeline."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hub import clock
from hub.model.directory import Directory
from tests.bench import ground, population

PARTITIONS: Final = 4


def runs(
    bootstrap: str, known: Directory, folder: Path, size: tuple[int, int, int], program: Path | None
) -> list[dict[str, Any]]:
    """Publish the events and take them in, each time with an empty person index. `size`: runs, people, events."""
    number, *amount = size
    return [_run(bootstrap, known, folder / f"people-{run}.db", amount, program) for run in range(number)]


def _run(
    bootstrap: str, known: Directory, database: Path, amount: Sequence[int], program: Path | None
) -> dict[str, Any]:
    people, events = amount
    asyncio.run(ground.publish(bootstrap, list(population.published(people, events, clock.now_ms()))))
    asked = {"bootstrap": bootstrap, "of": known.partitions, "goal": events, "database": f"sqlite:///{database}"}
    return ground.measured("intake_loop", program, **asked)
