"""What every test stands on: fast tests reach no network, and brokers are started by the tests that need one."""

import gc
import logging
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, enable_socket

from tests.brokers import broker, three_brokers
from tests.examples import ALL

__all__ = ["broker", "three_brokers"]

TIERS = ("kafka", "wide", "slow")
COLLECTIONS = 3  # what one frees may hold what only the next finds

settings.register_profile("fast", max_examples=ALL // 4, deadline=None)
settings.register_profile("thorough", max_examples=ALL, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

gc.set_threshold(10_000, 10, 100)  # thousands of tests and all that they import stay to the end: seldom look among them


def pytest_configure() -> None:
    """Under a mutant nothing of the tests is as it was made before: what they had parsed or decided would hide it."""
    if "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", ""):
        for name in [name for name in sys.modules if name.startswith("tests.") and name != __name__]:
            del sys.modules[name]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read a module all of whose tests are left out: what it prepares would cost as much as some tests."""
    left_out = [f"pytestmark = pytest.mark.{tier}\n" for tier in TIERS if f"not {tier}" in config.option.markexpr]
    if not left_out or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text("utf-8")
    return True if any(mark in text for mark in left_out) else None


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("kafka"):
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say what tests left open, and fail for it, before the summary: pytest would after it, with a traceback."""
    told = session.config.pluginmanager.get_plugin("terminalreporter")
    if told and (left := _left_open()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        report = pytest.CollectReport("what tests left open", "failed", "\n".join(left), [])
        told.stats.setdefault("error", []).append(report)


def _left_open() -> list[str]:
    found: list[str] = []
    usual, sys.unraisablehook = sys.unraisablehook, lambda raised: found.append(repr(raised.exc_value))
    for _ in range(COLLECTIONS):
        gc.collect()
    sys.unraisablehook = usual
    return found


def pytest_unconfigure() -> None:
    """Keep the summary last: what asyncio still says is of transactions that tests fenced on purpose."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
