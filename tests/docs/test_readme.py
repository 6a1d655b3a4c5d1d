"""The commands of README.md, run as a new user types them: in order, one shell after the other, on a hub of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house import WITHIN

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
HEADING = "A hub of your own on this machine"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"\s+#.*$", re.MULTILINE)
ACTIVATE, WORKER, STOP = ". .venv/bin/activate", "hub worker", "hub kafka down"


def commands() -> list[str]:
    """The commands under the heading, in order, without comments; a line that goes on is one with the next."""
    section = (ROOT / "README.md").read_text("utf-8").split(f"## {HEADING}\n")[1].split("\n## ")[0]
    lines = COMMENT.sub("", "\n".join(BLOCK.findall(section))).replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip()]


class Shell:
    """What a new user's terminals have in common: the variables, and the folder that the hub keeps."""

    def __init__(self, home: Path) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
        self.variables = {**own, "PATH": path, "HUB_HOME": str(home)}
        self.event = "EVENT"

    def export(self, words: str) -> None:
        name, _, value = words.partition("=")
        self.variables[name] = value

    def says(self, command: str) -> str:
        """What a command says; it must end well. `EVENT` is the id that the query showed."""
        told = self.tried(command)
        assert told.returncode == 0, f"{command}: {told.stderr}"
        return told.stdout

    def tried(self, command: str) -> "subprocess.CompletedProcess[str]":
        line = command.replace(" EVENT ", f" {self.event} ")
        shell = ["bash", "-c", line]
        return subprocess.run(  # noqa: S603 - the README's own commands
            shell, cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False, timeout=WITHIN * 2
        )

    def until(self, command: str, holds: Callable[[str], object]) -> str:
        """What it says once it says what is awaited: the README asks its reader for a second's patience."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            if holds(said := self.tried(command).stdout):
                return said
        raise AssertionError(f"{command}: never said what was awaited")


@contextmanager
def at_work(shell: Shell) -> Iterator["subprocess.Popen[str]"]:
    """A worker in a terminal of its own, from `ready` on."""
    command = ["bash", "-c", f"exec {WORKER}"]
    with subprocess.Popen(  # noqa: S603 - the README's own command
        command, cwd=ROOT, env=shell.variables, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr
            said: list[str] = []
            while not (said and said[-1].endswith("ready\n")):
                said.append(process.stderr.readline())
                assert said[-1], "".join(said)
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=WITHIN)


def test_the_section_is_still_the_one_that_is_run() -> None:
    told = commands()
    assert (told[:2], told[-1]) == (["make setup", ACTIVATE], STOP)
    assert told.count(WORKER) == 1
    assert {"hub init", "hub kafka up", "hub topics apply"} < set(told[: told.index(WORKER)])
    assert any(" EVENT " in command for command in told)


def test_every_command_of_the_readme_works_as_written(tmp_path: Path) -> None:
    shell, told = Shell(tmp_path / "home"), commands()
    before, after = told[: told.index(WORKER)], told[told.index(WORKER) + 1 : -1]
    try:
        for command in before:
            _typed(shell, command)
        with at_work(shell) as worker:
            for command in after:
                _typed(shell, command)
        assert worker.returncode == 0
    finally:
        assert "has stopped" in shell.says(STOP)


def _typed(shell: Shell, command: str) -> None:
    if command == ACTIVATE:
        return  # the tests' own environment has what it would bring
    if command.startswith("export "):
        shell.export(command.removeprefix("export "))
    elif command.startswith("hub tail "):
        assert shell.until(command, lambda said: "arrest" in said)
    elif command.startswith("hub audit query "):
        found = shell.until(command, lambda said: "(entry " in said)
        shell.event = found.split("(entry ")[1][:16]
    else:
        shell.says(command)
