"""What is remembered of a person's entries: found again, bounded, and told from what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.sharing import past
from tests.examples import examples

DAY = past.DAY_MS
A, B = "a0" * 8, "b1" * 8
ONE, TWO, THREE = b"\1\0\0\0", b"\2\0\0\0", b"\3\0\0\0"

ids = some.integers(0, 40).map(lambda n: f"{n:016x}")
marks = some.lists(some.sampled_from([ONE, TWO, THREE]), unique=True)
said = some.tuples(ids, some.integers(0, 2**40), some.integers(0, 500 * DAY), some.booleans(), marks)


@examples(200)
@given(some.lists(said, max_size=30, unique_by=lambda one: one[0]))
def test_every_entry_that_was_remembered_is_found_as_it_was(
    story: list[tuple[str, int, int, bool, list[bytes]]],
) -> None:
    known, newest = b"", 0
    for entry_id, offset, at, current, had in sorted(story, key=lambda one: one[2]):
        known, newest = past.remember(known, entry_id, offset, at, had, current=current), at
    assert past.whole(known)
    for entry_id, offset, at, current, had in story:
        kept = (had or current) and at // DAY >= newest // DAY - past.DAYS
        expected = past.Item(entry_id, offset, at // DAY, current, frozenset(had)) if kept else None
        found = past.find(known, entry_id)
        assert found == expected or (found is not None and expected is None and found.day == at // DAY)


def test_what_replaces_an_entry_makes_it_current_no_longer_and_nothing_else() -> None:
    known = past.remember(past.remember(b"", A, 1, DAY, [ONE], current=True), B, 2, DAY, [], current=True)
    after = past.replaced(known, A)
    assert [item.entry_id for item in past.current(after, 0)] == [B]
    assert past.find(after, A) == past.Item(A, 1, 1, current=False, marks=frozenset({ONE}))
    assert past.replaced(known, "77" * 8) == known


def test_who_is_given_it_later_is_remembered_once() -> None:
    known = past.remember(past.remember(b"", A, 1, DAY, [ONE], current=True), B, 2, DAY, [TWO], current=True)
    after = past.given(past.given(known, A, [TWO, ONE, THREE]), A, [TWO])
    assert past.find(after, A) == past.Item(A, 1, 1, current=True, marks=frozenset({ONE, TWO, THREE}))
    assert past.find(after, B) == past.find(known, B)
    assert past.given(known, "77" * 8, [ONE]) == known


def test_more_desks_than_can_be_remembered_are_not() -> None:
    some = [bytes((2, n, 0, 0)) for n in range(200)]
    more = [bytes((3, n, 0, 0)) for n in range(200)]
    known = past.given(past.remember(b"", A, 1, DAY, some, current=True), A, more)
    found = past.find(known, A)
    assert found is not None
    assert (len(found.marks), past.whole(known)) == (past.MOST_MARKS, True)


def test_what_nobody_had_and_nobody_needs_is_not_remembered() -> None:
    assert past.remember(b"", A, 1, DAY, [], current=False) == b""


def test_it_is_bounded_by_days_and_by_bytes_and_the_newest_stay() -> None:
    known = past.remember(b"", A, 1, 0, [], current=True)
    assert past.find(past.remember(known, B, 2, (past.DAYS + 1) * DAY, [], current=True), A) is None
    for number in range(past.MOST // 20):
        known = past.remember(known, f"{number:016x}", number, DAY, [ONE], current=True)
    assert len(known) <= past.MOST
    assert past.find(known, A) is None
    assert past.find(known, f"{past.MOST // 20 - 1:016x}") is not None


def test_only_what_is_current_and_young_enough_is_current() -> None:
    known = past.remember(past.remember(b"", A, 1, 5 * DAY, [], current=True), B, 2, 6 * DAY, [ONE], current=False)
    assert [item.entry_id for item in past.current(known, 5)] == [A]
    assert past.current(known, 6) == []


def test_an_id_that_looks_like_an_offset_is_no_offset() -> None:
    known = past.remember(b"", f"{5:016x}", 9, DAY, [ONE], current=False)
    assert past.at_offset(known, 5) is None
    assert past.at_offset(known, 9) == past.find(known, f"{5:016x}")


def test_as_much_is_kept_as_there_is_room_for_and_to_the_day() -> None:
    known = past.remember(b"", B, 1, DAY, [], current=True)
    whole = 2 * ((past.MOST - len(known)) // (len(known) + past.MARK) + 9)
    for number in range(whole):
        known = past.remember(known, f"{number:016x}", number, DAY, [ONE], current=True)
    assert past.MOST - (len(past.remember(b"", A, 1, DAY, [ONE], current=True))) < len(known) <= past.MOST
    old = past.remember(past.remember(b"", A, 1, 0, [ONE], current=True), B, 2, DAY, [ONE], current=True)
    later = past.remember(old, f"{7:016x}", 3, (past.DAYS + 1) * DAY, [ONE], current=True)
    assert (past.find(later, A), past.find(later, B) is not None) == (None, True)


def test_what_fills_the_room_to_the_last_byte_stays() -> None:
    known = b""
    for number in range(2_973 + 5):  # of 22 bytes each, and the last five of 26
        marks = [ONE] if number >= 2_973 else []
        known = past.remember(known, f"{number:016x}", number, DAY, marks, current=True)
    assert len(known) == past.MOST
    assert past.find(known, f"{0:016x}") is not None
    one_more = past.remember(known, A, 1, DAY, [], current=True)
    assert (len(one_more), past.find(one_more, f"{0:016x}")) == (past.MOST, None)


@pytest.mark.parametrize("broken", [b"\0", b"\0" * 21, b"\0" * 21 + b"\1", b"\0" * 23])
def test_bytes_that_are_no_such_past_are_told(broken: bytes) -> None:
    assert not past.whole(broken)


@pytest.mark.parametrize(("entry_id", "had"), [("a0", [ONE]), (A, [ONE] * 256)])
def test_what_cannot_be_packed_is_refused(entry_id: str, had: list[bytes]) -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        past.remember(b"", entry_id, 1, DAY, had, current=True)
