import json
import shutil
from importlib import resources

import pytest
import typer

from hub import policies
from hub.cli.explain import explain
from tests.hub.cli.ledgers import NHS, WHO, Office, office, told
from tests.hub.ledger.sheets import NOT_TOLD, TOLD, UNDER_CONSENT, answer, referral, refused, ruling, sheet

__all__ = ["office"]

app = typer.Typer()
app.command()(explain)

TEAM, CHARITY = "avon-ld.team", "bridge-charity.support"
EVENT = f"{0:016x}"


def lines(office: Office, desk: str) -> list[str]:
    return office.run(app, EVENT, "--to", desk, *WHO).stdout.splitlines()


def test_each_gateway_is_told_in_order_with_its_answer_and_its_law(office: Office) -> None:
    tried = [("CONSENT_NOTICE", "NO_CONSENT"), ("CUSTODY_CARE", "CUSTODY_CARE")]
    given = ruling(TEAM, "LD_TEAM", "PERMIT", "CUSTODY_CARE", [answer("identity", "GIVE", "CUSTODY_CARE", *tried)])
    office.record(sheet(0, present=["identity"], rulings=[given], policy=policies.read().digest))
    law = {name: gateway.source for name, gateway in policies.read().gateways.items()}
    desk, view, first, second = lines(office, TEAM)[1:-1]
    assert desk == (
        "avon-ld.team (liaison and diversion team), which serves the place where the person is: PERMIT. Custody hands "
        "over to the health team that serves this place (CUSTODY_CARE)."
    )
    assert view == (
        "  name, date of birth and aliases (identity): given. Custody hands over to the health team that serves this "
        "place (CUSTODY_CARE)."
    )
    assert first == (
        "    1. CONSENT_NOTICE (telling who relied on a consent) stays shut. The person was not asked, or did not name "
        f"this desk (NO_CONSENT). Law: {law['CONSENT_NOTICE']}."
    )
    assert second == (
        "    2. CUSTODY_CARE (handover from custody to health) opens. Custody hands over to the health team that "
        f"serves this place (CUSTODY_CARE). Law: {law['CUSTODY_CARE']}."
    )


def test_views_with_the_same_answer_are_told_once_and_a_law_is_given_once(office: Office) -> None:
    tried = [("CONSENT_NOTICE", "NO_CONSENT"), ("CUSTODY_CARE", "CUSTODY_CARE")]
    views = [
        answer("identity", "GIVE", "CUSTODY_CARE", *tried),
        answer("pnc", "WITHHOLD", "NO_NEED_TO_KNOW", ("CONSENT_NOTICE", "NO_CONSENT")),
        answer("health_minimum", "GIVE", "CUSTODY_CARE", *tried),
    ]
    given = ruling(TEAM, "LD_TEAM", "REDACT", "CUSTODY_CARE", views)
    office.record(sheet(0, present=["identity", "pnc", "health_minimum"], rulings=[given]))
    told = lines(office, TEAM)
    assert sum(line.startswith("  name, date of birth and aliases (identity); need for") for line in told) == 1
    assert [line[:20].strip()[:2] for line in told if line.startswith("    ")] == ["1.", "2.", "1."]
    assert sum("CONSENT_NOTICE (" in line for line in told) == 2
    assert sum("Law: " in line for line in told) == 2


def test_a_view_for_which_no_gateway_was_asked_says_so(office: Office) -> None:
    office.record(sheet(0, present=["pnc"], rulings=[{**NOT_TOLD}]))
    assert "    No gateway was asked." in lines(office, CHARITY)


def test_the_consent_that_it_rests_on_is_named(office: Office) -> None:
    office.record(referral(0))
    assert "It rests on consent consent-1." in lines(office, CHARITY)


def test_another_policy_than_todays_is_said(office: Office) -> None:
    office.record(referral(0))
    assert any(line.startswith("It was decided under policy c3c3") for line in lines(office, CHARITY))


def test_a_gateway_that_todays_policy_does_not_know_is_told_all_the_same(office: Office) -> None:
    old = ruling(TEAM, "LD_TEAM", "PERMIT", "CONSENT", [answer("identity", "GIVE", "CONSENT", ("OLD_LAW", "OLD_LAW"))])
    office.record(sheet(0, present=["identity"], rulings=[old]))
    assert any("OLD_LAW (OLD_LAW) opens. OLD_LAW. Law: not in today's policy." in line for line in lines(office, TEAM))


