"""What must hold of every decision, whatever the facts; sampled, since all combinations take too long here."""

from typing import Any, Final, cast, get_args

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from consent.decision import decide, given, verdict
from consent.policy import Policy
from consent.terms import (
    IDENTIFIERS,
    ROLES,
    VIEWS,
    Confidence,
    ConsentState,
    Facts,
    OverrideState,
    Purpose,
    Relationship,
    Review,
)
from tests.consent.files import POLICY, TEXTS, parsed, without
from tests.examples import examples

pytestmark = pytest.mark.wide

STATES: Final[tuple[ConsentState, ...]] = (
    "GIVEN", "NO_CONSENT", "CONSENT_REFUSED", "CONSENT_WITHDRAWN", "WITHDRAWN_AT_SEND", "CONSENT_EXPIRED",
    "CONSENT_NOT_YET_VALID", "SCOPE_VIEW", "SCOPE_PURPOSE",
)  # fmt: skip
EMERGENCIES: Final = {gateway.id for gateway in POLICY.gateways.values() if gateway.emergency}
WHO: Final = {"identity", "location", *IDENTIFIERS}

PAIRS: Final = sorted({(sender, to) for sender, to, _ in (*POLICY.ways, *POLICY.emergencies)})


GOOD: Final = (
    "holds_person", "place_cover", "duty", "safeguarding", "contracted", "care_body", "mappa", "on_panel", "attended",
    "relevant_to_harm", "named", "own_requirement", "treating", "takes_on",
)  # fmt: skip
"""Facts that may open something."""
BAD: Final = ("objection", "disturbed", "part3", "outside_ages", "not_offered")
"""Facts that may close something."""
STANDING: Final = ("RA", "DTC", "OMA_PARTY", "S115_AUTHORITY", "DESIGNATED", "CHARITY")
ASPECTS: Final = (
    "UNKNOWN",
    "SELF",
    "OTHERS",
    "CHILD",
    "WARRANT",
    "SUMMONS",
    "PSR_HEALTH",
    "SEVERE",
    "ENDED",
    "ARRIVED",
    "FTR_56",
    "YES",
    "T2",
    "T7",
)


@st.composite
def facts_(draw: st.DrawFn) -> Facts:
    """Facts that could give something more often than not."""
    pair = st.sampled_from(PAIRS) | st.tuples(st.sampled_from(sorted(ROLES)), st.sampled_from(sorted(ROLES)))
    sender, to = draw(pair)
    consent = draw(st.dictionaries(st.sampled_from(VIEWS), st.sampled_from(STATES), max_size=8))
    views, standing = st.lists(st.sampled_from(VIEWS), max_size=4), st.sets(st.sampled_from(STANDING))
    flags = {name: draw(st.booleans()) for name in (*GOOD, *BAD)}
    return Facts(
        event_type=draw(st.sampled_from(sorted(POLICY.events))),
        from_role=sender,
        to_role=to,
        relationship=draw(st.sampled_from(get_args(Relationship))),
        confidence=draw(st.sampled_from(get_args(Confidence))),
        purpose=draw(st.sampled_from(get_args(Purpose))),
        consent=tuple(consent.items()),
        aspect=draw(st.sampled_from(ASPECTS)),
        override=draw(st.sampled_from(get_args(OverrideState))),
        override_views=tuple(draw(views)),
        agreement=draw(st.sampled_from(("HELD", "HELD", "HELD", "EXPIRED", "MISSING"))),
        from_standing=tuple(draw(standing)),
        to_standing=tuple(draw(standing)),
        answered=tuple(draw(views)),
        level=draw(st.sampled_from(("UNKNOWN", "1", "2", "3"))),
        **cast("dict[str, Any]", flags),
        reviewed=draw(st.sampled_from(("NONE", *get_args(Review)))),
        reviewed_views=tuple(draw(views)),
    )


some_facts = facts_()
some_views = st.frozensets(st.sampled_from(VIEWS))


def gives(facts: Facts, policy: Policy = POLICY) -> set[str]:
    return {answer.view for answer in decide(facts, policy).answers if answer.answer == "GIVE"}


@examples(60)
@over(some_facts, some_views)
def test_whatever_is_given_has_a_gateway_and_is_within_reach_and_never_among_the_withheld(
    facts: Facts, present: frozenset[str]
) -> None:
    decision = decide(facts, POLICY)
    for answer in decision.answers:
        assert (answer.answer == "GIVE") == bool(answer.gateway)
    assert gives(facts) <= decision.within_reach
    assert not decision.within_reach & set(decision.withheld)
    assert set(given(decision, present)) <= gives(facts) & present


@examples(60)
@over(some_facts, some_views, some_views)
def test_who_somebody_is_never_goes_alone_and_the_rest_does_not_depend_on_what_is_forbidden(
    facts: Facts, present: frozenset[str], forbidden: frozenset[str]
) -> None:
    decision = decide(facts, POLICY)
    copy = given(decision, present)
    assert not copy or set(copy) - WHO
    assert given(decision, present | (forbidden - gives(facts))) == copy


@examples(60)
@over(some_facts, some_views)
def test_the_verdict_agrees_with_what_is_given(facts: Facts, present: frozenset[str]) -> None:
    decision = decide(facts, POLICY)
    said, reason = verdict(decision, present)
    copy = set(given(decision, present))
    assert (said in {"PERMIT", "REDACT"}) == bool(copy)
    assert (said == "PERMIT") == (bool(copy) and copy >= present & decision.due)
    assert copy <= present & decision.within_reach & _of(facts)
    assert (reason in {answer.reason for answer in decision.answers if answer.view in copy}) or said != "PERMIT"


def _of(facts: Facts) -> set[str]:
    return set(POLICY.events[facts.event_type].views)


