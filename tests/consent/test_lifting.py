"""More refusals than are kept become one of everything: when that is seen, what ends it, and what it stands for."""

from functools import reduce

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from consent.register import (
    ALL_REFUSED,
    MOST,
    Entries,
    accounted,
    collapsed,
    fold,
    lifted,
    objection,
    stands,
    states,
)
from consent.terms import ConsentEntry
from tests.consent.files import CHARITY, GRANT, MAY, POLICY, REFUSAL, WITHDRAWAL
from tests.examples import examples

TAKERS = POLICY.takers
HOUR = 3_600_000
NOES = tuple(REFUSAL._replace(consent_id=f"R-{n}", views=("health_full",)) for n in range(MOST + 1))
CARERS = REFUSAL._replace(consent_id="carers", among_carers=True)
SINCE = MAY + HOUR
AGREED = GRANT._replace(consent_id="anew", occurred_at=SINCE)
REFUSED = REFUSAL._replace(consent_id="anew", occurred_at=SINCE, views=("identity",))


def folded(*entries: ConsentEntry, held: Entries = (), now: int = MAY) -> Entries:
    return reduce(lambda before, entry: fold(before, entry, now), entries, held)


def lift(held: Entries, at: int) -> Entries:
    return lifted(TAKERS, held, at)


def said(held: Entries) -> dict[str, str]:
    return dict(states(TAKERS, held, (), CHARITY, "REFERRAL", SINCE + HOUR))


def actions(held: Entries) -> list[tuple[str, str, bool]]:
    return [(entry.consent_id, entry.action, entry.among_carers) for entry in held]


ALL = folded(CARERS, *NOES[:-1])
"""What is left of a hundred and one: of those outside care, and of the one among carers."""


def test_one_refusal_of_everything_stands_for_all_from_the_moment_that_it_was_recorded() -> None:
    assert actions(ALL) == [(ALL_REFUSED, "REFUSE", False), (ALL_REFUSED, "REFUSE", True)]
    late = folded(*NOES, now=MAY + 7)
    assert {entry.occurred_at for entry in late} == {MAY + 7}
    early = folded(*NOES[:-1], NOES[-1]._replace(occurred_at=MAY + 9), now=MAY + 7)
    assert {entry.occurred_at for entry in early} == {MAY + 9}


def test_only_what_was_said_last_before_it_is_seen_to_have_caused_it() -> None:
    held: Entries = ()
    caused = []
    for entry in (*NOES, WITHDRAWAL, REFUSED, AGREED, NOES[0]):
        after = fold(held, entry, MAY)
        caused.append(collapsed(held, after))
        held = after
    assert [place for place, each in enumerate(caused) if each] == [MOST]


def test_it_does_not_end_unless_the_person_has_said_something_since() -> None:
    assert lift(ALL, SINCE + HOUR) == ALL
    assert said(folded(AGREED, held=ALL))["identity"] == "CONSENT_REFUSED"


@pytest.mark.parametrize("anew", [AGREED, REFUSED])
def test_then_what_was_said_since_is_all_that_counts(anew: ConsentEntry) -> None:
    held = lift(folded(anew, held=folded(*NOES)), SINCE + HOUR)
    assert said(held) == said((anew,))
    assert stands(TAKERS, held, (), CHARITY, SINCE + HOUR) == stands(TAKERS, (anew,), (), CHARITY, SINCE + HOUR)
    assert not objection(held, (), CHARITY, SINCE + HOUR)


@pytest.mark.parametrize(
    "changes",
    [
        {"occurred_at": MAY},
        {"occurred_at": SINCE + 2 * HOUR},
        {"taken_role": "POLICE_CUSTODY"},
        {"taken_role": "PROB_OM", "views": ("health_full",)},
        {"action": "WITHDRAW"},
        {"among_carers": True},
    ],
)
def test_what_was_said_before_or_to_nobody_who_may_take_it_or_of_something_else_ends_nothing(
    changes: dict[str, object],
) -> None:
    held = folded(AGREED._replace(**changes), held=folded(*NOES))  # type: ignore[arg-type]
    assert lift(held, SINCE + HOUR) == held


def test_among_carers_and_outside_care_it_ends_each_by_itself() -> None:
    outside = lift(folded(AGREED, held=ALL), SINCE + HOUR)
    assert said(outside)["identity"] == "GIVEN"
    assert objection(outside, (), CHARITY, SINCE + HOUR)
    both = lift(folded(CARERS._replace(occurred_at=SINCE, action="GRANT"), held=outside), SINCE + HOUR)
    assert not objection(both, (), CHARITY, SINCE + HOUR)


