from dataclasses import replace

import pytest

from consent import decision as under_test
from consent.checks import NEEDS, refused, relevant_authority, safeguarding_flag, unanswered_refusal
from consent.decision import decide, given, taken_back, verdict
from consent.gateways import Gateway
from consent.policy import Policy
from consent.terms import IDENTIFIERS, REASONS, Decision, Facts, OverrideState, Tried, ViewAnswer
from tests.consent.files import AGREED, POLICY, REFERRAL, TEXTS, changed

GIVING = {gateway.reason for gateway in POLICY.gateways.values()}


def test_every_reason_that_refuses_has_its_place_among_the_telling_ones() -> None:
    assert set(under_test._TELLING) == REASONS - GIVING


def test_an_event_type_without_a_policy_gives_nothing_to_anybody() -> None:
    answer = decide(REFERRAL._replace(event_type="gossip"), POLICY)
    assert answer == Decision((), (), frozenset())
    assert verdict(answer, frozenset({"identity"})) == ("DENY", "NOT_A_RECEIVER")


def test_a_role_that_nobody_knows_gets_nothing() -> None:
    assert decide(REFERRAL._replace(to_role="PRESS"), POLICY) == Decision((), (), frozenset())


def test_a_view_that_no_policy_knows_is_never_given() -> None:
    assert given(decide(AGREED, POLICY), frozenset({"identity", "diary"})) == ()


def test_a_rule_that_raises_refuses_and_says_so() -> None:
    broken = REFERRAL._replace(consent=None)  # type: ignore[arg-type]  # what no caller may do
    answers = {answer.view: answer for answer in decide(broken, POLICY).answers}
    assert answers["health_minimum"].answer == "WITHHOLD"
    assert answers["health_minimum"].reason == "RULE_BROKEN"
    assert Tried("CONSENT", "RULE_BROKEN") in answers["health_minimum"].tried


def test_a_rule_that_raises_closes_only_its_own_gateway() -> None:
    carers = REFERRAL._replace(to_role="MH_TRUST", consent=None)  # type: ignore[arg-type]  # as above
    assert "health_minimum" in given(decide(carers, POLICY), frozenset({"health_minimum"}))


def test_a_test_that_explodes_never_opens_a_gateway() -> None:
    def explode(_facts: Facts, _view: str) -> None:
        raise ZeroDivisionError

    gateway = Gateway(
        "X",
        "law",
        frozenset(),
        frozenset(),
        frozenset(),
        None,
        None,
        (explode,),
        1,
        emergency=False,
        reason="CONSENT",
        handling=(),
    )
    assert gateway.stopped_by(REFERRAL, "identity") == "RULE_BROKEN"


def test_everything_asked_on_the_way_is_kept_in_order() -> None:
    facts = REFERRAL._replace(to_role="MH_TRUST", objection=True)
    asked = next(answer for answer in decide(facts, POLICY).answers if answer.view == "self_risk").tried
    assert asked == (
        Tried("DETAINED_SAFETY", "NOT_HOLDING"),
        Tried("DIRECT_CARE", "CARE_OBJECTION"),
        Tried("CONSENT", "NO_CONSENT"),
        Tried("CJA325_4", "PURPOSE_EXCLUDED"),
    )


def test_identifiers_go_with_identity_to_the_roles_that_the_matrix_names() -> None:
    facts = REFERRAL._replace(to_role="MH_TRUST")
    answers = {answer.view: answer for answer in decide(facts, POLICY).answers}
    assert answers["nhs_number"] == answers["identity"]._replace(view="nhs_number")
    assert answers["pnc"].reason == "NO_NEED_TO_KNOW"


def test_identifiers_without_an_identity_view_are_never_given() -> None:
    kind = TEXTS["receivers.toml"].index("[screening]")
    without = TEXTS["receivers.toml"][kind:].replace('"identity", "identifiers"', '"identifiers"', 1)
    without = without.replace(
        'views = ["identity", "location", "health_minimum"', 'views = ["location", "health_minimum"', 1
    )
    policy = changed("receivers.toml", TEXTS["receivers.toml"][kind:], without)
    facts = REFERRAL._replace(event_type="screening", to_role="MH_TRUST", relationship="ACTIVE")
    answers = {answer.view: answer.answer for answer in decide(facts, policy).answers}
    assert answers["health_minimum"] == "GIVE"
    assert answers["nhs_number"] == "WITHHOLD"
    told = next(answer for answer in decide(facts, policy).answers if answer.view == "nhs_number")
    assert told == ViewAnswer("nhs_number", "WITHHOLD", "", "NOTHING_ELSE_GIVEN", ())


def test_a_relationship_or_confidence_that_nobody_knows_gives_nothing() -> None:
    everything = frozenset(POLICY.events["referral"].views)
    assert given(decide(AGREED, POLICY), everything)
    for field in ("relationship", "confidence"):
        stranger = Facts._make({**AGREED._asdict(), field: "STRANGER"}.values())
        assert not given(decide(stranger, POLICY), everything)


def test_one_cell_changes_the_answer() -> None:
    closed: Policy = changed(
        "views.toml", 'CVO            = ["C/P",            "C"', 'CVO            = ["-",              "C"'
    )
    holds = frozenset({"identity", "health_minimum"})
    assert verdict(decide(AGREED, POLICY), holds) == ("PERMIT", "CONSENT")
    assert verdict(decide(AGREED, closed), holds)[0] == "DENY"


def test_the_registry_of_tests_is_closed() -> None:
    with pytest.raises(TypeError):
        NEEDS["always"] = lambda _facts, _view: None  # type: ignore[index]  # that is the point


