"""Looking at what the ledger does not hold is on record in it too: a body in quarantine, and what became of it.

It is written down before anything is shown or done, and what cannot be written down is not.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from hub.ledger.errors import LedgerError
from hub.ledger.questions import Asker, must_say_why, put_on_record
from hub.ledger.tables import CONSULTATIONS


class Look(NamedTuple):
    """One that is on record."""

    at: int
    """Milliseconds UTC."""
    asked: Mapping[str, str]


def look(engine: Engine, asker: Asker, asked: Mapping[str, str], at: int) -> int:
    """Put on record that somebody looks, at `at` (milliseconds UTC), and at what; answers under which number.

    Raises LedgerError if no purpose is given or it cannot be recorded: then nothing may be shown or done.
    """
    must_say_why(asker)
    try:
        with engine.begin() as connection:
            return put_on_record(connection, asker, asked, at, 1)
    except SQLAlchemyError:
        raise LedgerError("NOT_CONSULTED") from None


def looks(engine: Engine, name: str) -> tuple[Look, ...]:
    """Every look so far that has this name among what it asked, oldest first. Raises LedgerError."""
    columns = CONSULTATIONS.c.at, CONSULTATIONS.c.asked
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(CONSULTATIONS.c.consultation_id))
            return tuple(Look(at, asked) for at, asked in rows if name in asked)
    except SQLAlchemyError:
        raise LedgerError("LEDGER_UNREADABLE") from None
