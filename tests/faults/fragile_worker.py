"""`hub worker` with a planted fault: whatever reads an entry or an event with these bytes is killed on the spot.

None is known that does this; should there be one, it would do it like this.
"""

import os
import signal
import sys
from collections.abc import Callable

from hub.cli import main
from hub.intake import ingest, process
from hub.intake.event import Event, Received, Rejected, Rules
from hub.log import Arrival
from hub.model.entry import Entry
from hub.sharing import registers

KILLS = b"kills-whoever-reads-it"


def fragile(read: Callable[[Arrival], Entry]) -> Callable[[Arrival], Entry]:
    """The same, and it kills."""

    def reading(arrival: Arrival) -> Entry:
        if KILLS in arrival.value:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(arrival)

    return reading


def fragile_ingest(ingest: Callable[[Received, Rules], Event | Rejected]) -> Callable[..., Event | Rejected]:
    """The same, and it kills."""

    def ingesting(received: Received, rules: Rules) -> Event | Rejected:
        if KILLS in received.body:
            os.kill(os.getpid(), signal.SIGKILL)
        return ingest(received, rules)

    return ingesting


if __name__ == "__main__":
    vars(sys.modules[process.__module__])["ingest"] = fragile_ingest(ingest.ingest)
    vars(registers)["read"] = fragile(registers.read)
    sys.argv[0] = "hub"
    main()
