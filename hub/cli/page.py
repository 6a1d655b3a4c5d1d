"""How lines are put before a reader: wrapped with their indent in a terminal, and left whole in a pipe.

A line that a terminal breaks by itself is broken in the middle of a word, and loses its place under its heading.
"""

import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text


def put(lines: Iterable[str], stream: TextIO | None = None) -> None:
    """Show these lines, on standard output unless another is named; none of them can steer a terminal."""
    console = Console(file=stream or sys.stdout, highlight=False)
    for line in map(safe, lines):
        if console.is_terminal:
            console.print(_placed(line))
        else:
            console.print(Text(line), soft_wrap=True)


def notice(text: str) -> None:
    """Say something beside the answer, on standard error: line by line."""
    put(text.splitlines() or [""], sys.stderr)


def safe(line: str) -> str:
    """The line without anything that steers a terminal, whatever an agency called its things."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


def _placed(line: str) -> Padding:
    words = line.lstrip(" ")
    return Padding.indent(Text(words), len(line) - len(words))
