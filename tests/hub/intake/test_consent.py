"""What a person said, in the policy's words."""

from datetime import date, timedelta
from typing import Any

import pytest

from consent.terms import ROLES, ConsentEntry, Recipient
from hub.intake.ages import turns
from hub.intake.consent import consent_of, faults
from hub.intake.event import Rejected
from hub.intake.ingest import ingest
from hub.model.entry import Fault
from tests.hub.intake.builders import Change, body, event, received, rules, unchanged


def said(event_type: str, change: Change = unchanged) -> ConsentEntry:
    entry = consent_of(event_type, body(event_type, change), rules().expiry, "LD_TEAM")
    assert entry is not None
    return entry


def terms(**changes: object) -> Change:
    return lambda made: made["consent_terms"].update(changes)


def test_an_arrest_says_nothing_about_sharing() -> None:
    assert consent_of("arrest", body("arrest"), rules().expiry, "LD_TEAM") is None


def test_a_grant_says_to_whom_what_for_what_and_until_when() -> None:
    entry = said("consent_grant")
    assert entry.action == "GRANT"
    assert entry.recipients == (Recipient("bridge-charity", "CVO"),)
    assert entry.views == ("identity", "health_minimum")
    assert entry.valid_to == 1_788_562_800_000  # 5 September, midnight in London


def test_a_grant_begins_with_its_first_day_in_london_or_when_it_was_said() -> None:
    assert said("consent_grant", terms(valid_from=20_546)).valid_from == 1_775_170_800_000  # 3 April: summer time
    without = said("consent_grant", terms(valid_from=None))
    assert without.valid_from == without.occurred_at


def test_a_grant_without_a_last_day_ends_by_the_rules() -> None:
    entry = said("consent_grant", terms(valid_from=None, valid_to=None))
    assert entry.valid_to is not None


@pytest.mark.parametrize("capacity", ["LACKS", "FLUCTUATING", "UNKNOWN"])
def test_a_yes_that_was_not_the_persons_to_give_gives_nobody_anything(capacity: str) -> None:
    assert said("consent_grant", terms(capacity=capacity)).recipients == ()


def test_capacity_is_presumed_unless_the_person_was_disturbed() -> None:
    def disturbed(made: dict[str, dict[str, object]]) -> None:
        made["consent_terms"]["capacity"] = "NOT_ASSESSED"
        made["submission"]["disturbed"] = True

    assert said("consent_grant", terms(capacity="NOT_ASSESSED")).recipients
    assert said("consent_grant", disturbed).recipients == ()


def test_a_no_counts_whatever_the_capacity_and_has_no_end() -> None:
    entry = said("consent_refuse", terms(capacity="LACKS", valid_from=30_000, valid_to=30_001))
    assert entry.action == "REFUSE"
    assert entry.recipients
    assert (entry.valid_from, entry.valid_to) == (entry.occurred_at, None)


def test_a_withdrawal_names_the_consent_it_ends() -> None:
    entry = said("consent_withdraw")
    assert (entry.action, entry.consent_id, entry.version) == ("WITHDRAW", "consent-26-0001", 2)


MANY = [{"organisation": f"o-{n}", "role": "CVO"} for n in range(60)]


def test_what_is_listed_twice_is_kept_once() -> None:
    twice = terms(views=["identity"] * 1000, purposes=["REFERRAL"] * 9, recipients=MANY[:1] * 1000)
    entry = said("consent_grant", twice)
    assert (entry.views, entry.purposes, entry.recipients) == (("identity",), ("REFERRAL",), (Recipient("o-0", "CVO"),))


def test_a_grant_to_more_than_are_kept_is_refused_and_a_refusal_means_all() -> None:
    grant = ingest(received("consent_grant", terms(recipients=MANY)), rules())
    assert isinstance(grant, Rejected)
    assert grant.faults == (Fault("TOO_MANY", "consent_terms.recipients"),)
    assert said("consent_refuse", terms(recipients=MANY)).recipients == ()
    listed = [{"organisation": "bridge-charity", "role": role} for role in sorted(ROLES)]
    assert Fault("TOO_MANY", "consent_terms.views") in tuple(
        faults(
            "consent_refuse", body("consent_refuse", terms(recipients=listed, views=list(map(str, range(60))))), "GP"
        )
    )


