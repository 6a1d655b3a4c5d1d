from functools import reduce
from itertools import permutations
from typing import Any, Final

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from consent import register
from consent.register import MOST, MOST_GRANTED, Entries, fold, objection, resting_on, stands, states
from consent.takers import Takers
from consent.terms import VIEWS, ConsentEntry, ConsentState, Recipient
from tests.consent.files import CHARITY, GRANT, MAY, POLICY, PROBATION, REFUSAL, TRUST, WITHDRAWAL
from tests.world import consent

TAKERS = POLICY.takers
OTHER_GRANT = GRANT._replace(consent_id="three")
OBJECTION = REFUSAL._replace(among_carers=True)


def folded(*entries: ConsentEntry) -> Entries:
    return reduce(fold, entries, ())


def state(*entries: ConsentEntry, view: str = "health_minimum", purpose: str = "REFERRAL", at: int = MAY) -> str:
    return dict(states(TAKERS, folded(*entries), (), CHARITY, purpose, at)).get(view, "NO_CONSENT")


def cut(entry: ConsentEntry, field: str, length: int) -> ConsentEntry:
    """The entry with only the first items of one of its lists."""
    return ConsentEntry._make({**entry._asdict(), field: getattr(entry, field)[:length]}.values())


def test_silence_is_no_consent() -> None:
    assert states(TAKERS, (), (), CHARITY, "REFERRAL", MAY) == ()


def test_a_grant_gives_what_it_names_and_says_that_all_else_is_outside_its_scope() -> None:
    said = states(TAKERS, (GRANT,), (), CHARITY, "REFERRAL", MAY)
    assert [view for view, answer in said if answer == "GIVEN"] == ["identity", "health_minimum"]
    assert [view for view, _ in said] == list(VIEWS)
    assert {answer for _, answer in said} == {"GIVEN", "SCOPE_VIEW"}


@pytest.mark.parametrize(
    "other",
    [PROBATION, CHARITY._replace(organisation="another"), CHARITY._replace(role="GP")],
)
def test_a_grant_is_for_the_role_in_the_organisation_that_it_names(other: Recipient) -> None:
    assert states(TAKERS, (GRANT,), (), other, "REFERRAL", MAY) == ()


@pytest.mark.parametrize("field", ["recipients", "views", "purposes"])
def test_an_empty_list_in_a_grant_means_none(field: str) -> None:
    assert state(cut(GRANT, field, 0)) != "GIVEN"


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_list_in_a_refusal_means_all(view: str) -> None:
    assert state(GRANT, REFUSAL, view=view, purpose="PSR") == "CONSENT_REFUSED"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (GRANT._replace(valid_to=MAY + 1), "GIVEN"),
        (GRANT._replace(valid_to=MAY), "CONSENT_EXPIRED"),
        (GRANT._replace(valid_from=MAY + 1), "CONSENT_NOT_YET_VALID"),
        (GRANT._replace(purposes=("PSR",)), "SCOPE_PURPOSE"),
        (GRANT._replace(views=("identity",)), "SCOPE_VIEW"),
        (GRANT._replace(recipients=(PROBATION,)), "NO_CONSENT"),
        (GRANT._replace(taken_role="POLICE_CUSTODY"), "NO_CONSENT"),
        (GRANT._replace(taken_role="PROB_OM"), "GIVEN"),
        (GRANT._replace(taken_role="PROB_OM", purposes=("REFERRAL", "SUPERVISION")), "NO_CONSENT"),
        (GRANT._replace(among_carers=True), "NO_CONSENT"),
        (REFUSAL._replace(views=("identity",)), "NO_CONSENT"),
        (REFUSAL._replace(recipients=(PROBATION,)), "NO_CONSENT"),
        (REFUSAL._replace(purposes=("PSR",)), "NO_CONSENT"),
        (OBJECTION, "NO_CONSENT"),
        (WITHDRAWAL, "NO_CONSENT"),
    ],
)
def test_one_entry_alone_says_no_more_than_it_says(entry: ConsentEntry, said: ConsentState) -> None:
    assert state(entry) == said


