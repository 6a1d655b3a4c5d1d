"""A reviewer lists, looks at and releases what the hub could not take, on a real broker."""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from typer.testing import CliRunner, Result

from hub import settings
from hub.cli.quarantine import app
from hub.demo.house import furnish, open_house
from hub.intake.event import Received
from hub.kafka.intake_io import Stamped, TimelineWriter
from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller
from hub.ledger import database
from hub.ledger.tables import CONSULTATIONS
from hub.model.entry import Fault
from hub.model.errors import HubError
from hub.quarantine import refused
from hub.settings import Settings
from tests.hub.cli.ledgers import told
from tests.hub.intake.builders import directory, received

pytestmark = pytest.mark.kafka

WHO = ("--as", "Rita Reviewer", "--purpose", "ticket 9")
GOOD = received("arrest", offset=7)
GARBAGE = Received(directory().desks["avon-ld.team"], "in.avon-ld.team", 0, 3, GOOD.timestamp, b"\xff" * 8)


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A hub's topics and keys; in its quarantine a good event, twice, and garbage."""
    with Cluster(progress=teller(sys.stderr)) as cluster:
        made = furnish(cluster.bootstrap, tmp_path_factory.mktemp("hub") / "home")
        database.create(made.ledger).dispose()
        asyncio.run(_fill(made, [GOOD, GARBAGE, GOOD]))
        yield made


async def _fill(made: Settings, kept: Sequence[Received]) -> None:
    key = settings.read_keys(made.key_file).quarantine
    async with open_house(made):
        writer = TimelineWriter({"bootstrap_servers": made.bootstrap})
        await writer.start()
        fault = Fault("UNKNOWN_SCHEMA", "")
        await writer.write([Stamped(refused(one, [fault], key), one.timestamp) for one in kept])
        await writer.stop()


def run(chosen: Settings, *arguments: str) -> Result:
    home = {"HUB_HOME": str(chosen.home), "HUB_BOOTSTRAP": chosen.bootstrap}
    return CliRunner().invoke(app, arguments, env=home)


def on_record(chosen: Settings) -> list[dict[str, Any]]:
    engine = create_engine(chosen.ledger)
    with engine.connect() as connection:
        asked = [dict(one) for one in connection.execute(select(CONSULTATIONS.c.asked)).scalars()]
    engine.dispose()
    return asked


def test_what_is_kept_is_listed_once_each_without_its_body(chosen: Settings) -> None:
    result = run(chosen, "list")
    assert result.exit_code == 0
    first, second, counted = result.stdout.splitlines()
    assert first.startswith(f"{GOOD.reference}: ")
    assert first.endswith(": UNKNOWN_SCHEMA")
    assert second.startswith(f"{GARBAGE.reference}: ")
    assert counted == "2 kept."
    assert "Synthetic" not in result.output


def test_a_list_may_be_asked_for_one_reason_and_is_empty_where_there_is_none(chosen: Settings) -> None:
    assert run(chosen, "list", "--reason", "UNKNOWN_SCHEMA", "--json").exit_code == 0
    result = run(chosen, "list", "--reason", "TRUNCATED", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (4, {"kept": []})


def test_a_body_is_shown_to_who_says_why_and_the_look_is_on_record(chosen: Settings) -> None:
    before = len(on_record(chosen))
    result = run(chosen, "show", GOOD.reference, *WHO, "--json")
    shown = json.loads(result.stdout)
    assert shown["event"]["submission"]["desk"] == "avon-police.custody"
    assert on_record(chosen)[before:] == [{"quarantine": GOOD.reference, "act": "show"}]
    assert shown["consultation"] == before + 1


def test_a_body_that_nobody_can_read_is_shown_as_its_bytes(chosen: Settings) -> None:
    lines = run(chosen, "show", GARBAGE.reference, *WHO).stdout.splitlines()
    assert lines[1:3] == ["8 bytes that cannot be read: NOT_FRAMED", "ff" * 8]
    assert lines[-1].startswith("On record as consultation ")


def test_nobody_looks_without_saying_why(chosen: Settings) -> None:
    before = on_record(chosen)
    result = run(chosen, "show", GOOD.reference)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "say who asks and why" in told(result)
    assert on_record(chosen) == before


def test_nothing_is_shown_where_a_look_cannot_be_put_on_record(chosen: Settings, tmp_path: Path) -> None:
    home = {
        "HUB_HOME": str(chosen.home),
        "HUB_BOOTSTRAP": chosen.bootstrap,
        "HUB_LEDGER": f"sqlite:///{tmp_path}/no.db",
    }
    result = CliRunner().invoke(app, ("show", GOOD.reference, *WHO), env=home)
    assert isinstance(result.exception, HubError)
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_body_is_not_shown_to_who_has_another_key(chosen: Settings, tmp_path: Path) -> None:
    settings.create_keys(tmp_path / "keys.toml")
    home = {"HUB_HOME": str(chosen.home), "HUB_BOOTSTRAP": chosen.bootstrap, "HUB_KEY_FILE": f"{tmp_path}/keys.toml"}
    result = CliRunner().invoke(app, ("show", GOOD.reference, *WHO), env=home)
    assert str(result.exception) == GOOD.reference
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize("act", ["show", "release"])
def test_what_is_not_kept_is_not_found(chosen: Settings, act: str) -> None:
    assert run(chosen, act, "in.avon-ld.team/0/999", *WHO).exit_code == 4


def test_what_was_mended_is_accepted_and_known_the_second_time(chosen: Settings) -> None:
    before = len(on_record(chosen))
    first, again = run(chosen, "release", GOOD.reference, *WHO), run(chosen, "release", GOOD.reference, *WHO)
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert f"{GOOD.reference} was accepted: entry " in first.stdout
    assert f"{GOOD.reference} was known already: entry " in again.stdout
    acts = [(one["act"], one.get("outcome")) for one in on_record(chosen)[before:]]
    assert acts == [("release", None), ("released", "ACCEPTED"), ("release", None), ("released", "REPEAT")]
    assert [one["released_at"] is not None for one in json.loads(run(chosen, "list", "--json").stdout)["kept"]] == [
        True,
        False,
    ]


def test_what_is_still_wrong_is_refused_again_under_the_same_reference(chosen: Settings) -> None:
    result = run(chosen, "release", GARBAGE.reference, *WHO)
    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        ["NOT_FRAMED", f"{GARBAGE.reference} was refused again and stays in quarantine."],
    )
    kept = json.loads(run(chosen, "list", "--json").stdout)["kept"]
    assert [one["faults"][0]["code"] for one in kept if one["reference"] == GARBAGE.reference] == ["NOT_FRAMED"]


def test_a_broker_that_is_away_is_told_in_a_sentence(chosen: Settings) -> None:
    result = CliRunner().invoke(app, ("list",), env={"HUB_HOME": str(chosen.home), "HUB_BOOTSTRAP": "127.0.0.1:9"})
    assert str(result.exception) == "no broker answers at 127.0.0.1:9: is it running? hub kafka up"
