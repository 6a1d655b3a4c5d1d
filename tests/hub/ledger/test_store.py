from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, select, text

from hub.ledger import database, store
from hub.ledger.errors import LedgerError
from hub.ledger.tables import CONSENTS, DECISIONS, METADATA, RULINGS, SHEETS
from hub.model.key_check import ForeignKeysError, check_value
from tests.hub.ledger.sheets import arrivals, referral, sheet
from tests.world import CHECK, KEYS


def count(engine: Engine, table: Table) -> int:
    with engine.begin() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def nothing_is_recorded(engine: Engine) -> Iterator[None]:
    before = {table.name: count(engine, table) for table in METADATA.sorted_tables}
    mark = store.reached(engine)
    yield
    assert {table.name: count(engine, table) for table in METADATA.sorted_tables} == before
    assert store.reached(engine) == mark


def test_an_empty_ledger_has_reached_nothing(ledger: Engine) -> None:
    assert store.reached(ledger) == {}


def test_the_first_sinks_keys_are_the_ledgers_for_good(ledger: Engine) -> None:
    store.must_be_made_with(ledger, "anybody's")
    since = store.append(ledger, {0: arrivals(sheet(0))}, {})
    assert [store.begin(ledger, CHECK) for _ in range(2)] == [since, since]
    store.must_be_made_with(ledger, CHECK)
    for ask in (store.begin, store.must_be_made_with):
        with pytest.raises(ForeignKeysError, match="the ledger was made with other keys"):
            ask(ledger, check_value(replace(KEYS, audit=b"A" * 32)))


def test_sheets_and_how_far_they_reach_are_recorded_together(ledger: Engine) -> None:
    since = store.append(ledger, {0: arrivals(sheet(0), referral(1))}, {})
    assert since == store.reached(ledger) == {0: 3}
    assert [count(ledger, table) for table in (SHEETS, RULINGS, CONSENTS, DECISIONS)] == [2, 3, 1, 3]


def test_a_decision_that_was_made_before_is_kept_once(ledger: Engine) -> None:
    since = store.append(ledger, {0: arrivals(sheet(0))}, {})
    store.append(ledger, {0: arrivals(sheet(1), sheet(2), start=2)}, since)
    assert [count(ledger, table) for table in (SHEETS, RULINGS, DECISIONS)] == [3, 6, 2]


def test_several_partitions_are_recorded_side_by_side(ledger: Engine) -> None:
    store.append(ledger, {0: arrivals(sheet(0)), 3: arrivals(sheet(0, partition=3), start=8)}, {3: 0})
    assert store.reached(ledger) == {0: 1, 3: 9}


def test_nothing_new_leaves_the_ledger_as_it_was(ledger: Engine) -> None:
    with nothing_is_recorded(ledger):
        assert store.append(ledger, {0: []}, {}) == {}


def test_a_second_sink_at_an_earlier_place_is_refused(ledger: Engine) -> None:
    store.append(ledger, {0: arrivals(sheet(0))}, {})
    with nothing_is_recorded(ledger), pytest.raises(LedgerError, match="OVERTAKEN"):
        store.append(ledger, {0: arrivals(sheet(0), sheet(1))}, {})


def test_a_sink_that_would_leave_a_hole_is_refused(ledger: Engine) -> None:
    with nothing_is_recorded(ledger), pytest.raises(LedgerError, match="OVERTAKEN"):
        store.append(ledger, {0: arrivals(sheet(4), start=8)}, {0: 8})


def test_two_sheets_for_one_offset_of_the_timeline_stop_the_sink(ledger: Engine) -> None:
    since = store.append(ledger, {0: arrivals(sheet(0))}, {})
    with nothing_is_recorded(ledger), pytest.raises(LedgerError, match="SHEET_TWICE"):
        store.append(ledger, {0: arrivals(sheet(1), sheet(0), start=2)}, since)


def test_an_unreadable_sheet_records_nothing_of_its_batch(ledger: Engine) -> None:
    broken = [*arrivals(sheet(0)), arrivals(sheet(1), start=2)[0]._replace(value=b"\x01")]
    with nothing_is_recorded(ledger), pytest.raises(LedgerError, match=r"SHEET_UNREADABLE.*hub\.audit/0/2"):
        store.append(ledger, {0: broken}, {})


def test_a_database_that_does_not_take_it_is_told_without_what_was_written(ledger: Engine) -> None:
    with ledger.begin() as connection:
        connection.execute(text("DROP TABLE ledger_consents"))
    with pytest.raises(LedgerError, match="LEDGER_UNWRITABLE") as refusal:
        store.append(ledger, {0: arrivals(referral(0))}, {})
    assert "consent-1" not in repr(refusal.value)
    assert store.reached(ledger) == {}


def test_a_ledger_opened_again_goes_on_where_it_was(ledger: Engine, url: str) -> None:
    since = store.append(ledger, {0: arrivals(sheet(0))}, {})
    again = database.create(url)
    assert store.reached(again) == since
    again.dispose()


def test_no_ledger_is_made_by_looking_for_one(url: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="LEDGER_MISSING"):
        database.find(url)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_no_ledger(url: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").touch()
    with pytest.raises(LedgerError, match="LEDGER_MISSING"):
        database.find(url)


def test_a_file_that_is_no_database_is_said_to_be_unreadable(url: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"not a database " * 100)
    with pytest.raises(LedgerError, match="LEDGER_UNREADABLE"):
        database.find(url)
    with pytest.raises(LedgerError, match="LEDGER_UNWRITABLE"):
        database.create(url)


def test_a_database_without_a_driver_is_said_to_be_so() -> None:
    with pytest.raises(LedgerError, match="NO_DRIVER"):
        database.find("postgresql+pg8000://nobody@nowhere/ledger")


def test_how_far_an_unreadable_ledger_has_come_is_not_guessed(ledger: Engine) -> None:
    with ledger.begin() as connection:
        connection.execute(text("DROP TABLE ledger_offsets"))
    with pytest.raises(LedgerError, match="LEDGER_UNREADABLE"):
        store.reached(ledger)


def test_what_is_found_is_what_was_made(ledger: Engine, url: str) -> None:
    store.append(ledger, {0: arrivals(sheet(0))}, {})
    found = database.find(url)
    assert store.reached(found) == {0: 1}
    found.dispose()
