from typing import get_args

import pytest

from consent import terms
from consent.errors import PolicyError
from consent.gateways import HANDLING
from consent.words import Words
from tests.consent.files import POLICY, TEXTS

WORDS = Words.parse(TEXTS["words.toml"])
CODES = {
    "verdict": set(get_args(terms.Verdict)),
    "answer": set(get_args(terms.Answer)),
    "reason": set(terms.REASONS),
    "relationship": set(terms.RELATIONSHIPS),
    "confidence": set(get_args(terms.Confidence)),
    "purpose": set(terms.PURPOSES),
    "view": set(terms.VIEWS),
    "role": set(terms.ROLES),
    "gateway": set(POLICY.gateways),
    "handling": set(HANDLING),
}


def test_every_code_has_its_words_and_no_words_are_without_a_code() -> None:
    assert {kind: set(said) for kind, said in WORDS.by_kind.items()} == CODES


@pytest.mark.parametrize("kind", sorted(CODES))
def test_no_two_codes_say_the_same_and_none_says_itself(kind: str) -> None:
    said = WORDS.by_kind[kind]
    assert len(set(said.values())) == len(said)
    assert all(words and words != code for code, words in said.items())


def test_a_code_is_said_in_its_words() -> None:
    assert Words.parse(TEXTS["words.toml"]).say("role", "LD_TEAM") == "liaison and diversion team"


def test_a_code_without_words_is_said_as_it_is() -> None:
    assert WORDS.say("reason", "NEW_CODE") == "NEW_CODE"
    assert WORDS.say("new kind", "LD_TEAM") == "LD_TEAM"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[reason]\nCONSENT = 1", "line 2: MISSING in reason, CONSENT"),
        ('reason = "x"', "line 1: MISSING in reason"),
        ('[reason]\nALERT = "x"\nCONSENT = " "', "line 3: MISSING in reason, CONSENT"),
    ],
)
def test_words_that_say_nothing_do_not_load_and_tell_where(text: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Words.parse(text)
    assert str(caught.value) == f"words.toml, {told}"
