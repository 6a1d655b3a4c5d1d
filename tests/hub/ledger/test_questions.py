from typing import Any

import pytest
from sqlalchemy import Engine, RowMapping, select, text

from hub.ledger import store
from hub.ledger.errors import LedgerError
from hub.ledger.questions import Asker, Consultation, Question, consult
from hub.ledger.sheet import Sheet
from hub.ledger.tables import CONSULTATIONS
from tests.hub.ledger.sheets import HOUR, MARCH, OTHER_PERSON, PERSON, UNDER_CONSENT, arrivals, referral, sheet

AUDITOR = Asker("Asa Auditor", "complaint 12")
NOW = MARCH + 1000 * HOUR

RECORDS = [
    sheet(0),
    referral(1),
    sheet(2, person=OTHER_PERSON),
    sheet(3, kind="FOLDED", type="consent_withdraw", publisher="avon-ld.team", present=[], rulings=[]),
]


@pytest.fixture
def filled(ledger: Engine) -> Engine:
    """A ledger of an arrest, a referral under consent, somebody else's arrest and a withdrawal."""
    store.append(ledger, {0: arrivals(*RECORDS)}, {})
    return ledger


def found(filled: Engine, **asked: Any) -> list[tuple[int, str | None]]:
    """Offset and desk of what is answered."""
    answer = consult(filled, AUDITOR, Question(**asked), NOW)
    return [(finding.sheet.offset, finding.ruling.desk if finding.ruling else None) for finding in answer.findings]


def consultations(engine: Engine) -> list[RowMapping]:
    with engine.begin() as connection:
        return list(connection.execute(select(CONSULTATIONS)).mappings())


CHARITY, TEAM = "bridge-charity.support", "avon-ld.team"


def test_everything_is_answered_in_the_order_of_the_log(filled: Engine) -> None:
    assert found(filled) == [(0, TEAM), (0, CHARITY), (1, CHARITY), (2, TEAM), (2, CHARITY), (3, None)]


def test_what_is_answered_is_what_the_sheets_said(filled: Engine) -> None:
    answer = consult(filled, AUDITOR, Question(entry=f"{1:016x}"), NOW)
    assert answer.findings[0].sheet == Sheet.from_record(RECORDS[1])
    assert answer.findings[0].ruling == Sheet.from_record(RECORDS[1]).rulings[0]


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({"person": PERSON}, [(0, TEAM), (0, CHARITY), (1, CHARITY), (3, None)]),
        ({"person": PERSON, "desk": CHARITY}, [(0, CHARITY), (1, CHARITY)]),
        ({"desk": TEAM}, [(0, TEAM), (2, TEAM)]),
        ({"entry": f"{2:016x}"}, [(2, TEAM), (2, CHARITY)]),
        ({"consent": "consent-1"}, [(1, CHARITY)]),
        ({"consent": "consent-2"}, []),
        ({"verdict": "DENY"}, [(0, CHARITY), (2, CHARITY)]),
        ({"type": "consent_withdraw"}, [(3, None)]),
        ({"since": MARCH + HOUR, "until": MARCH + 2 * HOUR}, [(1, CHARITY)]),
        ({"person": "ff" * 16}, []),
    ],
)
def test_each_question_is_answered_with_what_it_asks_for(
    filled: Engine, asked: dict[str, Any], places: list[tuple[int, str | None]]
) -> None:
    assert found(filled, **asked) == places


def test_a_ruling_on_another_consent_of_the_same_desk_is_not_answered(ledger: Engine) -> None:
    other = {**UNDER_CONSENT, "consents": ["consent-2"]}
    both = {**UNDER_CONSENT, "desk": TEAM, "consents": ["consent-1", "consent-2"]}
    store.append(ledger, {0: arrivals(referral(0, rulings=[other]), referral(1, rulings=[both]))}, {})
    assert found(ledger, consent="consent-1") == [(1, TEAM)]
    assert found(ledger, consent="consent-2") == [(0, CHARITY), (1, TEAM)]


def test_who_asked_why_and_for_what_is_on_record(filled: Engine) -> None:
    answer = consult(filled, AUDITOR, Question(person=PERSON, verdict="DENY"), NOW, {"explained_to": CHARITY})
    (row,) = consultations(filled)
    assert dict(row) == {
        "consultation_id": answer.number,
        "at": NOW,
        "asker": "Asa Auditor",
        "purpose": "complaint 12",
        "asked": {"person": PERSON, "verdict": "DENY", "explained_to": CHARITY},
        "entries": 1,
    }


def test_a_question_that_finds_nothing_is_on_record_too(filled: Engine) -> None:
    consult(filled, AUDITOR, Question(person="ff" * 16), NOW)
    assert [row["entries"] for row in consultations(filled)] == [0]


@pytest.mark.parametrize("asker", [Asker("", "why"), Asker("who", "  "), Asker(" ", "")])
def test_nobody_is_answered_without_a_name_and_a_purpose(filled: Engine, asker: Asker) -> None:
    with pytest.raises(LedgerError, match="NO_PURPOSE"):
        consult(filled, asker, Question(), NOW)
    assert consultations(filled) == []


def test_nothing_is_shown_where_it_cannot_be_recorded(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(text("DROP TABLE ledger_consultations"))
    with pytest.raises(LedgerError, match="NOT_CONSULTED") as refusal:
        consult(filled, AUDITOR, Question(person=PERSON), NOW)
    assert PERSON not in repr(refusal.value)


def test_a_spoilt_row_is_not_answered_as_if_it_were_not_there(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(text("UPDATE ledger_decisions SET answers = '[{}]'"))
    with pytest.raises(LedgerError, match="NOT_CONSULTED"):
        consult(filled, AUDITOR, Question(), NOW)


def test_an_answer_says_how_far_the_ledger_knows(filled: Engine) -> None:
    assert consult(filled, AUDITOR, Question(desk="nobody.here"), NOW).recorded_until == MARCH + 3 * HOUR


def test_an_empty_ledger_knows_nothing(ledger: Engine) -> None:
    assert consult(ledger, AUDITOR, Question(), NOW) == Consultation(1, (), None)


def test_carers_own_claims_are_found_by_the_mark_on_their_sheets(ledger: Engine) -> None:
    marked = [sheet(n, faults=["OWN_CLAIM", "UNKNOWN_CODE"] if n % 2 else ["NOT_MY_OWN_CLAIM"]) for n in range(6)]
    store.append(ledger, {0: arrivals(*marked)}, {})
    assert {place for place, _ in found(ledger, own_claims=True)} == {1, 3, 5}


def test_a_sample_is_whole_events_drawn_by_chance_and_never_more_than_there_are(ledger: Engine) -> None:
    store.append(ledger, {0: arrivals(*[sheet(n) for n in range(40)])}, {})
    drawn = [found(ledger, sample=3) for _ in range(5)]
    assert all(len({place for place, _ in one}) == 3 for one in drawn)
    assert all(
        sorted(set(one)) == sorted((place, desk) for place, _ in one[::2] for desk in (TEAM, CHARITY)) for one in drawn
    )
    assert len({tuple(one) for one in drawn}) > 1
    assert found(ledger, sample=41) == found(ledger)
