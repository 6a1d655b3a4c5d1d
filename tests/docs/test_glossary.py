"""Nothing that the program prints in capitals is left without words."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from consent.terms import REASONS
from docs.generate.glossary import meanings
from docs.generate.sources import read
from hub.metrics import QUARANTINE_REASONS

ROOT = Path(__file__).parents[2]
SOURCES = read()
CODES = frozenset(meaning.code for meaning in meanings(SOURCES))
WORDS = frozenset(word for term in SOURCES.terms["term"] for word in term.split())

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
ABBREVIATION = re.compile(r"(?<![\w`])[A-Z][A-Z&]+(?![\w`])")
TEXTS = ("consent/*.toml", "schemas/codes/*.toml", "schemas/source/*.avsc")

# What is written in capitals and never printed.
SILENT_MODULES = ("hub/memory_log.py", "hub/kafka/broker_requests.py", "hub/kafka/local/", "hub/people/index.py")
SILENT = frozenset(
    {"GATEWAY", "HANDLING", "REASON", "RELATIONSHIP", "ROLE", "TEST", "VIEW"}  # ends of the codes UNKNOWN_…
    | {"AGREES", "DIFFERS", "SILENT"}  # intake's comparison of what is known of a person
    | {"FENCED", "CUSTODY_MS", "FIRST_CONTACT_MS"}  # names of what a message or a module stands on
    | {"NFKC", "SF", "ZABCDEFGHJKLMNPQRTUVWXY"}  # how identifiers are read
)
ORDINARY = frozenset({"ONE"})
"""Words that are stressed."""


@cache
def constants() -> frozenset[tuple[str, str]]:
    """Every text in capitals in the program, with its module."""
    return frozenset(_constants())


def _constants() -> Iterator[tuple[str, str]]:
    for package in ("hub", "agents", "schemas", "consent"):
        for path in (ROOT / package).rglob("*.py"):
            module = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                    yield node.value, module


def test_every_code_in_the_program_has_an_entry() -> None:
    shown = {
        (word, module)
        for word, module in constants()
        if len(word) > 1 and not word.startswith("HUB_") and not module.startswith(SILENT_MODULES)
    }
    assert not sorted((word, module) for word, module in shown if word not in CODES | SILENT), "add to docs/terms.toml"


def test_nothing_is_excused_that_is_not_there() -> None:
    assert not SILENT - {word for word, _ in constants()}


@pytest.mark.parametrize("code", sorted({*REASONS, *QUARANTINE_REASONS}))
def test_a_reason_and_a_fault_have_words(code: str) -> None:
    assert code in CODES


@pytest.mark.parametrize("kind", [kind for kind in SOURCES.terms if kind != "term"])
def test_every_entry_is_in_order_and_ends_as_a_sentence(kind: str) -> None:
    assert all(means.endswith(".") for means in SOURCES.terms[kind].values())
    assert list(SOURCES.terms[kind]) == sorted(SOURCES.terms[kind])


def test_every_abbreviation_in_policy_codes_and_schemas_is_explained() -> None:
    found = {
        (word, path.name)
        for pattern in TEXTS
        for path in ROOT.glob(pattern)
        for word in ABBREVIATION.findall(_prose(path.read_text("utf-8")))
    }
    unknown = {(word, name) for word, name in found if word not in CODES | WORDS | ORDINARY}
    assert not sorted(unknown), "add to docs/terms.toml"


def _prose(text: str) -> str:
    """Sentences between quotes alone: a word by itself is a code, which other tests look up."""
    return " ".join(part for part in re.findall(r'"([^"]*)"', text) if " " in part)
