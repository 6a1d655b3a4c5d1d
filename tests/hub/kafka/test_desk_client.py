import asyncio
import gc
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from hub.kafka.desk_client import DeskClient

pytestmark = pytest.mark.kafka


async def test_a_desk_that_publishes_several_at_once_leaves_no_connection_behind(broker: str, tmp_path: Path) -> None:
    desk = f"several.{tmp_path.name.replace('_', '-')}"
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(f"in.{desk}", 1, 1)])
    await admin.close()
    async with DeskClient(broker, desk) as client:
        sent = await asyncio.gather(*(client.publish(b"x") for _ in range(5)))
    gc.collect()  # whatever was not closed says so here, and warnings are errors
    assert sorted(place.offset for place in sent) == [0, 1, 2, 3, 4]
