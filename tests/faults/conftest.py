"""One table for the whole run, shown at its end."""

import pytest

from tests.faults.scene import bootstrap, brokers, cluster, scene, table
from tests.faults.table import Table

__all__ = ["bootstrap", "brokers", "cluster", "scene", "table"]

TABLE = pytest.StashKey[Table]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show it, if anything stands in it."""
    shown = config.stash.get(TABLE, None)
    if shown and shown.rows:
        terminalreporter.section("faults")
        terminalreporter.write_line("\n".join(shown.lines()))
