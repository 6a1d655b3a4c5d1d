"""What refuses the whole event."""

from collections.abc import Mapping
from typing import Any

import pytest

from hub.intake.event import DAY_MS, YEAR_MS
from hub.intake.header import refusals
from hub.model.entry import Fault
from schemas import catalogue
from tests.hub.intake.builders import Body, Change, body, directory, received, rules, unchanged


def faults(event_type: str, change: Change) -> list[tuple[str, str]]:
    made = body(event_type, change)
    return list(refusals(received(event_type), catalogue.by_type(event_type), made, rules()))


def submit(**changes: object) -> Change:
    return lambda made: made["submission"].update(changes)


def envelope(**changes: object) -> Change:
    return lambda made: made["envelope"].update(changes)


def terms(**changes: object) -> Change:
    return lambda made: made["consent_terms"].update(changes)


def test_an_event_without_a_submission_is_refused() -> None:
    assert faults("arrest", lambda made: made.update(submission=None)) == [("MISSING", "submission")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (submit(desk="avon-ld.team"), "submission.desk"),
        (envelope(publisher_org="avon-ld"), "envelope.publisher_org"),
        (envelope(publisher_desk="avon-police.ppu"), "envelope.publisher_desk"),
    ],
)
def test_a_body_that_names_another_publisher_than_its_topic_is_refused(change: Change, field: str) -> None:
    assert faults("arrest", change) == [("WRONG_PUBLISHER", field)]


def test_a_publisher_need_not_repeat_its_desk_in_the_envelope() -> None:
    assert faults("arrest", envelope(publisher_desk=None)) == []


def test_a_role_that_may_not_publish_the_type_is_refused() -> None:
    one, made = received("arrest"), body("arrest")
    charity = directory().desks["bridge-charity.support"]
    made["submission"]["desk"], made["envelope"]["publisher_desk"] = charity.name, None
    made["envelope"]["publisher_org"] = charity.organisation
    told = refusals(_from(one, charity), catalogue.by_type("arrest"), made, rules())
    assert told == (Fault("PUBLISHER_NOT_AUTHORISED", "envelope.type"),)


def _from(one: Any, desk: Any) -> Any:
    return type(one)(desk, desk.in_topic, one.partition, one.offset, one.timestamp, one.body)


def test_a_type_that_is_not_its_schemas_is_refused() -> None:
    assert faults("arrest", envelope(type="referral")) == [("WRONG_TYPE", "envelope.type")]


@pytest.mark.parametrize("event_id", ["", "x" * 65, "näme", "two words", "line\nbreak"])
def test_an_event_id_that_cannot_be_repeated_to_its_publisher_is_refused(event_id: str) -> None:
    assert faults("arrest", submit(event_id=event_id)) == [("BAD_EVENT_ID", "submission.event_id")]


def test_more_identifiers_or_names_than_anybody_has_are_refused() -> None:
    identifier: Mapping[str, object] = {"kind": "PNC", "value": "", "source": None, "assurance": "STATED"}
    change = submit(identifiers=[identifier] * 21, named=["x"] * 51)
    assert faults("arrest", change) == [("TOO_MANY", "submission.identifiers"), ("TOO_MANY", "submission.named")]


def test_five_minutes_of_another_clock_are_borne_and_no_more() -> None:
    now = received("arrest").timestamp
    late = now + 300_000
    assert faults("arrest", envelope(occurred_at=late, published_at=late)) == []
    assert faults("arrest", envelope(occurred_at=late + 1, published_at=late + 1)) == [
        ("FUTURE_DATE", "envelope.occurred_at"),
        ("FUTURE_DATE", "envelope.published_at"),
    ]


def test_what_is_older_than_ten_years_is_refused() -> None:
    now = received("arrest").timestamp
    assert faults("arrest", envelope(occurred_at=now - 10 * YEAR_MS)) == []
    assert faults("arrest", envelope(occurred_at=now - 10 * YEAR_MS - 1)) == [("ANCIENT_DATE", "envelope.occurred_at")]


