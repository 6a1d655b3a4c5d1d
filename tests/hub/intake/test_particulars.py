from typing import Any

import pytest

from hub.intake.particulars import MOST_EXTENSION_MS
from hub.model.entry import Fault
from tests.hub.intake.builders import Body, Change, body, event

HOUR = 3_600_000
ARRIVED: int = body("s136")["status"]["pos_arrival_at"]
UNTIL = ARRIVED + 24 * HOUR
LATE = "health_minimum.extension"


def s136(status: dict[str, Any] | None = None, born: int | None = 6_880, **extension: Any) -> Change:
    """A change: the detention so, the person born on that day (since 1970), and the extension so."""

    def change(made: Body) -> None:
        made["identity"]["born"] = born
        made["status"].update(status or {})
        if extension:
            usual = {"extended_at": ARRIVED, "until": UNTIL + 6 * HOUR, "authorised_by": "DOCTOR"}
            more = {"reason": "CONDITION", "superintendent": "UNKNOWN"}
            made["health_minimum"]["extension"] = {**usual, **more, **extension}

    return change


def test_an_extension_by_the_doctor_for_the_persons_condition_is_in_order() -> None:
    assert event("s136", s136(reason="CONDITION")).faults == ()


@pytest.mark.parametrize("reason", ["NO_AMHP", "NO_DOCTOR", "NO_BED", "OTHER", "UNKNOWN"])
def test_missing_staff_extends_nothing_and_the_event_goes_on(reason: str) -> None:
    made = event("s136", s136(reason=reason))
    assert made.faults == (Fault("CONDITION_NOT_STAFF", f"{LATE}.reason"),)
    assert made.body["health_minimum"]["extension"]["reason"] == reason


def test_only_the_doctor_extends() -> None:
    faults = event("s136", s136(authorised_by="OTHER")).faults
    assert faults == (Fault("EXTENSION_NOT_AUTHORISED", f"{LATE}.authorised_by"),)


@pytest.mark.parametrize(("agreed", "told"), [("YES", 0), ("NO", 1), ("UNKNOWN", 1)])
def test_at_a_police_station_a_superintendent_has_to_agree(agreed: str, told: int) -> None:
    faults = event("s136", s136({"pos_type": "POLICE_STATION"}, superintendent=agreed)).faults
    assert faults == (Fault("EXTENSION_NOT_AUTHORISED", f"{LATE}.superintendent"),) * told


@pytest.mark.parametrize(("until", "told"), [(UNTIL + MOST_EXTENSION_MS, 0), (UNTIL + MOST_EXTENSION_MS + 1, 1)])
def test_twelve_hours_are_the_most(until: int, told: int) -> None:
    assert event("s136", s136(until=until)).faults == (Fault("EXTENSION_TOO_LONG", f"{LATE}.until"),) * told
    assert event("s136", s136({"pos_arrival_at": None}, until=until)).faults == ()


@pytest.mark.parametrize(("born", "told"), [(14_036, 0), (14_037, 1), (None, 0)])
def test_nobody_under_18_is_taken_to_a_police_station(born: int | None, told: int) -> None:
    """6 June 2026 is the 18th birthday of who was born on day 14 036."""
    station = s136({"pos_type": "POLICE_STATION"}, born)
    assert event("s136", station).faults == (Fault("UNLAWFUL_POS_U18", "status.pos_type"),) * told
    assert event("s136", s136({"pos_type": "HBPOS"}, born)).faults == ()


def test_without_the_person_nothing_is_said_of_age() -> None:
    def nobody(made: Body) -> None:
        made.update(identity=None)
        made["status"]["pos_type"] = "POLICE_STATION"

    assert event("s136", nobody).faults == ()


def test_a_detention_that_does_not_say_where_it_stands_is_told_so() -> None:
    def silent(made: Body) -> None:
        made.update(status=None)
        s = {"extended_at": ARRIVED, "until": UNTIL * 2, "authorised_by": "DOCTOR"}
        made["health_minimum"]["extension"] = {**s, "reason": "CONDITION", "superintendent": "NO"}

    assert event("s136", silent).faults == (Fault("PART_MISSING", "status"),)


def test_a_detention_without_health_codes_breaks_no_rule() -> None:
    assert event("s136", lambda made: made.update(health_minimum=None)).faults == ()


@pytest.mark.parametrize("name", ["need", "arrangements", "willingness"])
@pytest.mark.parametrize("answer", ["NO", "UNKNOWN"])
def test_a_treatment_requirement_needs_all_of_its_evidence_and_the_order_goes_on(name: str, answer: str) -> None:
    made = event("order", lambda made: made["criminal_justice"]["evidence"].update({name: answer}))
    assert made.faults == (Fault("ORDER_EVIDENCE_GAP", f"criminal_justice.evidence.{name}"),)


def test_without_evidence_every_answer_is_missing() -> None:
    faults = event("order", lambda made: made["criminal_justice"].update(evidence=None)).faults
    assert [fault.code for fault in faults] == ["ORDER_EVIDENCE_GAP"] * 3


@pytest.mark.parametrize("change", [{"requirement": "RAR"}, {"state": "COMPLETED"}])
def test_no_evidence_is_asked_for_work_or_for_what_is_over(change: dict[str, str]) -> None:
    def without(made: Body) -> None:
        made["criminal_justice"].update(evidence=None)
        made["cj_requirement"].update(change)

    assert event("order", without).faults == ()


def test_nothing_is_asked_of_an_order_that_says_nothing() -> None:
    assert event("order", lambda made: made.update(criminal_justice=None)).faults == ()


def test_a_panel_that_has_met_sets_the_day_of_its_next_review() -> None:
    met: int = body("mappa_review")["risk"]["met_on"]
    for day, told in ((None, 1), (met, 1), (met + 1, 0)):
        faults = event("mappa_review", lambda made, day=day: made["risk"].update(next_review=day)).faults  # type: ignore[misc]
        assert faults == (Fault("NO_NEXT_REVIEW", "risk.next_review"),) * told


def test_a_referral_says_what_is_needed_or_what_became_of_it() -> None:
    def silent(made: Body) -> None:
        made.update(health_minimum=None, status=None)

    assert Fault("PART_MISSING", "status") in event("referral", silent).faults
