"""The watch of a process: what its metrics say of the broker, whatever its loops are doing.

It decides nothing and never ends a process: where the broker is away, that is what it reports.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

from hub import metrics
from hub.kafka.pulse import Pulse
from hub.log import AUDIT

EVERY_SECONDS: Final = 5.0


async def run_watch(stopping: asyncio.Event, pulses: Sequence[Pulse], every: float = EVERY_SECONDS) -> None:
    """Look every so many seconds until `stopping` is set. The broker is there if it answers each of them."""
    try:
        while not stopping.is_set():
            metrics.broker(reachable=all([await _answers(pulse) for pulse in pulses]))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), every)
    finally:
        for pulse in pulses:
            await pulse.stop()


async def _answers(pulse: Pulse) -> bool:
    seen = await pulse.look()
    if seen is None:
        return False
    told = metrics.audit_ends if pulse.reads == AUDIT else metrics.timeline_ends
    told(seen.ends)
    if seen.untaken is not None:
        metrics.untaken(seen.untaken)
    return True