def test_a_grant_gives_nothing_if_others_than_the_publishers_own_are_said_to_have_taken_it() -> None:
    borrowed = terms(taken_role="GP")
    assert said("consent_grant", borrowed).recipients == ()
    assert Fault("WRONG_PUBLISHER", "consent_terms.taken_role") in event("consent_grant", borrowed).faults
    assert said("consent_refuse", borrowed).recipients


OCCURRED = body("consent_grant")["envelope"]["occurred_at"]
DAY = 86_400_000


def aged(years: int, **changes: object) -> Change:
    """Somebody who turned so old the day before, and what was said for them or by them."""
    day = date(1970, 1, 1) + timedelta(days=OCCURRED // DAY - 1)
    born = (day.replace(year=day.year - years) - date(1970, 1, 1)).days

    def change(made: dict[str, Any]) -> None:
        made["identity"]["born"] = born
        made["consent_terms"].update(changes)

    return change


@pytest.mark.parametrize(
    ("years", "maker", "capacity", "counts"),
    [
        (15, "PARENT", "NOT_ASSESSED", True),
        (17, "PARENT", "NOT_ASSESSED", True),
        (18, "PARENT", "NOT_ASSESSED", False),
        (15, "PERSON", "NOT_ASSESSED", False),
        (15, "PERSON", "HAS", True),
        (16, "PERSON", "NOT_ASSESSED", True),
        (40, "ATTORNEY", "LACKS", True),
        (40, "BEST_INTERESTS", "FLUCTUATING", True),
        (40, "DEPUTY", "HAS", False),
        (40, "BEST_INTERESTS", "NOT_ASSESSED", False),
    ],
)
def test_a_yes_counts_if_it_was_given_by_whoever_may_give_it(
    years: int,
    maker: str,
    capacity: str,
    counts: bool,  # noqa: FBT001 - a row
) -> None:
    entry = said("consent_grant", aged(years, decision_maker=maker, capacity=capacity))
    assert (bool(entry.recipients), entry.decided_by) == (counts, maker)


def test_a_parents_yes_for_somebody_whose_age_is_not_known_gives_nobody_anything() -> None:
    def unknown(made: dict[str, Any]) -> None:
        made["identity"]["born"] = None
        made["consent_terms"]["decision_maker"] = "PARENT"

    assert said("consent_grant", unknown).recipients == ()


def test_what_was_agreed_before_18_ends_on_the_day_of_turning_18_or_sooner() -> None:
    young = said("consent_grant", aged(17, valid_to=None, purposes=["PSR"]))
    assert young.valid_to is not None
    assert OCCURRED + 363 * DAY < young.valid_to <= OCCURRED + 365 * DAY
    assert said("consent_grant", aged(17)).valid_to == said("consent_grant").valid_to
    assert said("consent_grant", aged(18, valid_to=None, purposes=["PSR"])).valid_to is None


def test_what_was_decided_for_somebody_who_may_be_able_again_lasts_three_days() -> None:
    entry = said("consent_grant", aged(40, decision_maker="BEST_INTERESTS", capacity="FLUCTUATING"))
    assert entry.valid_to == OCCURRED + 3 * DAY
    lasting = said("consent_grant", aged(40, decision_maker="BEST_INTERESTS", capacity="LACKS"))
    assert lasting.valid_to == said("consent_grant").valid_to


def test_somebody_born_on_the_29th_of_february_turns_18_on_the_1st_of_march() -> None:
    born = (date(2008, 2, 29) - date(1970, 1, 1)).days
    assert turns(18, {"identity": {"born": born}}) == 1_772_323_200_000
    assert turns(18, {"identity": None}) is None
