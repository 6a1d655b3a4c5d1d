import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from faust.types import TP

from agents.statistics import app

pytestmark = pytest.mark.wide

PLACE = TP("hub.audit", 0)


@pytest.fixture
def consumer() -> Iterator[Any]:
    loop = asyncio.new_event_loop()
    made: Any = app("nobody:1", 4, loop).consumer
    yield made
    made._thread.thread_loop.close()
    loop.close()


def test_a_partition_that_faust_resumes_goes_on_only_with_the_flow_when_the_queues_were_emptied(consumer: Any) -> None:
    consumer.pause_partitions({PLACE})
    consumer.resume_partitions({PLACE})
    assert PLACE not in consumer._get_active_partitions()
    consumer.resume_flow()
    assert PLACE in consumer._get_active_partitions()
