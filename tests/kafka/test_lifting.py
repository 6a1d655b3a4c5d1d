"""One desk says no for a person over and over: that is seen, and a reviewer ends it once the person has spoken."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import pytest_asyncio

from consent.register import MOST
from hub.clock import now_ms
from tests.house import Hub, hub
from tests.kafka.bad_inputs import CHARITY, TEAM
from tests.kafka.story import HOUR, NHS, Story

__all__ = ["hub"]

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]

GUARDIAN = "sharing-office.guardian"
BORN = "1991-04-17"
ASKED = ("--as", "Rita Reviewer", "--purpose", "alert ConsentsCollapsed")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(hub: Hub) -> Story:
    told = Story(hub, now_ms() - HOUR)
    await told.publish(TEAM, "screening", "who-it-is")
    for number in range(MOST + 1):
        terms = {"consent_terms.consent_id": f"no-{number}", "consent_terms.taken_role": "CVO"}
        await told.publish(CHARITY, "consent_refuse", f"no-{number}", **terms)
    await told.publish(TEAM, "referral", "while-it-stands")
    await told.decided()
    await told.recorded()
    last = told.sheet(CHARITY, f"no-{MOST}")
    await told.run("show", "consent", "show", "--person", "-", *ASKED)
    await told.run("stranger", *_lift(TEAM, last), typed=f"{NHS}\n{BORN}\n", counts=True)
    await told.run("too soon", *_lift(GUARDIAN, last), typed=f"{NHS}\n{BORN}\n", counts=True)
    await told.run("anew", "consent", "grant", "--as", TEAM, *_agreed(), counts=True)
    await told.run("lift", *_lift(GUARDIAN, last), typed=f"{NHS}\n{BORN}\n", counts=True)
    await told.run("after", "consent", "show", "--person", "-", "--json", *ASKED)
    told.at = now_ms()
    await told.publish(TEAM, "referral", "once-it-ended")
    await told.decided()
    return told


def _lift(desk: str, caused: Any) -> Sequence[str]:
    place = f"{caused['partition']}/{caused['offset']}"
    said = ("--taken-by", "G-1", "--why", "Asked again at the clinic.")
    return "consent", "lift", "--as", desk, "--person", "-", "--born", "-", "--held", place, *said


def _agreed() -> Sequence[str]:
    scope = ("--to", "bridge-charity/CVO", "--view", "identity", "--view", "health_minimum", "--for", "REFERRAL")
    return "--person", "-", "--consent", "C-anew", *scope, "--capacity", "HAS", "--taken-by", "N-1", "--why", "Asked."


def test_the_one_that_was_too_much_has_it_on_its_sheet_and_no_other(story: Story) -> None:
    every = [sheet for sheets in story.sheets.values() for sheet in sheets]
    assert [sheet["entry_id"] for sheet in every if "ALL_REFUSED" in sheet["faults"]] == [
        story.sheet(CHARITY, f"no-{MOST}")["entry_id"]
    ]
    assert "hub_consents_collapsed_total 1.0" in story.hub.workers["sharing"].metrics()


async def test_its_desk_is_told_to_telephone_and_not_why(story: Story) -> None:
    [last] = [one for one in await story.receipts(CHARITY) if one["event_id"] == f"no-{MOST}"]
    assert (last["outcome"], last["faults"]) == ("NOT_DELIVERED", [])


def test_while_it_stands_nothing_goes_that_needs_consent_and_whoever_looks_is_told(story: Story) -> None:
    [ruling] = [one for one in story.sheet(TEAM, "while-it-stands")["rulings"] if one["desk"] == CHARITY]
    assert (ruling["verdict"], ruling["reason"]) == ("DENY", "CONSENT_REFUSED")
    code, said = story.said["show"]
    assert (code, "only a reviewer ends it" in said, said.count("ALL_REFUSED")) == (0, True, 1)


async def test_nobody_but_a_reviewer_ends_it_and_not_before_the_person_has_spoken(story: Story) -> None:
    code, said = story.said["stranger"]
    assert (code, "PUBLISHER_NOT_AUTHORISED" in said) == (1, True)
    code, said = story.said["too soon"]
    assert (code, said.startswith("Acknowledged")) == (0, True)
    assert [one["outcome"] for one in await story.receipts(GUARDIAN)] == ["NOT_DELIVERED"]


def test_then_what_the_person_said_anew_counts_and_no_more(story: Story) -> None:
    assert [story.said[step][0] for step in ("anew", "lift")] == [0, 0]
    held = json.loads(story.said["after"][1])["consents"]
    assert [(one["consent_id"], one["action"]) for one in held] == [("*", "GRANT"), ("C-anew", "GRANT")]
    [ruling] = [one for one in story.sheet(TEAM, "once-it-ended")["rulings"] if one["desk"] == CHARITY]
    assert ruling["verdict"] == "REDACT"
    assert {digest["view"] for digest in ruling["digests"]} == {"identity", "health_minimum"}
    assert ruling["consents"] == ["C-anew"]
