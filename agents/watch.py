"""The watch of a process: what its metrics say of the broker, whatever its loops are doing.

It decides nothing and never ends a process: where the broker is away, that is what it reports.
"""

import asyncio
import contextlib
from typing import Final

from hub import metrics
from hub.kafka.pulse import Pulse
from hub.log import AUDIT

EVERY_SECONDS: Final = 5.0


async def run_watch(stopping: asyncio.Event, pulse: Pulse, every: float = EVERY_SECONDS) -> None:
    """Look every so many seconds until `stopping` is set."""
    try:
        while not stopping.is_set():
            await _look(pulse)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), every)
    finally:
        await pulse.stop()


async def _look(pulse: Pulse) -> None:
    seen = await pulse.look()
    metrics.broker(reachable=seen is not None)
    if seen is not None:
        told = metrics.audit_ends if pulse.reads == AUDIT else metrics.timeline_ends
        told(seen.ends)
        if seen.untaken is not None:
            metrics.untaken(seen.untaken)
