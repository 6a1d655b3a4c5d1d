"""A broker of their own: these tests kill, freeze and fill."""

import asyncio
from collections.abc import Iterator

import pytest

from hub.kafka.local import Cluster
from hub.kafka.restore import Connection
from hub.log import TIMELINE, WITHDRAWALS
from tests.contract.stages import create_topics


@pytest.fixture(scope="session")
def connection() -> Iterator[Connection]:
    with Cluster() as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        asyncio.run(create_topics(at))
        yield at


@pytest.fixture(scope="session")
def stamped() -> Iterator[Connection]:
    """Where the broker stamps, as in production."""
    with Cluster() as cluster:
        at = {"bootstrap_servers": cluster.bootstrap}
        stamps = {"message.timestamp.type": "LogAppendTime"}
        asyncio.run(create_topics(at, {TIMELINE: stamps, WITHDRAWALS: stamps}))
        yield at
