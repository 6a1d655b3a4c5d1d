"""What is to come again: earlier entries are read where they stand and appended, with their cause, to be decided anew.
And what one record tells another of the same person, which stands in that one's timeline.

Each is appended until it has come; what is appended twice is a repeat. If this process dies, the next one finds in the
person's state what is still owed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from agents.owed import Append
from hub import metrics
from hub.kafka.intake_io import partition_of
from hub.log import TIMELINE, Log, Record
from hub.model import timeline
from hub.model.entry import Again, Entry
from hub.sharing import links
from hub.sharing.again import comes_again, own_id
from hub.sharing.registers import Registers, read

Clock = Callable[[], int]
"""Milliseconds UTC."""


@dataclass(slots=True)
class Anew:
    """What has to come again in one partition.

    `clock`: what tells that time ran out where nothing is said for a while; None: the log's clock alone, for a log that
    is played at other times than it tells of.
    """

    append: Append
    clock: Clock | None = None
    _appended: set[str] = field(default_factory=set, init=False)

    async def look(self, registers: Registers, log: Log) -> None:
        """Append what is owed and was not appended yet. Raises what reading and appending raise."""
        metrics.waiting(registers.partition, registers.waiting)
        now = max(registers.at.highest_timestamp, self.clock() if self.clock else 0)
        owed = {own_id(why, registers.keys): (route_key, why) for route_key, why in registers.owed(now)}
        self._appended &= owed.keys()
        new = {name: each for name, each in owed.items() if name not in self._appended}
        if new:
            if words := list(_words(registers, new.values(), now)):
                await self.append(words, now)  # before it is noted that they were
            entries = [await _entry(registers, log, *each, now) for each in new.values()]
            await self.append(list(_records(entries, registers.partition)), now)
            self._appended |= new.keys()


def _words(registers: Registers, owed: Iterable[tuple[str, Again]], now: int) -> Iterator[Record]:
    """What records tell others of the same person, wherever those stand."""
    for route_key, why in owed:
        if why.cause == "LINKED":
            said = links.word(registers.person(route_key), route_key, why, now, registers.keys)
            partition = partition_of(said.route_key, registers.decisions.directory.partitions)
            yield Record(TIMELINE, said.route_key.encode(), timeline.encode(said), (), partition)


async def _entry(registers: Registers, log: Log, route_key: str, why: Again, now: int) -> Entry:
    if why.cause == "LINKED":
        return links.noted(route_key, why, own_id(why, registers.keys), now)
    arrival = await log.earlier(why.offset)
    earlier = None if arrival is None else read(arrival)
    if earlier is not None and earlier.entry_id != why.entry_id:
        earlier = None
    return comes_again(earlier, route_key, why, now, registers.decisions.directory, registers.keys)


def _records(entries: list[Entry], partition: int) -> Iterator[Record]:
    """In the partition of the person whom they are about: this one."""
    for entry in entries:
        yield Record(TIMELINE, entry.route_key.encode(), timeline.encode(entry), (), partition)
