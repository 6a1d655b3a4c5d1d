"""Looks up one person's register in hub.state from outside: what was committed, as of now."""

from aiokafka import TopicPartition

from hub.kafka import restore
from hub.kafka.intake_io import partition_of
from hub.kafka.restore import Connection
from hub.log import STATE
from hub.model.person import NOBODY, Person
from hub.sharing.persons import unpack


async def person(connection: Connection, partitions: int, route_key: str) -> Person:
    """What sharing knows of that person; NOBODY if it knows nothing. It reads a whole partition: not for a hot path.

    Raises UnreadableError when the partition cannot be read to its end.
    """
    place = TopicPartition(STATE, partition_of(route_key, partitions))
    value = (await restore.newest(connection, place, await restore.end(connection, place))).get(route_key.encode())
    return unpack(value) if value is not None else NOBODY
