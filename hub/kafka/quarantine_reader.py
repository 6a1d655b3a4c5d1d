"""Reads hub.quarantine for a reviewer: everything that is kept there, as of now."""

from collections.abc import Callable, Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from hub.kafka import restore
from hub.kafka.errors import away, is_away
from hub.kafka.restore import Connection, Keep, UnreadableError
from hub.log import QUARANTINE

PLACE: Final = TopicPartition(QUARANTINE, 0)

See = Callable[[str, bytes], None]
"""Is given a reference and the record's value."""


async def each(connection: Connection, see: See) -> None:
    """Show every record to `see`, oldest first; a reference may come twice, and then the later one counts.

    Bodies are large and many, so none is kept here. Raises NoBrokerError, UnreadableError.
    """

    def keep(records: Iterable[ConsumerRecord]) -> None:
        for record in records:
            see((record.key or b"").decode(errors="replace"), record.value or b"")

    try:
        async with restore.started(restore.reader(connection, committed=True)) as consumer:
            await _read(consumer, keep)
    except KafkaError as error:
        if is_away(error):
            raise away(connection) from None
        raise UnreadableError(f"{QUARANTINE} cannot be read: {type(error).__name__}") from None


async def _read(consumer: AIOKafkaConsumer, keep: Keep) -> None:
    await restore.from_beginning(consumer, PLACE)
    await restore.catch_up(consumer, PLACE, (await consumer.end_offsets([PLACE]))[PLACE], keep)
