"""The reviewer's queue as it is listed, and a reviewer's word as intake takes it."""

import json
from typing import Any

import pytest

from hub.cli.consent_form import Decided, word
from hub.cli.review import app
from hub.intake import cut
from hub.intake.event import Identified
from hub.model.entry import Entry
from tests.hub.cli.ledgers import WHO, Office, office, told
from tests.hub.cli.test_consent import GUARDIAN, taken
from tests.hub.intake.builders import rules
from tests.hub.ledger.sheets import HOUR, MARCH, answer, ruling, sheet
from tests.world import MARCH_2

__all__ = ["office"]

CHARITY = "bridge-charity.support"
HELD = {"due_at": MARCH + 24 * HOUR, "desks": [CHARITY]}
WAITS = ruling(
    CHARITY, "CVO", "HOLD", "ID_PROBABLE", [answer("identity", "HOLD", "ID_PROBABLE")], relationship="PROPOSED"
)
WORD = ("--as", GUARDIAN.name, "--by", "G-1", "--why", "Asked.", "--ground", "NECESSARY")


def waiting(offset: int, **changes: Any) -> dict[str, Any]:
    return sheet(offset, type="referral", present=["identity"], rulings=[WAITS], held=HELD, **changes)


def again(offset: int, of: int, cause: str, **changes: Any) -> dict[str, Any]:
    why = {"cause": cause, "entry_id": f"{of:016x}", "offset": of, "by": "ab" * 8, "ground": "NECESSARY"}
    return sheet(offset, type="referral", present=["identity"], again=why, **changes)


def queue(office: Office) -> list[dict[str, Any]]:
    return list(json.loads(office.run(app, "list", *WHO, "--json").stdout)["waiting"])


def test_what_waits_is_listed_with_its_place_its_time_and_the_reasons(office: Office) -> None:
    office.record(sheet(0), waiting(1))
    said = told(office.run(app, "list", *WHO))
    assert "0/1, until 3 March 2026 10:00:00 GMT: referral from avon-police.custody" in said
    assert "bridge-charity.support (charity) has not been told yet. It is probably about this person" in said
    assert queue(office) == [
        {
            "place": "0/1",
            "entry": f"{1:016x}",
            "due_at": "2026-03-03T10:00:00.000Z",
            "type": "referral",
            "publisher": "avon-police.custody",
            "person": "a1" * 16,
            "confidence": "CONFIRMED",
            "desks": {CHARITY: {"identity": "ID_PROBABLE"}},
        }
    ]


@pytest.mark.parametrize("cause", ["RELEASED", "REFUSED", "LAPSED"])
def test_what_was_decided_since_waits_no_longer(office: Office, cause: str) -> None:
    office.record(waiting(0), again(1, 0, cause))
    result = office.run(app, "list", *WHO)
    assert result.exit_code == 4
    assert "Nothing waits for a reviewer." in told(result)


def test_what_was_handed_over_meanwhile_waits_still(office: Office) -> None:
    office.record(waiting(0), again(1, 0, "HANDOVER"))
    assert [one["place"] for one in queue(office)] == ["0/0"]


def test_what_was_let_go_for_some_waits_for_the_others_under_its_first_place(office: Office) -> None:
    office.record(waiting(0), again(1, 0, "RELEASED", held=HELD, rulings=[WAITS]))
    assert [one["place"] for one in queue(office)] == ["0/0"]


def test_whoever_lists_is_on_record(office: Office) -> None:
    office.record(waiting(0))
    office.run(app, "list", *WHO)
    assert [one["asked"] for one in office.consultations()] == [{"waiting": True}]


def decided(held: str = "2/7", **changes: Any) -> Entry:
    said: dict[str, Any] = {"desk": None, "views": (), **changes}
    made = taken(GUARDIAN, word(Decided("RELEASE", held, "G-1", "Asked.", "NECESSARY", **said), GUARDIAN, MARCH_2))
    [entry] = cut.entries(made, Identified("5e" * 16, "UNRESOLVED", ("6f" * 16,)), rules())
    return entry


def test_intake_finds_nothing_wrong_with_a_word_and_files_it_under_the_place_that_it_names() -> None:
    entry = decided(desk=CHARITY, views=("identity", "health_minimum"))
    assert (entry.route_key, entry.possible) == ("held:2/7", ())
    assert {name: entry.facts[name] for name in ("held", "held_for", "review_decision", "review_views")} == {
        "held": "2/7",
        "held_for": CHARITY,
        "review_decision": "RELEASE",
        "review_views": "identity health_minimum",
    }


@pytest.mark.parametrize("held", ["E-17", "2/x", "2/7/1", "9" * 40 + "/1"])
def test_a_word_on_what_is_no_place_is_filed_under_nobody_who_waits(held: str) -> None:
    assert decided(held).route_key == "5e" * 16


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("release", "2-7", *WORD), "such as 2/1047"),
        (("release", "2/7", *WORD[:-1], "BECAUSE"), "IDENTITY_CHECKED"),
        (("refuse", "2/7", *WORD, "--view", "diagnosis"), "health_minimum"),
        (("refuse", "2/7", *WORD[:-3], "9990000018", *WORD[-2:]), "may not name the person"),
    ],
)
def test_what_cannot_be_said_is_wrong_usage(office: Office, arguments: tuple[str, ...], says: str) -> None:
    result = office.run(app, *arguments)
    assert result.exit_code == 2
    assert says in told(result)
