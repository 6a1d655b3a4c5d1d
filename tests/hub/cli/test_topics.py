from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli.topics import app, exit_code
from hub.directories import DirectoryError
from hub.kafka.local import Cluster
from hub.kafka.topics import Alter, Create, Refusal, Topic, Unknown
from hub.settings import SettingsError

ALTER = Alter("hub.audit", "cleanup.policy", "compact", "delete")
REFUSAL = Refusal("hub.timeline", "has 4 partitions, 8 wanted")
DEMO = resources.files("hub.demo") / "directory.toml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_a_script_learns_whether_there_is_nothing_something_or_something_refused() -> None:
    assert exit_code(()) == exit_code([Unknown("elsewhere")]) == 0
    assert exit_code([ALTER]) == exit_code([Unknown("elsewhere"), Create(Topic("hub.audit", 1, 1))]) == 2
    assert exit_code([ALTER, REFUSAL]) == 1


def test_a_directory_that_is_wrong_is_refused_before_a_broker_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "directory.toml"
    path.write_text("partitions = 0\n")
    assert isinstance(run("plan", "--directory", str(path)).exception, DirectoryError)


def test_an_option_is_held_to_the_rule_of_its_setting() -> None:
    assert isinstance(run("plan", "--bootstrap", "nowhere").exception, SettingsError)


@pytest.fixture(scope="module")
def empty() -> Iterator[str]:
    """A broker of its own, because the command makes topics of the hub's real names."""
    with Cluster() as cluster:
        yield cluster.bootstrap


@pytest.mark.kafka
def test_what_is_planned_is_applied_and_then_nothing_is_left(empty: str, tmp_path: Path) -> None:
    (tmp_path / "directory.toml").write_text(DEMO.read_text("utf-8"))
    options = ("--bootstrap", empty, "--directory", str(tmp_path / "directory.toml"), "--replication", "1")

    planned = run("plan", *options)
    assert planned.exit_code == 2
    assert "create hub.timeline: 4 partitions, 1 copy\n" in planned.stdout

    applied = run("apply", *options)
    assert applied.exit_code == 0
    assert applied.stdout == planned.stdout

    again = run("plan", *options)
    assert (again.exit_code, again.stdout) == (0, "The topics are as the directory asks.\n")

    (tmp_path / "directory.toml").write_text(DEMO.read_text("utf-8").replace("partitions = 4 ", "partitions = 8 "))
    for command in ("plan", "apply"):
        refused = run(command, *options)
        assert refused.exit_code == 1
        assert "REFUSED hub.timeline: has 4 partitions, 8 wanted" in refused.stdout
    assert run("plan", *options).stdout.startswith("REFUSED")
