"""Version 2 of one event and of one shared view: publishers and recipients of version 1 go on as before."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import avro.io
import avro.schema
import pytest

from schemas import catalogue

pytestmark = pytest.mark.wide

ROOT = Path(__file__).parents[2]
TEAM = "avon-ld.team"
NEW = {
    "hub.arrest.HealthMinimum": {"name": "seen_by_nurse", "doc": "Whether a nurse has seen the person."},
    "hub.view.Identity": {"name": "preferred_name", "doc": "The name that the person wishes to be called by."},
}
"""A field of one event's own view, and one of a view that nearly every event has."""

SHARE = """
import json, sys
from hub.intake import opened, process
from hub.intake.event import Received, Settled, Identified
from schemas import catalogue, codec
from schemas.plain import from_plain
from tests.hub.intake.builders import directory, plain, plain_time, rules
from tests.partition import Partition
said = {}
for schema_id, more in json.loads(sys.argv[1]):
    schema, body = catalogue.by_id(schema_id), plain("arrest")
    for view, fields in more.items():
        body[view] |= fields
    body["submission"]["event_id"] = f"E-{schema_id}"
    desk = directory().desks["avon-police.custody"]
    framed = codec.encode(schema, from_plain(schema, body))
    event = opened(Received(desk, desk.in_topic, 0, schema_id, plain_time("arrest") + 60_000, framed), rules())
    [entry] = process(event, Settled("NEW", Identified("5e" * 16, "CONFIRMED")), rules()).entries
    outcomes = Partition(directory()).say(entry, at=plain_time("arrest") + 60_000)
    [copy] = [ruling.copy for one in outcomes for ruling in one.rulings if ruling.desk.name == sys.argv[2]]
    said[schema_id] = copy.body.hex()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schemas with both changed, registered beside those that are there."""
    home = tmp_path_factory.mktemp("evolved")
    shutil.copytree(ROOT / "schemas", home / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    for name, field in NEW.items():
        path = home / "schemas" / "source" / f"{name}.avsc"
        told = json.loads(path.read_text("utf-8"))
        kind = "string" if name == "hub.view.Identity" else "boolean"
        told["fields"].append({**field, "type": ["null", kind], "default": None})
        path.write_text(json.dumps(told), "utf-8")
    run(home, "-m", "schemas.register")
    return home


def run(home: Path, *command: str) -> str:
    env = {**os.environ, "PYTHONPATH": f"{home}{os.pathsep}{ROOT}", "PYTHONSAFEPATH": "1"}
    made = subprocess.run([sys.executable, *command], cwd=home, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    assert not made.returncode, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def ids(home: Path) -> tuple[int, int]:
    """The arrest's newest id before and after."""
    after = [one.id for one in catalogue.read(home / "schemas" / "registered") if one.name == "hub.Arrest"]
    return catalogue.by_type("arrest").id, max(after)


@pytest.fixture(scope="module")
def copies(home: Path, ids: tuple[int, int]) -> dict[int, bytes]:
    """What the liaison team was sent of an arrest of each version."""
    old, new = ids
    more = {"identity": {"preferred_name": "Sam"}, "health_minimum": {"seen_by_nurse": True}}
    told = json.loads(run(home, "-c", SHARE, json.dumps([[old, {}], [new, more]]), TEAM))
    return {int(schema_id): bytes.fromhex(copy) for schema_id, copy in told.items()}


def text(home: Path, schema_id: int) -> str:
    (path,) = (home / "schemas" / "registered").glob(f"{schema_id}-*.avsc")
    return path.read_text("utf-8")


def read(home: Path, copy: bytes, reader: int) -> Any:
    """As a recipient that knows one version reads it, with Apache's own library."""
    written_with = int.from_bytes(copy[1:5], "big")
    schemas = [avro.schema.parse(text(home, schema_id)) for schema_id in (written_with, reader)]
    return avro.io.DatumReader(*schemas).read(avro.io.BinaryDecoder(io.BytesIO(copy[5:])))


def test_every_event_that_has_the_shared_view_gets_a_version_and_no_other_does(home: Path) -> None:
    before = {one.name: one.id for one in catalogue.registered()}
    after = {one.name: one.id for one in catalogue.read(home / "schemas" / "registered")}
    evolved = {name for name, newest in after.items() if newest != before[name]}
    assert "hub.Arrest" in evolved
    assert evolved == {catalogue.by_type(kind).name for kind in catalogue.event_types() if has_identity(kind)}


def has_identity(kind: str) -> bool:
    return "identity" in catalogue.by_type(kind).views


def test_an_old_publisher_goes_on_and_its_copies_are_what_they_were(
    home: Path, copies: dict[int, bytes], ids: tuple[int, int]
) -> None:
    old, _ = ids
    assert int.from_bytes(copies[old][1:5], "big") == old
    assert "preferred_name" not in read(home, copies[old], old)["identity"]


def test_an_old_recipient_reads_what_a_new_publisher_sends_without_what_is_new(
    home: Path, copies: dict[int, bytes], ids: tuple[int, int]
) -> None:
    old, new = ids
    event = read(home, copies[new], old)
    assert "seen_by_nurse" not in event["health_minimum"]
    assert event["identity"]["name"] == read(home, copies[old], old)["identity"]["name"]


def test_a_new_recipient_reads_both_and_has_what_is_new(
    home: Path, copies: dict[int, bytes], ids: tuple[int, int]
) -> None:
    old, new = ids
    event = read(home, copies[new], new)
    assert (event["identity"]["preferred_name"], event["health_minimum"]["seen_by_nurse"]) == ("Sam", True)
    assert read(home, copies[old], new)["identity"]["preferred_name"] is None
