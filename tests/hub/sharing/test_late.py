"""A no that arrives later than it was said: the Guardian looks at what was disclosed in between (domain rule E3)."""

from dataclasses import replace
from typing import Any

import pytest

from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.ruling import Outcome
from hub.sharing.late import LATE_MS
from tests.hub.sharing.county import CHARITY, DAY, HOUR, TEAM, agreed, county, event, given
from tests.hub.sharing.test_again import GUARDIAN, review
from tests.partition import Partition
from tests.world import said

AT = event("referral").occurred_at
GRANT = agreed("bridge-charity", "CVO", "identity", "health_minimum", "status")


def referred(directory: Directory | None = None) -> Partition:
    partition = Partition(directory or county())
    partition.say(said("GRANT", AT - DAY, about=_terms()))
    partition.say(event("referral", AT, publisher=TEAM, named=(CHARITY,), place=None))
    return partition


def _terms(**about: Any) -> dict[str, Any]:
    left_out = {"action", "occurred_at"}
    return {**{name: value for name, value in GRANT._asdict().items() if name not in left_out}, **about}


def reviews(outcomes: list[Outcome]) -> list[list[str]]:
    """What each desk was given of each notice of a late no."""
    late = [one for one in outcomes if one.entry.again and one.entry.again.cause == "LATE_REFUSAL"]
    return [[ruling.desk.name, *given(ruling)] for one in late for ruling in one.rulings]


def no(action: str, said_at: int, **about: Any) -> Entry:
    """A no that was said then and arrives two days after the referral."""
    entry = said(action, AT + 2 * DAY, about=_terms(version=2, **about))
    assert entry.consent is not None
    return entry._replace(consent=entry.consent._replace(occurred_at=said_at))


@pytest.mark.parametrize("action", ["WITHDRAW", "REFUSE"])
def test_the_guardian_is_told_in_codes_that_something_went_out_in_between(action: str) -> None:
    everybody = {} if action == "WITHDRAW" else {"consent_id": "N", "recipients": ()}
    assert reviews(referred().say(no(action, AT - HOUR, **everybody))) == [[GUARDIAN, "status"]]
    charity_alone = {} if action == "WITHDRAW" else {"consent_id": "N"}
    assert reviews(referred().say(no(action, AT - HOUR, **charity_alone))) == [[GUARDIAN, "status"]]


@pytest.mark.parametrize(
    ("action", "said_at", "about"),
    [
        ("WITHDRAW", AT + DAY, {}),
        ("WITHDRAW", AT - HOUR, {"consent_id": "another"}),
        ("REFUSE", AT - HOUR, {"consent_id": "N", "recipients": agreed("severn-trust", "MH_TRUST").recipients}),
        ("GRANT", AT - HOUR, {}),
    ],
)
def test_what_came_in_time_or_concerns_nobody_who_was_given_anything_is_not_looked_at(
    action: str, said_at: int, about: dict[str, Any]
) -> None:
    assert reviews(referred().say(no(action, said_at, **about))) == []


def test_an_hour_is_the_time_that_it_takes_to_write_a_no_down() -> None:
    for lateness, looked_at in ((LATE_MS, False), (LATE_MS + 1, True)):
        arrived = AT + 2 * LATE_MS
        soon = no("WITHDRAW", arrived - lateness)._replace(occurred_at=arrived)
        assert bool(reviews(referred().say(soon, at=arrived))) is looked_at


def test_a_guardian_of_another_area_is_not_told() -> None:
    desks = {**county().desks, GUARDIAN: replace(county().desks[GUARDIAN], areas=frozenset({"severn"}))}
    made = no("WITHDRAW", AT - HOUR)._replace(area="avon")
    assert reviews(referred(replace(county(), desks=desks)).say(made)) == []
    assert reviews(referred().say(made)) == [[GUARDIAN, "status"]]


def test_where_nobody_looks_or_nobody_speaks_there_is_no_notice_and_the_no_counts_all_the_same() -> None:
    for gone in ("CALDICOTT", "HUB"):
        desks = {name: desk for name, desk in county().desks.items() if desk.role != gone}
        partition = referred(replace(county(), desks=desks))
        assert reviews(partition.say(no("WITHDRAW", AT - HOUR))) == []
        later = event("referral", AT + 3 * DAY, publisher=TEAM, named=(CHARITY,), place=None)
        assert [ruling.copy for one in partition.say(later) for ruling in one.rulings if ruling.copy] == []


def test_what_was_let_go_since_the_no_was_said_went_out_in_between_however_old_it_is() -> None:
    partition = Partition(county())
    partition.say(said("GRANT", AT - DAY, about=_terms()))
    held = event("referral", AT, publisher=TEAM, named=(CHARITY,), place=None, confidence="UNRESOLVED")
    partition.say(held._replace(segments={view: held.segments[view] for view in ("identity", "health_minimum")}))
    let_go = partition.say(review("RELEASE", AT + 2 * HOUR, place="0/1"))
    assert [r.desk.name for one in let_go for r in one.rulings if r.copy and one.entry.again] == [CHARITY]
    assert reviews(partition.say(no("WITHDRAW", AT + HOUR))) == [[GUARDIAN, "status"]]


def test_a_no_to_another_that_ends_what_a_desk_relied_on_is_looked_at_too() -> None:
    elsewhere = agreed("severn-trust", "MH_TRUST").recipients
    assert reviews(referred().say(no("REFUSE", AT - HOUR, recipients=elsewhere))) == [[GUARDIAN, "status"]]
