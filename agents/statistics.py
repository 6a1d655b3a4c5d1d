"""Statistics: a Faust agent that folds hub.audit into counts by event type, role and verdict.

Offsets of a transactional topic are committed late, since Faust waits for the gaps that its markers leave, so a restart
reads again. Each partition's counts therefore stand in one value with the last offset that was counted.
"""

import asyncio
import logging
import os
from collections import defaultdict
from collections.abc import AsyncIterable, Iterable
from typing import Any, Final

import faust
from typing_extensions import override

from agents import logs
from agents.committed import reads_committed
from agents.host import Loop
from agents.watch import run_watch
from hub import credentials, metrics
from hub.kafka.pulse import Pulse
from hub.ledger import sheet
from hub.log import AUDIT, STATISTICS
from hub.model.errors import HubError
from hub.settings import Settings
from hub.statistics import Folded

log = logging.getLogger("hub.statistics")

FAILED: Final = 1
BATCH: Final = 500
SESSION_SECONDS: Final = 10.0
"""After which a killed agent's successor may go on."""
WITHIN_SECONDS: Final = 0.2


class ExactApp(faust.App):
    """Ends the process when an agent fails: Faust would go on behind the batch that was not counted, and commit it."""

    @override
    async def _on_agent_error(self, agent: Any, exc: BaseException) -> None:
        log.error("a batch could not be counted (%s)", exc if isinstance(exc, HubError) else type(exc).__name__)
        os._exit(FAILED)

    @override
    def _create_directories(self) -> None:
        """Make none: its table is in memory, and the process may stand where nothing can be written."""


def count(chosen: Settings, partitions: int) -> None:
    """Count until told to stop; never returns. One such process at a time counts everything."""
    logs.begin()
    metrics.serve(chosen.metrics_port, str(chosen.metrics_address))
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(logs.tell_of_loop)
    asyncio.set_event_loop(loop)
    worker = faust.Worker(
        app(chosen.bootstrap, partitions, loop, _named(chosen)),
        Loop("watch", lambda stopping: run_watch(stopping, [_pulse(chosen, partitions)])),
        loop=loop,
        override_logging=False,
        redirect_stdouts=False,
        quiet=True,
    )
    worker.spinner = None  # it writes escape codes into pipes
    worker.execute_from_commandline()


def _pulse(chosen: Settings, partitions: int) -> Pulse:
    return Pulse(credentials.connection(chosen, credentials.STATISTICS), partitions, reads=AUDIT)


def _named(chosen: Settings) -> faust.SASLCredentials | None:
    """Its name and password in Faust's words, if the broker asks for them."""
    said = credentials.connection(chosen, credentials.STATISTICS)
    if "sasl_mechanism" not in said:
        return None
    return faust.SASLCredentials(
        username=said["sasl_plain_username"],
        password=said["sasl_plain_password"],
        mechanism=said["sasl_mechanism"],
        ssl_context=said.get("ssl_context"),
    )


def app(
    broker: str, partitions: int, loop: asyncio.AbstractEventLoop, named: faust.SASLCredentials | None = None
) -> faust.App:
    """The application: one agent, one table whose changelog is hub.statistics. `named`: by which it comes there."""
    made = ExactApp(
        "hub-statistics",
        broker=f"kafka://{broker}",
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_partitions=partitions,
        stream_wait_empty=False,
        broker_session_timeout=SESSION_SECONDS,
        broker_credentials=named,
    )
    reads_committed(made, broker, loop)
    changelog = made.topic(STATISTICS, key_serializer="json", value_serializer="json", acks=False)
    counts = made.Table("counts", partitions=partitions, changelog_topic=changelog, use_partitioner=True)
    audit = made.topic(AUDIT, key_serializer="raw", value_serializer="raw")

    @made.agent(audit)
    async def statistics(stream: faust.StreamT[bytes]) -> None:
        async for events in _batches(stream):
            for partition, arrived in _by_partition(events).items():
                before = Folded.from_value(counts.get(str(partition)))
                after = before.with_sheets(_sheets(partition, arrived))
                if after is not before:
                    counts[str(partition)] = after.to_value()
                metrics.counted(partition, after.last)

    return made


def _batches(stream: Any) -> AsyncIterable[list[Any]]:
    taken: AsyncIterable[list[Any]] = stream.take_events(BATCH, within=WITHIN_SECONDS)
    return taken


def _by_partition(events: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for event in events:
        found[event.message.partition].append(event)
    return found


def _sheets(partition: int, events: Iterable[Any]) -> list[tuple[int, sheet.Sheet]]:
    return [
        (event.message.offset, sheet.read(event.value, partition, f"{AUDIT}[{partition}]@{event.message.offset}"))
        for event in events
    ]
