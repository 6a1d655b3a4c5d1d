"""Whether deciding something kills whoever decides it: tried in a child of this process, which may die of it.

A transaction that was begun twice and never committed may have been so for many reasons: a broker was away, somebody
pulled a plug. Only what kills a child, and then a second one at the same place, is poison; all else goes on. So an
outage sets nothing aside.
"""

import asyncio
import contextlib
import os
import resource
import select
import signal
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from hub.model.errors import HubError

DEATHS: Final = 2
"""After so many transactions that came to nothing, the next is tried first."""
SECONDS_EACH: Final = 3
"""Of processor time for one record; one that takes longer would outlast the transaction at every attempt."""
BROKEN: Final = 1
"""Exit code of a child in which deciding raised: so would the worker."""
SHORT: Final = 2
"""Exit code of a child that had too little memory, which says nothing of what it was at."""
STALLED: Final = 30.0
"""Seconds without a sign of life after which the child, not a record, counts as stuck."""

Deciding = Callable[[frozenset[int]], Iterable[object]]
"""Decides without these places, and gives one thing, whatever it is, for each place that is done, in order."""


class TrialFailedError(HubError):
    """What was tried says nothing of any record: the child neither died nor went on, or it died of something else."""


class _End(NamedTuple):
    """How a child ended."""

    done: int
    """How many places it got through."""
    whole: bool
    """It got through all of them."""


async def poison(deciding: Deciding) -> frozenset[int]:
    """Which places, from 0 on, kill whoever decides them: two children in turn died there. Nothing changes here.

    Raises TrialFailedError.
    """
    found: frozenset[int] = frozenset()
    suspect: int | None = None
    while not (end := await _tried(deciding, found)).whole:
        if end.done in found:
            raise TrialFailedError("setting a record aside kills too")
        if end.done == suspect:
            found, suspect = found | {end.done}, None
        else:
            suspect = end.done
    return found


async def _tried(deciding: Deciding, without: frozenset[int]) -> _End:
    """Let a child decide, and see how it ends."""
    ear, mouth = os.pipe()
    child = _fork()
    if child == 0:
        os.close(ear)
        _decide(deciding, without, mouth)
    os.close(mouth)
    try:
        done = await asyncio.to_thread(_heard, ear)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(ear)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
    return _End(done, _is_whole(os.waitstatus_to_exitcode(status)))


def _is_whole(code: int) -> bool:
    if code == SHORT:
        raise TrialFailedError("no memory to try in")
    return code == 0


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads are not there in the child; it needs none
        return os.fork()


def _decide(deciding: Deciding, without: frozenset[int], mouth: int) -> NoReturn:
    """In the child: say a byte for each place that is done, and be gone, whatever happens."""
    code = BROKEN
    try:
        _expendable()
        for _ in deciding(without):
            os.write(mouth, b".")
            _allow(SECONDS_EACH)
        code = 0
    except MemoryError:
        code = SHORT
    finally:
        os._exit(code)


def _expendable() -> None:
    """Let the system take this process before any other, and leave nothing of anybody on a disk when it dies."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _allow(SECONDS_EACH)
    with contextlib.suppress(OSError):  # not everywhere; then the system chooses
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _allow(seconds: int) -> None:
    """From now on: so much processor time until this process is killed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, most))


def _heard(ear: int) -> int:
    """How many bytes come before the other end is gone."""
    number = 0
    while select.select([ear], [], [], STALLED)[0]:
        said = os.read(ear, 65536)
        if not said:
            return number
        number += len(said)
    raise TrialFailedError(f"no sign of life for {STALLED:g} s")
