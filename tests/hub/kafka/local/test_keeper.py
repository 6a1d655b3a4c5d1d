"""The guard ends what was started, however the parent ends. Sleepers stand for brokers; test_cluster has one real."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hub.kafka.local.errors import LocalBrokerError
from hub.kafka.local.keeper import Keeper
from hub.kafka.local.wait import until

ENOUGH = 10.0
PARENT = """
import os, sys, threading
from pathlib import Path
from hub.kafka.local.keeper import Keeper

def start():
    global keeper
    keeper = Keeper(Path(sys.argv[1]), os.environ)
    pid = keeper.spawn(["sleep", "600"], Path(sys.argv[1]), Path(sys.argv[1]) / "log")
    print(pid, keeper._guard.pid, flush=True)

worker = threading.Thread(target=start)
worker.start()
worker.join()
"""
WAIT = "sys.stdin.read()\n"
RAISE = "raise SystemExit('on purpose')\n"
FORK_AND_WAIT = "forked = os.fork()\nif forked: print(forked, flush=True)\n" + WAIT


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def parent(folder: Path, then: str) -> "subprocess.Popen[str]":
    folder.mkdir()
    return subprocess.Popen(  # noqa: S603 - a script of our own
        [sys.executable, "-c", PARENT + then, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def pids(process: "subprocess.Popen[str]") -> list[int]:
    assert process.stdout is not None
    return [int(pid) for pid in process.stdout.readline().split()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "brokers"


@pytest.fixture
def keeper(folder: Path) -> Iterator[Keeper]:
    folder.mkdir()
    keeper = Keeper(folder, os.environ)
    yield keeper
    keeper.close()


def sleeper(keeper: Keeper, folder: Path) -> int:
    return keeper.spawn(["sleep", "600"], folder, folder / "log")


def assert_nothing_is_left(folder: Path, started: list[int]) -> None:
    assert until(lambda: all(gone(pid) for pid in started), ENOUGH)
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_ends_the_parent_ends_what_its_finished_thread_started(folder: Path, number: int) -> None:
    with parent(folder, WAIT) as process:
        started = pids(process)
        assert not gone(started[0])
        process.send_signal(number)
    assert_nothing_is_left(folder, started)


def test_an_exception_in_the_parent_ends_what_it_started(folder: Path) -> None:
    with parent(folder, RAISE) as process:
        started = pids(process)
    assert_nothing_is_left(folder, started)


def test_a_forked_child_that_lives_on_does_not_keep_what_the_parent_started(folder: Path) -> None:
    with parent(folder, FORK_AND_WAIT) as process:
        started, [forked] = pids(process), pids(process)
        process.kill()
        assert_nothing_is_left(folder, started)
        assert not gone(forked)
        os.kill(forked, signal.SIGKILL)


def test_a_finished_thread_alone_ends_nothing(folder: Path) -> None:
    with parent(folder, WAIT) as process:
        started = pids(process)
        assert not until(lambda: gone(started[0]), 0.5)
        process.communicate()
    assert_nothing_is_left(folder, started)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_guard_that_is_told_to_end_takes_everything_with_it(folder: Path, number: int) -> None:
    with parent(folder, WAIT) as process:
        started = pids(process)
        os.kill(started[1], number)
        assert_nothing_is_left(folder, started)
        process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_killed_guard_leaves_nothing_running(folder: Path) -> None:
    with parent(folder, WAIT) as process:
        started = pids(process)
        os.kill(started[1], signal.SIGKILL)
        assert until(lambda: all(gone(pid) for pid in started), ENOUGH)
        process.communicate()


def test_closing_ends_even_a_frozen_process_and_removes_the_folder(keeper: Keeper, folder: Path) -> None:
    pid = sleeper(keeper, folder)
    keeper.signal(pid, signal.SIGSTOP)
    keeper.close()
    assert gone(pid)
    assert not folder.exists()


def test_a_frozen_process_stands_still_when_freezing_returns_and_runs_on_when_thawed(
    keeper: Keeper, folder: Path
) -> None:
    pid = sleeper(keeper, folder)
    keeper.signal(pid, signal.SIGSTOP)
    assert psutil.Process(pid).status() == psutil.STATUS_STOPPED
    assert keeper.returncode(pid) is None
    keeper.signal(pid, signal.SIGCONT)
    assert until(lambda: psutil.Process(pid).status() == psutil.STATUS_SLEEPING, ENOUGH)


def test_freezing_a_frozen_process_changes_nothing(keeper: Keeper, folder: Path) -> None:
    pid = sleeper(keeper, folder)
    keeper.signal(pid, signal.SIGSTOP)
    keeper.signal(pid, signal.SIGSTOP)
    assert psutil.Process(pid).status() == psutil.STATUS_STOPPED


def test_freezing_a_process_that_has_ended_does_nothing(keeper: Keeper, folder: Path) -> None:
    pid = keeper.spawn(["true"], folder, folder / "log")
    keeper.signal(pid, signal.SIGSTOP)
    keeper.signal(pid, signal.SIGCONT)
    assert until(lambda: keeper.returncode(pid) == 0, ENOUGH)


def test_how_a_process_ended_is_told(keeper: Keeper, folder: Path) -> None:
    pid = sleeper(keeper, folder)
    assert keeper.returncode(pid) is None
    keeper.signal(pid, signal.SIGKILL)
    assert until(lambda: keeper.returncode(pid) == -signal.SIGKILL, ENOUGH)


def test_a_signal_to_a_process_that_has_ended_does_nothing(keeper: Keeper, folder: Path) -> None:
    pid = keeper.spawn(["true"], folder, folder / "log")
    assert until(lambda: keeper.returncode(pid) == 0, ENOUGH)
    keeper.signal(pid, signal.SIGKILL)


def test_output_goes_to_the_log(keeper: Keeper, folder: Path) -> None:
    pid = keeper.spawn(["sh", "-c", "echo out; echo err >&2"], folder, folder / "log")
    assert until(lambda: keeper.returncode(pid) == 0, ENOUGH)
    assert (folder / "log").read_text() == "out\nerr\n"


def test_a_closed_keeper_says_that_it_has_ended(keeper: Keeper, folder: Path) -> None:
    keeper.close()
    with pytest.raises(LocalBrokerError, match="guard process has ended"):
        sleeper(keeper, folder)