def test_a_desk_that_gets_nothing_is_told_why_not_it_could_have_had_what_the_event_does_not_hold() -> None:
    answer = decide(AGREED, POLICY)
    assert verdict(answer, frozenset({"criminal_justice"})) == ("DENY", "NO_NEED_TO_KNOW")
    assert verdict(answer, frozenset({"identity"})) == ("DENY", "NOTHING_ELSE_GIVEN")


def test_where_a_gateway_was_asked_its_own_answer_is_told_and_not_that_there_is_none() -> None:
    facts, way = REFERRAL._replace(to_role="MH_TRUST"), ("LD_TEAM", "MH_TRUST", "health_minimum")
    asked = POLICY.gateways["SAFEGUARDING_PARTNERS"]._replace(checks=(safeguarding_flag,), purposes=None)
    alone = replace(POLICY, ways={way: (asked,)}, emergencies={})
    answers = {answer.view: answer.reason for answer in decide(facts, alone).answers}
    assert answers["health_minimum"] == "NO_SAFEGUARDING_FLAG"
    assert answers["health_full"] == "NO_GATEWAY"


URGENT = REFERRAL._replace(
    to_role="MH_TRUST", relationship="NONE", confidence="UNRESOLVED", duty=True, override_views=("health_minimum",)
)


@pytest.mark.parametrize(
    ("override", "gateway"),
    [
        ("VITAL_INTERESTS", "VITAL"),
        ("PUBLIC_PROTECTION", "PUBLIC_INTEREST"),
        ("SAFEGUARDING", "PUBLIC_INTEREST"),
        ("COURT", ""),
        ("INCOMPLETE", ""),
        ("NONE", ""),
    ],
)
def test_a_decision_to_share_opens_the_gateway_of_what_it_rests_on(override: OverrideState, gateway: str) -> None:
    answers = {answer.view: answer for answer in decide(URGENT._replace(override=override), POLICY).answers}
    assert answers["health_minimum"].gateway == answers["status"].gateway == gateway


@pytest.mark.parametrize("override", ["VITAL_INTERESTS", "PUBLIC_PROTECTION", "SAFEGUARDING"])
def test_health_goes_only_if_the_decision_names_it_and_identity_goes_along(override: OverrideState) -> None:
    facts = URGENT._replace(override=override, override_views=("self_risk",))
    answers = {answer.view: answer for answer in decide(facts, POLICY).answers}
    assert Tried(answers["identity"].gateway, "NOT_IN_OVERRIDE") in answers["health_minimum"].tried
    assert answers["health_minimum"].gateway == answers["status"].gateway == ""


def test_a_decision_that_rests_on_safeguarding_is_a_safeguarding_concern() -> None:
    assert safeguarding_flag(REFERRAL._replace(override="SAFEGUARDING"), "status") is None
    assert safeguarding_flag(REFERRAL._replace(safeguarding=True), "status") is None
    assert safeguarding_flag(REFERRAL._replace(override="VITAL_INTERESTS"), "status") == "NO_SAFEGUARDING_FLAG"


@pytest.mark.parametrize(
    ("role", "aspect", "standing", "stops"),
    [
        ("POLICE_PPU", "WARRANT", "S115_AUTHORITY", None),
        ("POLICE_PPU", "CHILD", "S115_AUTHORITY", None),
        ("POLICE_PPU", "SUMMONS", "S115_AUTHORITY", "NOT_AT_THIS_STAGE"),
        ("PROB_OM", "SUMMONS", "S115_AUTHORITY", None),
        ("PROB_OM", "WARRANT", "CHARITY", "NOT_RELEVANT_AUTHORITY"),
        ("POLICE_PPU", "WARRANT", "CHARITY", "NOT_RELEVANT_AUTHORITY"),
    ],
)
def test_police_are_a_relevant_authority_only_for_a_warrant_or_a_threat(
    role: str, aspect: str, standing: str, stops: str | None
) -> None:
    assert (
        relevant_authority(REFERRAL._replace(to_role=role, aspect=aspect, to_standing=(standing,)), "status") == stops
    )


def test_what_a_child_refused_is_refused_though_a_parent_agreed() -> None:
    facts = REFERRAL._replace(consent=(("health_minimum", "CHILD_REFUSAL"),))
    assert refused(facts, "health_minimum") == "CONSENT_REFUSED"
    assert unanswered_refusal(facts, "health_minimum") == "NECESSITY_UNANSWERED"
    assert refused(facts, "health_full") is None


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (AGREED._replace(disturbed=True), ("HOLD", "", "CAPACITY_IN_DOUBT")),
        (AGREED._replace(confidence="UNRESOLVED"), ("HOLD", "", "ID_UNRESOLVED")),
        (REFERRAL, ("WITHHOLD", "", "NO_CONSENT")),
        (AGREED, ("GIVE", "CONSENT", "CONSENT")),
    ],
)
def test_only_what_is_given_is_given_under_a_gateway(facts: Facts, said: tuple[str, str, str]) -> None:
    answers = {answer.view: answer for answer in decide(facts, POLICY).answers}
    assert answers["health_minimum"][1:4] == said


def test_who_and_where_somebody_is_never_goes_alone_not_even_all_of_it() -> None:
    everything = {"identity", "location", *IDENTIFIERS}
    assert taken_back(everything, POLICY.events["referral"]) == "NOTHING_ELSE_GIVEN"
    assert taken_back(everything | {"status"}, POLICY.events["referral"]) is None
    assert taken_back(everything | {"health_full"}, POLICY.events["referral"]) == "TYPE_REVEALS"