def test_more_grants_than_are_kept_give_nothing_and_a_newer_word_in_a_known_record_still_counts() -> None:
    held = folded(*(GRANT._replace(consent_id=f"C-{n}") for n in range(MOST_GRANTED + 5)))
    assert len(held) == MOST_GRANTED
    assert len(fold(held, GRANT._replace(consent_id="C-1", version=9))) == MOST_GRANTED


def test_more_refusals_than_are_kept_become_one_of_everything_that_no_grant_lifts() -> None:
    carers = REFUSAL._replace(consent_id="among", among_carers=True)
    held = folded(carers, *(REFUSAL._replace(consent_id=f"R-{n}", views=("identity",)) for n in range(MOST)))
    assert len(held) == 2
    assert state(*held, GRANT, view="health_full") == "CONSENT_REFUSED"
    assert objection(held, (), CHARITY, MAY)


def test_nobody_agrees_to_a_purpose_that_was_not_understood() -> None:
    assert state(GRANT._replace(purposes=("UNKNOWN",)), purpose="UNKNOWN") == "SCOPE_PURPOSE"


def test_within_a_record_the_newest_version_counts() -> None:
    assert state(GRANT, GRANT._replace(version=2, views=("identity",), occurred_at=MAY + 1)) == "SCOPE_VIEW"


def test_across_records_a_refusal_beats_any_grant() -> None:
    assert state(REFUSAL, GRANT._replace(version=9, occurred_at=MAY + 9), OTHER_GRANT) == "CONSENT_REFUSED"


def test_across_records_grants_add_up() -> None:
    assert state(GRANT._replace(valid_to=MAY), OTHER_GRANT) == "GIVEN"
    assert state(OTHER_GRANT, GRANT._replace(valid_to=MAY)) == "GIVEN"


def test_a_withdrawal_ends_its_own_record_and_no_other() -> None:
    assert state(GRANT, WITHDRAWAL) == "CONSENT_WITHDRAWN"
    assert state(GRANT, WITHDRAWAL, OTHER_GRANT) == "GIVEN"


def test_a_withdrawal_keeps_in_mind_what_it_ended() -> None:
    assert folded(GRANT, WITHDRAWAL) == (GRANT, WITHDRAWAL)
    assert state(GRANT, WITHDRAWAL, view="health_full") == "NO_CONSENT"


def test_a_withdrawal_ends_its_record_among_carers_or_not() -> None:
    assert state(GRANT, WITHDRAWAL._replace(among_carers=True)) == "CONSENT_WITHDRAWN"


def test_a_withdrawal_never_lifts_a_refusal() -> None:
    assert state(REFUSAL, WITHDRAWAL._replace(consent_id="two"), GRANT) == "CONSENT_REFUSED"


def test_a_withdrawal_does_not_settle_which_of_two_entries_was_last() -> None:
    doubt = (REFUSAL._replace(consent_id="one", version=1, occurred_at=MAY + 5), GRANT._replace(version=2))
    ends = WITHDRAWAL._replace(version=3, occurred_at=MAY + 6)
    assert state(*doubt, OTHER_GRANT) == "CONSENT_REFUSED"
    assert state(*doubt, ends, OTHER_GRANT) == "CONSENT_REFUSED"


def test_a_newer_grant_in_the_same_record_lifts_a_refusal_and_a_withdrawal() -> None:
    again = GRANT._replace(version=3, occurred_at=MAY + 3)
    assert state(REFUSAL._replace(consent_id="one"), again, at=MAY + 3) == "GIVEN"
    assert state(GRANT, WITHDRAWAL, again, at=MAY + 3) == "GIVEN"


def test_where_version_and_time_disagree_the_refusing_reading_holds() -> None:
    backdated = GRANT._replace(version=3, occurred_at=MAY - 1)
    assert state(backdated, WITHDRAWAL) == "CONSENT_WITHDRAWN"
    assert state(backdated, REFUSAL._replace(consent_id="one", version=2)) == "CONSENT_REFUSED"


