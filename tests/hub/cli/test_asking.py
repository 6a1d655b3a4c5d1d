"""Asked at a real terminal: what is typed there is read, and an identifier is not even shown to who sits beside."""

import fcntl
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

from tests.hub.cli.ledgers import NHS, Office, office
from tests.hub.ledger.sheets import sheet

__all__ = ["office"]

COMMAND = "from hub.cli.audit import app; app()"


class Terminal:
    """A terminal with a command in it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.screen, inside = pty.openpty()
        self.seen = ""
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", COMMAND, *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env={**os.environ, "HUB_HOME": str(home), "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "200"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - nothing else runs in this child
        )
        os.close(inside)

    def answer(self, prompt: str, typed: str) -> None:
        """Wait for a prompt and type."""
        while prompt not in self.seen:
            self.seen += os.read(self.screen, 4096).decode()
        os.write(self.screen, f"{typed}\n".encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        try:
            while part := os.read(self.screen, 4096):
                self.seen += part.decode()
        except OSError:  # how a terminal says that nobody is left inside
            pass
        os.close(self.screen)
        return self.process.wait(timeout=30)


def test_who_why_and_whom_are_asked_for_and_the_identifier_is_not_shown(office: Office) -> None:
    office.record(sheet(0, person=office.pseudonym))
    office.know(nhs_number=NHS)
    terminal = Terminal(office.home, "query", "--person", "ask")
    terminal.answer("Who asks", "Asa Auditor")
    terminal.answer("Why", "complaint 12")
    terminal.answer("Identifier (not shown)", NHS)
    assert terminal.end() == 0
    assert NHS not in terminal.seen
    assert "In words" in terminal.seen
    (record,) = office.consultations()
    assert (record["asker"], record["purpose"]) == ("Asa Auditor", "complaint 12")
    assert record["asked"] == {"person": office.pseudonym}
