"""The one way in: judge what an agency sent, know whom it is about, write it down, and only then acknowledge.

Kafka's in topics come through it, and whoever calls it directly. A no (withdrawal, refusal, objection) is written to
hub.withdrawals before the timeline, and acknowledged only when both have it.
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from consent.broken import note
from hub import clock, metrics
from hub.intake import opened, process
from hub.intake.event import Event, Received, Rules, Settled
from hub.intake.process import Judged, Kind, poisonous
from hub.kafka import keyring
from hub.kafka.intake_io import Stamped, Written, open_writer, partition_of
from hub.kafka.restore import Connection
from hub.log import PARTITION_HEADER, TIMELINE, WITHDRAWALS, Record
from hub.model import timeline
from hub.model.directory import Desk
from hub.model.entry import Entry, Fault, nameless
from hub.model.errors import HubError
from hub.model.key_check import check_value
from hub.people import Index
from hub.people.index import IndexUnavailableError
from hub.quarantine import refused

CLOCK_TOLERANCE_MS: Final = 2_000
NONE: Final[frozenset[int]] = frozenset()


class ClocksDifferError(HubError):
    """A broker's clock and this process's differ by more than 2 s: what is decided by time cannot be trusted."""


class Writer(Protocol):
    """Where the door writes; hub.kafka.intake_io.TimelineWriter."""

    async def write(self, records: Sequence[Stamped]) -> list[Written]:
        """Return where each record stands once it is safe, or raise: then nothing is known of any."""
        ...


class People(Protocol):
    """Whom events are about; hub.people.Index."""

    def settle(self, events: Sequence[Event]) -> list[Settled]:
        """Answer each event and store the answers, all or none."""
        ...


class Place(NamedTuple):
    """Where in hub.timeline an event stands."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the hub made of one record; it is given only when that is safe."""

    kind: Kind
    entry_id: str
    faults: tuple[Fault, ...]
    """What the publisher should mend; an accepted event may have some."""
    place: Place


def at_door(desk: Desk, timestamp: int, body: bytes, rules: Rules) -> Received:
    """What a desk hands in directly. It has no place in a topic, so a keyed digest stands for one."""
    digest = hmac.digest(rules.keys.digest, b"door\x1f" + desk.name.encode() + b"\x1f" + body, "sha256")
    return Received(desk, f"door.{desk.name}", 0, int.from_bytes(digest[:7]), timestamp, body)


class Door:
    """The one way in. One call at a time; after it has raised anything, end the process."""

    def __init__(self, rules: Rules, people: People, writer: Writer) -> None:
        self._rules, self._people, self._writer = rules, people, writer

    async def accept(self, received: Sequence[Received], poison: AbstractSet[int] = NONE) -> list[Acknowledgement]:
        """Judge the records, in order, write what follows from them, and only then acknowledge each.

        `poison`: which of them, from 0 on, must not even be read.
        """
        judged = await asyncio.to_thread(self._judge, received, poison)
        await self._write([record for one in judged for record in self._withdrawals(one)])
        await self._write([self._quarantined(one) for one in judged if one.kind == "REFUSED"])
        written = iter(await self._write([record for one in judged for record in self._timeline(one)]))
        acknowledged = [_acknowledgement(one, [next(written) for _ in one.entries]) for one in judged]
        _count(judged)
        return acknowledged

    def _judge(self, received: Sequence[Received], poison: AbstractSet[int]) -> list[Judged]:
        found = [poisonous(one) if n in poison else opened(one, self._rules) for n, one in enumerate(received)]
        settled = iter(self._settled([one for one in found if isinstance(one, Event)]))
        return [process(one, next(settled) if isinstance(one, Event) else None, self._rules) for one in found]

    def _settled(self, events: Sequence[Event]) -> list[Settled | None]:
        """The answers; None for an event that breaks the question. One by one if a batch is broken."""
        try:
            return list(self._people.settle(events)) if events else []
        except (IndexUnavailableError, MemoryError):  # neither says anything of these events
            raise
        except Exception as error:  # noqa: BLE001 - poison must not kill, and its text may hold a person
            note(error)
            return [None] if len(events) == 1 else [one for event in events for one in self._settled([event])]

    def _withdrawals(self, judged: Judged) -> Iterable[Stamped]:
        for entry in judged.entries:
            if entry.overtakes:
                whose = ((PARTITION_HEADER, str(self._partition(entry)).encode()),)
                record = Record(WITHDRAWALS, entry.entry_id.encode(), timeline.encode(nameless(entry)), whose, 0)
                yield Stamped(record, judged.received.timestamp)

    def _timeline(self, judged: Judged) -> Iterable[Stamped]:
        for entry, encoded in zip(judged.entries, judged.encoded, strict=True):
            record = Record(TIMELINE, entry.route_key.encode(), encoded, (), self._partition(entry))
            yield Stamped(record, judged.received.timestamp)

    def _quarantined(self, judged: Judged) -> Stamped:
        key = self._rules.keys.quarantine
        return Stamped(refused(judged.received, judged.faults, key), judged.received.timestamp)

    def _partition(self, entry: Entry) -> int:
        return partition_of(entry.route_key, self._rules.directory.partitions)

    async def _write(self, records: Sequence[Stamped]) -> list[Written]:
        if not records:
            return []
        before = clock.now_ms()
        written = await self._writer.write(records)
        if not self._rules.directory.demo:
            _compare_clocks(written, before, clock.now_ms())
        return written


@asynccontextmanager
async def open_door(connection: Connection, rules: Rules, database: str) -> AsyncIterator[Door]:
    """A door onto that Kafka, with the person index at that database address.

    Whatever is raised inside, what was not acknowledged is not sent any more. Raises ForeignKeysError,
    StateMissingError, TopicMissingError, IndexUnavailableError.
    """
    await keyring.agree(connection, check_value(rules.keys))
    with await asyncio.to_thread(Index.open, database, rules.keys) as people:
        async with open_writer(connection) as writer:
            yield Door(rules, people, writer)


def _acknowledgement(judged: Judged, written: Sequence[Written]) -> Acknowledgement:
    place = Place(written[0].partition, written[0].offset)
    return Acknowledgement(judged.kind, judged.entries[0].entry_id, judged.faults, place)


def _compare_clocks(written: Iterable[Written], before: int, after: int) -> None:
    """The broker stamped between these two moments, unless a clock is wrong."""
    earliest, latest = before - CLOCK_TOLERANCE_MS, after + CLOCK_TOLERANCE_MS
    if any(one.timestamp is None or not earliest <= one.timestamp <= latest for one in written):
        raise ClocksDifferError("a broker's clock and this one differ by more than 2 s")


def _count(judged: Sequence[Judged]) -> None:
    for kind, number in Counter(one.kind for one in judged).items():
        metrics.intake(kind, number)
    for reason, number in Counter(one.faults[0].code for one in judged if one.kind == "REFUSED").items():
        metrics.quarantined(reason, number)
