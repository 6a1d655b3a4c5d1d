"""Whose keys a broker in memory has: those of whoever comes first; tests/contract has the rest."""

from dataclasses import replace

import pytest

from hub.log import KEYRING, TIMELINE, Record
from hub.memory_log import MemoryBroker, MemoryLog
from hub.model.errors import StateMissingError
from hub.model.key_check import ForeignKeysError, check_value
from tests.world import CHECK, KEYS

OTHER = check_value(replace(KEYS, digest=b"D" * 32))


async def test_whoever_comes_first_says_whose_keys_they_are() -> None:
    broker = MemoryBroker()
    await MemoryLog(broker, 0, CHECK).open()
    assert [stored.record.value for stored in broker.read(KEYRING)] == [CHECK.encode()]
    await MemoryLog(broker, 1, CHECK).open()
    with pytest.raises(ForeignKeysError):
        await MemoryLog(broker, 1, OTHER).open()


async def test_what_is_said_later_counts_for_nothing() -> None:
    broker = MemoryBroker()
    for said in (CHECK, OTHER):
        broker.append(Record(KEYRING, None, said.encode()))
    await MemoryLog(broker, 0, CHECK).open()
    with pytest.raises(ForeignKeysError):
        await MemoryLog(broker, 0, OTHER).open()


async def test_entries_of_which_nobody_knows_with_which_keys_they_were_made_are_not_decided() -> None:
    broker = MemoryBroker()
    broker.append(Record(TIMELINE, b"k", b"entry", (), 3))
    with pytest.raises(StateMissingError, match=r"hub\.keys does not say"):
        await MemoryLog(broker, 0, CHECK).open()
    assert broker.end(KEYRING) == 0
