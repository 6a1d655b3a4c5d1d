"""Every code in plain words, so that an answer can be read out to the person whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass

from consent.text import Text


@dataclass(frozen=True)
class Words:
    """A phrase or sentence per code, by kind: verdict, reason, view, role, gateway and so on."""

    by_kind: Mapping[str, Mapping[str, str]]

    @classmethod
    def parse(cls, text: str) -> "Words":
        """The words of words.toml; PolicyError where a code has none."""
        said = Text.parse("words.toml", text)
        return cls(
            {
                kind: {code: said.string(kind, code, words) for code, words in said.table(kind).items()}
                for kind in said.says
            }
        )

    def say(self, kind: str, code: str) -> str:
        """The words for a code; the code itself if it has none, for a page must not fail over a phrase."""
        return self.by_kind.get(kind, {}).get(code, code)
