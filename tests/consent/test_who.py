"""Who could be given a view, when and under which law, as `hub who` and the pages about the policy tell it."""

from collections.abc import Callable

import pytest

from consent import who
from consent.checks import asks, need_stated, part3, safeguarding_flag, unanswered_refusal
from consent.decision import decide, given, opens
from consent.policy import Policy
from consent.receivers import EventRule, Row
from consent.terms import Facts
from consent.who import ANYBODY, Condition
from consent.words import Words
from tests.consent.files import AGREED, POLICY, REFERRAL, TEXTS, parsed

WORDS = Words.parse(TEXTS["words.toml"])
NOTE = """
[note]
publishers = ["CVO", "GP"]
aspect = "stage"
views = ["identity", "identifiers", "self_risk", "adjustments"]
reveals = "self_risk"
meant = ["adjustments"]

[[note.receivers]]
roles = ["GP"]
relationships = ["DUTY"]
views = ["self_risk"]
only = ["LATE", "EARLY"]

[[note.receivers]]
roles = ["GP", "ED"]
relationships = ["DUTY"]
views = ["self_risk", "adjustments"]
only = ["BEFORE"]

[[note.receivers]]
roles = ["GP"]
relationships = ["DUTY", "ACTIVE"]
views = ["identity", "self_risk"]

[[note.receivers]]
roles = ["GP"]
relationships = ["CUSTODY"]
views = ["adjustments"]
"""
"""A type of event of which one role is told for several reasons."""


def noted() -> Policy:
    return parsed(receivers=TEXTS["receivers.toml"] + NOTE)


def found(policy: Policy, kind: str, view: str) -> list[tuple[str, list[str], tuple[str, ...]]]:
    """Role, conditions in words, gateways."""
    return [
        (role, [who.told(one, policy.events[kind], WORDS) for one in when], under)
        for role, when, under in who.openings(policy, kind, view)
    ]


def test_each_role_is_told_with_its_conditions_and_the_gateways_in_the_order_in_which_they_are_asked() -> None:
    assert found(POLICY, "arrest", "criminal_justice") == [
        ("POLICE_CUSTODY", ["holds the person in custody"], ("OMA14",)),
        ("PROB_OM", ["works with the person"], ("CJA325_4", "OMA14")),
    ]
    assert found(POLICY, "screening", "custody_number") == [
        (
            "LD_TEAM",
            [
                "works with the person or serves the place where the person is",
                "answers emergencies there and then",
            ],
            ("CUSTODY_CARE", "DIRECT_CARE", "CONSENT", "CJA325_4"),
        )
    ]


def test_an_identifier_goes_as_identity_goes_but_only_to_roles_that_may_have_it() -> None:
    assert found(POLICY, "arrest", "pnc") == found(POLICY, "arrest", "criminal_justice")
    assert [role for role, *_ in found(POLICY, "arrest", "identity")] == ["POLICE_CUSTODY", "LD_TEAM", "PROB_OM"]
    assert who.under(POLICY, "arrest", "LD_TEAM", "pnc", urgent=False) == ()
    assert who.under(POLICY, "arrest", "LD_TEAM", "identity", urgent=False) != ()


def test_a_gateway_for_some_types_is_told_for_those_alone() -> None:
    assert found(POLICY, "breach", "compliance")[1] == (
        "PROB_OM",
        ["works with the person or is named in this event"],
        ("ORDER_ADMIN", "CONSENT", "CJA325_4", "OMA14"),
    )
    assert "ORDER_ADMIN" not in who.under(POLICY, "referral", "PROB_OM", "status", urgent=False)


def test_what_is_for_a_role_and_opened_only_in_an_emergency_is_told_without_a_gateway() -> None:
    assert [role for role, _, under in found(POLICY, "concern", "health_minimum") if not under] == [
        "LA_SAFEGUARDING",
        "AMHP_EDT",
    ]


