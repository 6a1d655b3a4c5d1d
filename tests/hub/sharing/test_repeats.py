import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.entry import Entry
from hub.sharing.repeats import MOST, SIZE, answer, remember
from tests.examples import examples
from tests.world import DAY, MARCH_2, bare


def an(entry_id: bytes, content: bytes = b"content.") -> Entry:
    return bare(entry_id=entry_id.hex(), content_hash=content)


def test_an_entry_is_new_until_it_is_remembered_and_then_a_repeat() -> None:
    first, second = an(b"aaaaaaaa"), an(b"bbbbbbbb")
    repeats = remember(b"", first, MARCH_2, 35)
    assert (answer(b"", first), answer(repeats, first), answer(repeats, second)) == ("NEW", "REPEAT", "NEW")
    assert answer(remember(repeats, second, MARCH_2, 35), second) == "REPEAT"


def test_other_content_under_a_used_id_is_altered() -> None:
    assert answer(remember(b"", an(b"aaaaaaaa"), MARCH_2, 35), an(b"aaaaaaaa", b"changed.")) == "ALTERED"


def test_bytes_that_lie_across_two_entries_are_not_taken_for_an_id() -> None:
    repeats = remember(remember(b"", an(b"aaaaaaaa", b"1234xxxx"), MARCH_2, 35), an(b"yyyybbbb"), MARCH_2, 35)
    across = an(repeats[12:20])
    assert repeats.find(bytes.fromhex(across.entry_id)) == 12
    assert answer(repeats, across) == "NEW"


def test_an_id_is_found_although_its_bytes_also_stand_elsewhere_before() -> None:
    repeats = remember(b"", an(b"aaaaaaaa", b"bbbbbbbb"), MARCH_2, 35)
    assert answer(repeats, an(b"bbbbbbbb")) == "NEW"
    assert answer(remember(repeats, an(b"bbbbbbbb"), MARCH_2, 35), an(b"bbbbbbbb")) == "REPEAT"


def test_what_is_older_than_the_window_is_forgotten() -> None:
    old, recent = an(b"aaaaaaaa"), an(b"bbbbbbbb")
    repeats = remember(remember(b"", old, MARCH_2, 35), recent, MARCH_2 + DAY, 35)
    assert answer(remember(repeats, an(b"cccccccc"), MARCH_2 + 35 * DAY, 35), old) == "REPEAT"
    later = remember(repeats, an(b"cccccccc"), MARCH_2 + 36 * DAY, 35)
    assert (answer(later, old), answer(later, recent)) == ("NEW", "REPEAT")


def test_no_more_than_the_most_are_kept_and_the_newest_stay() -> None:
    repeats = bytes(SIZE * MOST)
    after = remember(repeats, an(b"aaaaaaaa"), 0, 35)
    assert len(after) == SIZE * MOST
    assert answer(after, an(b"aaaaaaaa")) == "REPEAT"
    assert len(remember(repeats, an(b"aaaaaaaa"), 0, 35, most=3)) == SIZE * 3


@pytest.mark.parametrize("broken", [bare(entry_id="not hexadecimal!"), bare(entry_id="aa"), bare(content_hash=b"")])
def test_an_entry_without_a_proper_id_or_hash_is_not_answered(broken: Entry) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        answer(b"", broken)
    assert "content." not in str(raised.value)


few = st.binary(min_size=8, max_size=8).map(lambda raw: bytes(byte & 1 for byte in raw))


@examples(60)
@given(st.lists(st.tuples(few, few), max_size=20), few, few)
def test_packed_ids_answer_as_a_dictionary_would(
    came: list[tuple[bytes, bytes]], entry_id: bytes, hash_: bytes
) -> None:
    repeats, known = b"", dict[bytes, bytes]()
    for each, content in came:
        if each not in known:
            known[each], repeats = content, remember(repeats, an(each, content), MARCH_2, 35)
    expected = "NEW" if entry_id not in known else "REPEAT" if known[entry_id] == hash_ else "ALTERED"
    assert answer(repeats, an(entry_id, hash_)) == expected
