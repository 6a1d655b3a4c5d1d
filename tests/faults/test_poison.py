"""What killed the worker twice is set aside at the third attempt, and can be released when nothing dies of it."""

import asyncio
import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from typer.testing import CliRunner, Result

from hub import quarantine
from hub.cli.quarantine import app
from hub.demo.house import furnish, open_house
from hub.ledger import database
from hub.model import timeline
from hub.model.entry import Entry, Fault
from hub.quarantine import Refusal
from schemas.codec import decode_record
from tests.faults.fragile_worker import KILLS
from tests.faults.scene import ALL, Scene
from tests.hub.intake.builders import give, received
from tests.kafka import reading
from tests.kafka.load import of, say, stages
from tests.kafka.story import NHS
from tests.kafka.workers import worker

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(600)]

FRAGILE = "tests.faults.fragile_worker"
PARTITION = 2
WHO = ("--as", "Rita Reviewer", "--purpose", "ticket 9")


async def poison(scene: Scene) -> int:
    """Put an entry into the timeline that kills; its offset."""
    stranger = of(1_000_000, stages()[0]._replace(event_id=KILLS.decode()))
    await say(scene.bootstrap, PARTITION, stranger)
    offset = scene.loaded.entries[PARTITION]
    scene.loaded = replace(scene.loaded, entries={**scene.loaded.entries, PARTITION: offset + 1})
    return offset


async def dies(scene: Scene) -> None:
    async with worker(scene.environment, *ALL, module=FRAGILE) as doomed:
        assert await doomed.ended() == -signal.SIGKILL


async def set_aside(scene: Scene) -> list[tuple[int, int, list[str]]]:
    """Partition, offset and faults of every sheet of what was quarantined."""
    stored = [await reading.records(scene.bootstrap, "hub.audit", n) for n in range(scene.partitions)]
    sheets = [decode_record("hub.audit.Sheet", one[3]) for each in stored for one in each]
    quarantined = [sheet for sheet in sheets if sheet["kind"] == "QUARANTINED"]
    return [(one["partition"], one["offset"], one["faults"]) for one in quarantined]


async def test_what_killed_twice_is_set_aside_at_the_third_attempt_and_everything_else_is_decided(scene: Scene) -> None:
    offset = await poison(scene)
    await scene.fill_more()
    await dies(scene)
    await dies(scene)
    scene.times = 1
    async with worker(scene.environment, *ALL, module=FRAGILE) as third:
        await scene.happened()
        await scene.until_all_is_decided()
        assert await third.stop() == 0
    assert await set_aside(scene) == [(PARTITION, offset, ["POISON"])]
    assert await scene.faults("an entry that kills") == []
    assert any("begun 2 times in vain; 1 set aside" in line for line in third.said)
    assert not any(KILLS.decode() in line for line in third.said)
    await released(scene, f"hub.timeline/{PARTITION}/{offset}")


async def released(scene: Scene, reference: str) -> None:
    """A reviewer sees it unread, and lets it go once nothing dies of it."""
    environment = {"HUB_HOME": str(scene.chosen.home), "HUB_BOOTSTRAP": scene.bootstrap}
    database.create(scene.chosen.ledger).dispose()

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner(env=environment).invoke, app, words)

    [kept] = json.loads((await run("list", "--json")).stdout)["kept"]
    assert (kept["reference"], kept["faults"]) == (reference, [{"code": "POISON", "field": ""}])
    shown = json.loads((await run("show", reference, *WHO, "--json")).stdout)
    assert KILLS in bytes.fromhex(shown["hex"])
    assert "event" not in shown
    again = await run("release", reference, *WHO)
    offset = scene.loaded.entries[PARTITION]
    place = f"hub.timeline, partition {PARTITION}, offset {offset}"
    assert (again.exit_code, again.stdout) == (0, f"{reference} was appended again: {place}.\n")
    scene.loaded = replace(scene.loaded, entries={**scene.loaded.entries, PARTITION: offset + 1})
    async with worker(scene.environment, *ALL) as mended:
        await scene.until_all_is_decided()
        assert await mended.stop() == 0
    assert await scene.faults("an entry that killed, released") == []
    assert len(await set_aside(scene)) == 1


TEAM_IN = TopicPartition("in.avon-ld.team", 0)


async def publish(bootstrap: str, *event_ids: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for one in (received("screening", give(("NHS_NUMBER", NHS, "TRACED"), event_id=name)) for name in event_ids):
            await producer.send_and_wait(one.topic, one.body, timestamp_ms=one.timestamp)


async def kept(bootstrap: str) -> list[Refusal]:
    return [
        quarantine.read(key.decode(), value)
        for _, key, _, value in await reading.records(bootstrap, "hub.quarantine", 0)
    ]


async def test_what_killed_intake_twice_is_set_aside_and_its_publisher_is_told(bootstrap: str, tmp_path: Path) -> None:
    async with open_house(furnish(bootstrap, tmp_path / "hub")) as house:
        environment = dict(house.environment())
        await publish(bootstrap, "before", KILLS.decode(), "after")
        for _ in range(2):
            async with worker(environment, part="intake", module=FRAGILE) as doomed:
                assert await doomed.ended() == -signal.SIGKILL
        async with worker(environment, part="intake", module=FRAGILE) as third:
            await reading.until_there_are(bootstrap, "hub.timeline", house.directory.partitions, 3)
            assert await third.stop() == 0
        [one] = await kept(bootstrap)
        assert (one.reference, one.faults) == (f"{TEAM_IN.topic}/0/1", (Fault("POISON", ""),))
        entries = await timeline_of(bootstrap, house.directory.partitions)
        assert sorted((one.kind, one.event_id) for one in entries) == [
            ("EVENT", "after"),
            ("EVENT", "before"),
            ("REJECTED", ""),
        ]
        assert not any(KILLS.decode() in line for line in third.said)


async def timeline_of(bootstrap: str, partitions: int) -> list[Entry]:
    found = [await reading.records(bootstrap, "hub.timeline", n) for n in range(partitions)]
    return [timeline.decode(value) for each in found for _, _, _, value in each]


async def test_an_outage_sets_nothing_aside(scene: Scene) -> None:
    for _ in range(3):
        async with worker(scene.environment, *ALL) as doomed:
            await scene.until_written(await scene.decided() + 1)
            await doomed.kill()
        await scene.fill_more()
    scene.times = 2
    async with worker(scene.environment, *ALL) as last:
        await scene.happened()
        await scene.until_all_is_decided()
        assert await last.stop() == 0
    assert await set_aside(scene) == []
    assert await scene.faults("killed at the same place, by chance") == []
