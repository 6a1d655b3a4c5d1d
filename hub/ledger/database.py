"""The database that holds the ledger: SQLite by default, written ahead and synced in full, or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from hub.ledger.errors import LedgerError
from hub.ledger.tables import METADATA, SHEETS

PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""The wait comes first: to change the journal's mode may itself have to wait for another process."""


def create(url: str) -> Engine:
    """The ledger's database, with its tables made if they are not there. Raises LedgerError."""
    engine = _engine(make_url(url))
    with _answering(engine, "LEDGER_UNWRITABLE"):
        METADATA.create_all(engine)
    return engine


def find(url: str) -> Engine:
    """The ledger's database as it stands. An empty one would answer "nobody was told", so none is made here."""
    where = make_url(url)
    if _is_file(where) and not Path(where.database or "").is_file():
        raise LedgerError("LEDGER_MISSING")
    engine = _engine(where)
    with _answering(engine, "LEDGER_UNREADABLE"):
        if not inspect(engine).has_table(SHEETS.name):
            raise LedgerError("LEDGER_MISSING")
    return engine


@contextmanager
def _answering(engine: Engine, otherwise: str) -> Iterator[None]:
    try:
        yield
    except LedgerError:
        engine.dispose()
        raise
    except SQLAlchemyError:
        engine.dispose()
        raise LedgerError(otherwise) from None


def _is_file(where: URL) -> bool:
    return where.get_backend_name() == "sqlite"


def _engine(where: URL) -> Engine:
    try:
        engine = create_engine(where, hide_parameters=True)
    except ImportError:
        raise LedgerError("NO_DRIVER") from None
    if _is_file(where):
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: object) -> None:
    connection.isolation_level = None  # or the driver begins a transaction when it sees fit, after the first reads
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # every transaction here writes; waiting is better than failing late
