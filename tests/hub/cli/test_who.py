"""``hub who``: from a field in a schema to who may be given it and under what, in words."""

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from hub.cli.who import places, who
from schemas import catalogue
from schemas.fields import walk

app = typer.Typer()
app.command()(who)


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, words, env={"HUB_POLICY": ""})


def lines(name: str) -> list[str]:
    return ask(name).stdout.splitlines()


def test_a_field_that_stands_in_one_place_is_answered_at_once() -> None:
    told = lines("referral.health_full.diagnosis")
    assert told[0] == "referral.health_full.diagnosis: Diagnosis and who made it."
    assert told[1].startswith("It stands in health_full (the health record in full)")
    trust = told.index("  mental health trust (MH_TRUST)")
    assert "works with the person" in told[trust + 1]
    assert told[trust + 2] == "    under TREATMENT"
    assert any(
        line.startswith("  TREATMENT (direct care by whoever treats the person): for direct care") for line in told
    )
    assert told[-1].startswith("Nobody else is ever given it.")


def test_a_field_that_stands_in_several_is_answered_with_their_names_each_of_which_answers() -> None:
    *names, hint = lines("diagnosis")
    assert "Ask for one of them" in hint
    assert [name.partition(": ")[0] for name in names] == [
        "referral.health_full.diagnosis",
        "assessment.health_full.diagnosis",
    ]


def test_a_view_is_meant_before_a_field_that_is_called_so_and_a_type_by_its_parts() -> None:
    assert {line.partition(": ")[0].count(".") for line in lines("status")[:-1]} == {1}
    assert lines("arrest")[2].startswith("arrest.identity: ")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("arrest.submission.actor_id", "It is told to the hub alone: nobody is given it."),
        ("arrest.envelope.copy_id", "It goes with every copy, to whoever is given anything of the event."),
        ("consent_grant.consent_terms", "Nobody is given it: it is for the hub, and for auditors."),
    ],
)
def test_what_is_for_nobody_or_for_everybody_is_said_to_be(name: str, said: str) -> None:
    assert lines(name)[-1] == said


def test_what_comes_in_an_emergency_alone_is_said_to() -> None:
    told = lines("arrest.self_risk")
    assert told[told.index("  police custody (POLICE_CUSTODY)") + 2] == "    only what is asked first: see below"
    assert any(line.startswith("  under DETAINED_SAFETY: police custody (POLICE_CUSTODY), ") for line in told)


def test_what_every_recipient_has_to_stand_is_told() -> None:
    assert any(line.startswith("Every recipient, only if the recipient may take part") for line in lines("minutes"))


def test_a_name_that_nothing_has_is_answered_with_what_is_near() -> None:
    result = ask("diagnose")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (4, "Did you mean diagnosis?")
    assert ask("qqqq").stdout.splitlines() == ["No event has such a field."]


@pytest.mark.parametrize("event", catalogue.event_types())
def test_every_field_of_an_event_is_found_under_its_whole_name(event: str) -> None:
    names = [".".join([event, *steps]) for steps, _ in walk(catalogue.by_type(event).tree)]
    assert [[place.name for place in places(name)] for name in names] == [[name] for name in names]


def test_a_program_is_told_the_same() -> None:
    [found] = json.loads(ask("arrest.self_risk", "--json").stdout)["found"]
    assert (found["field"], found["view"]) == ("arrest.self_risk", "self_risk")
    assert found["given"][0] == {"role": "POLICE_CUSTODY", "when": ["holds the person in custody"], "under": []}
    assert "POLICE_CUSTODY" in found["in_emergency"]["DETAINED_SAFETY"]
    assert json.loads(ask("arrest.envelope", "--json").stdout)["found"][0]["view"] is None
