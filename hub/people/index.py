"""Which person is this? One answer across agencies, whichever intake worker asks.

One batch is one transaction, and batches go one after another: two workers that meet the same new person at the same
moment get one answer. What an event was answered is stored before anything is produced, so a worker that dies in
between produces the same again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, Table, bindparam, create_engine, delete, event, insert, or_, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.schema import CreateIndex, CreateTable

from hub.intake.event import Event, Settled
from hub.log import Span
from hub.model.errors import HubError
from hub.model.key_check import check_value, must_match
from hub.model.keys import Keys, identifier_digest
from hub.people import tables
from hub.people.batch import Book, accepted, all_digests, question, replaces
from hub.people.links import Edge, Links

BUSY_SECONDS: Final = 30
"""How long a batch waits for its turn before it fails."""
ATTEMPTS: Final = 5
WRITE_AHEAD: Final = "wal"


class IndexUnavailableError(HubError):
    """The database did not answer; nothing of the batch was stored."""


class Index:
    """The person index and the repeat table. Not for two threads at once; for as many processes as there are."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine, self._keys = engine, keys

    @classmethod
    def open(cls, url: str, keys: Keys) -> Self:
        """The index at that database address, its tables made if there are none.

        Raises IndexUnavailableError, and ForeignKeysError where it was made with other keys: it would know nobody.
        """
        engine = create_engine(url, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare)
        try:
            with _told(), engine.begin() as connection:
                _make_tables(connection)
                _must_be_made_with(connection, check_value(keys))
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, keys)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back its connections."""
        self._engine.dispose()

    def settle(self, events: Sequence[Event]) -> list[Settled]:
        """Answer each event, in order, and store the answers; all of it or, if this raises, nothing.

        Raises IndexUnavailableError; anything else is one of these events' fault, and without it the others can be
        settled.
        """
        questions = [question(self._keys, event) for event in events]
        with _told(), self._engine.begin() as connection:
            connection.execute(update(tables.turn).values(taken=tables.turn.c.taken + 1))
            book = self._read(connection, _entry_ids(self._keys, events), all_digests(questions))
            settled = [book.settle(question) for question in questions]
            _write(connection, book)
        return settled

    def forget(self, before: int, most: int) -> int:
        """Forget that events were accepted before that day (days since 1970), the oldest `most` of them; how many.

        A transaction of its own. Raises IndexUnavailableError.
        """
        day, entry_id = tables.accepted.c.day, tables.accepted.c.entry_id
        oldest = select(entry_id).where(day < before).order_by(day).limit(most)
        with _told(), self._engine.begin() as connection:
            return connection.execute(delete(tables.accepted).where(entry_id.in_(oldest))).rowcount

    def begin(self, batches: Mapping[str, Span]) -> dict[str, int]:
        """Note what is taken now from each place (a topic and a partition); how often it was begun before in vain.

        A transaction of its own. Raises IndexUnavailableError.
        """
        with _told(), self._engine.begin() as connection:
            connection.execute(update(tables.turn).values(taken=tables.turn.c.taken + 1))
            known = {row["place"]: row for row in _rows(connection, tables.begun, "place", batches)}
            vain = {place: _in_vain(known.get(place), span) for place, span in batches.items()}
            connection.execute(delete(tables.begun).where(tables.begun.c.place.in_(list(batches))))
            new = [{"place": place, "last": span.last, "times": vain[place]} for place, span in batches.items()]
            _insert(connection, tables.begun, new)
        return vain

    def find(self, kind: str, value: str) -> str | None:
        """The route key of whoever has this identifier, given in canonical form."""
        column = tables.person_identifier.c
        wanted = select(column.route_key).where(column.value == identifier_digest(self._keys, kind, value))
        with _told(), self._engine.connect() as connection:
            return connection.execute(wanted).scalar()

    def records(self, kind: str, value: str) -> tuple[str, ...]:
        """The route keys of all records of whoever has this identifier, in canonical form; none: nobody has."""
        known = self.find(kind, value)
        if known is None:
            return ()
        with _told(), self._engine.connect() as connection:
            return _links(connection, {known}).of(known)

    def _read(self, connection: Connection, entry_ids: Iterable[str], digests: Iterable[bytes]) -> Book:
        before = _rows(connection, tables.accepted, "entry_id", entry_ids)
        known = _rows(connection, tables.person_identifier, "value", digests)
        holders = {row["value"]: row["route_key"] for row in known}
        vouched = {row["value"] for row in known if row["vouched"]}
        links = _links(connection, set(holders.values()))
        people = _rows(connection, tables.person, "route_key", {*holders.values(), *links.linked()})
        born = {row["route_key"]: row["born"] for row in people}
        answered = {row["entry_id"]: accepted(row) for row in before}
        return Book(self._keys, holders, vouched, born, answered, links)


def _in_vain(before: Any, now: Span) -> int:
    """How often what begins now was begun: had it been done, this would begin behind it."""
    return 0 if before is None or before["last"] < now.first else int(before["times"]) + 1


@contextmanager
def _told() -> Iterator[None]:
    """A database's own words may quote what it was asked. Only that a value will not do is no fault of its."""
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except (DBAPIError, NoConnectionError) as error:
        raise IndexUnavailableError(type(error).__name__) from None


