"""Who may take a consent, from takers.toml. Where no row says that somebody may, what they took gives nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from consent.terms import PURPOSES, ROLES, VIEWS
from consent.text import ROLE, Text, Vocabulary

_FIELDS: Final = ("roles", "views", "purposes")
_PURPOSE: Final = Vocabulary("PURPOSE", PURPOSES)


class _Row(NamedTuple):
    """What some may take."""

    roles: frozenset[str]
    views: frozenset[str]
    purposes: frozenset[str]


@dataclass(frozen=True)
class Takers:
    """Whose staff may take a consent to what."""

    _rows: tuple[_Row, ...]

    @classmethod
    def parse(cls, text: str) -> "Takers":
        """The rows that the text sets out; PolicyError where it says something that it may not."""
        said = Text.parse("takers.toml", text)
        said.fields("takers", said.says, ("never", "taker"))
        never = frozenset(said.words("takers", "never", said.says["never"], ROLE))
        return cls(tuple(_row(said, row, never) for row in said.rows("taker", said.says["taker"])))

    def may_take(self, role: str, views: Sequence[str], purposes: Sequence[str]) -> bool:
        """Whether staff of this role may take a consent to these views for these purposes; if not, it gives nothing."""
        return any(
            role in row.roles and row.views.issuperset(views) and row.purposes.issuperset(purposes)
            for row in self._rows
        )


def _row(text: Text, row: Mapping[str, Any], never: frozenset[str]) -> _Row:
    text.fields("taker", row, _FIELDS)
    roles, views, purposes = (row[field] for field in _FIELDS)
    return _Row(
        (ROLES if roles == "any" else frozenset(text.words("taker", "roles", roles, ROLE))) - never,
        frozenset(VIEWS if views == "any" else text.views("taker", "views", views)),
        PURPOSES if purposes == "any" else frozenset(text.words("taker", "purposes", purposes, _PURPOSE)),
    )
