"""Telling a person what takes a while: a moving line on a terminal, one plain line elsewhere."""

from collections.abc import Callable
from typing import TextIO

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many parts are done, and of how many."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def teller(stream: TextIO) -> Progress:
    """Tell on this stream: every step if it is a terminal, otherwise one line when the work begins."""
    return _moving(stream) if stream.isatty() else _plain(stream)


def _moving(stream: TextIO) -> Progress:
    def tell(what: str, done: int, total: int) -> None:
        stream.write(f"\r{what}: {done} of {total}" + ("\n" if done == total else ""))
        stream.flush()

    return tell


def _plain(stream: TextIO) -> Progress:
    def tell(what: str, done: int, _total: int) -> None:
        if done == 0:
            stream.write(f"{what}\n")
            stream.flush()

    return tell
