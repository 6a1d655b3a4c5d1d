from datetime import date
from typing import Any

import pytest

from schemas import catalogue, facts
from schemas.fields import places
from tests.schemas.samples import EVENTS, example, whole

DAY = date(2026, 3, 2)
REFERRAL = catalogue.by_type("referral")
ARREST = catalogue.by_type("arrest")


def test_the_facts_of_a_referral_are_its_codes() -> None:
    assert facts.facts_of(REFERRAL, example("referral")) == {
        "offence_category": "PUBLIC_ORDER",
        "source": "E5",
        "service": "SUPPORT",
        "need_level": "MILD_MODERATE",
        "urgency": "ROUTINE",
        "status": "SENT",
        "self_risk": "NONE_FOUND",
    }


def test_the_facts_of_an_order_are_codes_references_and_days() -> None:
    assert facts.facts_of(catalogue.by_type("order"), example("order")) == {
        "order_id": "HC-26-0417",
        "order_type": "CO",
        "order_state": "MADE",
        "offence_category": "THEFT",
        "order_ends": "2027-02-01",
        "supervised_by": "probation-sw.officers",
        "evidence_need": "YES",
        "evidence_arrangements": "YES",
        "evidence_willingness": "YES",
        "requirement": "MHTR",
        "requirement_id": "HC-26-0417-1",
        "mhtr_kind": "PRACTITIONER",
        "requirement_state": "MADE",
        "provider": "severn-trust.community",
        "requirement_ends": "2026-11-01",
    }


def test_several_desks_are_one_fact_and_none_is_no_fact() -> None:
    schema, body = catalogue.by_type("mappa_review"), example("mappa_review")
    assert facts.facts_of(schema, body)["attended"] == "avon-police.ppu probation-sw.officers"
    body["risk"] = {**body["risk"], "attended": [], "next_review": None}
    assert not {"attended", "next_review"} & facts.facts_of(schema, body).keys()


def test_moments_are_facts_for_whoever_keeps_time() -> None:
    told = facts.facts_of(catalogue.by_type("s136"), example("s136"))
    assert (told["detained_at"], told["pos_arrival_at"]) == ("2026-06-06T17:00:00Z", "2026-06-06T17:40:00Z")
    assert "ended_at" not in told


@pytest.mark.parametrize("event_type", EVENTS)
def test_a_fact_is_short_and_holds_nothing_but_names_and_codes(event_type: str) -> None:
    for value in facts.facts_of(catalogue.by_type(event_type), example(event_type)).values():
        assert all(facts.REF.fullmatch(word) for word in value.split(" "))


def test_what_an_event_does_not_say_is_no_fact() -> None:
    body = {**example("referral"), "health_minimum": None, "status": None}
    assert facts.facts_of(REFERRAL, body).keys() == {"offence_category", "self_risk"}


def test_a_fact_of_a_part_counts_when_the_full_view_is_not_there() -> None:
    body = example("arrest")
    assert facts.facts_of(ARREST, {**body, "criminal_justice": None})["arrest_status"] == "DETAINED"


def test_a_fact_is_taken_from_the_full_view_first() -> None:
    body = example("arrest")
    body["cj_summary"] = {**body["cj_summary"], "status": "BAILED"}
    assert facts.facts_of(ARREST, body)["arrest_status"] == "DETAINED"


@pytest.mark.parametrize("event_type", EVENTS)
def test_every_example_holds_known_codes_references_and_equal_parts(event_type: str) -> None:
    schema, body = catalogue.by_type(event_type), example(event_type)
    assert facts.unknown_codes(schema, body, DAY) == ()
    assert facts.with_known_codes(schema, body, DAY) == (body, ())
    assert facts.bad_references(schema, body) == ()
    assert facts.differing_parts(schema, body) == ()


def test_an_unknown_code_travels_as_unknown_and_is_named_by_its_path() -> None:
    body = example("arrest")
    body["health_minimum"] = {"vulnerability": ["MENTAL_HEALTH", "NEW_CODE"]}
    body["cj_summary"] = {**body["cj_summary"], "status": "DETANED"}
    known, paths = facts.with_known_codes(ARREST, body, DAY)
    assert paths == ("cj_summary.status", "health_minimum.vulnerability")
    assert known["health_minimum"]["vulnerability"] == ["MENTAL_HEALTH", "UNKNOWN"]
    assert known["cj_summary"]["status"] == "UNKNOWN"
    assert body["health_minimum"]["vulnerability"] == ["MENTAL_HEALTH", "NEW_CODE"]