@examples(60)
@over(some_facts, st.data())
def test_a_worse_consent_never_gives_more(facts: Facts, data: st.DataObject) -> None:
    worse = tuple(
        (view, data.draw(st.sampled_from(STATES[1:])) if data.draw(st.booleans()) else state)
        for view, state in facts.consent
    )
    assert gives(facts._replace(consent=worse)) <= gives(facts)
    assert gives(facts._replace(objection=True)) <= gives(facts)
    assert gives(facts._replace(disturbed=True)) <= gives(facts)
    assert gives(facts._replace(relationship="NONE")) <= gives(facts)


@examples(60)
@over(some_facts)
def test_less_certainty_about_the_person_never_gives_more(facts: Facts) -> None:
    sure, probable, unresolved = (
        gives(facts._replace(confidence=how)) for how in ("CONFIRMED", "PROBABLE", "UNRESOLVED")
    )
    assert unresolved <= probable <= sure


@examples(60)
@over(some_facts)
def test_of_a_person_who_is_not_known_for_certain_only_an_emergency_gives_anything(facts: Facts) -> None:
    unsure = facts._replace(confidence="UNRESOLVED", reviewed="NONE")
    for answer in decide(unsure, POLICY).answers:
        assert answer.answer != "GIVE" or POLICY.gateways[answer.gateway].emergency


@examples(60)
@over(some_facts)
def test_what_a_reviewer_lets_go_is_no_more_than_goes_of_somebody_certain_who_could_decide(facts: Facts) -> None:
    certain = facts._replace(confidence="CONFIRMED", disturbed=False, answered=VIEWS, reviewed="NONE")
    assert gives(facts._replace(reviewed="RELEASED")) <= gives(certain) | gives(facts._replace(reviewed="NONE"))


@examples(60)
@over(some_facts)
def test_what_a_reviewer_refuses_or_nobody_reviews_gives_no_more_than_before_and_leaves_nothing_waiting(
    facts: Facts,
) -> None:
    for ended in ("REFUSED", "LAPSED"):
        after = decide(facts._replace(reviewed=ended, reviewed_views=()), POLICY).answers
        assert {said.view for said in after if said.answer == "GIVE"} == gives(facts._replace(reviewed="NONE"))
        assert not [said for said in after if said.answer == "HOLD"]


@examples(60)
@over(some_facts, st.sampled_from((*GOOD, *BAD)))
def test_what_is_not_known_never_gives_more(facts: Facts, name: str) -> None:
    worse = Facts._make({**facts._asdict(), name: name in BAD}.values())
    assert gives(worse) <= gives(facts)


@examples(60)
@over(some_facts, st.sampled_from((*STANDING, *VIEWS)))
def test_less_agreed_decided_answered_or_recorded_never_gives_more(facts: Facts, word: str) -> None:
    def without_it(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for each in words if each != word)

    known = gives(facts)
    for agreement in ("EXPIRED", "MISSING"):
        assert gives(facts._replace(agreement=agreement)) <= known
    assert gives(facts._replace(override="INCOMPLETE")) <= known
    assert gives(facts._replace(override_views=without_it(facts.override_views))) <= known
    assert gives(facts._replace(answered=without_it(facts.answered))) <= known
    assert gives(facts._replace(to_standing=without_it(facts.to_standing))) <= known
    assert gives(facts._replace(from_standing=without_it(facts.from_standing))) <= known
    assert gives(facts._replace(aspect="UNKNOWN")) <= known


@examples(60)
@over(some_facts)
def test_health_in_full_and_minutes_are_never_given_in_an_emergency(facts: Facts) -> None:
    urgent = facts._replace(duty=True, safeguarding=True, override="VITAL_INTERESTS", override_views=VIEWS)
    for answer in decide(urgent, POLICY).answers:
        assert answer.view not in {"health_full", "minutes", "victim"} or answer.gateway not in EMERGENCIES


@examples(60)
@over(some_facts)
def test_an_emergency_waits_for_nothing(facts: Facts) -> None:
    urgent = facts._replace(duty=True, override="VITAL_INTERESTS", override_views=("health_minimum",))
    if urgent.from_role not in POLICY.events[urgent.event_type].publishers:
        return
    worst = urgent._replace(
        relationship="NONE", confidence="UNRESOLVED", purpose="UNKNOWN", agreement="MISSING", objection=True,
        disturbed=True, consent=tuple((view, "CONSENT_REFUSED") for view in VIEWS),
    )  # fmt: skip
    opened = {answer.view for answer in decide(urgent, POLICY).answers if answer.gateway in EMERGENCIES}
    assert {answer.view for answer in decide(worst, POLICY).answers if answer.gateway in EMERGENCIES} == opened


@examples(60)
@over(some_facts, st.sampled_from(sorted(POLICY.gateways)).map(without))
def test_taking_a_gateway_away_never_gives_more(facts: Facts, poorer: Policy) -> None:
    assert gives(facts, poorer) <= gives(facts)


@examples(12)
@over(some_facts, st.integers(min_value=0))
def test_closing_a_cell_of_the_matrix_never_gives_more(facts: Facts, choice: int) -> None:
    matrix, probable, rest = TEXTS["views.toml"].partition("\n[probable]")
    lines = matrix.splitlines()
    rows = [at for at, line in enumerate(lines) if line.startswith(f"{facts.to_role} ")]
    at = rows[choice % len(rows)]
    cells, _, comment = lines[at].partition("]")
    parts = cells.split('"')
    parts[1 + 2 * (choice % (len(parts) // 2))] = "-"
    lines[at] = '"'.join(parts) + "]" + comment
    closed = "\n".join(lines) + probable + rest
    poorer = parsed(views=closed)
    assert gives(facts, poorer) <= gives(facts)
