from hub.model.entry import Again
from hub.model.person import NOBODY, Person, Relationship
from hub.sharing.decide import plan
from hub.sharing.matter import matter
from hub.sharing.process import process
from hub.sharing.world import Decisions
from tests.world import (
    CHARITY,
    COURT,
    CUSTODY,
    DAY,
    LD_TEAM,
    MARCH_2,
    MARCH_4,
    consent,
    directory,
    entry,
    policy,
    said,
    world,
)

AGREED = Person(consents=(consent(),))


def test_the_same_case_of_two_people_is_ruled_upon_once() -> None:
    decisions = Decisions(policy(), directory())
    one, other = entry("arrest"), entry("arrest", at=MARCH_2 + 5, route_key="ab" * 16, event_id="E-2")
    cases = [matter(made, NOBODY, world(at=made.occurred_at, decisions=decisions)).case for made in (one, other)]
    assert cases[0] == cases[1]
    assert plan(cases[0], decisions) is plan(cases[1], decisions)


def test_copies_and_ids_are_each_entrys_own_although_their_case_is_one() -> None:
    decisions = Decisions(policy(), directory())
    one, other = entry("arrest"), entry("arrest", at=MARCH_2 + 5, route_key="ab" * 16, entry_id="cd" * 8)
    outcomes = [process(made, world(at=made.occurred_at, decisions=decisions)) for made in (one, other)]
    [[first], [second]] = [[copy for _, copy in outcome.copies()] for outcome in outcomes]
    assert first.copy_id != second.copy_id
    assert first.person_ref != second.person_ref
    assert first.body != second.body


def test_what_a_person_said_is_judged_anew_each_time() -> None:
    decisions = Decisions(policy(), directory())
    referral = entry("referral", MARCH_4)
    case = matter(referral, AGREED, world(AGREED, MARCH_4, decisions=decisions)).case
    assert not case.timeless
    assert plan(case, decisions) is not plan(case, decisions)
    assert not decisions.plans


def test_a_withdrawal_that_overtakes_is_no_case_to_remember() -> None:
    referral, no = entry("referral", MARCH_4), said("WITHDRAW", MARCH_4 + 1)
    assert not matter(referral, NOBODY, world(at=MARCH_4, overtaking=(no,))).case.timeless


def test_a_relationship_that_has_ended_makes_another_case() -> None:
    held = Person(relationships=(Relationship(LD_TEAM, "ACTIVE", MARCH_2, MARCH_4, "e"),))
    before, after = (matter(entry("arrest", at), held, world(held, at)).case for at in (MARCH_4 - 1, MARCH_4))
    assert (LD_TEAM, "ACTIVE") in before.ties
    assert (LD_TEAM, "ACTIVE") not in after.ties


def test_the_next_day_is_another_case() -> None:
    one, other = (matter(entry("arrest", at), NOBODY, world(at=at)).case for at in (MARCH_2, MARCH_2 + DAY))
    assert one != other


def test_plans_are_forgotten_together_when_there_are_too_many() -> None:
    decisions = Decisions(policy(), directory(), most=1)
    for made in (entry("arrest"), entry("screening")):
        process(made, world(decisions=decisions))
        assert len(decisions.plans) == 1


def test_a_case_shows_nothing_that_was_said() -> None:
    assert CHARITY not in repr(matter(entry("referral", MARCH_4), AGREED, world(AGREED, MARCH_4)).case)


def test_who_holds_the_person_now_is_who_has_custody_of_them_that_has_not_ended() -> None:
    kept = [
        Relationship(CUSTODY, "CUSTODY", MARCH_2, None, "1" * 16),
        Relationship(LD_TEAM, "ACTIVE", MARCH_2, None, "2" * 16),
        Relationship(COURT, "CUSTODY", MARCH_2, MARCH_2 + 1, "3" * 16),
    ]
    again = entry("screening", MARCH_4)._replace(again=Again("RELEASED", "4" * 16, 0, "5" * 16))
    held = Person(relationships=tuple(kept))
    anew = matter(again, held, world(held, MARCH_4)).case.anew
    assert anew is not None
    assert anew.held_by == {CUSTODY}
