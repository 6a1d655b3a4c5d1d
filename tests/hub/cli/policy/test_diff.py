"""``hub policy diff``: who would be given more or less under another policy, in few lines."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from hub.cli.policy import app
from tests.consent.files import POLICY_TEXTS, TEXTS


def folder(at: Path, file: str = "", old: str = "", new: str = "") -> str:
    at.mkdir()
    for name in POLICY_TEXTS:
        text = TEXTS[name].replace(old, new, 1) if name == file else TEXTS[name]
        (at / name).write_text(text, encoding="utf-8")
    return str(at)


def diff(*words: str) -> Result:
    return CliRunner().invoke(app, ["diff", *words])


CELL = ("views.toml", 'GP             = ["Y",              "C/K"', 'GP             = ["Y",              "C"')


def test_one_cell_makes_few_lines_that_name_whom_and_when(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old"), folder(tmp_path / "new", *CELL)
    told = diff(old, new)
    assert told.exit_code == 1
    assert len(told.stdout.splitlines()) < 20
    assert "CLOSES: health_full of referral" in told.stdout
    assert "to GP" in told.stdout
    assert "purpose: DIRECT_CARE or REFERRAL" in told.stdout
    assert "but as before if consent:this: GIVEN; disturbed: no; part3: no" in told.stdout
    back = json.loads(diff(new, old, "--json").stdout)
    assert {one["change"] for one in back["changes"]} == {"OPENS"}


def test_other_words_for_the_same_differ_in_nothing(tmp_path: Path) -> None:
    order = ("gateways.toml", '"place_cover", "agreement"', '"agreement", "place_cover"')
    told = diff(folder(tmp_path / "old"), folder(tmp_path / "new", *order))
    assert (told.exit_code, told.stdout) == (0, "Nobody would be given more or less.\n")


def test_what_consents_rest_on_is_told_apart(tmp_path: Path) -> None:
    longer = ("expiry.toml", "months = ", "months = 1")
    told = diff(folder(tmp_path / "old"), folder(tmp_path / "new", *longer))
    assert (told.exit_code, told.stdout) == (1, "How long a consent holds differs: see expiry.toml.\n")
