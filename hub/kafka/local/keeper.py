"""The parent's side of the guard: start, signal and ask after processes that cannot outlive this one."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.kafka.local import guard
from hub.kafka.local.errors import LocalBrokerError

_keepers: "weakref.WeakSet[Keeper]" = weakref.WeakSet()


class Keeper:
    """Holds the one open end of the guard's pipe; when it closes, everything started here is ended."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Start a guard that removes this folder at the end."""
        self._lock = threading.Lock()
        self._guard = subprocess.Popen(  # noqa: S603 - this interpreter and a file of ours
            [sys.executable, "-I", "-S", guard.__file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
        _keepers.add(self)

    def spawn(self, argv: Sequence[str], folder: Path, log: Path) -> int:
        """Start a process in a folder, its output appended to the log; return its pid."""
        pid = self._ask({"spawn": list(argv), "folder": str(folder), "log": str(log)})
        if pid is None:
            raise LocalBrokerError("the guard process started nothing")
        return pid

    def signal(self, pid: int, number: int) -> None:
        """Send a signal; nothing happens if the process has ended."""
        self._ask({"signal": number, "pid": pid})

    def returncode(self, pid: int) -> int | None:
        """How the process ended; None while it runs."""
        return self._ask({"returncode": pid})

    def close(self) -> None:
        """Kill what still runs, remove the folder, and return when both are done."""
        with self._lock:
            _keepers.discard(self)
            for pipe in (self._guard.stdin, self._guard.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            self._guard.wait()

    def _ask(self, request: dict[str, object]) -> int | None:
        with self._lock:
            try:
                return self._exchange(json.dumps(request).encode() + b"\n")
            except (OSError, ValueError) as error:
                raise LocalBrokerError("the guard process has ended, and the brokers with it") from error

    def _exchange(self, line: bytes) -> int | None:
        to, answers = self._guard.stdin, self._guard.stdout
        if to is None or answers is None:
            raise ValueError(line)
        to.write(line)
        to.flush()
        answer: int | None = json.loads(answers.readline())
        return answer

    def _let_go(self) -> None:
        """In a forked child: give up the inherited end, or the brokers would wait for the child to end too."""
        if self._guard.stdin:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._guard.stdin.fileno(), inheritable=False)
            os.close(nowhere)


def _let_go_of_all() -> None:
    for keeper in list(_keepers):
        keeper._let_go()  # noqa: SLF001 - one module, one secret


os.register_at_fork(after_in_child=_let_go_of_all)