@pytest.mark.parametrize("tied", [GRANT._replace(views=("identity", "health_minimum", "health_full")), WITHDRAWAL])
def test_a_tie_refuses(tied: ConsentEntry) -> None:
    tied = tied._replace(version=1, occurred_at=MAY)
    assert state(GRANT, tied, OTHER_GRANT._replace(consent_id="one")) in {"CONSENT_REFUSED", "CONSENT_WITHDRAWN"}


def test_the_same_entry_twice_is_no_tie() -> None:
    assert folded(GRANT, GRANT) == (GRANT,)


def test_a_withdrawal_that_overtakes_ends_the_consent_at_the_moment_of_sending() -> None:
    said = states(TAKERS, (GRANT,), (WITHDRAWAL,), CHARITY, "REFERRAL", MAY)
    assert said == (("identity", "WITHDRAWN_AT_SEND"), ("health_minimum", "WITHDRAWN_AT_SEND"))


def test_a_withdrawal_that_is_already_folded_does_not_overtake() -> None:
    said = states(TAKERS, folded(GRANT, WITHDRAWAL), (WITHDRAWAL,), CHARITY, "REFERRAL", MAY)
    assert dict(said)["identity"] == "CONSENT_WITHDRAWN"


def test_a_refusal_that_overtakes_refuses() -> None:
    assert dict(states(TAKERS, (GRANT,), (REFUSAL,), CHARITY, "REFERRAL", MAY))["identity"] == "CONSENT_REFUSED"


def test_a_grant_never_overtakes() -> None:
    assert states(TAKERS, (), (GRANT,), CHARITY, "REFERRAL", MAY) == ()


def test_a_stale_withdrawal_does_not_end_what_was_agreed_after_it() -> None:
    again = GRANT._replace(version=3, occurred_at=MAY + 3)
    assert dict(states(TAKERS, (again,), (WITHDRAWAL,), CHARITY, "REFERRAL", MAY + 3))["identity"] == "GIVEN"


def test_an_objection_is_about_carers_and_a_refusal_is_not() -> None:
    assert objection((OBJECTION,), (), TRUST, MAY)
    assert objection((), (OBJECTION,), TRUST, MAY)
    assert not objection((REFUSAL,), (), TRUST, MAY)
    assert not objection((OBJECTION._replace(recipients=(CHARITY,)),), (), TRUST, MAY)


def test_withdrawing_an_agreement_among_carers_is_an_objection_to_those_it_named() -> None:
    agreed = GRANT._replace(among_carers=True, recipients=(TRUST,))
    assert not objection((agreed,), (), TRUST, MAY)
    assert objection(folded(agreed, WITHDRAWAL), (), TRUST, MAY)
    assert not objection(folded(agreed, WITHDRAWAL), (), PROBATION, MAY)
    assert not objection(folded(agreed._replace(recipients=()), WITHDRAWAL), (), TRUST, MAY)


def test_a_grant_outside_care_does_not_lift_an_objection_in_the_same_record() -> None:
    entries = folded(OBJECTION._replace(consent_id="one"), GRANT._replace(version=2, occurred_at=MAY + 1))
    assert objection(entries, (), TRUST, MAY)
    assert dict(states(TAKERS, entries, (), CHARITY, "REFERRAL", MAY))["identity"] == "GIVEN"


def test_what_was_given_rests_on_the_consents_that_give_it() -> None:
    held = folded(GRANT, OTHER_GRANT._replace(views=("identity",)), GRANT._replace(consent_id="zero", valid_to=MAY))
    assert resting_on(TAKERS, held, (), CHARITY, "REFERRAL", MAY, ["identity"]) == ("one", "three")
    assert resting_on(TAKERS, held, (), CHARITY, "REFERRAL", MAY, ["health_minimum"]) == ("one",)
    assert resting_on(TAKERS, held, (WITHDRAWAL,), CHARITY, "REFERRAL", MAY, ["identity"]) == ("three",)
    assert resting_on(TAKERS, held, (), PROBATION, "REFERRAL", MAY, ["identity"]) == ()


