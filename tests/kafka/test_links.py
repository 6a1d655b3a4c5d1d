"""Two records of one person, linked on real Kafka: what was said by either holds in both, whichever worker decides."""

from typing import Any

import pytest
import pytest_asyncio

from hub.clock import now_ms
from hub.kafka import state_reader
from hub.model.person import Person
from hub.people import Index
from tests.house import Hub, hub
from tests.kafka.bad_inputs import TEAM
from tests.kafka.story import HOUR, Story

__all__ = ["hub"]

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]

OFFICE = "sharing-office.protection"
ONE, OTHER = "9990000018", "9990000026"
NOWHERE: dict[str, Any] = {"submission.place": None, "submission.holding_ref": None, "submission.named": []}


def numbers(*values: str, assurance: str = "TRACED") -> dict[str, Any]:
    given = [{"kind": "NHS_NUMBER", "value": each, "source": None, "assurance": assurance} for each in values]
    return {"submission.identifiers": given}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(hub: Hub) -> Story:
    told = Story(hub, now_ms() - HOUR)
    await told.publish(TEAM, "screening", "one", **NOWHERE, **numbers(ONE))
    await told.publish(TEAM, "screening", "other", **NOWHERE, **numbers(OTHER))
    await told.publish(TEAM, "consent_refuse", "no", **numbers(OTHER))
    await told.decided()
    await told.publish(OFFICE, "link", "link", **numbers(ONE, OTHER, assurance="STATED"))
    told.sent += 5  # the word for the other record, what each tells the other, and that each was told
    await told.decided()
    await told.publish(TEAM, "screening", "both", **NOWHERE, **numbers(ONE, OTHER))
    await told.decided()
    return told


def records(story: Story) -> tuple[str, ...]:
    with Index.open(story.hub.house.chosen.people, story.hub.keys) as index:
        return index.records("nhs_number", ONE)


async def known(story: Story, route_key: str) -> Person:
    connection = {"bootstrap_servers": story.hub.house.chosen.bootstrap}
    return await state_reader.person(connection, story.hub.house.directory.partitions, route_key)


async def test_what_was_refused_by_one_record_is_refused_in_both(story: Story) -> None:
    both = [await known(story, each) for each in records(story)]
    assert len(both) == 2
    for person in both:
        assert [one.action for one in person.consents] == ["REFUSE"]
        assert [(link.heard, link.ended) for link in person.links] == [(True, False)]


async def test_each_has_a_sheet_of_the_reviewers_word_and_of_what_it_was_told(story: Story) -> None:
    sheets = [sheet for each in story.sheets.values() for sheet in each]
    assert [sheet["publisher"] for sheet in sheets if sheet["type"] == "link"].count(OFFICE) == 2
    assert len([sheet for sheet in sheets if sheet["again"] and sheet["again"]["cause"] == "LINKED"]) == 4


async def test_an_event_that_names_both_is_certain_and_nothing_of_it_waits(story: Story) -> None:
    assert story.sheet(TEAM, "both")["confidence"] == "CONFIRMED"
    assert not story.sheet(TEAM, "both")["held"]
