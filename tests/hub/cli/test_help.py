"""What a command takes is said in words, not in types of Python."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from hub.cli import app, failures, without_types
from hub.directories import DirectoryError
from hub.kafka.errors import KafkaError


def _all(command: Any, name: str = "hub") -> Iterator[tuple[str, Any]]:
    yield name, command
    for word, below in getattr(command, "commands", {}).items():
        yield from _all(below, f"{name} {word}")


COMMANDS = dict(_all(without_types(typer.main.get_command(app))))


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_shows_a_type_of_python(name: str) -> None:
    command = COMMANDS[name]
    context = command.context_class(command, info_name=name)
    assert [one.name for one in command.get_params(context) if one.metavar is None] == []


def test_a_failure_where_no_hub_is_yet_says_how_to_make_one(tmp_path: Any) -> None:
    told = failures.told(DirectoryError("directory.toml", ()), {"HUB_HOME": str(tmp_path)})
    assert told.endswith(f"There is no hub in {tmp_path} yet: run hub init first.")


def test_an_error_of_kafkas_is_told_by_its_type_and_address() -> None:
    told = failures.told(KafkaError("quotes something"), {"HUB_BOOTSTRAP": "127.0.0.1:9"})
    assert told == "Kafka at 127.0.0.1:9: KafkaError"


@pytest.mark.kafka
@pytest.mark.parametrize(
    "words",
    [
        ("tail", "avon-ld.team", "--once"),
        ("statistics", "show"),
        ("quarantine", "list"),
        ("topics", "plan"),
        ("worker",),
    ],
)
def test_whoever_finds_no_broker_reads_one_sentence(tmp_path: Any, words: tuple[str, ...]) -> None:
    environment = {**os.environ, "HUB_HOME": str(tmp_path), "HUB_BOOTSTRAP": "127.0.0.1:9"}
    hub = [sys.executable, "-m", "hub"]
    subprocess.run([*hub, "init"], env=environment, check=True, capture_output=True)  # noqa: S603 - our own command
    ended = subprocess.run([*hub, *words], env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    assert ended.returncode == 1
    assert "no broker answers at 127.0.0.1:9: is it running? hub kafka up" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


STOPPING = """
import builtins, os, runpy, signal, sys
real = builtins.__import__
def stopping(name, *rest, **named):
    if name == "hub.cli":
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest, **named)
builtins.__import__ = stopping
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs this in the background ignores it
sys.argv = ["hub", "--help"]
runpy.run_module("hub", run_name="__main__")
"""


def test_whoever_stops_a_command_while_it_is_being_read_sees_no_stack_of_frames() -> None:
    command = [sys.executable, "-c", STOPPING]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert (told.returncode, told.stderr) == (130, "")
