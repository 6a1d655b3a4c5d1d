from hub.ledger.sheet import Sheet
from hub.statistics import Counted, Folded, total
from tests.hub.ledger.sheets import referral, sheet

ARREST = Sheet.from_record(sheet(0))
REFERRAL = Sheet.from_record(referral(1))


def test_every_ruling_is_counted_by_type_role_and_verdict() -> None:
    counted = Folded(-1, {}).with_sheets([(0, ARREST), (1, REFERRAL)]).counts
    assert sum(counted.values()) == len(ARREST.rulings) + len(REFERRAL.rulings)
    assert set(counted) == {
        Counted(one.type, ruling.role, ruling.verdict) for one in (ARREST, REFERRAL) for ruling in one.rulings
    }


def test_a_sheet_that_comes_again_is_counted_once() -> None:
    once = Folded(-1, {}).with_sheets([(5, ARREST)])
    assert once.with_sheets([(5, ARREST)]) is once
    assert once.with_sheets([(4, REFERRAL)]) is once


def test_what_is_kept_is_read_back() -> None:
    folded = Folded(-1, {}).with_sheets([(7, ARREST)])
    assert Folded.from_value(folded.to_value()) == folded
    assert Folded.from_value(None) == Folded(-1, {})


def test_the_counts_of_all_partitions_add_up() -> None:
    one = Folded(-1, {}).with_sheets([(0, ARREST)])
    assert total([one, one]) == {key: 2 * number for key, number in sorted(one.counts.items())}
