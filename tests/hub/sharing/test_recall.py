import pytest

from hub.model.entry import Entry
from hub.model.person import Person
from tests.hub.sharing.county import CHARITY, CUSTODY, OFFICERS, PPU, TRUST, after, event, given, rulings, told

PRISON = "hmp-eastmoor.omu"
RECALL = event("recall")


def recalled(kind: str) -> Entry:
    return event("recall", facts={"recall_type": kind}, without=["cj_requirement"])


def listed(level: str) -> Person:
    return after(event("mappa_registration", RECALL.occurred_at - 1, facts={"level": level}))


@pytest.mark.parametrize(
    ("kind", "level", "disputed"), [("FTR_56", "2", True), ("FTR_56", "1", False), ("LR", "3", False)]
)
def test_a_recall_that_its_level_excludes_is_told_with_a_mark(kind: str, level: str, disputed: bool) -> None:  # noqa: FBT001
    found = rulings(recalled(kind), listed(level))
    for desk in (CUSTODY, PPU, PRISON):
        assert "criminal_justice" in given(found[desk])
        reason = next(said.reason for said in found[desk].decision.answers if said.view == "criminal_justice")
        assert (reason == "MAPPA_L2_EXCLUDED") is disputed


def test_the_provider_on_record_hears_that_work_pauses_and_no_other_charity_does() -> None:
    order = event(
        "order", RECALL.occurred_at - 1, facts={"requirement_id": "SW-25-0902-1", "provider": CHARITY, "order_ends": ""}
    )
    heard = told(RECALL, after(order))
    assert heard[CHARITY][:3] == ["identity", "cj_requirement", "status"]
    assert TRUST not in heard


def test_a_provider_that_reports_an_appointment_makes_nobody_a_provider_by_naming_it() -> None:
    other = "lighthouse.housing"
    said = event("compliance", facts={"provider": other}, submission={"named": [other, OFFICERS]})
    order = event("order", said.occurred_at - 1, facts={"requirement_id": "HC-26-0417-2", "provider": CHARITY})
    heard = told(said, after(order))
    assert other not in heard
    assert "compliance" in heard[OFFICERS]
    by_officer = event("compliance", publisher=OFFICERS, submission={"named": [other]}, facts={"provider": other})
    heard = told(by_officer, after(order))
    assert other not in heard
    assert heard[CHARITY][:2] == ["identity", "compliance"]
