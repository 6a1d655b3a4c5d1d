"""SP-01 and SP-03 as an auditor finds them: what sharing decided and wrote, recorded, asked for and said in words."""

import pytest
from sqlalchemy import Engine

from hub.ledger import store
from hub.ledger.questions import Asker, Question, consult
from hub.ledger.words import sentence
from hub.log import AUDIT, Arrival
from hub.model.entry import Entry
from hub.model.keys import audit_ref
from hub.model.person import NOBODY, Person
from hub.model.ruling import Moment
from hub.sharing import process
from hub.sharing.records import records
from tests.world import CHARITY, KEYS, LD_TEAM, MARCH_2, MARCH_4, PERSON, SEPTEMBER_5, entry, said, world

STEPS = [
    (entry("arrest"), MARCH_2),
    (said("GRANT"), MARCH_4),
    (entry("referral", MARCH_4), MARCH_4),
    (entry("referral", SEPTEMBER_5), SEPTEMBER_5),
    (said("WITHDRAW", SEPTEMBER_5), SEPTEMBER_5),
]


def decided(steps: list[tuple[Entry, int]]) -> list[Arrival]:
    """What sharing writes to hub.audit for these steps, in one partition."""
    person: Person = NOBODY
    sheets = []
    for offset, (step, at) in enumerate(steps):
        outcome = process(step, world(person, at, moment=Moment(1, offset, at, at, 3)))
        person = outcome.person or person
        (sheet,) = (record for record in records(outcome, KEYS) if record.topic == AUDIT)
        sheets.append(Arrival(offset, at, sheet.value or b""))
    return sheets


@pytest.fixture
def told(ledger: Engine) -> list[tuple[int, str, str]]:
    """Offset, desk and words of everything about the person."""
    store.append(ledger, {1: decided(STEPS)}, {})
    asked = Question(person=audit_ref(KEYS, PERSON))
    found = consult(ledger, Asker("Asa Auditor", "complaint 12"), asked, SEPTEMBER_5).findings
    return [(sheet.offset, ruling.desk, sentence(sheet, ruling)) for sheet, ruling in found if ruling]


def words(told: list[tuple[int, str, str]], offset: int, desk: str) -> str:
    return next(text for place, name, text in told if (place, name) == (offset, desk))


def test_the_arrest_shows_who_was_told_and_who_was_not(told: list[tuple[int, str, str]]) -> None:
    assert "the arrest in short; need for help, in codes" in words(told, 0, LD_TEAM)
    assert "(CUSTODY_CARE)" in words(told, 0, LD_TEAM)
    assert words(told, 0, CHARITY).startswith(
        "bridge-charity.support (charity) was not told. The desk has nothing to do"
    )


def test_the_referral_shows_what_consent_gave_and_what_it_did_not(told: list[tuple[int, str, str]]) -> None:
    text = words(told, 2, CHARITY)
    assert "was given: name, date of birth and aliases; need for help, in codes" in text
    assert "(SCOPE_VIEW)" in text


def test_the_resend_shows_that_the_agreement_had_run_out(told: list[tuple[int, str, str]]) -> None:
    assert "was not told. The person's agreement has run out (CONSENT_EXPIRED)." in words(told, 3, CHARITY)


def test_the_earlier_disclosure_stays_visible_after_the_withdrawal(told: list[tuple[int, str, str]]) -> None:
    assert [offset for offset, desk, _ in told if desk == CHARITY] == [0, 2, 3, 4]
    assert "(CONSENT_NOTICE)" in words(told, 4, CHARITY)
