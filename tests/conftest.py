"""What every test stands on: fast tests reach no network, and brokers are started by the tests that need one."""

import gc
import logging
import os

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, enable_socket

from tests.brokers import broker, three_brokers
from tests.examples import ALL

__all__ = ["broker", "three_brokers"]

settings.register_profile("fast", max_examples=ALL // 4, deadline=None)
settings.register_profile("thorough", max_examples=ALL, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

gc.set_threshold(10_000, 10, 100)  # thousands of tests and all that they import stay to the end: seldom look among them


def pytest_collection_finish() -> None:
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("kafka"):
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)


def pytest_unconfigure() -> None:
    """Keep the summary last: what asyncio still says is of transactions that tests fenced on purpose."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