def _rows(connection: Connection, table: Table, column: str, wanted: Iterable[Any]) -> list[Any]:
    asked = select(table).where(table.c[column].in_(list(wanted)))
    return list(connection.execute(asked).mappings())


def _entry_ids(keys: Keys, events: Sequence[Event]) -> list[str]:
    """Of the events, and of those that they replace."""
    replaced = (replaces(keys, event) for event in events)
    return [*(event.entry_id for event in events), *(each for each in replaced if each)]


def _links(connection: Connection, records: set[str]) -> Links:
    """All links of these records, and of the records that these are linked with."""
    found, asked, new = set[Edge](), set[str](), records
    one, other = tables.link.c.one, tables.link.c.other
    while new:
        rows = connection.execute(select(tables.link).where(or_(one.in_(list(new)), other.in_(list(new)))))
        found |= {(row.one, row.other) for row in rows}
        asked |= new
        new = {end for edge in found for end in edge} - asked
    return Links(found)


def _write(connection: Connection, book: Book) -> None:
    _insert(connection, tables.person, book.people)
    _insert(connection, tables.person_identifier, book.identifiers)
    _insert(connection, tables.accepted, book.events)
    _insert(connection, tables.link, [{"one": one, "other": other} for one, other in sorted(book.links.made)])
    for one, other in sorted(book.links.ended):
        connection.execute(delete(tables.link).where(tables.link.c.one == one, tables.link.c.other == other))
    if book.vouchings:
        column = tables.person_identifier.c
        vouch = update(tables.person_identifier).where(column.value == bindparam("digest")).values(vouched=True)
        connection.execute(vouch, [{"digest": digest} for digest in book.vouchings])


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _make_tables(connection: Connection) -> None:
    for table in tables.metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    _put_once(connection, tables.turn, taken=0)


def _must_be_made_with(connection: Connection, mine: str) -> None:
    _put_once(connection, tables.made_with, keys_check=mine)
    known = connection.execute(select(tables.made_with.c.keys_check)).scalar_one()
    must_match("the person index", known, mine)


def _put_once(connection: Connection, table: Table, **row: Any) -> None:
    """Give the table its only row, unless it has it."""
    if connection.execute(select(table.c.id)).first() is None:
        connection.execute(insert(table).values(id=1, **row).prefix_with("OR IGNORE", dialect="sqlite"))


def _prepare(connection: Any, _: object) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    for _attempt in range(ATTEMPTS):
        if _is_written_ahead(connection):
            break
    connection.execute("PRAGMA synchronous=FULL")


def _is_written_ahead(connection: Any) -> bool:
    """Whether the journal is a write-ahead log now. Two that change it at once could wait for each other for ever, so
    SQLite lets one fail at once; it tries again when nobody else has the file.
    """
    try:
        if _mode(connection, "") != WRITE_AHEAD:
            connection.execute("BEGIN EXCLUSIVE").connection.execute("COMMIT")
            _mode(connection, f"={WRITE_AHEAD}")
    except sqlite3.OperationalError:
        return False
    return _mode(connection, "") == WRITE_AHEAD


def _mode(connection: Any, change: str) -> str:
    return str(connection.execute(f"PRAGMA journal_mode{change}").fetchone()[0])
