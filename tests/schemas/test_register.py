import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas import register
from schemas.catalogue import Registered, read
from schemas.compatibility import conflicts

pytestmark = pytest.mark.wide

HERE = Path(schemas.__file__).parent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return shutil.copytree(HERE / "source", tmp_path / "source")


@pytest.fixture
def registered(tmp_path: Path) -> Path:
    return shutil.copytree(HERE / "registered", tmp_path / "registered")


def change(source: Path, name: str, old: str, new: str) -> None:
    path = source / f"{name}.avsc"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_what_is_committed_is_registered_and_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert register.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_fresh_folder_gets_every_event_and_the_receipt(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    assert register.run(source, folder, check=False) == []
    newest = {entry.name: entry.text for entry in read(HERE / "registered")}
    assert {entry.name: entry.text for entry in read(folder)} == newest


def test_registering_twice_changes_nothing(source: Path, registered: Path) -> None:
    before = {path.name: path.read_bytes() for path in registered.iterdir()}
    assert register.run(source, registered, check=False) == []
    assert {path.name: path.read_bytes() for path in registered.iterdir()} == before


def test_a_change_that_fits_becomes_a_new_id_and_the_old_stays(source: Path, registered: Path) -> None:
    before = read(registered)
    change(source, "hub.referral.Status", "all that a referrer hears", "all that the referrer hears")
    assert register.run(source, registered, check=True) != []
    assert read(registered) == before
    assert register.run(source, registered, check=False) == []
    after = read(registered)
    assert after[: len(before)] == before
    assert [entry.name for entry in after[len(before) :]] == ["hub.Referral"]
    assert register.run(source, registered, check=True) == []


def test_a_change_that_does_not_fit_is_refused_and_nothing_is_written(source: Path, registered: Path) -> None:
    before = read(registered)
    change(
        source,
        "hub.view.Location",
        '"name": "postcode", "type": ["null", "string"]',
        '"name": "postcode", "type": ["null", "int"]',
    )
    found = register.run(source, registered, check=False)
    assert any("one cannot read the other" in line for line in found)
    assert read(registered) == before


def test_a_schema_that_breaks_a_rule_is_refused(source: Path, registered: Path) -> None:
    before = read(registered)
    change(source, "hub.referral.Status", '"code": "attendance", ', "")
    assert any(
        "status.attendance: a coded view holds no words" in line
        for line in register.run(source, registered, check=False)
    )
    assert read(registered) == before


def test_a_changed_registered_schema_is_told_and_is_an_exit_of_one(
    registered: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(HERE / "source", registered.parent / "source")
    (registered / "1-Arrest.avsc").write_text("{}", "utf-8")
    monkeypatch.setattr(register, "HERE", registered.parent)
    assert register.main([]) == 1
    assert "SUM_DIFFERS 1" in capsys.readouterr().err


def versions(later: dict[str, Any]) -> tuple[Registered, Registered]:
    return Registered(1, "x.R", json.dumps(RECORD)), Registered(2, "x.R", json.dumps(later))


ENUM = {"type": "enum", "name": "x.E", "symbols": ["UNKNOWN", "A"], "default": "UNKNOWN"}
RECORD: dict[str, Any] = {
    "type": "record",
    "name": "x.R",
    "fields": [
        {"name": "a", "type": "string"},
        {"name": "b", "type": ["null", "int"], "default": None},
        {"name": "e", "type": ENUM},
    ],
}
A, B, E = RECORD["fields"]


@pytest.mark.parametrize(
    "fields",
    [
        [A, B, E, {"name": "c", "type": ["null", "string"], "default": None}],
        [A, {"name": "c", "type": "string", "default": ""}, B, E],
        [{**A, "doc": "Better explained."}, B, E],
    ],
)
def test_a_new_field_with_a_default_fits(fields: list[Any]) -> None:
    assert conflicts(versions({**RECORD, "fields": fields})) == ()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ([A, B, E, {"name": "c", "type": "string"}], "one cannot read the other"),
        ([B, E], "one cannot read the other"),
        ([A, E], "a view was taken away or moved"),
        ([B, A, E], "a view was taken away or moved"),
        ([{**A, "type": "int"}, B, E], "one cannot read the other"),
        ([A, B, {**E, "type": {**ENUM, "symbols": ["UNKNOWN", "A", "B"]}}], "e: another list of symbols"),
        ([A, B, {**E, "type": {**ENUM, "symbols": ["A", "UNKNOWN"]}}], "e: another list of symbols"),
    ],
)
def test_a_change_that_some_reader_would_not_survive_is_found(fields: list[Any], rule: str) -> None:
    assert any(rule in line for line in conflicts(versions({**RECORD, "fields": fields})))


def test_schemas_of_different_names_need_not_fit() -> None:
    first, _ = versions(RECORD)
    assert conflicts((first, Registered(2, "x.Other", '{"type": "record", "name": "x.Other", "fields": []}'))) == ()


def test_every_version_so_far_is_compared_not_only_the_last() -> None:
    narrow = Registered(1, "x.R", json.dumps({**RECORD, "fields": [A]}))
    wide = Registered(2, "x.R", json.dumps({**RECORD, "fields": [A, {"name": "c", "type": "string", "default": ""}]}))
    needs = Registered(3, "x.R", json.dumps({**RECORD, "fields": [A, {"name": "c", "type": "string"}]}))
    assert conflicts((narrow, wide, needs)) == ("x.R 1 and 3: one cannot read the other",)
