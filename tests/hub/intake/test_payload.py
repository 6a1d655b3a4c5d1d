"""What a view holds that does not fit closes only what rests on it."""

from datetime import date

import pytest

from hub.intake.payload import birth, day, fitted, unusable
from hub.model.entry import Fault
from schemas import catalogue
from tests.hub.intake.builders import Body, Change, body, received, rules, unchanged


def fit(event_type: str, change: Change = unchanged) -> tuple[Body, tuple[Fault, ...]]:
    made = body(event_type, change)
    return fitted(received(event_type), catalogue.by_type(event_type), made, rules())


def to(organisation: str, role: str) -> dict[str, str]:
    return {"organisation": organisation, "role": role}


def test_a_moment_has_a_day() -> None:
    assert day(1_772_445_600_000) == date(2026, 3, 2)


def test_an_unknown_place_in_a_view_becomes_unknown() -> None:
    def change(made: Body) -> None:
        made["criminal_justice"]["station"] = made["cj_summary"]["station"] = "behind the bakery"

    made, faults = fit("arrest", change)
    assert made["cj_summary"]["station"] == "UNKNOWN"
    assert {fault.code for fault in faults} == {"UNKNOWN_PLACE"}


def test_a_sentence_where_a_number_belongs_is_left_out_and_the_view_goes_on() -> None:
    made, faults = fit("arrest", lambda made: made["self_risk"].update(custody_no="John in cell four"))
    assert made["self_risk"]["custody_no"] is None
    assert made["self_risk"]["assessed"] == "NONE_FOUND"
    assert faults == (Fault("BAD_REFERENCE", "self_risk.custody_no"),)


def test_a_view_without_the_reference_is_left_as_it_is() -> None:
    def change(made: Body) -> None:
        made["criminal_justice"]["custody_no"] = None
        made["self_risk"]["custody_no"] = "two words"

    made, _ = fit("arrest", change)
    assert made["criminal_justice"]["custody_no"] is None


def test_a_view_dated_tomorrow_is_flagged() -> None:
    tomorrow = received("arrest").timestamp + 86_400_000

    def change(made: Body) -> None:
        made["criminal_justice"]["relevant_time"] = made["cj_summary"]["relevant_time"] = tomorrow

    made, faults = fit("arrest", change)
    assert made["cj_summary"]["relevant_time"] == tomorrow
    assert [fault.code for fault in faults] == ["FUTURE_DATE", "FUTURE_DATE"]


@pytest.mark.parametrize("days", [60_000, -40_000])
def test_a_birth_in_the_future_or_before_anyones_memory_is_flagged_and_proves_nothing(days: int) -> None:
    made, faults = fit("arrest", lambda made: made["identity"].update(born=days))
    assert faults == (Fault("BAD_BIRTH_DATE", "identity.born"),)
    assert birth(made, faults) is None


def test_a_first_of_january_proves_nothing() -> None:
    assert birth(body("arrest", lambda made: made["identity"].update(born=7_305)), ()) is None
    assert birth(body("arrest", lambda made: made["identity"].update(born=7_306)), ()) == "1990-01-02"


def test_without_identity_or_date_there_is_no_birth() -> None:
    assert birth(body("arrest", lambda made: made.update(identity=None)), ()) is None
    assert birth(body("arrest", lambda made: made["identity"].update(born=None)), ()) is None


def test_a_code_must_hold_on_the_day_it_happened() -> None:
    made, faults = fit("arrest", lambda made: made["health_minimum"].update(vulnerability=["MENTAL_HEALTH", "VAMPIRE"]))
    assert made["health_minimum"]["vulnerability"] == ["MENTAL_HEALTH", "UNKNOWN"]
    assert faults == (Fault("UNKNOWN_CODE", "health_minimum.vulnerability"),)


def test_a_grant_to_nobody_known_gives_nobody_anything() -> None:
    change = lambda made: made["consent_terms"].update(recipients=[to("brigde-charity", "CVO")])  # noqa: E731
    made, faults = fit("consent_grant", change)
    assert made["consent_terms"]["recipients"] == [to("UNKNOWN", "CVO")]
    assert faults == (Fault("UNKNOWN_ORGANISATION", "consent_terms.recipients.organisation"),)


def test_of_several_recipients_only_the_unknown_one_is_left_out() -> None:
    both = [to("brigde-charity", "CVO"), to("bridge-charity", "CVO")]
    made, _ = fit("consent_grant", lambda made: made["consent_terms"].update(recipients=both))
    assert made["consent_terms"]["recipients"] == [to("UNKNOWN", "CVO"), to("bridge-charity", "CVO")]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("recipients", [to("brigde-charity", "CVO")]),
        ("recipients", [to("bridge-charity", "CHARITY")]),
        ("recipients", [to("bridge-charity", "GP")]),
        ("views", ["health_everything"]),
        ("purposes", ["ANYTHING"]),
    ],
)
def test_a_refusal_whose_scope_is_not_understood_refuses_all_of_it(name: str, wrong: list[object]) -> None:
    made, faults = fit("consent_refuse", lambda made: made["consent_terms"].update({name: wrong}))
    assert made["consent_terms"][name] == []
    assert any(fault.field.startswith(f"consent_terms.{name}") for fault in faults)


def test_a_refusal_that_is_understood_keeps_its_scope() -> None:
    made, faults = fit("consent_refuse")
    assert made["consent_terms"]["recipients"] == [to("bridge-charity", "CVO")]
    assert faults == ()


def test_only_the_name_of_the_consent_makes_an_event_unusable() -> None:
    assert unusable((Fault("BAD_REFERENCE", "consent_terms.consent_id"),))
    assert not unusable((Fault("BAD_REFERENCE", "consent_terms.evidence_ref"),))


@pytest.mark.parametrize(("field", "wrong"), [("postcode", "QS1 4DJ"), ("uprn", "12A")])
def test_an_address_that_is_none_is_left_out_and_the_event_goes_on(field: str, wrong: str) -> None:
    made, faults = fit("arrest", lambda made: made["location"].update({field: wrong}))
    assert made["location"] == {**body("arrest")["location"], field: None}
    assert faults == (Fault(f"BAD_{field.upper()}", f"location.{field}"),)


def test_an_address_as_it_is_written_is_kept() -> None:
    made, faults = fit("arrest", lambda made: made["location"].update(postcode="bs14dj", uprn="000123"))
    assert (made["location"]["postcode"], made["location"]["uprn"], faults) == ("bs14dj", "000123", ())


def test_an_event_may_have_no_address() -> None:
    assert fit("arrest", lambda made: made.update(location=None))[1] == ()
    assert fit("arrest", lambda made: made["location"].update(postcode=None, uprn=None))[1] == ()


def test_of_several_desks_only_the_unknown_one_is_left_out() -> None:
    known = body("mappa_review")["risk"]["invited"]
    made, faults = fit("mappa_review", lambda made: made["risk"].update(invited=["a man in a van", *known]))
    assert made["risk"]["invited"] == known
    assert faults == (Fault("UNKNOWN_DESK", "risk.invited"),)


@pytest.mark.parametrize(("days", "codes"), [(0, []), (1, ["FUTURE_DATE"])])
def test_a_day_that_has_not_come_is_flagged(days: int, codes: list[str]) -> None:
    today = received("breach").timestamp // 86_400_000
    view = {
        "criminal_justice": None,
        "cj_requirement": {**body("breach")["cj_requirement"], "failure_date": today + days},
    }
    assert [fault.code for fault in fit("breach", lambda made: made.update(view))[1]] == codes
