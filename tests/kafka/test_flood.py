"""One desk says far too much about one person: that person's partition goes on, and the desk is told what was refused.

Consents are kept with their person, whose record is rewritten whenever one comes. Sixty of them, each naming a thousand
recipients, once made a record that no broker takes: the partition stopped for good.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
import pytest_asyncio

from consent.register import MOST_GRANTED
from consent.terms import ROLES
from hub.clock import now_ms
from hub.intake.consent import MOST
from hub.model.directory import Directory
from hub.model.keys import entry_id
from hub.sharing.process import SAFE_PERSON
from tests.house import WITHIN, Hub, Stored, by_entry, decoded, hub, opened
from tests.kafka.bad_inputs import CUSTODY, NOW, TEAM, written

__all__ = ["hub"]

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(180)]

TIMES = 60
ABOUT = 46_000
"""Bytes of each."""
ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Flood:
    """Everything that came of it."""

    hub: Hub
    sheets: Mapping[str, Sequence[Mapping[str, Any]]]
    receipts: Mapping[str, dict[str, Any]]
    """The team's, by its own ids."""
    topics: Mapping[str, Sequence[Stored]]

    def sheet(self, desk: str, event_id: str) -> Mapping[str, Any]:
        """The only sheet of an event."""
        [found] = self.sheets[entry_id(self.hub.keys, desk, event_id)]
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def flood(hub: Hub) -> Flood:
    sent = 0
    async with hub.agency() as agency:
        for desk, body in _said(hub.house.directory):
            await agency.send_and_wait(f"in.{desk}", body, timestamp_ms=NOW + sent)
            sent += 1
    sheets = by_entry(await hub.until_decided(sent))
    topics = {name: await hub.records(name) for name in await hub.topics() if not name.startswith("__")}
    told = (opened(one.value) for one in topics[f"out.{TEAM}"] if dict(one.headers)["ce_type"] == b"receipt")
    return Flood(hub, sheets, {one["event_id"]: one for one in told}, topics)


def _said(directory: Directory) -> Iterator[tuple[str, bytes]]:
    known = list(product(sorted(directory.organisations), sorted(ROLES)))
    invented = [
        (f"of-nobody-in-the-whole-directory-and-never-will-be-{number:020}", "CVO")
        for number in range(1_000 - len(known))
    ]
    for number in range(TIMES):
        yield TEAM, _grant(f"too-wide-{number}", known + invented)
        yield TEAM, _grant(f"widest-{number}", known[:MOST], "x" * ABOUT)
    yield CUSTODY, written("arrest", ORDINARY)


def _grant(event_id: str, recipients: Sequence[tuple[str, str]], why: str = "Asked at court.") -> bytes:
    named = [{"organisation": organisation, "role": role} for organisation, role in recipients]
    changes = {
        "consent_terms.consent_id": event_id,
        "consent_terms.recipients": named,
        "submission.justification": why,
    }
    body = written("consent_grant", event_id, changes)
    assert ABOUT - 6_000 < len(body) < ABOUT + 6_000
    return body


def test_the_ordinary_event_that_comes_after_it_is_decided(flood: Flood) -> None:
    sheet = flood.sheet(CUSTODY, ORDINARY)
    assert sheet["kind"] == "RULED"
    assert any(ruling["copy_id"] for ruling in sheet["rulings"] if ruling["desk"] == TEAM)


def test_it_was_about_the_same_person(flood: Flood) -> None:
    about = {sheet["person"] for sheets in flood.sheets.values() for sheet in sheets if sheet["kind"] != "QUARANTINED"}
    assert about == {flood.sheet(CUSTODY, ORDINARY)["person"]}


def test_what_names_more_than_is_kept_is_in_quarantine_and_the_desk_is_told(flood: Flood) -> None:
    fault = {"code": "TOO_MANY", "field": "consent_terms.recipients"}
    refused = [decoded("hub.quarantine.Refused", one.value) for one in flood.topics["hub.quarantine"]]
    assert [one["faults"] for one in refused] == [[fault]] * TIMES
    told = [flood.receipts[f"too-wide-{number}"] for number in range(TIMES)]
    assert [(one["outcome"], one["faults"]) for one in told] == [("FIX_AND_RESEND", [fault])] * TIMES


def test_as_many_as_are_kept_are_on_record_and_the_desk_is_told_to_telephone_about_the_others(flood: Flood) -> None:
    outcomes = Counter(flood.receipts[f"widest-{number}"]["outcome"] for number in range(TIMES))
    assert outcomes == {"DELIVERED": MOST_GRANTED, "NOT_DELIVERED": TIMES - MOST_GRANTED}


def test_the_persons_record_stays_one_that_a_broker_takes(flood: Flood) -> None:
    longest = max(len(one.value) for one in flood.topics["hub.state"])
    assert ABOUT < longest < SAFE_PERSON


def test_nothing_waits_any_more_and_every_worker_lives(flood: Flood) -> None:
    until = now_ms() + WITHIN * 1000
    while (lag := _lag(flood.hub)) != {0.0} and now_ms() < until:
        pass
    assert lag == {0.0}
    assert all(worker.lives for worker in flood.hub.workers.values())


def _lag(hub: Hub) -> set[float]:
    pages = (hub.workers[name].metrics().splitlines() for name in ("intake", "sharing"))
    lags = ("hub_timeline_lag_entries", "hub_intake_lag_records")
    return {float(line.rpartition(" ")[2]) for page in pages for line in page if line.startswith(lags)}
