import pytest

from consent.register import ALL_REFUSED
from hub.model.directory import Desk
from hub.model.entry import Entry
from hub.model.person import NOBODY, Person, Relationship
from hub.sharing.fold import CUSTODY_MS, FIRST_CONTACT_MS, fold, holds, referrer
from hub.sharing.world import Decisions
from tests.world import (
    CHARITY,
    COURT,
    CUSTODY,
    DAY,
    LD_TEAM,
    MARCH_2,
    MARCH_4,
    PROBATION,
    SUITE,
    bare,
    consent,
    directory,
    policy,
    world,
)

HOUR = 3_600_000


def arrest(status: str, at: int = MARCH_2, **changes: object) -> Entry:
    return bare(at, **{"event_id": f"{status}-{at}", "facts": {"arrest_status": status}, **changes})


def referral(at: int = MARCH_4, status: str | None = None, publisher: str = LD_TEAM, **changes: object) -> Entry:
    facts = {"status": status} if status else {}
    fields = {"event_id": f"{status}-{at}", "publisher": publisher, "facts": facts, "named": (CHARITY,), **changes}
    return bare(at, type="referral", **fields)


def after(*entries: Entry, person: Person = NOBODY) -> Person:
    for entry in entries:
        person = fold(entry, world(person, entry.occurred_at))
    return person


def kinds(person: Person, at: int) -> set[tuple[str, str]]:
    return {(each.desk, each.kind) for each in person.relationships if holds(each, at)}


def test_an_arrest_opens_custody_for_the_desk_that_publishes_it() -> None:
    assert kinds(after(arrest("DETAINED")), MARCH_2) == {(CUSTODY, "CUSTODY")}


@pytest.mark.parametrize("status", ["BAILED", "RUI", "NFA", "CAUTION", "TRANSFERRED", "CHARGED"])
def test_custody_ends_with_the_status_that_ends_it(status: str) -> None:
    assert kinds(after(arrest("DETAINED"), arrest(status, MARCH_2 + HOUR)), MARCH_2 + HOUR) == set()


def test_whoever_is_charged_and_still_held_stays_in_custody() -> None:
    held = after(arrest("DETAINED"), arrest("CHARGED", MARCH_2 + HOUR, holding_ref=CUSTODY))
    assert kinds(held, MARCH_2 + HOUR) == {(CUSTODY, "CUSTODY")}


def test_custody_that_nobody_ends_is_over_when_the_law_says_so() -> None:
    held = after(arrest("DETAINED"))
    assert kinds(held, MARCH_2 + CUSTODY_MS - 1) == {(CUSTODY, "CUSTODY")}
    assert kinds(held, MARCH_2 + CUSTODY_MS) == set()


@pytest.mark.parametrize("status", ["UNKNOWN", "SOMETHING_NEW"])
def test_an_unknown_status_neither_opens_nor_ends_custody(status: str) -> None:
    assert after(arrest(status)) is NOBODY
    assert kinds(after(arrest("DETAINED"), arrest(status, MARCH_2 + HOUR)), MARCH_2 + HOUR) == {(CUSTODY, "CUSTODY")}


def test_an_arrest_that_comes_late_does_not_open_again_what_has_ended() -> None:
    late = after(arrest("BAILED", MARCH_2 + HOUR), arrest("DETAINED", MARCH_2))
    assert kinds(late, MARCH_2 + HOUR) == set()
    again = after(arrest("DETAINED", MARCH_2 + 2 * HOUR), person=late)
    assert kinds(again, MARCH_2 + 2 * HOUR) == {(CUSTODY, "CUSTODY")}


def test_detained_and_bailed_at_the_same_moment_is_bailed_in_either_order() -> None:
    both = arrest("DETAINED"), arrest("BAILED")
    assert kinds(after(*both), MARCH_2) == kinds(after(*reversed(both)), MARCH_2) == set()


