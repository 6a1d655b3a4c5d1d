"""What every test stands on: fast tests reach no network, and brokers are started by the tests that need one."""

import pytest
from pytest_socket import disable_socket, enable_socket

from tests.brokers import broker, three_brokers

__all__ = ["broker", "three_brokers"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("kafka"):
        enable_socket()
    else:
        disable_socket(allow_unix_socket=True)