def entries() -> st.SearchStrategy[ConsentEntry]:
    return st.builds(
        ConsentEntry,
        consent_id=st.sampled_from(["a", "b"]),
        version=st.integers(1, 3),
        action=st.sampled_from(["GRANT", "REFUSE", "WITHDRAW"]),
        occurred_at=st.integers(MAY, MAY + 3),
        recipients=st.sampled_from([(), (CHARITY,), (CHARITY, PROBATION)]),
        views=st.sampled_from([(), ("identity",), ("identity", "health_minimum")]),
        purposes=st.sampled_from([(), ("REFERRAL",), ("REFERRAL", "PSR")]),
        valid_from=st.just(MAY),
        valid_to=st.sampled_from([None, MAY + 2]),
        among_carers=st.booleans(),
        taken_role=st.sampled_from(["LD_TEAM", "PROB_OM", "POLICE_CUSTODY"]),
        custody_setting=st.just(value=False),
    )


def test_two_that_differ_in_one_thing_alone_stand_in_one_order_whichever_came_first() -> None:
    other: dict[str, Any] = {
        "recipients": (PROBATION,),
        "views": ("identity",),
        "purposes": ("REFERRAL",),
        "valid_from": MAY + 1,
        "valid_to": MAY + 9,
        "among_carers": True,
        "taken_role": "GP",
        "custody_setting": True,
        "decided_by": "PARENT",
    }
    for field, value in other.items():
        one, two = WITHDRAWAL, WITHDRAWAL._replace(**{field: value})
        assert folded(one, two) == folded(two, one), field
        assert register._order(one) != register._order(two), field


@settings(max_examples=60, deadline=None)
@over(st.lists(entries(), max_size=4))
def test_arrival_order_does_not_matter(said: list[ConsentEntry]) -> None:
    assert len({folded(*order) for order in permutations(said)}) == 1


@settings(max_examples=60, deadline=None)
@over(st.lists(entries(), max_size=5), st.sampled_from([CHARITY, PROBATION]))
def test_folding_forgets_nothing_that_counts(said: list[ConsentEntry], to: Recipient) -> None:
    held = folded(*said)
    assert states(TAKERS, held, (), to, "REFERRAL", MAY + 1) == states(TAKERS, tuple(said), (), to, "REFERRAL", MAY + 1)
    assert objection(held, (), to, MAY) == objection(tuple(said), (), to, MAY)


def gives(said: tuple[ConsentEntry, ...], overtaking: Entries = ()) -> set[str]:
    answers = states(TAKERS, said, overtaking, CHARITY, "REFERRAL", MAY + 1)
    return {view for view, answer in answers if answer == "GIVEN"}


@settings(max_examples=100, deadline=None)
@over(st.lists(entries(), max_size=5), entries())
def test_a_refusal_or_withdrawal_never_gives_more_whether_folded_or_overtaking(
    said: list[ConsentEntry], added: ConsentEntry
) -> None:
    stop = added._replace(action="WITHDRAW", consent_id="a") if added.action == "GRANT" else added
    fresh = stop._replace(consent_id="new") if stop.action == "REFUSE" else stop
    held = folded(*said)
    assert gives(fold(held, fresh)) <= gives(held)
    assert gives(held, (fresh,)) <= gives(held)
    assert objection(fold(held, fresh), (), CHARITY, MAY) >= objection(held, (), CHARITY, MAY)


