"""`hub demo` as somebody runs it: in a pipe, in a terminal, stopped, killed; and what it leaves behind."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from hub.kafka.local.wait import until

WITHIN = 120.0
"""Seconds for a whole demo, also on a busy machine."""
GONE_WITHIN = 20.0
IGNORING_CTRL_C = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh")


@dataclass(slots=True)
class Demo:
    """One demo, with a folder of its own for whatever is temporary."""

    process: "subprocess.Popen[str]"
    temporary: Path
    shown: str = ""

    def read_until(self, ends: Callable[[str], bool]) -> str:
        """Standard output up to a line after which this holds."""
        for line in _of(self.process.stdout):
            self.shown += line
            if ends(self.shown):
                return self.shown
        raise AssertionError(self.shown, self.end()[1])

    def end(self) -> tuple[str, str]:
        """All that it wrote from here on, to standard output and to standard error, once it has ended."""
        return self.process.communicate(timeout=WITHIN)

    def left(self) -> list[str]:
        """Processes and files that are still there."""
        return [*self._processes(), *(str(path) for path in self.temporary.iterdir())]

    def is_gone(self) -> bool:
        """Whether nothing is left, at once or soon after."""
        return until(lambda: not self.left(), GONE_WITHIN)

    def _processes(self) -> Iterator[str]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if self._is_ours(process):
                    yield " ".join(process.cmdline())

    def _is_ours(self, process: psutil.Process) -> bool:
        of_it = process.environ().get("TMPDIR") == str(self.temporary)
        return process.is_running() and (of_it or process.cwd().startswith(str(self.temporary)))


def _of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def environment(temporary: Path, **changes: str) -> dict[str, str]:
    """As a developer's, without anything that was set for a hub."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "FORCE_", "NO_COLOR"))}
    return {**plain, "TMPDIR": str(temporary), **changes}


@contextlib.contextmanager
def demo(temporary: Path, *options: str, in_background: bool = False, **changes: str) -> Iterator[Demo]:
    """A demo in a pipe, started in its temporary folder; killed, if it still runs, when the block ends.

    `in_background`: as a script starts it with &, where Ctrl-C is ignored.
    """
    command = [sys.executable, "-m", "hub", "demo", *options]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*IGNORING_CTRL_C, *command] if in_background else command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(temporary, **changes),
        cwd=temporary,
        text=True,
    )
    started = Demo(process, temporary)
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        with contextlib.suppress(ValueError):
            process.communicate(timeout=WITHIN)


def in_a_terminal(command: Sequence[str], folder: Path, told: dict[str, str]) -> tuple[int, str]:
    """Exit code and everything that a person sees."""
    screen, inside = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=inside, stdout=inside, stderr=inside, cwd=folder, env=told, start_new_session=True
    )
    os.close(inside)
    seen = b""
    with contextlib.suppress(OSError):  # how a terminal says that nobody is left inside
        while part := os.read(screen, 65_536):
            seen += part
    os.close(screen)
    return process.wait(WITHIN), seen.decode()
