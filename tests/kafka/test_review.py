"""Something waits: a reviewer lets it go or refuses it, and what nobody reviews ends; its sender always hears."""

import json
from typing import Any

import pytest
import pytest_asyncio

from hub.clock import now_ms
from hub.model.keys import copy_id, entry_id
from tests.house import Hub, hub
from tests.kafka.bad_inputs import CHARITY, TEAM
from tests.kafka.story import HOUR, Story

__all__ = ["hub"]

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]

GUARDIAN = "sharing-office.guardian"
ASKED = ("--as", "Rita Reviewer", "--purpose", "the queue of today")
WORD = ("--as", GUARDIAN, "--by", "G-1", "--why", "Asked at the clinic.", "--ground", "CAPACITY_CHECKED")
DAYS = 24 * HOUR
LONG_AFTER = 47_482
"""2100-01-01, in days since 1970."""
WAITS = {"submission.disturbed": True, "submission.named": [CHARITY]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(hub: Hub) -> Story:
    told = Story(hub, now_ms() - 9 * DAYS)
    await told.publish(TEAM, "screening", "who-it-is")
    await told.publish(TEAM, "consent_grant", "yes", **{"consent_terms.valid_to": LONG_AFTER})
    await told.publish(TEAM, "referral", "forgotten", **WAITS)
    await told.decided()
    told.at = now_ms() - HOUR
    await told.publish(TEAM, "referral", "to-release", **WAITS)
    told.sent += 1  # the forgotten one ends
    await told.publish(TEAM, "referral", "to-refuse", **WAITS)
    await told.decided()
    await told.recorded()
    await told.run("list", "review", "list", "--json", *ASKED)
    for step, event in (("release", "to-release"), ("refuse", "to-refuse")):
        held = told.sheet(TEAM, event)
        place = f"{held['partition']}/{held['offset']}"
        told.sent += 1  # it comes again
        await told.run(step, "review", step, place, *WORD, counts=True)
    await told.recorded()
    await told.run("empty", "review", "list", *ASKED)
    return told


def again(story: Story, event: str) -> Any:
    """The sheet of that referral when it came again."""
    [sheet] = [
        sheet
        for sheets in story.sheets.values()
        for sheet in sheets
        if sheet["again"] and sheet["again"]["entry_id"] == entry_id(story.hub.keys, TEAM, event)
    ]
    return sheet


def charity(sheet: Any) -> Any:
    return next(ruling for ruling in sheet["rulings"] if ruling["desk"] == CHARITY)


async def test_the_queue_says_what_waits_where_until_when_and_for_whom(story: Story) -> None:
    code, said = story.said["list"]
    queue = json.loads(said)["waiting"]
    assert code == 0
    assert [one["entry"] for one in queue] == [
        entry_id(story.hub.keys, TEAM, f"to-{do}") for do in ("release", "refuse")
    ]
    assert queue[0]["desks"][CHARITY]["health_minimum"] == "CAPACITY_IN_DOUBT"


async def test_what_is_let_go_is_decided_anew_and_sent(story: Story) -> None:
    ruled = charity(again(story, "to-release"))
    stored = await story.hub.records(f"out.{CHARITY}")
    released = entry_id(story.hub.keys, TEAM, "to-release")
    assert ruled["reason"] != "CAPACITY_IN_DOUBT"
    assert ruled["copy_id"] == copy_id(story.hub.keys, CHARITY, released)
    assert ruled["copy_id"] in [dict(one.headers)["ce_id"].decode() for one in stored]


async def test_what_is_refused_or_forgotten_is_not(story: Story) -> None:
    for event, reason in (("to-refuse", "REVIEW_REFUSED"), ("forgotten", "HOLD_LAPSED")):
        ruled = charity(again(story, event))
        assert (ruled["reason"], ruled["copy_id"]) == (reason, None)


async def test_its_sender_hears_how_each_ended(story: Story) -> None:
    ends = {one["event_id"]: one["outcome"] for one in await story.receipts(TEAM)}
    assert {event: ends[event] for event in ("to-release", "to-refuse", "forgotten")} == {
        "to-release": "DELIVERED",
        "to-refuse": "NOT_DELIVERED",
        "forgotten": "NOT_DELIVERED",
    }


async def test_then_nothing_waits_any_more(story: Story) -> None:
    code, said = story.said["empty"]
    assert code == 4
    assert "Nothing waits for a reviewer." in said
