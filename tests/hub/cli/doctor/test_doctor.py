"""``hub doctor``: what it shows, and what it finds in a hub that stands still, on a real broker."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from hub import settings
from hub.cli.doctor import doctor, lines
from hub.cli.doctor.finding import Finding, count
from hub.demo.house import furnish, open_house
from hub.kafka import keyring
from hub.kafka.intake_io import Stamped, TimelineWriter
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from hub.kafka.restore import Connection
from hub.kafka.transactor import Transactor
from hub.ledger import database
from hub.log import AUDIT, STATE, TIMELINE, At, Record
from hub.model.key_check import check_value
from hub.settings import Settings

app = typer.Typer()
app.command()(doctor)

KEEP_SHEETS_WITH = [Record(AUDIT, b"2/0", b"sheet", (), 2), Record(STATE, b"_at", At(1, 0).encoded(), (), 2)]


def test_a_finding_is_read_line_by_line_with_what_to_do_below() -> None:
    finding = Finding("keys", "WRONG", "one\ntwo", "mend it")
    assert list(lines(finding)) == ["WRONG  keys: one", "       two", "       do: mend it"]
    assert list(lines(Finding("disk", "FINE", "much room"))) == ["fine   disk: much room"]


@pytest.mark.parametrize(
    ("number", "thing", "told"),
    [(1, "desk", "1 desk"), (0, "copy", "0 copies"), (1, "copy", "1 copy"), (1200, "entry", "1,200 entries")],
)
def test_things_are_counted_as_people_say_it(number: int, thing: str, told: str) -> None:
    assert count(number, thing) == told


def test_without_a_directory_the_broker_is_not_asked_and_that_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, (), env={"HUB_HOME": str(tmp_path)})
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "2 things wrong.")
    assert "note   broker: not asked" in result.stdout


def test_a_setting_that_is_wrong_ends_it_at_once() -> None:
    result = CliRunner().invoke(app, (), env={"HUB_REPLICATION": "many"})
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, "1 thing wrong.")
    assert len(result.stdout.splitlines()) == 3


def run(chosen: Settings, *arguments: str, **more: str) -> Result:
    env = {"HUB_HOME": str(chosen.home), "HUB_BOOTSTRAP": chosen.bootstrap, "HUB_REPLICATION": "1", **more}
    return CliRunner().invoke(app, arguments, env=env)


def found(chosen: Settings, *arguments: str, **more: str) -> dict[str, str]:
    """The worst grade by what was looked at."""
    result = run(chosen, "--json", *arguments, **more)
    told = json.loads(result.stdout)
    worst = sorted(told["findings"], key=lambda finding: finding["grade"] == "WRONG")
    grades = {finding["about"]: finding["grade"] for finding in worst}
    assert (result.exit_code, told["fine"]) == ((1, False) if "WRONG" in grades.values() else (0, True))
    return grades


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A hub's home, and a broker; the topics are made by the first test that needs them."""
    with Cluster(progress=teller(sys.stderr)) as cluster:
        made = furnish(cluster.bootstrap, tmp_path_factory.mktemp("hub") / "home")
        database.create(made.ledger).dispose()
        yield made


@pytest.mark.kafka
def test_a_broker_that_is_away_is_said_to_be_and_nothing_more_is_asked_of_it(chosen: Settings) -> None:
    grades = found(chosen, HUB_BOOTSTRAP="127.0.0.1:9")
    assert grades["broker"] == "WRONG"
    assert "topics" not in grades


@pytest.mark.kafka
def test_topics_that_are_missing_are_the_one_thing_wrong_with_a_new_broker(chosen: Settings) -> None:
    grades = found(chosen)
    assert {about for about, grade in grades.items() if grade == "WRONG"} == {"topics"}
    assert "sharing" not in grades


@pytest.mark.kafka
def test_a_hub_in_which_nothing_waits_is_well_and_one_that_stands_still_is_not(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.cli.doctor.broker.MOVES_WITHIN", 0.0)
    connection = {"bootstrap_servers": chosen.bootstrap}
    asyncio.run(_make_topics(chosen))
    result = run(chosen)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Nothing is wrong."), result.stdout

    asyncio.run(keyring.agree(connection, check_value(settings.read_keys(chosen.key_file))))
    assert found(chosen)["hub.keys"] == "FINE"
    assert "set HUB_KEY_FILE" in run(chosen, HUB_KEY_FILE=str(_other_keys(chosen))).stdout

    asyncio.run(_accept(connection))
    grades = found(chosen)
    assert {about for about, grade in grades.items() if grade == "WRONG"} == {"sharing"}

    asyncio.run(_decide(connection))
    grades = found(chosen)
    assert {about for about, grade in grades.items() if grade == "WRONG"} == {"ledger sink"}
    assert found(chosen, "--replication", "2")["topics"] == "WRONG"


@pytest.mark.kafka
def test_a_demos_topics_under_a_directory_that_is_no_demos_are_told_once_and_how_to_go_on(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.cli.doctor.broker.MOVES_WITHIN", 0.0)
    written = chosen.directory.read_text("utf-8")
    other = chosen.home / "live.toml"
    other.write_text(written.replace("demo = true", "demo = false", 1), "utf-8")
    told = run(chosen, HUB_DIRECTORY=str(other)).stdout
    assert told.count("their writers say what time it is") == 1
    assert "do: write demo = true into the directory if this is a demo" in told


def _other_keys(chosen: Settings) -> Path:
    """Another home's key file."""
    file = chosen.home / "others.toml"
    settings.create_keys(file)
    return file


async def _make_topics(chosen: Settings) -> None:
    async with open_house(chosen):
        """Made and left empty."""


async def _accept(connection: Connection) -> None:
    """One entry that waits to be decided."""
    writer = TimelineWriter(connection)
    await writer.start()
    await writer.write([Stamped(Record(TIMELINE, b"key", b"entry", (), 2), 1)])
    await writer.stop()


async def _decide(connection: Connection) -> None:
    """What deciding it leaves, in one transaction; a ledger that reads it finds a sheet."""
    transactor = Transactor(dict(connection), "hub-sharing-2", 5_000)
    await transactor.start({AUDIT, STATE})
    await transactor.begin(KEEP_SHEETS_WITH[0])
    await transactor.write(KEEP_SHEETS_WITH[1:])
    await transactor.commit()
    await transactor.stop()
