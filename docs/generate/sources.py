"""All that the pages are made from, read once: the policy, its words and texts, and the terms of the glossary."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from consent.checks import Check, asks
from consent.policy import Policy
from consent.who import ROLE_ORDER
from consent.words import Words
from docs.generate.markdown import code
from hub import policies

_TERMS: Final = Path(__file__).parents[1] / "terms.toml"


@dataclass(frozen=True)
class Sources:
    """What the hub ships with."""

    policy: Policy = field(repr=False)
    words: Words = field(repr=False)
    views: Mapping[str, Any] = field(repr=False)
    """views.toml as it is written, for the signs of its cells."""
    gateways: Mapping[str, Mapping[str, Any]] = field(repr=False)
    """Rows of gateways.toml as they are written, by id."""
    not_yet: tuple[str, ...]
    """Gateways that the matrix names and that have no row."""
    terms: Mapping[str, Mapping[str, str]] = field(repr=False)
    """docs/terms.toml: what stands in no data, by kind."""

    def say(self, kind: str, word: str) -> str:
        """A code in plain words."""
        return self.words.say(kind, word)


def read() -> Sources:
    """The hub's own policy and words."""
    law = _toml("gateways.toml")
    return Sources(
        policy=policies.read(),
        words=Words.parse(_text("words.toml")),
        views=_toml("views.toml"),
        gateways={row["id"]: row for row in law["gateway"]},
        not_yet=tuple(law["not_yet"]),
        terms=tomllib.loads(_TERMS.read_text("utf-8")),
    )


def in_order(roles: Iterable[str]) -> list[str]:
    """Roles as the terms list them."""
    return sorted(roles, key=ROLE_ORDER.index)


def role(sources: Sources, name: str, base: str = "") -> str:
    """A role in words, with a link to what it may have; the link ends in its code."""
    return f"[{sources.say('role', name)}]({base}roles.md#{name.lower()})"


def roles(sources: Sources, names: Iterable[str], base: str = "") -> str:
    """Roles in words; all of them in one."""
    chosen = in_order(names)
    return "every role" if len(chosen) == len(ROLE_ORDER) else ", ".join(role(sources, name, base) for name in chosen)


def test(check: Check) -> str:
    """What a named test asks, with its name."""
    return f"{asks(check)} ({code(check.__name__)})"


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files("consent").joinpath(name).read_text("utf-8")