def test_conditions_come_in_a_fixed_order_each_with_all_the_relationships_of_its_row() -> None:
    policy = noted()
    assert found(policy, "note", "self_risk") == [
        (
            "GP",
            [
                "works with the person or answers emergencies there and then",
                "answers emergencies there and then, at BEFORE (stage)",
                "answers emergencies there and then, at EARLY or LATE (stage)",
            ],
            ("DIRECT_CARE", "CONSENT"),
        ),
        ("ED", ["answers emergencies there and then, at BEFORE (stage)"], ("DIRECT_CARE", "CONSENT")),
    ]
    assert found(policy, "note", "nhs_number") == [
        ("GP", ["works with the person or answers emergencies there and then"], ("DIRECT_CARE", "CONSENT"))
    ]


def test_gateways_come_from_anybody_who_may_publish() -> None:
    policy = noted()
    assert policy.ways["CVO", "GP", "self_risk"] != policy.ways["GP", "GP", "self_risk"]
    assert who.under(policy, "note", "GP", "self_risk", urgent=False) == ("DIRECT_CARE", "CONSENT")


def test_of_a_type_or_view_that_nobody_knows_nobody_is_told() -> None:
    assert who.openings(POLICY, "gossip", "identity") == ()
    assert who.openings(POLICY, "arrest", "diary") == ()
    assert who.in_emergency(POLICY, "gossip", "identity") == {}


def test_in_an_emergency_each_gateway_is_told_with_the_roles_that_it_can_open_the_view_to() -> None:
    asked = who.in_emergency(POLICY, "concern", "health_minimum")
    duty = ("POLICE_PPU", "LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "YJS", "CRISIS", "ED")
    assert list(asked.items()) == [
        ("VITAL", duty),
        ("PUBLIC_INTEREST", duty),
        ("SAFEGUARDING", ("LA_SAFEGUARDING", "AMHP_EDT")),
    ]
    assert who.in_emergency(POLICY, "screening", "nhs_number")["VITAL"] == (
        "LD_TEAM",
        "MH_TRUST",
        "GP",
        "PRISON_HC",
        "CRISIS",
        "ED",
    )
    assert who.in_emergency(POLICY, "arrest", "status") == {}


def code(word: str) -> str:
    return f"`{word}`"


RULE = POLICY.events["referral"]


@pytest.mark.parametrize(
    ("relationships", "row", "said"),
    [
        ({"ACTIVE"}, Row(frozenset(), None, ()), "works with the person"),
        (
            {"DUTY", "CUSTODY", "ACTIVE"},
            Row(frozenset(), frozenset({"HIGH"}), ()),
            (
                "works with the person, holds the person in custody or answers emergencies there and then,"
                " at `HIGH` (`need_level`)"
            ),
        ),
        (
            ANYBODY,
            Row(frozenset(), frozenset({"C", "A", "B"}), (need_stated, safeguarding_flag)),
            (
                "has to do with the person, at `A`, `B` or `C` (`need_level`), only if the event says how much help is"
                " needed (`need_stated`), only if the publisher raised a safeguarding concern, by the flag or by a"
                " whole decision that rests on one (`safeguarding_flag`)"
            ),
        ),
        (ANYBODY | {"ADDRESSED"}, Row(frozenset(), None, ()), "has to do with the person"),
    ],
)
def test_a_condition_is_told_in_words_with_its_codes_set_apart(relationships: set[str], row: Row, said: str) -> None:
    condition = Condition(frozenset(relationships), row)
    assert who.told(condition, RULE, WORDS, code) == said
    assert who.told(condition, RULE, WORDS) == said.replace("`", "")


def test_all_relationships_but_one_are_told_one_by_one() -> None:
    few = Condition(ANYBODY - {"TOLD"}, Row(frozenset(), None, ()))
    assert who.told(few, RULE, WORDS).count(", ") == 5
    assert {"PUBLISHER", "CUSTODY", "PLACE_COVER", "PROPOSED", "ACTIVE", "TOLD", "PANEL", "DUTY"} == ANYBODY


def test_parts_are_listed_as_they_are_said() -> None:
    assert [who.listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a or b", "a, b or c"]
    assert who.listed(["a", "b", "c"], "and") == "a, b and c"


def nhs(_facts: Facts, _view: str) -> None:
    """NHS staff ask."""


def rays(_facts: Facts, _view: str) -> None:
    """X-rays were taken."""


def plain(_facts: Facts, _view: str) -> None:
    pass


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (need_stated, "only if the event says how much help is needed"),
        (
            safeguarding_flag,
            "only if the publisher raised a safeguarding concern, by the flag or by a whole decision that rests on one",
        ),
        (part3, "not if the publisher processes it for law enforcement, where consent is no basis"),
        (
            unanswered_refusal,
            (
                "not if the person refused this view, and the publisher did not answer why a power is used over that."
                " Identity says nothing by itself and goes only with what may go"
            ),
        ),
        (nhs, "not if NHS staff ask"),
        (rays, "not if X-rays were taken"),
        (plain, "not if plain"),
    ],
)
def test_what_a_test_asks_is_told_in_its_own_words_and_whether_it_must_hold(
    check: Callable[[Facts, str], None], said: str
) -> None:
    assert asks(check) == said


