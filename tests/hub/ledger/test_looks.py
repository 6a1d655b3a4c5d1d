import pytest
from sqlalchemy import Engine, select

from hub.ledger.errors import LedgerError
from hub.ledger.looks import Look, look, looks
from hub.ledger.questions import Asker
from hub.ledger.tables import CONSULTATIONS, METADATA

WHO = Asker("Rita Reviewer", "ticket 9")


def test_a_look_is_on_record_with_who_and_why_and_found_again(ledger: Engine) -> None:
    number = look(ledger, WHO, {"quarantine": "in.x/0/1", "act": "show"}, 1_000)
    look(ledger, WHO, {"something": "else"}, 2_000)
    assert looks(ledger, "quarantine") == (Look(1_000, {"quarantine": "in.x/0/1", "act": "show"}),)
    with ledger.connect() as connection:
        row = connection.execute(select(CONSULTATIONS)).mappings().first()
    assert row
    assert (row["consultation_id"], row["asker"], row["purpose"], row["entries"]) == (number, *WHO, 1)


@pytest.mark.parametrize("who", [Asker(" ", "ticket 9"), Asker("Rita Reviewer", "")])
def test_nobody_looks_without_a_name_and_a_purpose(ledger: Engine, who: Asker) -> None:
    with pytest.raises(LedgerError, match="NO_PURPOSE"):
        look(ledger, who, {}, 1_000)


def test_what_cannot_be_put_on_record_may_not_be_looked_at(ledger: Engine) -> None:
    METADATA.drop_all(ledger)
    with pytest.raises(LedgerError, match="NOT_CONSULTED"):
        look(ledger, WHO, {}, 1_000)
    with pytest.raises(LedgerError, match="LEDGER_UNREADABLE"):
        looks(ledger, "quarantine")
