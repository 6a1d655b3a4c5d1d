import json
import shutil
from importlib import resources
from io import StringIO

import pytest
from rich.console import Console

from hub.cli import answers
from hub.cli.audit import app
from hub.ledger import store
from hub.ledger.questions import Consultation, Finding
from hub.ledger.sheet import Sheet
from hub.model.errors import HubError
from hub.model.key_check import ForeignKeysError, check_value
from hub.model.keys import entry_id
from hub.settings import SettingsError, create_keys
from tests.hub.cli.ledgers import CRN, NHS, PNC, WHO, Office, desks, office, told
from tests.hub.ledger.sheets import HOUR, MARCH, referral, sheet

__all__ = ["office"]

TEAM, CHARITY = "avon-ld.team", "bridge-charity.support"


@pytest.fixture
def filled(office: Office) -> Office:
    """The ledger holds one person's arrest and referral, and somebody else's arrest."""
    office.record(
        sheet(0, person=office.pseudonym, entry_id=entry_id(office.keys, "avon-police.custody", "E-1")),
        referral(1, person=office.pseudonym),
        sheet(2),
    )
    office.know(nhs_number=NHS, pnc=PNC, crn=CRN)
    return office


@pytest.mark.parametrize("typed", ["999 000 0018\n", f"{PNC}\n", "x999001"])
def test_a_person_is_asked_for_by_any_identifier_from_standard_input(filled: Office, typed: str) -> None:
    rows = filled.rows(app, "query", "--person", "-", typed=typed)
    assert desks(rows) == [TEAM, CHARITY, CHARITY]
    assert {row["person"] for row in rows} == {filled.pseudonym}


def test_an_identifier_on_the_command_line_is_refused_and_not_repeated(filled: Office) -> None:
    result = filled.run(app, "query", "--person", NHS, *WHO)
    assert result.exit_code == 2
    assert "never an argument" in told(result)
    assert NHS not in result.output
    assert filled.consultations() == []


@pytest.mark.parametrize("typed", ["9990000019", "", "no such thing", "1111111111"])
def test_what_is_no_identifier_is_refused_and_not_repeated(filled: Office, typed: str) -> None:
    result = filled.run(app, "query", "--person", "-", *WHO, typed=typed)
    assert result.exit_code == 2
    assert "no valid identifier" in told(result)
    assert not typed or typed not in result.output


def test_of_which_kind_an_identifier_is_may_be_said(filled: Office) -> None:
    assert filled.run(app, "query", "--person", "-", "--kind", "crn", *WHO, typed=NHS).exit_code == 2
    assert len(filled.rows(app, "query", "--person", "-", "--kind", "nhs_number", typed=NHS)) == 3


def test_a_value_that_may_be_of_two_kinds_is_not_guessed(filled: Office) -> None:
    result = filled.run(app, "query", "--person", "-", *WHO, typed="01/21M")
    assert result.exit_code == 2
    assert "may be cro or pnc: say which with --kind" in told(result)


def test_without_a_terminal_nobody_is_asked_at_one(filled: Office) -> None:
    result = filled.run(app, "query", "--person", "ask", *WHO, typed=NHS)
    assert result.exit_code == 2
    assert "use --person -" in told(result)


def test_a_person_index_that_does_not_answer_is_a_failure(filled: Office) -> None:
    with filled.engine_of(filled.people) as engine, engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE person_identifier")
        connection.exec_driver_sql("CREATE VIEW person_identifier AS SELECT 1")
    result = filled.run(app, "query", "--person", "-", *WHO, typed=NHS)
    assert isinstance(result.exception, HubError)
    assert NHS not in str(result.exception)


def test_a_person_whom_the_hub_does_not_know_looks_like_one_without_entries(filled: Office) -> None:
    unknown = filled.run(app, "query", "--person", "-", *WHO, typed="9990000131")
    assert unknown.exit_code == 4
    assert unknown.stdout.splitlines()[0] == answers.NOTHING
    (record,) = filled.consultations()
    assert record["entries"] == 0
    assert len(record["asked"]["person"]) == 32


def test_what_a_desk_was_told_and_what_it_was_not_is_answered(filled: Office) -> None:
    (arrest, asked, _) = filled.rows(app, "query", "--desk", CHARITY)
    assert (arrest["verdict"], arrest["reason"], arrest["given"]) == ("DENY", "NO_RELATIONSHIP", [])
    assert [part["view"] for part in asked["given"]] == ["identity", "health_minimum"]
    assert asked["withheld"] == [{"view": "health_full", "gateway": "", "reason": "SCOPE_VIEW"}]
    assert asked["consents"] == ["consent-1"]
    assert "The person agreed to it (CONSENT)." in asked["words"]


