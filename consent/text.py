"""Reading policy texts: every word is known, every table whole, and a fault is told with its file, table and line.

A word that is skipped because nobody knows it would be a rule that nobody applies. So nothing is skipped.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from consent.errors import PolicyError
from consent.terms import IDENTIFIERS, ROLES, VIEWS

Groups = Mapping[str, frozenset[str]]


class Vocabulary(NamedTuple):
    """Words of one kind; nothing else may stand where one is asked for."""

    kind: str
    known: frozenset[str]


ROLE: Final = Vocabulary("ROLE", ROLES)
VIEW: Final = Vocabulary("VIEW", frozenset(VIEWS))


@dataclass(frozen=True)
class Text:
    """One policy file: its name for messages, its text to find lines in, and what it says."""

    file: str
    text: str
    says: Mapping[str, Any]

    @classmethod
    def parse(cls, file: str, text: str) -> "Text":
        """The text as TOML; PolicyError NOT_TOML with the line where it is not."""
        try:
            return cls(file, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else text.count("\n") + 1
        raise PolicyError("NOT_TOML", file, line=line)

    def fault(self, code: str, table: str, field: str = "", word: object = None) -> PolicyError:
        """The fault at the line of `table` that holds the word or, if none does, the field."""
        return PolicyError(code, self.file, table, field, _line(self.text.splitlines(), table, field, word))

    def _missing(self, table: str, field: str) -> PolicyError:
        return PolicyError("MISSING", self.file, table, field, _lacking(self.text.splitlines(), table, field))

    def table(self, name: str) -> Mapping[str, Any]:
        """The table of that name; MISSING if there is none."""
        found = self.says.get(name)
        if not isinstance(found, dict):
            raise self.fault("MISSING", name)
        return found

    def rows(self, name: str, of: object) -> Sequence[Mapping[str, Any]]:
        """An array of tables."""
        if not isinstance(of, list) or not all(isinstance(row, dict) for row in of):
            raise self.fault("NOT_ROWS", name)
        return of

    def fields(self, table: str, row: Mapping[str, Any], required: Collection[str]) -> None:
        """Refuse a field that nobody knows and the lack of one that is needed."""
        for field in row:
            if field not in required:
                raise self.fault("UNKNOWN_FIELD", table, field)
        for field in required:
            if field not in row:
                raise self._missing(table, field)

    def string(self, table: str, field: str, said: object) -> str:
        """A text that says something."""
        if said is None:
            raise self._missing(table, field)
        if not isinstance(said, str) or not said.strip():
            raise self.fault("MISSING", table, field)
        return said

    def word(self, table: str, field: str, said: object, vocabulary: Vocabulary) -> str:
        """One word of the vocabulary; else UNKNOWN_ and what kind of word it should be."""
        if not isinstance(said, str) or said not in vocabulary.known:
            raise self.fault(f"UNKNOWN_{vocabulary.kind}", table, field, said)
        return said

    def words(self, table: str, field: str, said: object, vocabulary: Vocabulary) -> tuple[str, ...]:
        """A list of words of the vocabulary, none twice."""
        if not isinstance(said, list):
            raise self.fault("NOT_A_LIST", table, field)
        for word in said:
            self.word(table, field, word, vocabulary)
            if said.count(word) > 1:
                raise self.fault("TWICE", table, field, word)
        return tuple(said)

    def views(self, table: str, field: str, said: object) -> tuple[str, ...]:
        """A list of views, in which "identifiers" stands for each view of one identifier."""
        if isinstance(said, list):
            said = [view for word in said for view in (IDENTIFIERS if word == "identifiers" else (word,))]
        return self.words(table, field, said, VIEW)

    def groups(self) -> Groups:
        """The file's own names for lists of roles."""
        said = self.table("groups")
        for name in said:
            if name in ROLES | {"any"}:
                raise self.fault("SHADOWS_A_ROLE", "groups", name)
        return {name: frozenset(self.words("groups", name, roles, ROLE)) for name, roles in said.items()}

    def roles(self, table: str, field: str, said: object, groups: Groups) -> frozenset[str]:
        """The roles that a list of roles and groups stands for; "any": all of them."""
        if said == "any":
            return ROLE.known
        listed = self.words(table, field, said, Vocabulary("ROLE", ROLE.known | groups.keys()))
        return frozenset().union(*(groups.get(word, frozenset({word})) for word in listed))


def _is_head(line: str) -> bool:
    return re.match(r"\s*\[+[\w.]+\]+\s*(#.*)?$", line) is not None


def _line(lines: list[str], table: str, field: str, word: object) -> int:
    start = _first(lines, 0, _opens(table))
    if start:  # what another table says is not said here; of rows it may be said in any
        other = _first(lines, start + 1, lambda line: _is_head(line) and not _opens(table)(line))
        lines = lines[: other - 1] if other else lines
    sought: list[Callable[[str], bool]] = [lambda line: f'"{word}"' in line] if isinstance(word, str) else []
    sought += [_says(field)] if field else []
    found = (_first(lines, start, seek) for seek in sought)
    return next((at for at in found if at), start) or 1


def _lacking(lines: list[str], table: str, field: str) -> int:
    """Number of the line at which the first such table begins that does not have the field; 1 if all have it."""
    for at, line in enumerate(lines, 1):
        if _opens(table)(line):
            end = _first(lines, at + 1, _is_head) or len(lines) + 1
            if not any(map(_says(field), lines[at : end - 1])):
                return at
    return 1


def _says(field: str) -> Callable[[str], bool]:
    pattern = re.compile(rf'\s*"?{re.escape(field)}"?\s*=')
    return lambda line: pattern.match(line) is not None


def _first(lines: list[str], start: int, fits: Callable[[str], bool]) -> int:
    """Number of the first line from `start` (0: the beginning) that fits; 0 if none does."""
    return next((at for at, line in enumerate(lines[max(start - 1, 0) :], max(start, 1)) if fits(line)), 0)


def _opens(table: str) -> Callable[[str], bool]:
    """What the line looks like at which a table, a row of a matrix or a gateway begins."""
    name = re.escape(table)
    pattern = re.compile(rf'\s*(\[+{name}\]+|"?{name}"?\s*=|id\s*=\s*"{name}")')
    return lambda line: pattern.match(line) is not None
