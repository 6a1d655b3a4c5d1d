"""Real brokers for tests, one of each kind for the whole run; a conftest imports these fixtures."""

import sys
from collections.abc import Iterator

import pytest

from hub.kafka.local import Cluster
from hub.kafka.local.progress import teller


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The address of one broker that every test may use; each takes topic names of its own."""
    with Cluster(progress=teller(sys.stderr)) as cluster:
        yield cluster.bootstrap


@pytest.fixture(scope="session")
def three_brokers() -> Iterator[Cluster]:
    """Three brokers that keep three copies; a test that stops one starts it again."""
    with Cluster(3, progress=teller(sys.stderr)) as cluster:
        yield cluster
