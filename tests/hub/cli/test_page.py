"""Lines before a reader: wrapped under their own indent at a terminal, whole in a pipe."""

from io import StringIO

import pytest
from typing_extensions import override

from hub.cli import page

LINE = "    1. " + "words and words " * 12


class Screen(StringIO):
    """A stream that says that somebody sits there."""

    @override
    def isatty(self) -> bool:
        return True


def shown(stream: StringIO, monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[str]:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    page.put(lines, stream)
    return stream.getvalue().splitlines()


def test_at_a_terminal_a_line_is_wrapped_between_words_under_its_indent(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shown(Screen(), monkeypatch, LINE)
    assert len(found) > 3
    assert all(line.startswith("    ") and len(line) <= 40 for line in found)
    assert " ".join(" ".join(found).split()) == LINE.strip()


def test_in_a_pipe_a_line_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(StringIO(), monkeypatch, LINE, "[bold]x[/bold]") == [LINE, "[bold]x[/bold]"]


def test_no_line_can_steer_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[2J" not in "".join(shown(Screen(), monkeypatch, "all is well\x1b[2J"))
