"""Who could be given a view, if what, under which law: read from the policy, in a fixed order and in words."""

import pytest

from consent import who
from consent.checks import asks, consent_given, place_cover
from consent.decision import opens
from consent.words import Words
from tests.consent.files import AGREED, POLICY, REFERRAL, TEXTS, changed

WORDS = Words.parse(TEXTS["words.toml"])


def marked(code: str) -> str:
    return f"<{code}>"


def openings(kind: str, view: str) -> dict[str, tuple[list[list[str]], tuple[str, ...]]]:
    """By role, the relationships of each condition, and the gateways."""
    return {
        one.role: ([sorted(condition.relationships) for condition in one.when], one.under)
        for one in who.openings(POLICY, kind, view)
    }


def told(kind: str, view: str, role: str) -> list[str]:
    [opening] = [one for one in who.openings(POLICY, kind, view) if one.role == role]
    return [who.told(condition, POLICY.events[kind], WORDS, marked) for condition in opening.when]


def test_each_role_that_a_view_is_for_has_its_conditions_and_gateways_in_the_order_of_roles() -> None:
    held = [["ACTIVE", "ADDRESSED", "CUSTODY", "PANEL"]]
    supervises = [["ACTIVE", "ADDRESSED"]]
    assert openings("breach", "criminal_justice") == {
        "POLICE_CUSTODY": (held, ("CONSENT", "OMA14", "CDA115")),
        "POLICE_PPU": (held, ("CONSENT", "CJA325_4", "OMA14", "CDA115")),
        "PROB_OM": (supervises, ("ORDER_ADMIN", "CONSENT", "CJA325_4", "OMA14", "CDA115")),
        "COURT": ([["ACTIVE", "ADDRESSED", "CUSTODY"]], ("ORDER_ADMIN", "CONSENT")),
        "YJS": (supervises, ("ORDER_ADMIN", "CONSENT", "CJA325_4", "OMA14", "CDA115")),
    }
    assert list(openings("breach", "criminal_justice")) == ["POLICE_CUSTODY", "POLICE_PPU", "PROB_OM", "COURT", "YJS"]


def test_rows_that_give_the_same_are_told_apart_by_their_conditions() -> None:
    assert openings("referral", "health_full")["MH_TRUST"] == ([["ACTIVE"], ["PROPOSED"]], ("TREATMENT",))
    assert openings("referral", "health_full")["CVO"] == ([["ACTIVE"], ["PROPOSED"]], ("CONSENT",))


def test_an_identifier_goes_as_identity_goes_where_the_matrix_has_it() -> None:
    assert openings("arrest", "pnc") == {
        "POLICE_CUSTODY": ([["CUSTODY"]], ("OMA14",)),
        "PROB_OM": ([["ACTIVE"]], ("CJA325_4", "OMA14")),
    }
    assert openings("arrest", "identity")["PROB_OM"] == openings("arrest", "pnc")["PROB_OM"]
    assert "PROB_OM" not in openings("arrest", "nhs_number")
    assert who.under(POLICY, "arrest", "PROB_OM", "nhs_number", urgent=False) == ()


def test_a_type_that_nobody_knows_is_for_nobody() -> None:
    assert who.openings(POLICY, "nothing", "identity") == ()


def test_what_is_asked_first_is_listed_by_gateway_with_the_roles_that_the_matrix_lets_have_it() -> None:
    urgent = who.in_emergency(POLICY, "arrest", "pnc")
    reached = ("POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL", "PROB_OM", "PROB_COURT", "PRISON_OMU", "COURT")
    assert dict(urgent) == {"VITAL": reached, "PUBLIC_INTEREST": reached}
    assert who.in_emergency(POLICY, "referral", "health_full") == {}
    assert who.in_emergency(POLICY, "s136", "status")["SAFEGUARDING"] == ("LA_SAFEGUARDING", "AMHP_EDT")
    custody = who.in_emergency(POLICY, "s136", "self_risk")["DETAINED_SAFETY"]
    assert custody[0] == "POLICE_CUSTODY"
    assert "GP" not in custody


def test_a_condition_is_told_in_words_with_its_codes_set_apart() -> None:
    assert told("s136", "status", "GP") == ["works with the person, at <ENDED> (<s136_state>)"]
    assert told("s136", "status", "MH_TRUST") == [
        "works with the person, holds the person in custody or serves the place where the person is"
    ]
    needs = told("referral", "health_full", "CVO")[1]
    assert needs.startswith(
        "is asked to take the person on, only if the event says how much help is needed (<need_stated>)"
    )
    assert needs.endswith("(<need_met>)")


def test_any_relationship_is_said_in_one_phrase_and_some_are_listed() -> None:
    row = POLICY.events["arrest"].rows["LD_TEAM", "ACTIVE"][0]
    rule = POLICY.events["arrest"]
    assert who.told(who.Condition(who.ANYBODY, row), rule, WORDS) == "has to do with the person"
    fewer = who.ANYBODY - {"ACTIVE"}
    assert who.told(who.Condition(fewer, row), rule, WORDS) != "has to do with the person"
    assert who.told(who.Condition(frozenset({"ACTIVE"}), row), rule, WORDS) == "works with the person"


def test_several_stages_are_listed_in_order() -> None:
    rule = POLICY.events["breach"]
    row = next(row for rows in rule.rows.values() for row in rows if row.only)._replace(only=frozenset({"B", "A", "C"}))
    said = who.told(who.Condition(frozenset({"ACTIVE"}), row), rule, WORDS, marked)
    assert said == "works with the person, at <A>, <B> or <C> (<stage>)"


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_a_list_reads_as_people_write_it(parts: list[str], said: str) -> None:
    assert who.listed(parts) == said


def test_a_list_may_be_joined_by_another_word() -> None:
    assert who.listed(["a", "b"], "and") == "a and b"


def test_a_gateway_that_is_for_other_types_is_not_named() -> None:
    court = who.under(POLICY, "arrest", "COURT", "identity", urgent=False)
    assert "COURT_LISTING" not in court
    assert "COURT_LISTING" in POLICY.gateways


def test_a_test_is_told_as_what_must_hold_or_must_not() -> None:
    assert asks(place_cover) == "only if the directory says that the desk serves the event's suite, court or hospital"
    assert asks(consent_given).startswith("only if the person consented to this view, for this recipient and purpose")
    unless = next(check for row in POLICY.gateways.values() for check in row.checks if asks(check).startswith("not if"))
    assert not asks(unless).endswith(".")


def test_a_view_opens_by_itself_as_it_is_decided() -> None:
    assert opens(AGREED, POLICY, "health_minimum")
    assert not opens(REFERRAL, POLICY, "health_minimum")
    assert not opens(AGREED, POLICY, "health_full")
    assert opens(AGREED, POLICY, "identity")
    assert not opens(AGREED, POLICY, "nhs_number")
    stated = changed("views.toml", 'CVO            = ["Y",        "-",', 'CVO            = ["Y",        "Y",')
    assert opens(AGREED, stated, "nhs_number")
    assert not opens(REFERRAL, stated, "nhs_number")