def test_a_desk_that_was_no_candidate_was_not_asked_about(office: Office) -> None:
    office.record(sheet(0))
    assert lines(office, "hillside-gp.practice")[1] == "NOT_ASKED: hillside-gp.practice was not asked about."


def test_a_repeat_is_not_explained_as_if_nobody_had_been_asked(office: Office) -> None:
    office.record(sheet(0), sheet(1, entry_id=EVENT, kind="REPEAT", rulings=[]))
    assert not any("NOT_ASKED" in line for line in lines(office, TEAM))


def test_an_explanation_is_one_json_object(office: Office) -> None:
    office.record(
        sheet(
            0,
            rulings=[
                TOLD,
                ruling(CHARITY, "CVO", "DENY", "NO_CONSENT", refused("NO_CONSENT", "identity", asked=["CONSENT"])),
            ],
        )
    )
    content = json.loads(office.run(app, EVENT, "--to", CHARITY, *WHO, "--json").stdout)
    (row,) = content["rows"]
    assert (content["desk"], row["verdict"], row["views"][0]["view"]) == (CHARITY, "DENY", "identity")
    (tried,) = row["views"][0]["tried"]
    assert (tried["gateway"], tried["answer"]) == ("CONSENT", "NO_CONSENT")
    assert tried["source"] == policies.read().gateways["CONSENT"].source


def test_not_asked_is_answered_to_a_program_too(office: Office) -> None:
    office.record(sheet(0))
    content = json.loads(office.run(app, EVENT, "--to", "a.b", *WHO, "--json").stdout)
    assert [row["verdict"] for row in content["rows"]] == ["NOT_ASKED"]


def test_an_event_that_is_not_on_record_is_not_found(office: Office) -> None:
    office.record(sheet(0))
    result = office.run(app, "avon-police.custody/E-99", "--to", TEAM, *WHO)
    assert result.exit_code == 4


@pytest.mark.parametrize("arguments", [("E-1", "--to", TEAM), (EVENT,), (EVENT, "--to", NHS)])
def test_what_cannot_be_explained_is_wrong_usage(office: Office, arguments: tuple[str, ...]) -> None:
    office.record(sheet(0))
    assert office.run(app, *arguments, *WHO).exit_code == 2
    assert office.consultations() == []


def test_who_asked_and_why_is_on_record_with_the_desk(office: Office) -> None:
    office.record(sheet(0, rulings=[UNDER_CONSENT]))
    assert office.run(app, EVENT, "--to", CHARITY).exit_code == 2
    assert office.run(app, EVENT, "--to", CHARITY, *WHO).exit_code == 0
    (record,) = office.consultations()
    assert record["asked"] == {"entry": EVENT, "explained_to": CHARITY}


def test_an_event_that_came_again_for_a_desk_is_explained_each_time_and_not_when_it_came_for_others(
    office: Office,
) -> None:
    why = {"cause": "HANDOVER", "entry_id": EVENT, "offset": 0, "by": "ab" * 8, "ground": ""}
    office.record(
        sheet(0, rulings=[TOLD]), sheet(1, again=why, rulings=[NOT_TOLD]), sheet(2, again=why, rulings=[TOLD])
    )
    told = [line for line in lines(office, CHARITY) if "(entry " in line or "NOT_ASKED" in line]
    assert ["NOT_ASKED" in told[1], "somebody has taken the person on" in told[2], len(told)] == [True, True, 3]
    assert sum("(entry " in line for line in lines(office, TEAM)) == 2


def test_a_desk_that_is_nobody_is_not_found_and_one_that_was_told_once_is(office: Office) -> None:
    shutil.copy(str(resources.files("hub.demo") / "directory.toml"), office.home / "directory.toml")
    office.record(sheet(0, rulings=[{**TOLD, "desk": "gone.desk"}]))
    result = office.run(app, EVENT, "--to", "avon-ld.taem", *WHO)
    assert result.exit_code == 4
    assert "--to: there is no desk of that name today" in told(result)
    assert office.run(app, EVENT, "--to", "gone.desk", *WHO).exit_code == 0
    assert office.run(app, EVENT, "--to", TEAM, *WHO).exit_code == 0


def test_an_id_that_cannot_be_shown_is_no_id(office: Office) -> None:
    office.record(sheet(0))
    assert office.run(app, "avon-ld.team/\udcff", "--to", TEAM, *WHO).exit_code == 2
