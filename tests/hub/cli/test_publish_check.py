"""What a supplier is told of an event before it is sent, without a broker."""

import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hub.cli import app

TEAM, CHARITY = "avon-ld.team", "bridge-charity.support"
EXAMPLES = Path(str(resources.files("schemas") / "examples"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(str(resources.files("hub.demo") / "directory.toml"), tmp_path / "directory.toml")
    return tmp_path


def run(home: Path, *arguments: str, desk: str = TEAM) -> Result:
    return CliRunner().invoke(app, ["publish", "--check", "--as", desk, *arguments], env={"HUB_HOME": str(home)})


def changed(home: Path, kind: str, **changes: Any) -> str:
    """The committed example with fields changed, by their paths."""
    told = json.loads((EXAMPLES / f"{kind}.json").read_text("utf-8"))
    for path, value in changes.items():
        *steps, last = path.split("__")
        inner = told
        for step in steps:
            inner = inner[step]
        inner[last] = value
    (home / f"{kind}.json").write_text(json.dumps(told), "utf-8")
    return str(home / f"{kind}.json")


def answer(home: Path, file: str, **how: str) -> dict[str, Any]:
    return dict(json.loads(run(home, file, "--json", **how).stdout)[Path(file).name])


def test_each_role_that_could_read_anything_is_named_with_what_at_most(home: Path) -> None:
    result = run(home, str(EXAMPLES / "screening.json"))
    assert result.exit_code == 0
    assert "The hub would take it." in result.stdout
    reads = answer(home, str(EXAMPLES / "screening.json"))["reads"]
    assert reads["CVO"]["at_most"] == ["identity", "health_minimum", "health_full", "self_risk", "adjustments"]
    assert reads["POLICE_CUSTODY"] == {
        "at_most": ["self_risk", "adjustments"],
        "in_an_emergency": ["identity", "pnc", "location"],
    }
    assert not {"AUDITOR", "ANALYST", "HUB"} & reads.keys()


def test_what_an_event_does_not_hold_nobody_reads(home: Path) -> None:
    reads = answer(home, changed(home, "screening", health_full=None))["reads"]
    assert not any(
        "health_full" in view for one in reads.values() for view in (*one["at_most"], *one["in_an_emergency"])
    )


def test_whatever_has_to_be_mended_is_named_by_field_and_rule_and_never_repeated(home: Path) -> None:
    file = changed(
        home,
        "screening",
        submission__identifiers=[{"kind": "NHS_NUMBER", "value": "9990000019", "assurance": "TRACED"}],
    )
    result = run(home, file)
    assert result.exit_code == 1
    assert "tell you to mend" in result.stdout
    assert "BAD_CHECK" in result.stdout
    assert "9990000019" not in result.output


def test_a_desk_that_may_not_publish_it_is_refused(home: Path) -> None:
    result = run(home, str(EXAMPLES / "breach.json"), desk=CHARITY)
    assert result.exit_code == 1
    assert "The hub would refuse it:" in result.stdout
    assert "PUBLISHER" in result.stdout
    assert "Nobody else" not in result.stdout


def test_a_text_that_nobody_checked_and_one_that_speaks_of_others_are_pointed_out(home: Path) -> None:
    words = "Says that his partner threatened him last week."
    told = answer(
        home, changed(home, "screening", health_full__narrative=words, health_full__third_party="NOT_CHECKED")
    )
    assert [hint.partition(":")[0] for hint in told["hints"]] == ["health_full.third_party", "health_full.narrative"]
    assert not told["faults"]
    assert "threatened" not in json.dumps(told)


def test_a_text_that_was_checked_and_speaks_of_nobody_else_is_not(home: Path) -> None:
    words = "Sleeps badly and hears voices at night."
    told = answer(home, changed(home, "screening", health_full__narrative=words, health_full__third_party="NONE_FOUND"))
    assert told["hints"] == []


def test_a_spill_is_found(home: Path) -> None:
    told = answer(home, changed(home, "screening", health_full__narrative="Known as 999 000 0018 at the clinic."))
    assert ("IDENTIFIER_IN_TEXT", "health_full.narrative") in [(one["code"], one["field"]) for one in told["faults"]]


def test_a_desk_that_nobody_knows_is_wrong_usage(home: Path) -> None:
    result = run(home, str(EXAMPLES / "screening.json"), desk="nobody.here")
    assert result.exit_code == 2
    assert "no such desk" in result.output


def send(home: Path, *arguments: str, desk: str = TEAM) -> Result:
    """The same for sending, where no broker answers."""
    there = {"HUB_HOME": str(home), "HUB_BOOTSTRAP": "127.0.0.1:9"}
    return CliRunner().invoke(app, ["publish", "--as", desk, *arguments], env=there)


@pytest.mark.kafka  # nobody answers; but it is asked
def test_what_the_hub_would_refuse_is_not_sent_unless_somebody_insists(home: Path) -> None:
    wrong = changed(home, "screening", submission__purpose="")
    result = send(home, wrong)
    assert result.exit_code == 2
    assert "the hub would refuse it (submission.purpose: MISSING_PURPOSE)" in " ".join(result.stderr.split())
    assert "Nothing was sent." in result.stderr
    insisted = send(home, "--anyway", wrong)
    assert insisted.exit_code == 1
    assert "no broker answers" in insisted.stderr


def test_a_desk_that_is_nobody_is_named_and_not_the_broker(home: Path) -> None:
    result = send(home, str(EXAMPLES / "screening.json"), desk="avon-ld.taem")
    assert result.exit_code == 2
    assert "the directory names no desk avon-ld.taem" in " ".join(result.stderr.split())


@pytest.mark.kafka  # as above
def test_where_no_directory_is_the_broker_and_the_hub_say_what_is_wrong(tmp_path: Path) -> None:
    result = send(tmp_path, str(EXAMPLES / "screening.json"), desk="avon-ld.taem")
    assert result.exit_code == 1
    assert "no broker answers" in result.stderr
