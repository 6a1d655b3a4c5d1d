"""Reading a compacted partition once, from its beginning to a place that is known to stand in it.

The last offsets of a transactional partition are markers, which no reader is given. So this waits for the reader's
position, never for a record.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from hub.model.errors import HubError

Connection = Mapping[str, Any]
"""What every client of Kafka is given: `bootstrap_servers` and what security asks for."""
Keep = Callable[[Iterable[ConsumerRecord]], None]

STALLED_AFTER = 30.0
"""Seconds without progress after which a partition counts as unreadable."""
POLL_MS = 100
FINISH_WITHIN: Final = 2.0
"""Seconds that a client which is cancelled has to finish starting or stopping."""


class UnreadableError(HubError):
    """A partition could not be read as far as it is known to reach."""


def reader(connection: Connection, *, committed: bool, **changes: Any) -> AIOKafkaConsumer:
    """A consumer that belongs to no group, commits nothing and never jumps."""
    defaults = {"group_id": None, "enable_auto_commit": False, "auto_offset_reset": "none"}
    isolation = "read_committed" if committed else "read_uncommitted"
    return AIOKafkaConsumer(**connection, **defaults, isolation_level=isolation, **changes)


@asynccontextmanager
async def started(consumer: AIOKafkaConsumer) -> AsyncIterator[AIOKafkaConsumer]:
    """The consumer, started; stopped once the block has ended or the start has failed, however that was."""
    try:
        await _whole(consumer.start())
        yield consumer
    finally:
        await _whole(consumer.stop())


async def _whole(step: Coroutine[Any, Any, None]) -> None:
    """Be cancelled only once the step is done: aiokafka leaves a connection open that nobody knows of otherwise."""
    doing = asyncio.create_task(step)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing], timeout=FINISH_WITHIN)
        doing.cancel()
        raise


async def newest(connection: Connection, place: TopicPartition, end: int) -> dict[bytes, bytes]:
    """The newest committed value per key before `end`; what was deleted is left out.

    Raises UnreadableError when it stalls before `end`, such as behind a transaction that never ends.
    """
    values: dict[bytes, bytes | None] = {}

    def keep(records: Iterable[ConsumerRecord]) -> None:
        values.update((record.key, record.value) for record in records)

    async with started(reader(connection, committed=True)) as consumer:
        await from_beginning(consumer, place)
        await catch_up(consumer, place, end, keep)
    return {key: value for key, value in values.items() if value is not None}


async def record_at(connection: Connection, place: TopicPartition, offset: int) -> ConsumerRecord | None:
    """The committed record at that offset; None: it is no longer kept. Raises UnreadableError.

    A connection of its own for each: what comes again is rare, and it is read beside what is being decided.
    """
    try:
        async with asyncio.timeout(STALLED_AFTER), started(reader(connection, committed=True)) as consumer:
            consumer.assign([place])
            first = (await consumer.beginning_offsets([place]))[place]
            after = (await consumer.end_offsets([place]))[place]
            if not first <= offset < after:
                return None
            consumer.seek(place, offset)
            record = await consumer.getone(place)
            return record if record.offset == offset else None
    except (KafkaError, TimeoutError) as error:
        raise UnreadableError(f"{place.topic}[{place.partition}]: {type(error).__name__}") from None


async def end(connection: Connection, place: TopicPartition) -> int:
    """Where committed records of the partition end, as its leader says. A worker that takes over must not ask so."""
    async with started(reader(connection, committed=True)) as consumer:
        consumer.assign([place])
        return int((await consumer.end_offsets([place]))[place])


async def catch_up(consumer: AIOKafkaConsumer, place: TopicPartition, end: int, keep: Keep) -> None:
    """Hand on what comes until the consumer's position has reached `end`. Raises UnreadableError when it stalls."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(STALLED_AFTER) as limit:
            position = await consumer.position(place)
            while position < end:
                await step(consumer, place, POLL_MS, keep)
                before, position = position, await consumer.position(place)
                if position > before:
                    limit.reschedule(loop.time() + STALLED_AFTER)
    except TimeoutError:
        raise UnreadableError(f"{place.topic}[{place.partition}] cannot be read up to {end}") from None


async def step(consumer: AIOKafkaConsumer, place: TopicPartition, wait_ms: int, keep: Keep) -> None:
    """Hand on what comes next, if anything does within `wait_ms`."""
    found = await consumer.getmany(place, timeout_ms=wait_ms)
    keep(found.get(place, ()))


async def from_beginning(consumer: AIOKafkaConsumer, place: TopicPartition) -> None:
    """Give the consumer this one partition, at its first offset."""
    consumer.assign([place])
    consumer.seek(place, (await consumer.beginning_offsets([place]))[place])


async def has_records(connection: Connection, place: TopicPartition) -> bool:
    """Whether anything was ever committed there; what was deleted since counts."""
    found: list[ConsumerRecord] = []
    async with started(reader(connection, committed=True)) as consumer:
        await from_beginning(consumer, place)
        start, end = await consumer.position(place), (await consumer.end_offsets([place]))[place]
        await catch_up(consumer, place, end, found.extend)
    return start > 0 or bool(found)
