import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.kafka.local import state
from hub.kafka.local.properties import Address
from hub.kafka.local.state import State
from hub.kafka.local.wait import until

ADDRESS = Address(19092, 20002)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def run_holding(path: Path) -> "subprocess.Popen[bytes]":
    """Start a process that writes the file, holds it, and ends when its input does."""
    with state.claimed(path) as claim:
        assert claim is not None
        command = state.becoming(path, ADDRESS, [sys.executable, "-c", "input()"])
        process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(claim,))  # noqa: S603 - a script of our own
    assert until(lambda: state.read(path).pid is not None, 10)
    return process


def test_the_file_names_the_process_that_wrote_it_and_where_it_listens(path: Path) -> None:
    process = run_holding(path)
    assert state.read(path) == State(ADDRESS, process.pid)
    assert state.held(path)
    process.communicate()


def test_the_file_says_the_address_as_clients_write_it(path: Path) -> None:
    run_holding(path).communicate()
    assert '"bootstrap": "127.0.0.1:19092"' in path.read_text()


def test_a_killed_process_holds_nothing_though_its_file_stays(path: Path) -> None:
    process = run_holding(path)
    process.kill()
    process.communicate()
    assert state.read(path).pid == process.pid
    assert not state.held(path)


def test_a_pid_that_another_process_has_now_is_not_taken_for_ours(path: Path) -> None:
    path.write_text(state.text(ADDRESS, os.getpid()))
    assert not state.held(path)


def test_a_held_file_cannot_be_claimed(path: Path) -> None:
    process = run_holding(path)
    with state.claimed(path) as claim:
        assert claim is None
    process.communicate()


def test_looking_does_not_keep_another_from_claiming(path: Path) -> None:
    path.touch()
    assert not state.held(path)
    with state.claimed(path) as claim:
        assert claim is not None


def test_noting_a_stop_keeps_the_address_and_forgets_the_process(path: Path) -> None:
    path.write_text(state.text(ADDRESS, 4711))
    state.note_stopped(path)
    assert state.read(path) == State(ADDRESS, None)


def test_noting_a_stop_leaves_alone_what_was_started_since(path: Path) -> None:
    process = run_holding(path)
    state.note_stopped(path)
    assert state.read(path).pid == process.pid
    process.communicate()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"broker": "x", "controller": 2, "pid": 3}'])
def test_a_file_cut_off_or_foreign_says_nothing(path: Path, content: str) -> None:
    path.write_text(content)
    assert state.read(path) == State()


def test_no_file_says_nothing(path: Path) -> None:
    assert state.read(path) == State()
    assert not state.held(path)
