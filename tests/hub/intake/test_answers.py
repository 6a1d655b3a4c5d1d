"""What has to be answered before something is shared against a person's word."""

from collections.abc import Mapping
from typing import Any

import pytest

from hub.intake.answers import OVERRIDE, over_refusal, override, unanswered
from hub.intake.cut import cut
from hub.intake.event import Event, Identified, Received
from hub.intake.ingest import ingest
from hub.model import timeline
from hub.model.entry import Entry, Fault, Override
from schemas import catalogue, codec
from tests.hub.intake.builders import Body, Change, body, event, received, rules

SHARED = ("identity", "location", "health_minimum", "self_risk", "adjustments", "staff_safety")
WORDS = {"override": ("decided_by", "harm", "why_no_consent"), "over_refusal": ("necessity", "proportionality")}


def submission(event_type: str, **changes: object) -> Mapping[str, Any]:
    block = "override" if event_type == "concern" else "over_refusal"
    made: Body = body(event_type)["submission"]
    return {**made, block: {**made[block], **changes}}


def entry(event_type: str, change: Change) -> Entry:
    return cut(event(event_type, change), Identified("a" * 32, "CONFIRMED"), rules())


def test_a_block_that_is_not_there_has_nothing_to_answer() -> None:
    said = body("arrest")["submission"]
    assert (override(said), over_refusal(said), list(unanswered(said))) == (None, (), [])


def test_a_complete_override_goes_on_in_codes() -> None:
    assert override(submission("concern")) == Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=SHARED)
    assert list(unanswered(submission("concern"))) == []


@pytest.mark.parametrize("name", OVERRIDE)
@pytest.mark.parametrize("said", ["", "  ", "UNKNOWN", ".", "-", "\u200b", "\u2060"])
def test_an_override_with_a_part_missing_is_incomplete_and_its_publisher_is_told_which(name: str, said: str) -> None:
    block = submission("concern", **{name: ["UNKNOWN"] if name == "views" else said})
    made = override(block)
    assert made is not None
    assert not made.complete
    assert list(unanswered(block)) == [Fault("MISSING", f"submission.override.{name}")]


def test_an_override_never_waits_for_the_person_to_be_told() -> None:
    made = override(submission("concern", told_person=None, not_told_reason=None))
    assert made is not None
    assert made.complete


def test_a_view_that_nobody_knows_does_not_spoil_an_override() -> None:
    made = override(submission("concern", views=["identity", "UNKNOWN", "identity"]))
    assert made is not None
    assert (made.complete, made.views) == (True, ("identity",))


def test_what_is_answered_over_a_refusal_counts_for_the_views_it_names() -> None:
    assert over_refusal(submission("risk_contribution")) == ("health_extract",)
    assert over_refusal(submission("risk_contribution", told_person=True, not_told_reason=None)) == ("health_extract",)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"necessity": " "}, ["necessity"]),
        ({"proportionality": ""}, ["proportionality"]),
        ({"views": []}, ["views"]),
        ({"views": ["UNKNOWN"]}, ["views"]),
        ({"told_person": None}, ["told_person"]),
        ({"not_told_reason": None}, ["not_told_reason"]),
        ({"not_told_reason": " "}, ["not_told_reason"]),
        ({"necessity": "", "told_person": None}, ["necessity", "told_person"]),
    ],
)
def test_one_missing_answer_leaves_every_view_unanswered(changes: Body, missing: list[str]) -> None:
    block = submission("risk_contribution", **changes)
    assert over_refusal(block) == ()
    assert list(unanswered(block)) == [Fault("MISSING", f"submission.over_refusal.{name}") for name in missing]


def test_the_timeline_carries_what_was_answered_and_none_of_the_words() -> None:
    for event_type, block in (("concern", "override"), ("risk_contribution", "over_refusal")):
        made = entry(event_type, lambda _: None)
        raw = timeline.encode(made)
        assert timeline.decode(raw) == made
        said = body(event_type)["submission"][block]
        assert all(said[name].encode() not in raw for name in WORDS[block])


def test_the_timeline_says_which_regime_and_gateway_the_publisher_named() -> None:
    made = entry("mappa_review", lambda _: None)
    assert (made.regime, made.claimed_gateway, made.override, made.over_refusal) == ("PART3", "CJA325_4", None, ())


def test_a_part_missing_of_an_override_is_told_and_the_event_goes_on() -> None:
    made = event("concern", lambda said: said["submission"]["override"].update(harm="", basis="REVENGE"))
    assert made.faults == (
        Fault("UNKNOWN_CODE", "submission.override.basis"),
        Fault("MISSING", "submission.override.basis"),
        Fault("MISSING", "submission.override.harm"),
    )


def test_an_event_of_an_earlier_schema_has_no_answers_and_is_taken() -> None:
    made = body("arrest")
    del made["submission"]["over_refusal"]
    one, first = received("arrest"), catalogue.by_id(1)
    assert first.type == "arrest"
    result = ingest(Received(one.desk, one.topic, 0, 0, one.timestamp, codec.encode(first, made)), rules())
    assert isinstance(result, Event)
    assert result.faults == ()
    assert cut(result, Identified("a" * 32, "CONFIRMED"), rules()).over_refusal == ()


@pytest.mark.parametrize("event_type", ["order", "breach", "designation", "concern", "handover"])
def test_an_event_without_the_view_that_says_it_is_flagged(event_type: str) -> None:
    says = {
        "order": "cj_requirement",
        "breach": "criminal_justice",
        "concern": "health_minimum",
    }
    view = says.get(event_type, "status")
    assert Fault("PART_MISSING", view) in event(event_type, lambda made: made.update({view: None})).faults


def test_somebody_detained_is_never_handed_over_without_a_word_on_risk_to_self() -> None:
    assert Fault("PART_MISSING", "self_risk") in event("handover", lambda made: made.update(self_risk=None)).faults