@pytest.mark.parametrize("publisher", [LD_TEAM, "nobody.knows"])
def test_an_arrest_by_anyone_but_a_custody_desk_opens_nothing(publisher: str) -> None:
    assert after(arrest("DETAINED", publisher=publisher)) is NOBODY


def test_a_doubtful_identity_opens_nothing_and_still_ends_custody() -> None:
    for doubt in ("PROBABLE", "UNRESOLVED"):
        assert after(arrest("DETAINED", confidence=doubt, place=SUITE)) is NOBODY
        assert after(referral(confidence=doubt)) is NOBODY
    assert (
        kinds(after(arrest("DETAINED"), arrest("NFA", MARCH_2 + HOUR, confidence="PROBABLE")), MARCH_2 + HOUR) == set()
    )


def test_whoever_serves_the_place_has_first_contact_for_72_hours_after_the_last_event_there() -> None:
    first = after(arrest("UNKNOWN", place=SUITE))
    assert kinds(first, MARCH_2 + FIRST_CONTACT_MS - 1) == {(LD_TEAM, "PLACE_COVER")}
    assert kinds(first, MARCH_2 + FIRST_CONTACT_MS) == set()
    again = after(arrest("UNKNOWN", MARCH_2 + DAY, place=COURT), person=first)
    assert kinds(again, MARCH_2 + DAY + FIRST_CONTACT_MS - 1) == {(LD_TEAM, "PLACE_COVER")}
    assert len(again.relationships) == 1


def test_an_event_soon_after_another_there_does_not_rewrite_the_person() -> None:
    first = after(arrest("UNKNOWN", place=SUITE))
    assert after(arrest("UNKNOWN", MARCH_2 + HOUR - 1, place=SUITE), person=first) is first
    longer = after(arrest("UNKNOWN", MARCH_2 + HOUR, place=SUITE), person=first)
    assert kinds(longer, MARCH_2 + HOUR + FIRST_CONTACT_MS - 1) == {(LD_TEAM, "PLACE_COVER")}


def test_an_event_from_the_past_or_future_gives_no_longer_contact_than_it_should() -> None:
    past = fold(arrest("UNKNOWN", MARCH_2 - DAY, place=SUITE), world(at=MARCH_2)).relationships[0]
    future = fold(arrest("UNKNOWN", MARCH_2 + DAY, place=SUITE), world(at=MARCH_2)).relationships[0]
    assert (past.ends_at, future.ends_at) == (MARCH_2 - DAY + FIRST_CONTACT_MS, MARCH_2 + FIRST_CONTACT_MS)


def test_a_referral_proposes_its_target_and_the_targets_acceptance_makes_it_active() -> None:
    proposed = after(referral())
    assert kinds(proposed, MARCH_4) == {(CHARITY, "PROPOSED"), (LD_TEAM, "PUBLISHER")}
    accepted = after(referral(MARCH_4 + HOUR, "ACCEPTED", CHARITY), person=proposed)
    assert kinds(accepted, MARCH_4 + HOUR) == {(CHARITY, "ACTIVE"), (LD_TEAM, "PUBLISHER")}


@pytest.mark.parametrize("doubt", ["PROBABLE", "UNRESOLVED"])
def test_accepting_somebody_who_is_not_certain_opens_nothing(doubt: str) -> None:
    proposed = after(referral())
    assert after(referral(MARCH_4 + HOUR, "ACCEPTED", CHARITY, confidence=doubt), person=proposed) is proposed


def test_closing_counts_although_it_is_not_certain_whose_it_is() -> None:
    active = after(referral(), referral(MARCH_4 + 1, "ACCEPTED", CHARITY))
    ended = after(referral(MARCH_4 + HOUR, "CLOSED", CHARITY, confidence="PROBABLE"), person=active)
    assert kinds(ended, MARCH_4 + HOUR) == {(LD_TEAM, "PUBLISHER")}


