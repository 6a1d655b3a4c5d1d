"""Text where it does not belong."""

import pytest

from hub.intake.spill import spills, texts, without_texts
from hub.model.entry import Fault
from schemas import catalogue
from tests.hub.intake.builders import Body, Change, body, unchanged

LONG = "Sleeps two hours a night and hears voices."


def spilled(event_type: str, change: Change = unchanged) -> tuple[Fault, ...]:
    return spills(catalogue.by_type(event_type), body(event_type, change), "test", 2026)


def narrative(text: str) -> Change:
    return lambda made: made["health_full"].update(narrative=text)


@pytest.mark.parametrize(
    "text",
    [
        "9990000018",
        "number 999-000-0018.",
        "PNC 2019/9999901W",
        "pnc 05/33l?",
        "(X999001)",
        "ask for x999001 today",
        "CRO 999901/19X.",
        "cro 123/91b",
        "SF83/50058Z",
        "sf21/999903m,",
        "A9901ZZ",
        "prison no. a9901zz",
    ],
)
def test_a_valid_identifier_is_found_in_a_sentence(text: str) -> None:
    assert spilled("referral", narrative(text)) == (Fault("IDENTIFIER_IN_TEXT", "health_full.narrative"),)


@pytest.mark.parametrize(
    "text",
    [
        "9990000019",
        "19990000018",
        "call 01179 960000",
        "2019/9999901X",
        "on 12/05 and 13/05",
        "AX999001",
        "X9990011",
        "85227/65G",
        "SF83/50058B",
        "A9901Z",
        "A9901ZZZ",
        "1A9901ZZ",
        "A990ZZ",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert spilled("referral", narrative(text)) == ()


def test_an_identifier_in_a_list_of_names_is_found() -> None:
    change = lambda made: made["identity"].update(aliases=["Al", "Al 9990000018"])  # noqa: E731
    assert spilled("arrest", change) == (Fault("IDENTIFIER_IN_TEXT", "identity.aliases"),)


def test_the_words_of_a_wider_view_do_not_belong_in_a_narrower_one() -> None:
    def change(made: Body) -> None:
        made["health_full"]["narrative"] = f"{LONG} Needs a review."
        made["criminal_justice"]["narrative"] = LONG.upper()

    assert spilled("referral", change) == (Fault("TEXT_OF_WIDER_VIEW", "criminal_justice.narrative"),)


def test_a_narrower_view_that_quotes_a_wider_one_is_found() -> None:
    def change(made: Body) -> None:
        made["health_full"]["narrative"] = LONG
        made["criminal_justice"]["narrative"] = f"The nurse wrote:  {LONG}"

    assert [fault.field for fault in spilled("referral", change)] == ["criminal_justice.narrative"]


def test_short_words_may_be_the_same_by_chance() -> None:
    def change(made: Body) -> None:
        made["health_full"]["narrative"] = made["criminal_justice"]["narrative"] = "See the summary."

    assert spilled("referral", change) == ()


def test_free_text_is_looked_for_in_views_only() -> None:
    found = {place.path for place in texts(catalogue.by_type("referral"))}
    assert {"identity.name", "health_full.narrative", "criminal_justice.narrative"} <= found
    assert not {path for path in found if path.startswith(("submission", "envelope", "location", "health_minimum"))}


def test_an_event_loses_its_texts_and_keeps_its_codes() -> None:
    made = body("referral")
    kept = without_texts(catalogue.by_type("referral"), made, (Fault("IDENTIFIER_IN_TEXT", "identity.name"),))
    assert kept["health_full"] is None
    assert kept["criminal_justice"] is None
    assert kept["identity"] is None
    assert kept["health_minimum"] == made["health_minimum"]
    assert "risk" not in kept
