"""What a worker says on standard error: fixed words, codes and places in the log; never the text of an exception.

An error that came from a body may quote it, so of an exception only the type is written, whoever logs it.
"""

import asyncio
import logging
import sys
from typing import Any, Final, TextIO

COORDINATOR: Final = "aiokafka.consumer.group_coordinator"
AWAITED: Final = "GroupCoordinatorNotAvailableError"
SAME_AGAIN: Final = 30.0
"""Seconds."""
MOST: Final = 1_000
LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


class TypesOnly(logging.Formatter):
    """Writes the type of an exception instead of its text and frames."""

    def formatException(self, ei: Any) -> str:  # type: ignore[explicit-override]  # noqa: N802 - logging's own name
        """The type's name."""
        return f"({ei[0].__name__})" if ei and ei[0] else ""


def begin(stream: TextIO | None = None) -> None:
    """Let the hub speak from INFO on and libraries from WARNING on, one line each."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(TypesOnly(LINE))
    handler.addFilter(_is_news)
    handler.addFilter(Once())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("hub").setLevel(logging.INFO)


class Once:
    """Lets a library say the same no more than once in so many seconds: a client asks an absent broker all the time."""

    def __init__(self, seconds: float = SAME_AGAIN) -> None:
        self._seconds = seconds
        self._said: dict[str, float] = {}

    def __call__(self, record: logging.LogRecord) -> bool:
        """Whether it may be said."""
        if record.name.startswith("hub"):
            return True
        said = f"{record.name} {record.getMessage()}"
        if record.created - self._said.get(said, -self._seconds) < self._seconds:
            return False
        if len(self._said) >= MOST:
            self._said.clear()
        self._said[said] = record.created
        return True


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a new broker is still making its groups: aiokafka says so as an error, asks again and is answered."""
    expected = record.name == COORDINATOR and record.levelno < logging.CRITICAL
    return not (expected and AWAITED in record.getMessage())


def tell_of_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio would have said, but for the texts: an exception handler for an event loop."""
    error = context.get("exception")
    kind = type(error).__name__ if error else "no exception"
    logging.getLogger("hub.loop").error("%s (%s)", context["message"], kind)