@pytest.mark.parametrize(
    ("asked", "offsets"),
    [
        (["--event", "avon-police.custody/E-1"], [0, 0]),
        (["--event", f"{1:016x}"], [1]),
        (["--consent", "consent-1"], [1]),
        (["--verdict", "DENY"], [0, 2]),
        (["--type", "referral"], [1]),
        (["--since", "2026-03-02T11:00Z", "--until", "2026-03-02T11:00Z"], [1]),
        (["--until", "2026-03-01"], []),
        (["--since", "2026-03-02", "--desk", TEAM], [0, 2]),
    ],
)
def test_each_thing_that_can_be_asked_narrows_the_answer(filled: Office, asked: list[str], offsets: list[int]) -> None:
    assert [row["offset"] for row in filled.rows(app, "query", *asked)] == offsets


@pytest.mark.parametrize(
    "asked",
    [["--since", "soon"], ["--until", "2026-13-01"], ["--event", "E-1"], ["--verdict", "MAYBE"], ["--kind", "x"]],
)
def test_what_cannot_be_asked_is_wrong_usage(filled: Office, asked: list[str]) -> None:
    assert filled.run(app, "query", *asked, *WHO).exit_code == 2
    assert filled.consultations() == []


@pytest.mark.parametrize("asked", [["--person", "-"], ["--event", "avon-police.custody/E-1"]])
def test_with_another_homes_keys_nothing_is_answered(filled: Office, asked: list[str]) -> None:
    with filled.engine() as engine:
        store.begin(engine, check_value(filled.keys))
    (filled.home / "keys.toml").unlink()
    create_keys(filled.home / "keys.toml")
    refused = filled.run(app, "query", *asked, *WHO, typed=NHS)
    assert isinstance(refused.exception, ForeignKeysError)
    assert filled.consultations() == []


def test_a_desks_own_id_cannot_be_looked_up_without_the_keys_and_the_hubs_own_can(filled: Office) -> None:
    (filled.home / "keys.toml").unlink()
    named = filled.run(app, "query", "--event", "avon-police.custody/E-1", *WHO)
    assert isinstance(named.exception, SettingsError)
    assert filled.consultations() == []
    assert [row["offset"] for row in filled.rows(app, "query", "--event", f"{1:016x}")] == [1]


@pytest.mark.parametrize("who", [[], ["--as", "Asa"], ["--purpose", "x"], ["--as", " ", "--purpose", "x"]])
def test_nothing_is_shown_unless_who_and_why_are_said(filled: Office, who: list[str]) -> None:
    result = filled.run(app, "query", *who)
    assert result.exit_code == 2
    assert TEAM not in result.output
    assert filled.consultations() == []


def test_own_claims_and_a_sample_of_them_can_be_asked_for(office: Office) -> None:
    office.record(*[sheet(n, faults=["OWN_CLAIM"] if n % 2 else []) for n in range(8)])
    offsets = [row["offset"] for row in office.rows(app, "query", "--own-claims")]
    assert set(offsets) == {1, 3, 5, 7}
    drawn = {row["offset"] for row in office.rows(app, "query", "--own-claims", "--sample", "2")}
    assert len(drawn) == 2
    assert drawn < {1, 3, 5, 7}
    assert {"own_claims": True, "sample": 2} in [record["asked"] for record in office.consultations()]


@pytest.mark.parametrize("number", [NHS, PNC, CRN, "SF83/50058Z", "A9999ZZ", "999.000.0018"])
def test_a_purpose_may_not_hold_a_number_of_any_kind(filled: Office, number: str) -> None:
    result = filled.run(app, "query", "--as", "Asa Auditor", "--purpose", f"about {number}, complaint 12")
    assert result.exit_code == 2
    assert "leave the number out" in told(result)
    assert number not in result.output
    assert filled.consultations() == []


@pytest.mark.parametrize("where", ["--as", "--purpose", "--consent", "--desk", "--type"])
def test_what_cannot_be_shown_stays_on_no_record(filled: Office, where: str) -> None:
    others = [] if where in {"--as", "--purpose"} else [*WHO]
    rest = {"--as": ["--purpose", "x"], "--purpose": ["--as", "x"]}.get(where, [])
    result = filled.run(app, "query", where, "desk\udcff", *others, *rest)
    assert result.exit_code == 2
    assert "can be shown" in told(result)
    assert filled.consultations() == []


@pytest.mark.parametrize("where", ["--as", "--purpose", "--consent", "--desk", "--type"])
def test_what_stays_on_record_may_not_hold_a_persons_number(filled: Office, where: str) -> None:
    others = [] if where in {"--as", "--purpose"} else [*WHO]
    rest = {"--as": ["--purpose", "x"], "--purpose": ["--as", "x"]}.get(where, [])
    result = filled.run(app, "query", where, f"about {NHS}", *others, *rest)
    assert result.exit_code == 2
    assert "leave the number out" in told(result)
    assert filled.consultations() == []


def test_who_asked_why_and_for_what_is_on_record_before_anything_is_shown(filled: Office) -> None:
    filled.rows(app, "query", "--person", "-", "--verdict", "REDACT", typed=NHS)
    (record,) = filled.consultations()
    assert (record["asker"], record["purpose"], record["entries"]) == ("Asa Auditor", "complaint 12", 1)
    assert record["asked"] == {"person": filled.pseudonym, "verdict": "REDACT"}