@pytest.mark.parametrize("status", ["CLOSED", "REJECTED", "RETURNED_INAPPROPRIATE"])
def test_the_target_ends_what_a_referral_opened(status: str) -> None:
    for before in (after(referral()), after(referral(), referral(MARCH_4 + 1, "ACCEPTED", CHARITY))):
        ended = after(referral(MARCH_4 + HOUR, status, CHARITY), person=before)
        assert kinds(ended, MARCH_4 + HOUR) == {(LD_TEAM, "PUBLISHER")}
        assert after(referral(MARCH_4 + 2 * HOUR, "ACCEPTED", CHARITY), person=ended) is ended


@pytest.mark.parametrize("status", ["ACCEPTED", "CLOSED"])
def test_a_bare_claim_opens_and_ends_nothing(status: str) -> None:
    assert after(referral(status=status, publisher=CHARITY)) is NOBODY
    proposed = after(referral())
    assert after(referral(MARCH_4 + HOUR, status, PROBATION), person=proposed) is proposed


@pytest.mark.parametrize("status", ["ACK", "WAITLIST", "UNKNOWN"])
def test_a_referral_that_only_moves_on_changes_nothing(status: str) -> None:
    proposed = after(referral())
    assert after(referral(MARCH_4 + HOUR, status, CHARITY), person=proposed) is proposed


def test_accepting_twice_changes_nothing() -> None:
    active = after(referral(), referral(MARCH_4 + 1, "ACCEPTED", CHARITY))
    assert after(referral(MARCH_4 + HOUR, "ACCEPTED", CHARITY), person=active) is active


def test_a_second_referral_leaves_an_open_one_as_it_is_and_opens_an_ended_one() -> None:
    proposed = after(referral())
    assert after(referral(MARCH_4 + HOUR), person=proposed) is proposed
    ended = after(referral(MARCH_4 + HOUR, "REJECTED", CHARITY), person=proposed)
    again = after(referral(MARCH_4 + 2 * HOUR, publisher=PROBATION), person=ended)
    assert kinds(again, MARCH_4 + 2 * HOUR) == {(CHARITY, "PROPOSED"), (PROBATION, "PUBLISHER")}


def test_who_refers_to_itself_or_to_nobody_opens_nothing() -> None:
    assert after(referral(named=())) is NOBODY
    assert after(referral(publisher=CHARITY)) is NOBODY


def test_the_referrer_of_the_referral_that_moved_is_found() -> None:
    proposed = after(referral())
    moved = referral(MARCH_4 + HOUR, "ACK", CHARITY)
    assert referrer(moved, proposed) == LD_TEAM
    assert referrer(moved, NOBODY) is None
    assert referrer(referral(), proposed) is None
    assert referrer(referral(MARCH_4 + HOUR, "ACK", PROBATION), proposed) is None
    assert referrer(arrest("DETAINED"), proposed) is None


def test_what_ended_long_ago_is_forgotten_when_something_changes() -> None:
    ended = Person(relationships=(Relationship(CUSTODY, "CUSTODY", MARCH_2, MARCH_2, "00" * 8),))
    assert len(after(arrest("UNKNOWN", MARCH_2 + 35 * DAY, place=SUITE), person=ended).relationships) == 2
    assert len(after(arrest("UNKNOWN", MARCH_2 + 36 * DAY, place=SUITE), person=ended).relationships) == 1


def test_what_a_person_says_is_kept() -> None:
    given = bare(type="consent_grant", consent=consent())
    assert after(given).consents == (consent(),)
    assert after(given, person=after(given)).consents == (consent(),)


@pytest.mark.parametrize("doubt", ["PROBABLE", "UNRESOLVED"])
def test_in_doubt_whose_it_is_a_refusal_counts_and_a_grant_does_not(doubt: str) -> None:
    assert after(bare(type="consent_grant", consent=consent(), confidence=doubt)) is NOBODY
    for action in ("REFUSE", "WITHDRAW"):
        assert after(bare(type="consent_refuse", consent=consent(action), confidence=doubt)).consents


