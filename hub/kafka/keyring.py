"""hub.keys: with which keys everything on this broker was made, said once by whoever came first.

Its first record counts, whatever is written behind it, so two who come first at the same moment agree; it is never
deleted. Nobody takes a partition up, fences its owner, or writes to the timeline before having looked here.
"""

from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from hub.kafka.errors import away, is_away
from hub.kafka.restore import Connection, UnreadableError, catch_up, from_beginning, reader, started
from hub.kafka.transactor import TopicMissingError
from hub.log import KEYRING, TIMELINE
from hub.model.errors import StateMissingError
from hub.model.key_check import must_match

PLACE: Final = TopicPartition(KEYRING, 0)


async def agree(connection: Connection, mine: str) -> None:
    """Raise ForeignKeysError unless what stands on this broker was made with the keys of that check value.

    Where nothing stands yet they are said to be its keys. Raises StateMissingError where something does and nobody has
    said with which; TopicMissingError, UnreadableError.
    """
    said = await known(connection)
    if said is None:
        said = await known(connection, await _say(connection, mine))
    must_match(KEYRING, said or "", mine)


async def must_be(connection: Connection, mine: str) -> None:
    """As `agree`, but say nothing where nobody has: for whoever only looks."""
    must_match(KEYRING, await known(connection) or mine, mine)


async def known(connection: Connection, end: int = 0) -> str | None:
    """The check value of the keys that were said to be this broker's, looked for up to `end` at least; None: none were.

    Raises TopicMissingError, UnreadableError, NoBrokerError.
    """
    found: list[ConsumerRecord] = []
    try:
        async with started(reader(connection, committed=True)) as consumer:
            _must_be_there(await consumer.topics())
            await from_beginning(consumer, PLACE)
            end = max(end, (await consumer.end_offsets([PLACE]))[PLACE])
            await catch_up(consumer, PLACE, end, found.extend)
    except KafkaError as error:
        if is_away(error):
            raise away(connection) from None
        raise UnreadableError(f"{KEYRING}: {type(error).__name__}") from None
    return (found[0].value or b"").decode("ascii", "replace") if found else None


def _must_be_there(topics: Iterable[str]) -> None:
    if missing := sorted({KEYRING, TIMELINE} - set(topics)):
        raise TopicMissingError(f"topics are missing: {', '.join(missing)}")


async def _say(connection: Connection, mine: str) -> int:
    """Say it, unless too late; returns the place behind what was said."""
    try:
        async with AIOKafkaProducer(**connection, enable_idempotence=True, acks="all") as producer:
            if await _has_entries(connection, await producer.partitions_for(TIMELINE)):
                raise StateMissingError(f"{TIMELINE} has entries, but {KEYRING} does not say with which keys")
            written = await producer.send_and_wait(KEYRING, mine.encode(), partition=PLACE.partition)
    except KafkaError as error:
        raise UnreadableError(f"{KEYRING}: {type(error).__name__}") from None
    return int(written.offset) + 1


async def _has_entries(connection: Connection, partitions: Iterable[int]) -> bool:
    """Whether the timeline ever held anything."""
    async with started(reader(connection, committed=True)) as consumer:
        ends = await consumer.end_offsets([TopicPartition(TIMELINE, number) for number in partitions])
        return any(ends.values())
