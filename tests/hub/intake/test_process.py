"""The order of intake: what becomes of each record, whatever the index answered and whatever breaks."""

from dataclasses import replace
from typing import Any

import pytest

from hub.intake.event import Answer, Event, Identified, Received, Rejected, Rules, Settled
from hub.intake.process import ALTERED, INTERNAL, Judged, opened, process
from hub.model import timeline
from hub.model.entry import Fault
from hub.model.keys import desk_route_key
from schemas import catalogue
from tests.hub.intake.builders import KEYS, event, received, rules

A, B = "a" * 32, "b" * 32
SURE = Identified(A, "CONFIRMED")


def judged(one: Received, answer: Answer = "NEW", identified: Identified = SURE, under: Rules | None = None) -> Judged:
    """What becomes of a record whose event the index answers so."""
    under = under or rules()
    found = opened(one, under)
    return process(found, Settled(answer, identified) if isinstance(found, Event) else None, under)


def broken(**rule: Any) -> Rules:
    """Rules of ours that raise."""
    return replace(rules(), **rule)


@pytest.mark.parametrize("event_type", catalogue.event_types())
def test_a_valid_event_causes_its_entry_as_bytes(event_type: str) -> None:
    one = received(event_type)
    made = judged(one)
    (entry,) = made.entries
    assert (made.kind, made.received, made.faults) == ("ACCEPTED", one, ())
    whose = "held:2/1047" if event_type == "review" else A  # what a reviewer speaks of is known by its place
    assert (entry.kind, entry.type, entry.route_key) == ("EVENT", event_type, whose)
    assert [timeline.decode(raw) for raw in made.encoded] == [entry]


def test_a_repeat_causes_the_same_again() -> None:
    first, again = judged(received("screening")), judged(received("screening"), "REPEAT")
    assert (again.kind, again.encoded) == ("REPEAT", first.encoded)


def test_another_body_under_a_used_id_is_refused_whoever_it_is_about() -> None:
    made = judged(received("screening"), "ALTERED")
    assert (made.kind, made.faults, [entry.kind for entry in made.entries]) == ("REFUSED", ALTERED, ["REJECTED"])


def test_a_no_in_doubt_causes_an_entry_for_everyone_whom_it_may_be_about() -> None:
    made = judged(received("consent_refuse"), identified=Identified("f" * 32, "UNRESOLVED", (A, B)))
    assert [entry.route_key for entry in made.entries] == [A, B]
    assert len(made.encoded) == 2


def test_what_is_wrong_with_a_part_is_told_of_an_event_that_goes_on() -> None:
    made = judged(received("screening", lambda body: body["submission"].update(justification="")))
    assert (made.kind, made.faults) == ("ACCEPTED", (Fault("MISSING", "submission.justification"),))


def test_a_record_that_holds_no_event_is_refused_and_its_publisher_is_told() -> None:
    one = received("arrest")
    made = judged(replace(one, body=one.body[:-1]))
    (told,) = made.entries
    assert (made.kind, made.faults) == ("REFUSED", (Fault("TRUNCATED", ""),))
    assert (told.route_key, told.faults, told.segments) == (desk_route_key(KEYS, one.desk.name), made.faults, {})


def test_whatever_breaks_while_it_is_read_refuses_it_as_a_fault_of_the_hub() -> None:
    assert judged(received("screening"), under=broken(ahead_ms="soon")).faults == INTERNAL
    assert isinstance(opened(received("screening"), broken(ahead_ms="soon")), Rejected)


def test_whatever_breaks_while_its_entry_is_made_refuses_it_under_its_own_id() -> None:
    made = judged(received("consent_grant"), under=broken(expiry=None))
    (told,) = made.entries
    assert (made.kind, made.faults) == ("REFUSED", INTERNAL)
    assert told.event_id == event("consent_grant").body["submission"]["event_id"]


class Exhausted:
    """What costs the last of the memory when it is asked anything."""

    def __getattr__(self, name: str) -> Any:
        raise MemoryError


def test_a_process_that_is_out_of_memory_refuses_nobody_and_ends() -> None:
    short: Any = Exhausted()
    with pytest.raises(MemoryError):
        opened(received("screening"), broken(directory=short))
    found = opened(received("consent_grant"), rules())
    with pytest.raises(MemoryError):
        process(found, Settled("NEW", SURE), broken(expiry=short))


def test_an_event_that_nobody_could_be_asked_about_is_refused_as_a_fault_of_the_hub() -> None:
    made = process(event("screening"), None, rules())
    assert (made.kind, made.faults) == ("REFUSED", INTERNAL)


def test_what_is_judged_shows_no_body_when_it_is_printed() -> None:
    made = judged(received("screening"))
    assert "encoded" not in repr(made)
    assert "body" not in repr(made)