GUARDIAN = Desk("office.guardian", "office", "CALDICOTT")
LATER = MARCH_4 + HOUR
REFUSED = Person(
    consents=(
        consent("REFUSE", consent_id=ALL_REFUSED, version=1),
        consent("REFUSE", LATER, consent_id="C-2", views=("health_full",)),
    )
)
"""One refusal stands for all, and the person has said since what they refuse."""


def reviewed(**changes: object) -> Person:
    """After a review of that person, an hour after they spoke."""
    facts = {"review_decision": "LIFT", "held": "2/7"}
    review = bare(LATER + HOUR, **{"type": "review", "publisher": GUARDIAN.name, "facts": facts, **changes})
    return fold(review, world(REFUSED, LATER + HOUR, decisions=Decisions(policy(), directory(GUARDIAN))))


def test_a_reviewer_ends_the_refusal_that_stands_for_all() -> None:
    assert [(each.consent_id, each.action) for each in reviewed().consents] == [
        (ALL_REFUSED, "GRANT"),
        ("C-2", "REFUSE"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"publisher": CHARITY},
        {"publisher": LD_TEAM},
        {"confidence": "PROBABLE"},
        {"confidence": "UNRESOLVED"},
        {"facts": {"review_decision": "RELEASE"}},
        {"facts": {"review_decision": "UNKNOWN"}},
        {"facts": {}},
        {"type": "referral"},
        {"occurred_at": LATER - 1},
    ],
)
def test_nobody_else_ends_it_nor_a_reviewer_in_doubt(changes: dict[str, object]) -> None:
    assert reviewed(**changes).consents == REFUSED.consents


def test_what_was_told_stays_known() -> None:
    person = Person(told=after().told)
    assert after(arrest("DETAINED"), person=person).told == person.told


def test_whoever_is_charged_and_held_here_is_held_from_then_on_and_a_charge_elsewhere_opens_nothing() -> None:
    assert kinds(after(arrest("CHARGED", holding_ref=CUSTODY)), MARCH_2) == {(CUSTODY, "CUSTODY")}
    assert kinds(after(arrest("CHARGED", holding_ref=LD_TEAM)), MARCH_2) == set()
    assert kinds(after(arrest("UNKNOWN", holding_ref=CUSTODY)), MARCH_2) == set()
    charged = after(arrest("DETAINED"), arrest("CHARGED", MARCH_2 + HOUR, holding_ref=CUSTODY))
    [held] = [each for each in charged.relationships if each.kind == "CUSTODY"]
    assert held.ends_at == MARCH_2 + HOUR + CUSTODY_MS


def test_an_acceptance_says_since_when() -> None:
    accepted = after(referral(), referral(MARCH_4 + HOUR, "ACCEPTED", CHARITY))
    [active] = [each for each in accepted.relationships if each.kind == "ACTIVE"]
    assert active.opened_at == MARCH_4 + HOUR


def test_a_proposal_that_ends_at_that_moment_holds_still_and_one_that_ended_before_is_opened_anew() -> None:
    for ends_at, kept in ((MARCH_4 - 1, False), (MARCH_4, True), (MARCH_4 + 1, True)):
        before = Relationship(CHARITY, "PROPOSED", MARCH_2, ends_at, "a" * 16)
        person = after(referral(), person=Person(relationships=(before,)))
        assert (before in person.relationships) is kept


@pytest.mark.parametrize("kind", ["screening", "arrest"])
def test_only_a_referral_that_moves_has_a_referrer(kind: str) -> None:
    person = after(referral(), referral(MARCH_4 + HOUR, "ACCEPTED", CHARITY))
    closes = referral(MARCH_4 + 2 * HOUR, "CLOSED", CHARITY)
    assert referrer(closes, person) == LD_TEAM
    assert referrer(closes._replace(type=kind), person) is None
    assert referrer(closes._replace(facts={"status": "SENT"}), person) is None