@settings(max_examples=60, deadline=None)
@over(
    st.lists(entries(), min_size=1, max_size=4, unique_by=lambda one: (one.consent_id, one.version, one.occurred_at)),
    st.sampled_from(["recipients", "views", "purposes"]),
)
def test_a_narrower_or_shorter_grant_never_gives_more(said: list[ConsentEntry], field: str) -> None:
    grants = tuple(entry._replace(action="GRANT", taken_role="LD_TEAM") for entry in said)
    narrower = tuple(cut(entry, field, -1) for entry in grants)
    shorter = tuple(entry._replace(valid_to=MAY + 1) for entry in grants)
    assert gives(narrower) <= gives(grants)
    assert gives(shorter) == set()


def test_an_agreement_stands_while_some_grant_to_the_recipient_holds_whatever_it_is_about() -> None:
    later = GRANT._replace(purposes=("PSR",), views=("location",), valid_from=MAY + 1, valid_to=MAY + 10)
    held = fold((), later)
    assert [stands(TAKERS, held, (), CHARITY, at) for at in (MAY, MAY + 1, MAY + 9, MAY + 10)] == [
        False,
        True,
        True,
        False,
    ]
    assert not stands(TAKERS, held, (), PROBATION, MAY + 1)
    assert not stands(TAKERS, held, (WITHDRAWAL,), CHARITY, MAY + 1)
    assert not stands(TAKERS, fold(held, WITHDRAWAL), (), CHARITY, MAY + 1)
    assert not stands(TAKERS, fold((), later._replace(taken_role="POLICE_CUSTODY")), (), CHARITY, MAY + 1)
    assert stands(TAKERS, fold((), GRANT), (), CHARITY, MAY)
    assert not stands(TAKERS, fold(fold((), GRANT), REFUSAL), (), CHARITY, MAY)
    assert stands(TAKERS, fold(fold((), GRANT), REFUSAL._replace(views=("location",))), (), CHARITY, MAY)


def test_a_grant_gives_nothing_where_nobody_may_take_one_and_a_refusal_counts_whoever_took_it() -> None:
    nobody = Takers.parse("never = []\ntaker = []")
    assert states(nobody, (GRANT,), (), CHARITY, "REFERRAL", MAY) == ()
    assert resting_on(nobody, (GRANT,), (), CHARITY, "REFERRAL", MAY, VIEWS) == ()
    assert not stands(nobody, (GRANT,), (), CHARITY, MAY)
    said = states(nobody, folded(GRANT, REFUSAL), (), CHARITY, "REFERRAL", MAY)
    assert {answer for _, answer in said} == {"CONSENT_REFUSED"}


PARENT: Final = GRANT._replace(consent_id="parent", decided_by="PARENT")


def test_a_parents_yes_over_a_young_persons_no_is_neither_until_a_reviewer_says_so() -> None:
    assert state(PARENT) == "GIVEN"
    assert state(PARENT, REFUSAL) == "CHILD_REFUSAL"
    assert state(PARENT, REFUSAL, view="health_full") == "CONSENT_REFUSED"


def test_where_no_parent_agreed_or_it_has_ended_the_no_is_a_no() -> None:
    assert state(GRANT, REFUSAL) == "CONSENT_REFUSED"
    assert state(PARENT._replace(valid_to=MAY), REFUSAL) == "CONSENT_REFUSED"
    ended = PARENT._replace(action="WITHDRAW", version=2, recipients=(), views=(), purposes=())
    assert state(PARENT, ended, REFUSAL) == "CONSENT_REFUSED"


def test_a_no_counts_unless_a_newer_yes_has_answered_it() -> None:
    grant, later = consent("GRANT", 10, version=1), consent("GRANT", 30, version=3)
    withdrawal, refusal = consent("WITHDRAW", 20, version=2), consent("REFUSE", 20, version=2)
    for no in (withdrawal, refusal):
        assert register.counts(register.fold((grant,), no), no)
        assert not register.counts(register.fold((later,), no), no)
    assert not register.counts(register.fold((), withdrawal), withdrawal), "of nothing"
    objecting = consent("REFUSE", 20, version=2, among_carers=True)
    assert register.counts(register.fold((later,), objecting), objecting)