def test_it_may_come_to_stand_again_and_what_ended_the_first_does_not_end_the_second() -> None:
    once = lift(folded(AGREED, held=folded(*NOES)), SINCE + HOUR)
    again = folded(*(no._replace(occurred_at=SINCE + 2) for no in NOES[: MOST - 1]), held=once, now=SINCE + 2 * HOUR)
    assert actions(again) == [(ALL_REFUSED, "REFUSE", False)]
    assert lift(folded(AGREED, held=again), SINCE + 3 * HOUR) == folded(AGREED, held=again)


def test_a_no_that_it_stands_for_is_accounted_for_also_after_it_ended() -> None:
    standing = folded(*NOES)
    ended = lift(folded(AGREED, held=standing), SINCE + HOUR)
    for held in (standing, ended):
        assert all(accounted(held, no, MAY) for no in (*NOES, WITHDRAWAL))
        assert not accounted(held, NOES[0]._replace(consent_id="later"), MAY + 1)
        assert not accounted(held, CARERS, MAY)


def test_without_it_a_no_is_accounted_for_once_it_was_folded() -> None:
    assert not accounted((GRANT,), WITHDRAWAL, MAY)
    assert accounted(folded(GRANT, WITHDRAWAL), WITHDRAWAL, 2 * MAY)


ANEW = st.builds(
    GRANT._replace,
    consent_id=st.sampled_from(("a", "b")),
    action=st.sampled_from(("GRANT", "REFUSE", "WITHDRAW")),
    version=st.integers(1, 3),
    occurred_at=st.integers(MAY - 2, SINCE),
    views=st.sampled_from(((), ("identity",), ("identity", "health_minimum"))),
    taken_role=st.sampled_from(("LD_TEAM", "PROB_OM", "POLICE_CUSTODY")),
)


@over(st.lists(ANEW, max_size=4), st.integers(MAY, SINCE + HOUR))
@examples(50)
def test_ending_it_never_gives_what_was_not_agreed_to_anew(anew: list[ConsentEntry], at: int) -> None:
    held = folded(*anew, held=folded(*NOES))
    given = {view for view, answer in said(lift(held, at)).items() if answer == "GIVEN"}
    assert given <= {view for entry in anew if entry.action == "GRANT" for view in entry.views}
    assert given <= {view for view, answer in said(folded(*anew)).items() if answer == "GIVEN"}


def test_what_stands_for_all_is_the_first_version_of_one_record_that_names_nothing_and_does_not_end() -> None:
    last = NOES[-1]._replace(version=9, recipients=(CHARITY,), views=("identity",), purposes=("PSR",), valid_to=MAY + 1)
    for wide in folded(*NOES[:-1], last):
        assert (wide.consent_id, wide.version, wide.action) == (ALL_REFUSED, 1, "REFUSE")
        assert (wide.recipients, wide.views, wide.purposes, wide.valid_to) == ((), (), (), None)


def test_one_withdrawal_too_many_refuses_everything_outside_care_and_nothing_of_carers_that_was_only_withdrawn() -> (
    None
):
    withdrawn = WITHDRAWAL._replace(consent_id="W-1", among_carers=True)
    assert actions(folded(withdrawn, *NOES[:-1])) == [(ALL_REFUSED, "REFUSE", False)]
    too_many = WITHDRAWAL._replace(consent_id="W-2")
    assert {entry.action for entry in folded(*NOES[:-1], too_many)} == {"REFUSE"}


def test_what_a_reviewer_ended_is_the_second_version_of_that_record_and_gives_nothing() -> None:
    [ended] = [entry for entry in lift(folded(AGREED, held=folded(*NOES)), SINCE) if entry.consent_id == ALL_REFUSED]
    assert (ended.action, ended.version, ended.recipients, ended.views) == ("GRANT", 2, (), ())


def test_a_reviewer_ends_it_at_the_moment_at_which_the_person_has_said_so_and_not_before() -> None:
    held = folded(AGREED, held=folded(*NOES))
    assert lift(held, SINCE - 1) == held
    assert lift(held, SINCE) != held


def test_a_withdrawal_from_before_is_accounted_for_whatever_half_it_is_of_and_a_refusal_only_by_its_own() -> None:
    outside = tuple(entry for entry in folded(*NOES) if not entry.among_carers)
    for among_carers in (False, True):
        withdrawal = WITHDRAWAL._replace(consent_id="W", among_carers=among_carers)
        refusal = REFUSAL._replace(consent_id="W", among_carers=among_carers)
        assert accounted(outside, withdrawal, MAY)
        assert accounted(outside, refusal, MAY) is not among_carers
        assert not accounted(outside, withdrawal, MAY + 1)


def test_an_agreement_stands_against_a_refusal_that_names_somebody_else() -> None:
    other = REFUSAL._replace(consent_id="other", recipients=(CHARITY._replace(organisation="another"),), views=())
    assert stands(TAKERS, folded(GRANT, other), (), CHARITY, MAY)
    everything = other._replace(recipients=(CHARITY,), purposes=())
    assert not stands(TAKERS, folded(GRANT, everything), (), CHARITY, MAY)
