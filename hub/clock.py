"""The only place that reads a clock, for the few who stand outside the log: a door, a broker's watcher, a test.

What is decided is never timed by it: there the log is the clock.
"""

import time


def now_ms() -> int:
    """Milliseconds UTC by this process's clock; it may go back."""
    return time.time_ns() // 1_000_000  # noqa: TID251 - this is the clock
