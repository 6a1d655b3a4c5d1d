import pytest

from hub.ledger.errors import LedgerError
from hub.ledger.sheet import Sheet
from hub.statistics import Counted, Folded, total
from tests.hub.ledger.sheets import referral, sheet

ARREST = Sheet.from_record(sheet(0))
REFERRAL = Sheet.from_record(referral(1))
THIRD = Sheet.from_record(sheet(2))
NOTHING = Folded.from_value(None)


def test_every_ruling_is_counted_by_type_role_and_verdict() -> None:
    counted = NOTHING.with_sheets([(0, ARREST), (1, REFERRAL)]).counts
    assert sum(counted.values()) == len(ARREST.rulings) + len(REFERRAL.rulings)
    assert set(counted) == {
        Counted(one.type, ruling.role, ruling.verdict) for one in (ARREST, REFERRAL) for ruling in one.rulings
    }


def test_a_sheet_that_comes_again_is_counted_once() -> None:
    once = NOTHING.with_sheets([(5, ARREST)])
    assert once.with_sheets([(5, ARREST)]) is once
    assert once.with_sheets([(4, REFERRAL)]) is once
    assert NOTHING.with_sheets([(5, ARREST), (7, REFERRAL), (5, ARREST)]) == once.with_sheets([(7, REFERRAL)])


def test_a_sheet_that_did_not_come_is_missed_not_passed_over() -> None:
    for before, sheets in ((NOTHING, [(5, ARREST), (9, THIRD)]), (NOTHING.with_sheets([(5, ARREST)]), [(9, THIRD)])):
        with pytest.raises(LedgerError, match=r"SHEET_MISSING.*hub.timeline/0/1"):
            before.with_sheets(sheets)


def test_counting_begins_at_whatever_sheet_is_the_oldest() -> None:
    assert NOTHING.with_sheets([(9, THIRD)]).ruled == 2


def test_what_is_kept_is_read_back() -> None:
    folded = NOTHING.with_sheets([(7, ARREST)])
    assert Folded.from_value(folded.to_value()) == folded
    assert NOTHING == (-1, -1, {})


def test_the_counts_of_all_partitions_add_up() -> None:
    one = NOTHING.with_sheets([(0, ARREST)])
    assert total([one, one]) == {key: 2 * number for key, number in sorted(one.counts.items())}
