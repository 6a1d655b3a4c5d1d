"""A developer's broker, started, asked after and stopped by the commands a developer types."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli.kafka import app, describe
from hub.kafka.local import ports
from hub.kafka.local.resident import Resident, Status
from hub.kafka.local.wait import until

COMMAND = (sys.executable, "-c", "from hub.cli.kafka import app; app(prog_name='hub kafka')")


def hub_kafka(home: Path, name: str, *options: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "HUB_HOME": str(home)}
    return subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, name, *options], env=environment, capture_output=True, text=True, check=False, timeout=90
    )


def asked(home: Path, name: str, *options: str) -> Result:
    """The same within this process, for what starts nothing."""
    return CliRunner().invoke(app, [name, *options], env={"HUB_HOME": str(home)})


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    Resident(tmp_path / "home").down()


@pytest.fixture
def running(home: Path) -> Status:
    assert hub_kafka(home, "up").returncode == 0
    return Resident(home).status()


def saved(home: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((home / "kafka" / "state.json").read_text())
    return content


def kill(status: Status) -> None:
    assert status.pid is not None
    os.kill(status.pid, signal.SIGKILL)
    assert until(lambda: not Resident(status.folder.parent).status().present, 10)


@pytest.mark.kafka
def test_the_broker_runs_on_after_the_command_and_says_where(home: Path, running: Status) -> None:
    answer = hub_kafka(home, "status")
    assert answer.returncode == 0
    assert f"Apache Kafka runs at {running.bootstrap} (process {running.pid})" in answer.stdout
    assert saved(home)["bootstrap"] == running.bootstrap
    assert saved(home)["pid"] == running.pid


@pytest.mark.kafka
def test_up_again_changes_nothing(home: Path, running: Status) -> None:
    answer = hub_kafka(home, "up")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert Resident(home).status().pid == running.pid


@pytest.mark.kafka
def test_down_and_up_keep_data_and_address(home: Path, running: Status) -> None:
    identity = home / "kafka" / "data" / "meta.properties"
    before = identity.read_text()
    assert hub_kafka(home, "down").returncode == 0
    assert hub_kafka(home, "status").returncode == 3
    assert hub_kafka(home, "up").returncode == 0
    again = Resident(home).status()
    assert (again.bootstrap, identity.read_text()) == (running.bootstrap, before)
    assert again.pid != running.pid


@pytest.mark.slow
@pytest.mark.kafka
def test_a_broker_that_was_killed_is_said_to_have_ended_and_starts_again(home: Path, running: Status) -> None:
    kill(running)
    answer = hub_kafka(home, "status")
    assert (answer.returncode, "ended without being told to" in answer.stdout) == (3, True)
    assert hub_kafka(home, "up").returncode == 0
    assert Resident(home).status().bootstrap == running.bootstrap


@pytest.mark.slow
@pytest.mark.kafka
def test_a_frozen_broker_is_not_said_to_run_and_can_be_stopped(home: Path, running: Status) -> None:
    assert running.pid is not None
    os.kill(running.pid, signal.SIGSTOP)
    answer = hub_kafka(home, "status")
    assert (answer.returncode, "does not answer" in answer.stdout) == (3, True)
    assert Resident(home).down(within=1)
    assert not Resident(home).status().present


@pytest.mark.slow
@pytest.mark.kafka
def test_a_port_taken_meanwhile_leads_to_another_with_the_same_data(home: Path, running: Status) -> None:
    hub_kafka(home, "down")
    assert running.bootstrap is not None
    with socket.create_server((ports.HOST, int(running.bootstrap.split(":")[1]))):
        assert hub_kafka(home, "up").returncode == 0
        moved = Resident(home).status()
    assert moved.serving
    assert moved.bootstrap != running.bootstrap


@pytest.mark.slow
@pytest.mark.kafka
def test_two_that_start_it_at_the_same_time_get_one_broker(home: Path) -> None:
    environment = {**os.environ, "HUB_HOME": str(home)}
    both = [
        subprocess.Popen([*COMMAND, "up"], env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(2)
    ]
    said = {process.communicate(timeout=90)[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert len(said) == 1


@pytest.mark.slow
@pytest.mark.kafka
def test_a_broker_that_cannot_start_shows_the_end_of_its_log(home: Path, running: Status) -> None:
    hub_kafka(home, "down")
    identity = running.folder / "data" / "meta.properties"
    identity.write_text(identity.read_text().replace("node.id=1", "node.id=2"))
    answer = hub_kafka(home, "up")
    assert answer.returncode == 1
    assert "its log ends:" in answer.stderr
    assert "node" in answer.stderr.split("its log ends:")[1]
    assert not Resident(home).status().present


def test_where_nothing_ever_ran_nothing_runs(home: Path) -> None:
    answer = asked(home, "status")
    assert (answer.exit_code, "Start one with: hub kafka up" in answer.stdout) == (3, True)
    assert not home.exists()


def test_quiet_status_answers_with_its_exit_code_alone(home: Path) -> None:
    answer = asked(home, "status", "--quiet")
    assert (answer.exit_code, answer.stdout) == (3, "")


def test_down_where_nothing_runs_is_no_failure(home: Path) -> None:
    answer = asked(home, "down")
    assert (answer.exit_code, answer.stdout) == (0, "No broker runs here; nothing to stop.\n")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((True, True, 7), "Apache Kafka runs at there (process 7) and holds 2.5 MB"),
        ((False, True, 7), "does not answer"),
        ((False, True, None), "does not answer"),
        ((False, False, 7), "ended without being told to"),
        ((False, False, None), "No broker runs. Data kept: 2.5 MB"),
    ],
)
def test_each_status_is_told_in_plain_words(seen: tuple[bool, bool, int | None], expected: str) -> None:
    assert expected in describe(Status(*seen, "there", 2_500_000, Path("folder")))