def test_one_json_object_is_answered_and_nothing_else(filled: Office) -> None:
    result = filled.run(app, "query", *WHO, "--json")
    content = json.loads(result.stdout)
    assert (content["consultation"], content["recorded_until"]) == (1, "2026-03-02T12:00:00.000Z")
    assert result.exit_code == 0
    assert content["rows"][0]["recorded_at"] == "2026-03-02T10:00:00.000Z"


def test_in_a_pipe_the_answer_is_plain_lines(filled: Office) -> None:
    shown = filled.run(app, "query", *WHO, "--event", f"{1:016x}").stdout
    assert "\x1b" not in shown
    event, charity, footing = shown.splitlines()
    assert event == (
        f"2 March 2026 11:00:00 GMT: referral from avon-ld.team was decided (entry {1:016x}, person {filled.pseudonym})"
    )
    assert charity == (
        "  bridge-charity.support (charity) was given: name, date of birth and aliases; need for help, in codes. The "
        "person agreed to it (CONSENT). It rests on consent consent-1. Kept back: the health record in full. The "
        "person agreed to share other things with this desk, not this (SCOPE_VIEW)."
    )
    assert footing == "1 row. The ledger reaches to 2 March 2026 12:00:00 GMT. On record as consultation 1."


def test_an_event_about_which_no_desk_was_asked_is_shown_too(office: Office) -> None:
    office.record(sheet(0, kind="FOLDED", type="consent_withdraw", rulings=[]))
    (row,) = office.rows(app, "query")
    assert (row["desk"], row["kind"]) == (None, "FOLDED")
    assert "was taken into account" in office.run(app, "query", *WHO).stdout


def test_a_publishers_words_cannot_steer_the_terminal(office: Office) -> None:
    office.record(sheet(0, type="arrest\x1b[2J\rall is well"))
    assert "\x1b" not in office.run(app, "query", *WHO).stdout


def test_a_ledger_that_is_not_there_is_a_failure_and_not_an_empty_answer(office: Office) -> None:
    result = office.run(app, "query", *WHO)
    assert "LEDGER_MISSING" in str(result.exception)
    assert result.stdout == ""


def consultation() -> Consultation:
    read = Sheet.from_record(sheet())
    folded = Sheet.from_record(sheet(1, kind="FOLDED", type="consent_withdraw", rulings=[]))
    return Consultation(3, (Finding(read, read.rulings[0]), Finding(folded, None)), MARCH + HOUR)


def drawn(monkeypatch: pytest.MonkeyPatch, *, colour: bool) -> str:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    terminal = Console(file=StringIO(), force_terminal=True, width=120, highlight=False, color_system="standard")
    answers.present(consultation(), terminal)
    assert isinstance(terminal.file, StringIO)
    return terminal.file.getvalue()


def test_at_a_terminal_the_answer_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = drawn(monkeypatch, colour=True)
    assert "In words" in shown
    assert "\x1b[32mPERMIT" in shown
    assert "2 rows. The ledger reaches to 2 March 2026 11:00:00 GMT." in shown


def test_a_table_about_one_desk_names_it_once_and_cuts_nothing() -> None:
    read = Sheet.from_record(sheet())
    about = Consultation(3, (Finding(read, read.rulings[0]),), MARCH + HOUR)
    terminal = Console(file=StringIO(), force_terminal=True, width=60, highlight=False, color_system=None)
    answers.present(about, terminal)
    assert isinstance(terminal.file, StringIO)
    shown = terminal.file.getvalue()
    assert shown.startswith("avon-ld.team (liaison and diversion team)")
    assert shown.count("avon-ld.team") == 1
    assert "Desk" not in shown
    assert "was given: " in shown
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown
    assert read.entry_id in shown


def test_no_colour_is_used_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[32m" not in drawn(monkeypatch, colour=False)


def test_help_says_the_exit_codes(office: Office) -> None:
    assert "4 nothing found" in told(office.run(app, "query", "--help"))


def test_beside_an_empty_answer_it_is_said_what_may_have_been_meant(filled: Office) -> None:
    shutil.copy(str(resources.files("hub.demo") / "directory.toml"), filled.home / "directory.toml")
    result = filled.run(app, "query", "--desk", "avon-ld.taem", "--type", "screning", *WHO)
    assert result.exit_code == 4
    assert "--desk: there is none of that name today; did you mean avon-ld.team?" in told(result)
    assert "--type: there is none of that name today; did you mean screening?" in told(result)


def test_an_empty_answer_about_a_desk_that_is_known_says_no_more(filled: Office) -> None:
    shutil.copy(str(resources.files("hub.demo") / "directory.toml"), filled.home / "directory.toml")
    assert "none of that name" not in told(filled.run(app, "query", "--desk", "avon-police.ppu", *WHO))
    assert "none of that name" not in told(filled.run(app, "query", "--desk", TEAM, *WHO))
