import asyncio
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli.topics import app, done, exit_code, lines
from hub.directories import DirectoryError
from hub.kafka import acl_admin, topic_admin
from hub.kafka.acls import Access, Acl, Excess, Grant
from hub.kafka.local import Cluster
from hub.kafka.preparation import Planned
from hub.kafka.topics import Alter, Change, CopiesDiffer, Create, Refusal, Topic, Unknown
from hub.settings import SettingsError

ALTER = Alter("hub.audit", "cleanup.policy", "compact", "delete")
ACL = Acl("User:somebody", "READ", "TOPIC", "hub.audit")
REFUSAL = Refusal("hub.timeline", "has 4 partitions, 8 wanted")
DEMO = resources.files("hub.demo") / "directory.toml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def code(*changes: Change, access: tuple[Access, ...] | None = None) -> int:
    return exit_code(Planned(changes, access))


def test_a_script_learns_whether_there_is_nothing_something_or_something_refused() -> None:
    assert code() == code(Unknown("elsewhere")) == 0
    assert code(ALTER) == code(Unknown("elsewhere"), Create(Topic("hub.audit", 1, 1))) == 2
    assert code(ALTER, REFUSAL) == 1


def test_a_script_learns_that_access_is_to_be_given_or_that_somebody_has_too_much() -> None:
    assert code(access=()) == 0
    assert code(access=(Grant(ACL),)) == 2
    assert code(ALTER, access=(Grant(ACL), Excess(ACL))) == 1


def test_what_is_the_same_of_many_topics_is_said_once() -> None:
    differ = [CopiesDiffer(name, "has 1 copy and 3 wanted", 1, 3) for name in ("in.a", "out.a")]
    follows = [Alter(name, "min.insync.replicas", "1", "2") for name in ("in.a", "out.a")]
    told = list(lines(Planned((*differ, *follows, ALTER, Create(Topic("out.b", 1, 3))), None)))
    assert [line.partition(":")[0] for line in told] == ["REFUSED", "set hub.audit", "create out.b"]
    assert told[0].startswith("REFUSED: 2 topics have 1 copy, 3 are wanted: is HUB_REPLICATION")


def test_one_topic_that_has_other_copies_is_named() -> None:
    planned = Planned((CopiesDiffer("in.a", "has 1 copy and 3 wanted", 1, 3),), None)
    assert list(lines(planned)) == ["REFUSED in.a: has 1 copy and 3 wanted"]
    assert exit_code(planned) == 1


def test_what_was_applied_is_counted_in_a_line() -> None:
    planned = Planned((Create(Topic("out.b", 1, 1)), ALTER, ALTER), (Grant(ACL),))
    assert done(planned) == "1 topic made, 2 settings changed, 1 permission given."


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
    assert planned.stderr.startswith("This broker has no access control: ")

    applied = run("apply", *options)
    assert applied.exit_code == 0
    made = planned.stdout.count("create ")
    assert applied.stdout == f"{planned.stdout}{made} topics made.\n"

    other = run("plan", *options[:-1], "3")
    assert other.exit_code == 1
    assert other.stdout.startswith(f"REFUSED: every topic ({made}) has 1 copy, 3 are wanted: is HUB_REPLICATION")
    assert len(other.stdout.splitlines()) == 1

    again = run("plan", *options)
    assert (again.exit_code, again.stdout) == (0, "The topics are as the directory asks.\n")

    (tmp_path / "directory.toml").write_text(DEMO.read_text("utf-8").replace("partitions = 4 ", "partitions = 8 "))
    for command in ("plan", "apply"):
        refused = run(command, *options)
        assert refused.exit_code == 1
        assert "REFUSED hub.timeline: has 4 partitions, 8 wanted" in refused.stdout
    assert run("plan", *options).stdout.startswith("REFUSED")


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """A broker with access control, on which whoever does not say its name may do everything."""
    authorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
    with Cluster(changes={"authorizer.class.name": authorizer, "super.users": "User:ANONYMOUS"}) as cluster:
        yield cluster.bootstrap


@pytest.mark.kafka
async def test_access_is_planned_given_and_then_nothing_is_left(guarded: str, tmp_path: Path) -> None:
    (tmp_path / "directory.toml").write_text(DEMO.read_text("utf-8"))
    options = ("--bootstrap", guarded, "--directory", str(tmp_path / "directory.toml"), "--replication", "1")

    planned = await asyncio.to_thread(run, "plan", *options)
    assert (planned.exit_code, planned.stderr) == (2, "")
    assert "allow: User:avon-ld.team may READ TOPIC out.avon-ld.team\n" in planned.stdout

    assert (await asyncio.to_thread(run, "apply", *options)).exit_code == 0
    again = await asyncio.to_thread(run, "plan", *options)
    assert (again.exit_code, again.stdout) == (0, "The topics are as the directory asks.\n")

    async with topic_admin.connected({"bootstrap_servers": guarded}) as admin:
        await acl_admin.allow(admin, [ACL])
    for command in ("plan", "apply"):
        excess = await asyncio.to_thread(run, command, *options)
        assert excess.exit_code == 1
        assert excess.stdout.startswith("TOO MUCH: User:somebody may READ TOPIC hub.audit;")