def test_a_sentence_that_begins_with_a_goes_on_from_what_stands_before_it() -> None:
    (vital,) = (check for check in POLICY.gateways["VITAL"].checks if check.__name__ == "vital_override")
    assert asks(vital) == "only if a named person decided to share it to save somebody's life or limb"


CARE = REFERRAL._replace(to_role="MH_TRUST")
URGENT = CARE._replace(
    override="VITAL_INTERESTS",
    override_views=("health_minimum",),
    duty=True,
    relationship="NONE",
    confidence="UNRESOLVED",
)


PANEL = REFERRAL._replace(
    event_type="mappa_registration",
    from_role="MAPPA_RA",
    to_role="PROB_OM",
    relationship="PANEL",
    purpose="RISK_MANAGEMENT",
    from_standing=("RA",),
    to_standing=("RA",),
    mappa=True,
    on_panel=True,
)


@pytest.mark.parametrize(
    ("facts", "view", "said"),
    [
        (AGREED, "health_minimum", True),
        (REFERRAL, "health_minimum", False),
        (AGREED._replace(relationship="NONE"), "health_minimum", False),
        (AGREED._replace(confidence="PROBABLE"), "health_full", False),
        (AGREED, "nhs_number", False),
        (CARE, "nhs_number", True),
        (CARE, "pnc", False),
        (CARE._replace(objection=True), "nhs_number", False),
        (CARE._replace(to_role="HUB"), "identity", False),
        (URGENT, "health_minimum", True),
        (URGENT, "nhs_number", True),
        (URGENT._replace(event_type="service_profile"), "nhs_number", False),
        (URGENT, "health_full", False),
        (PANEL, "risk", True),
        (PANEL._replace(on_panel=False), "risk", False),
    ],
)
def test_one_view_by_itself_is_given_or_not(facts: Facts, view: str, *, said: bool) -> None:
    assert opens(facts, POLICY, view) is said


def test_a_view_is_open_by_itself_though_it_does_not_go_alone() -> None:
    alone = REFERRAL._replace(consent=(("identity", "GIVEN"),))
    assert opens(alone, POLICY, "identity")
    assert given(decide(alone, POLICY), frozenset({"identity", "health_minimum"})) == ()


def test_every_view_that_a_decision_gives_is_open_by_itself() -> None:
    rule: EventRule = POLICY.events["referral"]
    for facts in (AGREED, CARE, URGENT):
        gave = {answer.view for answer in decide(facts, POLICY).answers if answer.answer == "GIVE"}
        assert gave == {view for view in rule.views if opens(facts, POLICY, view)}
        assert gave