def test_codes_are_found_in_lists_of_records_and_nothing_is_none() -> None:
    schema, body = catalogue.by_type("consent_grant"), example("consent_grant")
    body["consent_terms"]["recipients"].append({"organisation": "bridge-charity", "role": "FRIEND"})
    body["submission"]["claimed_gateway"] = None
    known, paths = facts.with_known_codes(schema, body, DAY)
    assert paths == ("consent_terms.recipients.role",)
    assert [one["role"] for one in known["consent_terms"]["recipients"]] == ["CVO", "UNKNOWN"]


def test_a_sentence_is_no_reference() -> None:
    body = example("arrest")
    body["self_risk"] = {**body["self_risk"], "custody_no": "see his mother's letter"}
    body["submission"]["named"] = ["bridge-charity.support", ""]
    assert facts.bad_references(ARREST, body) == ("submission.named", "self_risk.custody_no")


def test_a_part_that_differs_from_its_full_view_is_named() -> None:
    body = example("arrest")
    body["cj_summary"] = {**body["cj_summary"], "offence_category": "VIOLENCE"}
    body["self_risk"] = {**body["self_risk"], "custody_no": None}
    assert facts.differing_parts(ARREST, body) == ("cj_summary.offence_category",)


def test_a_part_without_its_full_view_differs_from_nothing() -> None:
    body = {**example("arrest"), "criminal_justice": None}
    assert facts.differing_parts(ARREST, body) == ()


def test_the_flag_of_a_screening_must_be_that_of_the_self_risk_view() -> None:
    schema, body = catalogue.by_type("screening"), example("screening")
    body["self_risk"] = {**body["self_risk"], "assessed": "FOUND"}
    assert facts.differing_parts(schema, body) == ("health_minimum.risk_to_self",)


@pytest.mark.parametrize("event_type", EVENTS)
def test_every_place_of_a_schema_can_be_read_in_a_full_and_in_an_empty_event(event_type: str) -> None:
    schema = catalogue.by_type(event_type)
    empty: dict[str, Any] = {**whole(event_type), "submission": None, **dict.fromkeys(schema.views)}
    for place in places(schema, "code"):
        assert isinstance(place.values(whole(event_type)), list)
        assert place.values(empty) == []
        assert place.view in {"submission", *schema.views}


@pytest.mark.parametrize(
    ("starts", "code", "known"),
    [
        ("2014-05-01", "SAR", True),
        ("2016-05-01", "SAR", False),
        ("2014-05-01", "RAR", False),
        ("2026-02-02", "RAR", True),
    ],
)
def test_an_old_order_has_the_codes_of_its_time(starts: str, code: str, known: bool) -> None:  # noqa: FBT001 - a table
    schema, body = catalogue.by_type("order"), example("order")
    day = (date.fromisoformat(starts) - date(1970, 1, 1)).days
    body["cj_requirement"] = {**body["cj_requirement"], "requirement": code, "starts": day}
    assert facts.unknown_codes(schema, body, DAY) == (() if known else ("cj_requirement.requirement",))
    after, paths = facts.with_known_codes(schema, body, DAY)
    assert after["cj_requirement"]["requirement"] == (code if known else "UNKNOWN")
    assert len(paths) == (not known)


def test_a_code_whose_day_is_not_said_is_judged_by_the_day_of_the_event() -> None:
    schema, body = catalogue.by_type("referral"), example("referral")
    body["cj_requirement"] = {"requirement": "SAR", "requirement_id": "R-1", "starts": None, "ends": None}
    assert facts.unknown_codes(schema, body, DAY) == ("cj_requirement.requirement",)
    assert "cj_requirement.requirement" not in facts.unknown_codes(schema, body, date(2014, 5, 1))


def test_names_that_a_service_had_are_kept_for_the_orders_of_their_time() -> None:
    schema, body = catalogue.by_type("order"), example("order")
    for starts, name in (
        ("2012-01-09", "PROBATION_TRUST"),
        ("2015-01-09", "NOMS"),
        ("2026-01-09", "PROBATION_SERVICE"),
    ):
        day = (date.fromisoformat(starts) - date(1970, 1, 1)).days
        body["criminal_justice"] = {**body["criminal_justice"], "service": name, "starts": day}
        assert facts.unknown_codes(schema, body, DAY) == ()