def test_nothing_is_published_before_it_has_happened() -> None:
    happened = body("arrest")["envelope"]["occurred_at"]
    change = envelope(published_at=happened - 300_001)
    assert faults("arrest", change) == [("PUBLISHED_TOO_EARLY", "envelope.published_at")]


def test_a_consent_event_without_terms_is_refused() -> None:
    assert faults("consent_withdraw", lambda made: made.update(consent_terms=None)) == [("MISSING", "consent_terms")]


def test_versions_count_from_one() -> None:
    assert faults("consent_grant", terms(version=0)) == [("BAD_VERSION", "consent_terms.version")]


@pytest.mark.parametrize(("first", "last"), [(20_001, 20_000), (None, 2_932_896), (-719_162, None)])
def test_a_grant_for_days_out_of_order_or_out_of_this_century_is_refused(first: int | None, last: int | None) -> None:
    assert faults("consent_grant", terms(valid_from=first, valid_to=last)) == [("BAD_PERIOD", "consent_terms.valid_to")]


def test_a_withdrawal_is_not_refused_over_days_that_it_does_not_need() -> None:
    assert faults("consent_withdraw", terms(valid_to=2_932_896)) == []


def test_a_grant_may_end_on_its_first_day() -> None:
    today = received("consent_grant").timestamp // DAY_MS
    assert faults("consent_grant", terms(valid_from=today, valid_to=today)) == []


def test_every_fault_is_told_at_once() -> None:
    def change(made: Body) -> None:
        made["submission"].update(event_id="", purpose="")

    assert [code for code, _ in faults("arrest", change)] == ["BAD_EVENT_ID", "MISSING_PURPOSE"]


@pytest.mark.parametrize("event_type", ["mappa_registration", "mappa_review"])
@pytest.mark.parametrize("panel", ["mappa.severn-l3", "avon-police.ppu", "nobody.knows"])
def test_a_panels_list_and_reviews_are_its_own_coordinators_to_publish(event_type: str, panel: str) -> None:
    def change(made: Body) -> None:
        made["risk"]["panel"] = panel

    assert ("PUBLISHER_NOT_AUTHORISED", "risk.panel") in faults(event_type, change)
    assert faults(event_type, unchanged) == []


@pytest.mark.parametrize("event_type", ["mappa_registration", "mappa_review"])
def test_whose_list_it_is_about_is_said_whatever_else_is_withdrawn(event_type: str) -> None:
    assert faults(event_type, lambda made: made.update(risk=None)) == [("MISSING", "risk")]


def anonymous(**changes: Any) -> Change:
    """A change: the consultation names nobody, save for what is changed."""

    def change(made: Body) -> None:
        made.update(identity=None, health_full=None, adjustments=None)
        made["health_minimum"]["anonymous"] = "YES"
        made["envelope"]["case_ref"] = changes.pop("case_ref", None)
        made["submission"].update(identifiers=[], place=None, holding_ref=None)
        made["submission"].update({name: changes.pop(name) for name in ("place", "holding_ref") if name in changes})
        made["submission"].update({"identifiers": changes.pop("identifiers", [])})
        made.update(changes)

    return change


def test_an_anonymous_consultation_that_names_nobody_is_taken() -> None:
    assert faults("consultation", anonymous()) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"identity": {"name": "B. Synthetic", "born": None, "aliases": []}}, "identity"),
        ({"health_full": {"narrative": "He lives by the bridge.", "third_party": "NONE_FOUND"}}, "health_full"),
        ({"case_ref": "SW-26-0026"}, "envelope.case_ref"),
        ({"identifiers": body("consultation")["submission"]["identifiers"]}, "submission.identifiers"),
        ({"place": "avon/patchway-suite"}, "submission.place"),
        ({"holding_ref": "avon-police.custody"}, "submission.holding_ref"),
    ],
)
def test_an_anonymous_consultation_by_which_somebody_could_be_known_is_refused(
    change: dict[str, Any], field: str
) -> None:
    assert faults("consultation", anonymous(**change)) == [("NOT_ANONYMOUS", field)]


def test_a_consultation_about_somebody_may_name_them() -> None:
    assert faults("consultation", unchanged) == []
    assert faults("consultation", lambda made: made.update(health_minimum=None)) == []
