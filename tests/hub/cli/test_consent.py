"""What is taken at the counter counts as it is meant, and what is on record is said in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from consent.register import ALL_REFUSED
from consent.terms import Confidence
from hub.cli.consent import app
from hub.cli.consent_form import Action, Form, Known, Lifting, Said, event, review
from hub.cli.consent_page import as_object, line
from hub.intake.event import Event, Received
from hub.intake.ingest import ingest
from hub.model.directory import Desk
from hub.model.identifiers import Valid
from hub.people import Index
from schemas import catalogue, codec, plain
from tests.consent.files import EXPIRY
from tests.hub.cli.ledgers import NHS, told
from tests.hub.intake.builders import KEYS, directory, rules
from tests.world import MARCH_2, MARCH_4, TO_CHARITY, consent

TEAM, OFFICERS, GUARDIAN = (
    directory().desks[name] for name in ("avon-ld.team", "probation-sw.officers", "sharing-office.guardian")
)
BORN, OTHER = "1991-04-17", "1991-04-18"


def known(assurance: str = "TRACED", born: str | None = None) -> Known:
    return Known(Valid("nhs_number", NHS), assurance, born)


def said(action: Action, **changes: Any) -> Said:
    given = {"recipients": (TO_CHARITY,), "views": ("identity",), "purposes": ("REFERRAL",)}
    return Said(action, "C-1", "NURSE-1", "Asked at court.", **{**(given if action == "grant" else {}), **changes})


def taken(desk: Desk, written: Mapping[str, Any]) -> Event:
    """What intake makes of it; nothing of it may be wrong."""
    schema = catalogue.by_type(written["envelope"]["type"])
    body = codec.encode(schema, plain.from_plain(schema, written))
    made = ingest(Received(desk, f"door.{desk.name}", 0, 0, MARCH_2, body), rules())
    assert isinstance(made, Event), made
    assert made.faults == ()
    return made


def grant(desk: Desk, whom: Known, version: int = 1) -> Event:
    return taken(desk, event(Form(said("grant", capacity="HAS"), version, desk, whom), MARCH_2))


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Index]:
    """An index in which the team has traced the number, of somebody whose date of birth it gave."""
    with Index.open(f"sqlite:///{tmp_path / 'people.db'}", KEYS) as index:
        index.settle([grant(TEAM, known(born=BORN))])
        yield index


@pytest.mark.parametrize("action", ["grant", "refuse", "withdraw"])
def test_intake_finds_nothing_wrong_with_what_is_taken(action: Action) -> None:
    made = taken(TEAM, event(Form(said(action), 2, TEAM, known(born=BORN)), MARCH_2))
    assert made.schema.type == f"consent_{action}"


@pytest.mark.parametrize(
    ("desk", "whom", "confidence"),
    [
        (TEAM, known(), "CONFIRMED"),
        (TEAM, known("STATED"), "PROBABLE"),
        (TEAM, known("STATED", BORN), "CONFIRMED"),
        (OFFICERS, known(), "PROBABLE"),
        (OFFICERS, known(born=BORN), "CONFIRMED"),
        (OFFICERS, known(born=OTHER), "UNRESOLVED"),
    ],
)
def test_what_is_taken_is_as_certain_as_the_desk_can_know(
    people: Index, desk: Desk, whom: Known, confidence: Confidence
) -> None:
    (settled,) = people.settle([grant(desk, whom, version=2)])
    assert settled.identified.confidence == confidence


@pytest.mark.parametrize(("born", "confidence"), [(None, "PROBABLE"), (BORN, "CONFIRMED"), (OTHER, "UNRESOLVED")])
def test_the_guardian_is_certain_of_a_number_that_was_traced_if_the_date_of_birth_agrees(
    people: Index, born: str | None, confidence: Confidence
) -> None:
    made = taken(GUARDIAN, review(Lifting("2/7", "G-1", "Asked again."), GUARDIAN, known(born=born), MARCH_2))
    (settled,) = people.settle([made])
    assert settled.identified.confidence == confidence


def test_a_lifting_that_lifted_nothing_may_be_said_again() -> None:
    written = [review(Lifting("2/7", "G-1", "Asked again."), GUARDIAN, known(), MARCH_2 + n) for n in (0, 1)]
    assert len({one["submission"]["event_id"] for one in written}) == 2


def lift(*arguments: str, typed: str = "") -> str:
    result = CliRunner().invoke(
        app,
        ["lift", "--as", GUARDIAN.name, "--person", "-", "--taken-by", "G-1", "--why", "Asked again.", *arguments],
        input=typed,
    )
    assert result.exit_code == 2
    return told(result)


@pytest.mark.parametrize("place", ["2", "2/", "/7", "2/7/1", "two/7", "2/-7"])
def test_the_place_of_what_is_lifted_is_a_partition_and_an_offset(place: str) -> None:
    assert "such as 2/1047" in lift("--held", place, typed=NHS)


def test_a_date_of_birth_is_never_an_argument_and_never_repeated() -> None:
    assert "never an argument" in lift("--held", "2/7", "--born", BORN, typed=NHS)
    wrong = lift("--held", "2/7", "--born", "-", typed=f"{NHS}\n17/04/1991")
    assert "written as 1991-04-17" in wrong
    assert "17/04" not in wrong


def test_that_one_refusal_stands_for_all_is_said_and_who_can_end_it() -> None:
    refusal = consent("REFUSE", MARCH_4, consent_id=ALL_REFUSED, version=1)
    assert line(refusal, EXPIRY) == (
        "ALL_REFUSED, 4 March 2026 13:00:00 GMT: more was said than is kept, so everything is refused. What was said "
        "before is lost; only a reviewer ends it (hub consent lift), once the person has said anew what they refuse."
    )
    assert "so sharing among carers is refused" in line(refusal._replace(among_carers=True), EXPIRY)
    ended = line(refusal._replace(action="GRANT", version=2), EXPIRY)
    assert ended.endswith("everything was refused in place of more than is kept, until a reviewer ended it.")


def test_any_other_entry_is_said_as_it_was_taken() -> None:
    said_so = "REFUSE, 4 March 2026 13:00:00 GMT: everybody; every view; every purpose"
    assert line(consent("REFUSE", MARCH_4), EXPIRY) == f"C-1, version 2: {said_so}"


def test_a_yes_is_said_with_when_to_ask_again_and_who_decided_if_it_was_not_the_person() -> None:
    said_so = line(consent(decided_by="PARENT"), EXPIRY)
    assert said_so.endswith(
        "until 5 September 2026 00:00:00 BST; ask again from 22 August 2026 00:00:00 BST; decided by PARENT"
    )
    assert "ask again" not in line(consent(valid_to=None), EXPIRY)
    assert as_object(consent(), EXPIRY)["ask_again"] == "2026-08-21T23:00:00.000Z"
    assert as_object(consent(valid_to=None), EXPIRY)["ask_again"] is None


def test_what_is_said_again_has_an_id_of_its_own_so_that_a_no_can_be_handed_in_again() -> None:
    form = Form(said("withdraw"), 2, TEAM, known(born=BORN))
    first, again = (event(form, at)["submission"]["event_id"] for at in (MARCH_2, MARCH_2 + 1))
    assert first != again
    longest = replace(said("withdraw"), consent_id="C" * 64)
    assert len(event(Form(longest, 999, TEAM, known(born=BORN)), MARCH_2)["submission"]["event_id"]) <= 64
