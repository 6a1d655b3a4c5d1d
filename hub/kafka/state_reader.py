"""Looks into hub.state from outside: one person's register, or what is still owed; what was committed, as of now."""

from aiokafka import TopicPartition

from hub.kafka import restore
from hub.kafka.intake_io import partition_of
from hub.kafka.restore import Connection
from hub.log import STATE, TIMELINE
from hub.model import pending
from hub.model.person import NOBODY, Person
from hub.sharing.persons import unpack
from hub.sharing.records import PENDING


async def owed(connection: Connection, partitions: int) -> int:
    """How many earlier entries are still to come again, in all partitions. Not for a hot path; raises as `person`."""
    number = 0
    for partition in range(partitions):
        place = TopicPartition(STATE, partition)
        held = await restore.newest(connection, place, await restore.end(connection, place))
        number += sum(len(pending.unpack(held[key]).again) for key in held if key.decode().endswith(PENDING))
    return number


async def entries(connection: Connection, partitions: int) -> int:
    """How many entries the timeline has, in all partitions: as many sheets are due."""
    return sum([await restore.end(connection, TopicPartition(TIMELINE, number)) for number in range(partitions)])


async def person(connection: Connection, partitions: int, route_key: str) -> Person:
    """What sharing knows of that person; NOBODY if it knows nothing. It reads a whole partition: not for a hot path.

    Raises UnreadableError when the partition cannot be read to its end.
    """
    place = TopicPartition(STATE, partition_of(route_key, partitions))
    value = (await restore.newest(connection, place, await restore.end(connection, place))).get(route_key.encode())
    return unpack(value) if value is not None else NOBODY
