"""Reads a directory from its TOML file, or says in which line it is wrong.

A directory decides who is asked about whom, so nothing in it is guessed: an unknown word, a desk that is nowhere, an
area that nobody answers for at night each refuse the whole file, all faults at once. Errors name the file, the line,
the field and the rule. hub/demo/directory.toml is an example.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from pydantic import ValidationError

from hub.directories import build, rules
from hub.directories.errors import Broken, DirectoryError, Fault
from hub.directories.lines import line, line_in, lines_of
from hub.directories.shape import File
from hub.model.directory import Directory
from schemas import catalogue

__all__ = ["DirectoryError", "Fault", "read"]


def read(path: Path, event_types: AbstractSet[str] | None = None) -> Directory:
    """The directory in that file; `event_types` are those that a desk may subscribe to, None: all that have a schema.

    Raises DirectoryError.
    """
    text = _text(path)
    try:
        file = File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        fault = Fault(line_in(error), "", "is not TOML, or says something twice")
        raise DirectoryError(str(path), (fault,)) from None
    except ValidationError as error:
        raise _refused(path, text, _broken_shapes(error)) from None
    if broken := list(rules.broken(file, frozenset(catalogue.event_types()) if event_types is None else event_types)):
        raise _refused(path, text, broken)
    return build.directory(file, hashlib.sha256(text.encode()).hexdigest()[:16])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DirectoryError(str(path), (Fault(0, "", error.strerror or "cannot be read"),)) from None
    except UnicodeDecodeError:
        raise DirectoryError(str(path), (Fault(0, "", "is not UTF-8"),)) from None


def _refused(path: Path, text: str, broken: Iterable[Broken]) -> DirectoryError:
    lines = lines_of(text)
    faults = (Fault(line(lines, where), ".".join(map(str, where)), rule) for where, rule in broken)
    return DirectoryError(str(path), tuple(sorted(set(faults))))


def _broken_shapes(error: ValidationError) -> Iterator[Broken]:
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        yield tuple(key for key in one["loc"] if key != "[key]"), one["msg"]
