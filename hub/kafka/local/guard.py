"""The process that ends the brokers when its parent ends, however that happens.

Its standard input is a pipe whose other end only the parent holds. The kernel closes that end when the
parent is gone (killed, crashed or finished, whichever of its threads began this), and then the brokers
are killed and their folder is removed. Where the guard itself is killed, Linux kills the brokers with it.
Standard library only: it is run as a file, not imported.

Each line in is one request as JSON, each line out its answer.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

STANDS_STILL_WITHIN = 1.0
PR_SET_PDEATHSIG = 1
ENDS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
Children = dict[int, "subprocess.Popen[bytes]"]


def die_with_guard() -> None:
    """Let Linux kill this process when the guard's only thread is gone, even if it was killed itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def spawn(children: Children, argv: list[str], folder: str, log: str) -> int:
    """Start a process that writes to the log; return its pid."""
    with Path(log).open("ab") as out:
        child = subprocess.Popen(  # noqa: S603 - our own parent says what to run
            argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            preexec_fn=die_with_guard,  # noqa: PLW1509 - this process has one thread
        )  # fmt: skip
    children[child.pid] = child
    return child.pid


def send(child: "subprocess.Popen[bytes]", number: int) -> None:
    """Send a signal; after one that freezes, return when every thread stands still, not merely soon will."""
    child.send_signal(number)
    deadline = time.monotonic() + STANDS_STILL_WITHIN
    while number == signal.SIGSTOP and child.poll() is None and time.monotonic() < deadline:
        changed, status = os.waitpid(child.pid, os.WUNTRACED | os.WNOHANG)
        if changed and not os.WIFSTOPPED(status):
            child.returncode = os.waitstatus_to_exitcode(status)
        if changed:
            return
        select.select([], [], [], 0.005)


def reply(children: Children, request: dict[str, object]) -> int | None:
    """Do what one request asks."""
    match request:
        case {"spawn": list(argv), "folder": str(folder), "log": str(log)}:
            return spawn(children, argv, folder, log)
        case {"signal": int(number), "pid": int(pid)}:
            send(children[pid], number)
            return None
        case {"returncode": int(pid)}:
            return children[pid].poll()
        case _:
            raise ValueError(request)


def end(children: Children, folder: Path) -> None:
    """Leave nothing running and nothing on disk."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.kill()
    for child in children.values():
        child.wait()
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Serve until the parent's end of the pipe is closed."""
    for number in ENDS:
        signal.signal(number, lambda _number, _frame: sys.exit())
    children: Children = {}
    try:
        with contextlib.suppress(BrokenPipeError):
            for line in sys.stdin:
                sys.stdout.write(json.dumps(reply(children, json.loads(line))) + "\n")
                sys.stdout.flush()
    finally:
        end(children, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
