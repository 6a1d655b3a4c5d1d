"""What a worker remembers for long is left out of garbage collection, which else takes a fifth of its time.

A transaction makes millions of small values and nearly none of them in a circle, so there is little to look for. And
whoever is known from before stays for as long as the process does.
"""

import gc
from typing import Final

THRESHOLDS: Final = (50_000, 20, 100)
"""Values made, and collections of the young and of the middle-aged, before each next look."""


def freeze() -> None:
    """Never look again at what is here by now, and less often at what comes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
