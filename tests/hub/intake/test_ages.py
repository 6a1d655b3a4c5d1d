from datetime import date

import pytest

from hub.intake.ages import age, stated
from hub.intake.cut import cut
from hub.intake.event import Identified
from hub.model.entry import Fault
from tests.hub.intake.builders import event, rules

DAY = 86_400_000


def days(of: str) -> int:
    return (date.fromisoformat(of) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2008-06-06", "2026-06-05", 17),
        ("2008-06-06", "2026-06-06", 18),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-01-01", "2026-12-30", 17),
        ("2008-01-01", "2026-12-31", 18),
        ("2026-06-07", "2026-06-06", 0),
    ],
)
def test_age_is_whole_years_and_a_year_alone_makes_somebody_as_young_as_they_can_be(
    born: str, on: str, years: int
) -> None:
    assert age({"identity": {"born": days(born)}}, days(on) * DAY) == years


def test_an_age_that_is_not_said_or_not_believed_is_none() -> None:
    assert age({"identity": None}, 0) is None
    assert age({}, 0) is None
    assert age({"identity": {"born": None}}, 0) is None
    assert age({"identity": {"born": 0}}, 0, (Fault("BAD_BIRTH_DATE", "identity.born"),)) is None
    assert stated({"identity": None, "envelope": {"occurred_at": 0}}, ()) == {}


def test_an_entry_says_how_old_the_person_was() -> None:
    assert cut(event("referral"), Identified("ab" * 16, "CONFIRMED"), rules()).facts["age"] == "34"
