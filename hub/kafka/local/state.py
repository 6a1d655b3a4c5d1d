"""Which broker a developer keeps, and whether it still runs.

The state file is also a lock, held by the broker's own process for as long as it lives: the kernel lets go
of it however that process ends. So a file left behind by a killed broker or a restarted machine is never
mistaken for a running one, even if another process has been given the same number since.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from hub.kafka.local.properties import Address
from hub.kafka.local.wait import until

# Run by a shell that becomes the broker, so that the file names the right process even if whoever started
# it is killed the moment after.
WRITE_AND_BECOME = 'state="$1"; text="$2"; shift 2; printf "$text" $$ > "$state"; exec "$@"'


@dataclass(frozen=True, slots=True)
class State:
    """What the file says: where the broker listened last, and its process unless it was told to stop."""

    address: Address | None = None
    pid: int | None = None


def read(path: Path) -> State:
    """Read the file; an absent, cut off or foreign one says nothing."""
    try:
        saved = json.loads(path.read_text("ascii"))
        return State(Address(int(saved["broker"]), int(saved["controller"])), saved["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return State()


def text(address: Address, pid: int | str | None) -> str:
    """Return the file's text; ``pid`` may be a place for it."""
    number = "null" if pid is None else pid
    return (
        f'{{"pid": {number}, "bootstrap": "{address.bootstrap}", '
        f'"broker": {address.broker}, "controller": {address.controller}}}\n'
    )


def forget_process(path: Path) -> Address | None:
    """Keep only where it listened, and return that; for whoever holds the file."""
    address = read(path).address
    if address:
        path.write_text(text(address, None), "ascii")
    return address


def note_stopped(path: Path) -> None:
    """Note that the broker ended because it was told to, unless another has been started since."""
    if path.exists():
        with claimed(path) as claim:
            if claim is not None:
                forget_process(path)


def becoming(path: Path, address: Address, command: list[str]) -> list[str]:
    """Return a command that writes its own process number into the file, then becomes ``command``."""
    return ["/bin/sh", "-c", WRITE_AND_BECOME, "sh", str(path), text(address, "%d").replace("\n", "\\n"), *command]


def held(path: Path) -> bool:
    """Whether some process holds the file: a broker, or a command that is starting one."""
    if not path.exists():
        return False
    with path.open("r") as file:
        return not _took(file, fcntl.LOCK_SH)


@contextmanager
def claimed(path: Path) -> Iterator[int | None]:
    """Hold the file, for handing on to the broker; None if another process holds it."""
    with path.open("a") as file:
        # Somebody looking at the file holds it too, for an instant.
        yield file.fileno() if until(lambda: _took(file, fcntl.LOCK_EX), 0.3) else None


def _took(file: TextIO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
