"""The matrix as it is told: whole, by role and by view."""

import json

import pytest
from typer.testing import CliRunner, Result

from consent.terms import ROLES, VIEWS
from consent.who import under
from hub.cli import app
from tests.consent.files import POLICY


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["policy", "matrix", *arguments])


def test_what_is_told_is_what_the_policy_opens() -> None:
    told = json.loads(run("--json").stdout)["roles"]
    assert told.keys() == ROLES
    shown = {(role, view) for role, views in told.items() for view in views}
    never = {(role, view) for role in ROLES for view in VIEWS} - shown
    assert POLICY.matrix.cells.keys() <= shown
    assert not POLICY.matrix.cells.keys() & never


def test_a_role_is_told_in_words() -> None:
    said = run("--role", "CVO").stdout
    assert "CVO (charity)" in said
    assert "with the person's consent only: the health record in full" in said
    assert "AUDITOR" not in said


def test_of_a_view_every_role_is_told_and_that_some_never_have_it() -> None:
    said = run("--view", "minutes").stdout.splitlines()
    assert "GP (GP practice): nothing, ever" in said
    assert "  having attended the meeting: minutes of the meeting" in said


@pytest.mark.parametrize(("option", "word"), [("--role", "SHERIFF"), ("--view", "diary")])
def test_a_word_that_nobody_knows_is_wrong_usage(option: str, word: str) -> None:
    result = run(option, word)
    assert result.exit_code == 2
    assert "one of" in result.output


def test_what_a_cell_does_not_admit_goes_under_nothing() -> None:
    assert under(POLICY, "arrest", "CVO", "nhs_number", urgent=False) == ()
