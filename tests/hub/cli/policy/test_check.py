"""``hub policy check``: what is wrong with a policy folder, or words that nothing is."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub import policies
from hub.cli.policy import app
from tests.consent.files import POLICY_TEXTS, TEXTS


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    for name in POLICY_TEXTS:
        (tmp_path / name).write_text(TEXTS[name], encoding="utf-8")
    return tmp_path


def check(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words], env={"HUB_POLICY": "", "HUB_HOME": str(home)})


def test_a_sound_policy_is_said_to_be_well_and_that_there_is_no_directory_yet(folder: Path) -> None:
    told = check(folder, str(folder))
    assert told.exit_code == 0
    assert told.stdout.startswith("All is well")
    assert "There is no directory" in told.stdout


def test_each_fault_of_policy_and_directory_is_told_by_file_line_and_rule(folder: Path) -> None:
    wrong = TEXTS["receivers.toml"].replace('["POLICE"]', '["PRESS"]', 1).replace('only = ["WARRANT"]', "only = 1")
    (folder / "receivers.toml").write_text(wrong, encoding="utf-8")
    (folder / "directory.toml").write_text("desk = 1\n", encoding="utf-8")
    told = check(folder, str(folder))
    assert told.exit_code == 1
    first, second, *rest = told.stdout.splitlines()
    assert first == f"{folder}/receivers.toml, line 40: UNKNOWN_ROLE in arrest, publishers"
    assert second.endswith("NO_ASPECT in breach.receivers, only")
    assert rest
    assert all(line.startswith(f"{folder}/directory.toml: ") for line in rest)


def test_what_cannot_be_read_at_all_is_told_as_well(folder: Path) -> None:
    (folder / "views.toml").write_bytes(b"\xff")
    assert check(folder, str(folder)).stdout == "views.toml: is not UTF-8\n"
    (folder / "views.toml").unlink()
    told = check(folder, str(folder))
    assert (told.exit_code, told.stdout.endswith("No such file or directory\n")) == (1, True)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("receivers.toml", 'only = ["WARRANT"]', 'only = ["WARANT"]', "UNKNOWN_CODE in breach.receivers, only"),
        ("receivers.toml", 'only = ["ENDED"]', 'only = ["UNKNOWN_OUTCOME"]', "UNKNOWN_CODE in s136.receivers, only"),
        ("expiry.toml", 'events = ["order", ', 'events = ["orders", ', "UNKNOWN_EVENT in handover, events"),
        ("gateways.toml", "POLICE = [", 'GP = ["GP"]\nPOLICE = [', "SHADOWS_A_ROLE in groups, GP"),
    ],
)
def test_a_word_that_would_be_a_rule_for_nobody_stops_the_policy_and_is_told(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    assert old in TEXTS[file]
    (folder / file).write_text(TEXTS[file].replace(old, new, 1), encoding="utf-8")
    told = check(folder, str(folder))
    assert (told.exit_code, says in told.stdout, f"{folder}/{file}, line " in told.stdout) == (1, True, True)
    with pytest.raises(policies.PolicyUnreadableError) as refused:
        policies.read(folder)
    assert says in str(refused.value)


def test_a_type_that_no_schema_is_of_is_told(folder: Path) -> None:
    told = (
        TEXTS["receivers.toml"]
        + '\n[gossip]\npublishers = ["GP"]\nviews = ["status"]\nreveals = "status"\nmeant = []\n'
    )
    (folder / "receivers.toml").write_text(told, encoding="utf-8")
    assert "UNKNOWN_EVENT in gossip" in check(folder, str(folder)).stdout
