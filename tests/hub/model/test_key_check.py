from dataclasses import fields, replace

import pytest

from hub.model.key_check import ForeignKeysError, check_value, must_match
from hub.model.keys import Keys
from tests.world import KEYS

NAMES = [field.name for field in fields(Keys)]


def test_the_same_keys_match() -> None:
    assert check_value(KEYS) == check_value(replace(KEYS))
    must_match("here", check_value(KEYS), check_value(KEYS))


def test_each_key_has_a_word_of_its_own_and_none_is_part_of_a_key() -> None:
    words = check_value(KEYS).split("-")
    assert len(set(words)) == len(NAMES)
    assert all(len(bytes.fromhex(word)) == 8 for word in words)
    assert not any(bytes.fromhex(word) in getattr(KEYS, name) for word in words for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_which_key_is_another_is_said_and_what_to_do(name: str) -> None:
    with pytest.raises(ForeignKeysError) as refused:
        must_match("hub.keys", check_value(KEYS), check_value(replace(KEYS, **{name: b"X" * 32})))
    what, do = (
        f"was made with other keys than these ({name})",
        "set HUB_KEY_FILE to the key file of the home that made it",
    )
    assert str(refused.value) == f"hub.keys {what}: {do}, or HUB_HOME to that home"


@pytest.mark.parametrize("known", ["", "canary", "-".join(["canary"] * 5)])
def test_what_is_no_check_value_matches_nothing_and_is_not_repeated(known: str) -> None:
    with pytest.raises(ForeignKeysError, match="pseudonym, digest, audit, quarantine") as refused:
        must_match("hub.keys", known, check_value(KEYS))
    assert "canary" not in str(refused.value)
