"""What goes into the ledger: sheets of hub.audit, each exactly once.

How far hub.audit was read stands in the transaction that records the sheets, so a sink that is killed and started
again neither skips nor doubles one; a second sink that runs meanwhile is refused, not merged.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from hub.ledger import rows
from hub.ledger.errors import LedgerError
from hub.ledger.sheet import Sheet, read
from hub.ledger.tables import CONSENTS, DECISIONS, MADE_WITH, OFFSETS, RULINGS, SHEETS
from hub.log import AUDIT, Arrival
from hub.model.key_check import must_match

Reached = Mapping[int, int]
"""Partition of hub.audit to the next offset to read; a partition that is not named begins at 0."""
Taken = Mapping[int, Sequence[Arrival]]
"""Partition of hub.audit to committed records, in order, from where the ledger had reached."""


def reached(engine: Engine) -> Reached:
    """How far the ledger has recorded. Raises LedgerError."""
    try:
        with engine.begin() as connection:
            return {row.audit_partition: row.next_offset for row in connection.execute(select(OFFSETS))}
    except SQLAlchemyError:
        raise LedgerError("LEDGER_UNREADABLE") from None


def recorded(engine: Engine) -> int:
    """How many sheets the ledger holds. Raises LedgerError."""
    try:
        with engine.connect() as connection:
            return int(connection.scalar(select(func.count()).select_from(SHEETS)) or 0)
    except SQLAlchemyError:
        raise LedgerError("LEDGER_UNREADABLE") from None


def begin(engine: Engine, keys_check: str) -> Reached:
    """How far a sink is to go on from, whose keys have that check value: the first one's are the ledger's for good.

    Raises LedgerError, and ForeignKeysError where it was made with other keys.
    """
    try:
        with engine.begin() as connection:
            if _made_with(connection) is None:
                connection.execute(insert(MADE_WITH).values(keys_check=keys_check))
    except SQLAlchemyError:
        raise LedgerError("LEDGER_UNWRITABLE") from None
    must_be_made_with(engine, keys_check)
    return reached(engine)


def must_be_made_with(engine: Engine, keys_check: str) -> None:
    """Raise ForeignKeysError where it was made with other keys: it would have nobody under their pseudonym."""
    try:
        with engine.begin() as connection:
            known = _made_with(connection)
    except SQLAlchemyError:
        raise LedgerError("LEDGER_UNREADABLE") from None
    must_match("the ledger", known or keys_check, keys_check)


def _made_with(connection: Connection) -> str | None:
    return connection.scalar(select(MADE_WITH.c.keys_check))


def append(engine: Engine, taken: Taken, since: Reached) -> Reached:
    """Record these sheets and how far they reach, together; answers how far. Raises LedgerError and records nothing."""
    sheets = [sheet for partition, arrivals in taken.items() for sheet in _read(partition, arrivals)]
    upto = {partition: arrivals[-1].offset + 1 for partition, arrivals in taken.items() if arrivals}
    try:
        with engine.begin() as connection:
            for partition, offset in upto.items():
                _advance(connection, partition, since.get(partition, 0), offset)
            _record(connection, sheets)
    except IntegrityError:
        raise LedgerError("SHEET_TWICE") from None
    except SQLAlchemyError:
        raise LedgerError("LEDGER_UNWRITABLE") from None
    return {**since, **upto}


def _read(partition: int, arrivals: Sequence[Arrival]) -> list[Sheet]:
    return [read(arrival.value, partition, f"{AUDIT}/{partition}/{arrival.offset}") for arrival in arrivals]


def _advance(connection: Connection, partition: int, since: int, upto: int) -> None:
    """Move the mark from exactly where this sink believes it to be."""
    ours = OFFSETS.c.audit_partition == partition
    stands = connection.scalar(select(OFFSETS.c.next_offset).where(ours))
    if (stands or 0) != since:
        raise LedgerError("OVERTAKEN", f"{AUDIT}/{partition}/{since}")
    if stands is None:
        connection.execute(insert(OFFSETS).values(audit_partition=partition, next_offset=upto))
    else:
        connection.execute(update(OFFSETS).where(ours).values(next_offset=upto))


def _record(connection: Connection, sheets: Sequence[Sheet]) -> None:
    decisions = rows.decision_rows(sheets)
    known = set(connection.scalars(select(DECISIONS.c.digest).where(DECISIONS.c.digest.in_(decisions))))
    _add(connection, DECISIONS, [row for digest, row in decisions.items() if digest not in known])
    _add(connection, SHEETS, [rows.sheet_row(sheet) for sheet in sheets])
    _add(connection, RULINGS, [row for sheet in sheets for row in rows.ruling_rows(sheet)])
    _add(connection, CONSENTS, [row for sheet in sheets for row in rows.consent_rows(sheet)])


def _add(connection: Connection, table: Table, new: Sequence[rows.Row]) -> None:
    if new:
        connection.execute(insert(table), new)
