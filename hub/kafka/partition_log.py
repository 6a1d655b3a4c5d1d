"""The log on Kafka: what is decided, what it rests on and where to go on are written as one, or not at all.

Each step stands where a run has shown that it must. Whoever takes a partition up first fences whoever had it, then
asks where to go on. The first record of a transaction is a barrier in hub.withdrawals: it opens the transaction at
the coordinator, and it is the only sound "end" of what was withdrawn; asking for the end offset may be answered by a
leader that is none any more. The next offset stands in hub.state, in the same transaction; consumer groups are told
nothing.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from hub.kafka import keyring, restore
from hub.kafka.restore import Connection, UnreadableError
from hub.kafka.transactor import STEP_SECONDS, Transactor
from hub.kafka.withdrawals import WithdrawalsReader
from hub.log import (
    AT_KEY,
    AUDIT,
    OPENED_KEY,
    QUARANTINE,
    STATE,
    TIMELINE,
    WITHDRAWALS,
    Arrival,
    At,
    Barrier,
    Batch,
    Record,
    Restored,
    Span,
    barrier_key,
    barrier_time,
)
from hub.model.errors import StateMissingError

TAKE_BYTES = 1024 * 1024
"""Of timeline entries in one transaction, where one entry alone is not larger."""


class Pace(NamedTuple):
    """How a partition is worked on."""

    wait: float = 0.25
    """Seconds to wait for entries before looking up."""
    most: int = 1000
    """Entries in one transaction."""
    timeout_ms: int = 5_000
    """After which the broker aborts a transaction; until then one that hangs hides all later copies of its desks."""


USUAL_PACE: Final = Pace()


class PartitionLog:
    """One partition of hub.timeline and what it causes; of no more use once something has failed.

    Made, used and closed in one event loop. `outlets`: topics that may be written to besides the hub's own; their
    whereabouts are fetched before the first transaction. `keys_check`: the check value of the keys.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - one for each thing that it rests on
        self,
        connection: Connection,
        partition: int,
        keys_check: str,
        withdrawals: WithdrawalsReader,
        outlets: Collection[str] = (),
        pace: Pace = USUAL_PACE,
    ) -> None:
        self.partition = partition
        self._connection, self._keys_check, self._withdrawals = connection, keys_check, withdrawals
        self._topics = {WITHDRAWALS, STATE, AUDIT, QUARANTINE, *outlets}
        self._pace = pace
        self._timeline = TopicPartition(TIMELINE, partition)
        self._known = self._highest = 0
        self._transactor = Transactor(dict(connection), f"hub-sharing-{partition}", pace.timeout_ms)
        self._consumer: AIOKafkaConsumer = restore.reader(
            connection, committed=True, max_partition_fetch_bytes=TAKE_BYTES
        )

    async def open(self) -> Restored:
        """As hub.log.Log promises. Also raises TopicMissingError, UnreadableError, and CommitFailedError if fenced."""
        await keyring.agree(self._connection, self._keys_check)
        await self._transactor.start(self._topics)
        end = await self._mark_opening()
        state = await restore.newest(self._connection, self._of(STATE), end)
        state.pop(OPENED_KEY, None)
        at = await self._at(state.pop(AT_KEY, None))
        await self._consumer.start()
        self._consumer.assign([self._timeline])
        self._consumer.seek(self._timeline, at.next_offset)
        self._highest = at.highest_timestamp
        return Restored(at, state.items())

    async def take(self) -> Batch:
        """As hub.log.Log promises.

        Raises CommitFailedError when another owner has fenced this one, UnreadableError.
        """
        self._transactor.must_serve()
        records = await self._next()
        if not records:
            return Batch(self.partition, (), Barrier(-1, -1), ())
        return await self._begin([Arrival(record.offset, record.timestamp, record.value or b"") for record in records])

    async def earlier(self, offset: int) -> Arrival | None:
        """As hub.log.Log promises. Raises UnreadableError."""
        record = await restore.record_at(self._connection, self._timeline, offset)
        return None if record is None else Arrival(record.offset, record.timestamp, record.value or b"")

    async def commit(self, records: Iterable[Record], at: At) -> None:
        """As hub.log.Log promises."""
        await self._transactor.write(chain(records, (Record(STATE, AT_KEY, at.encoded(), (), self.partition),)))
        await self._transactor.commit()
        self._highest = at.highest_timestamp

    async def close(self) -> None:
        """As hub.log.Log promises; never raises."""
        await self._transactor.stop()
        with contextlib.suppress(Exception):
            await self._consumer.stop()

    async def _next(self) -> Sequence[ConsumerRecord]:
        try:
            found: Mapping[TopicPartition, Sequence[ConsumerRecord]] = await self._consumer.getmany(
                self._timeline, timeout_ms=int(self._pace.wait * 1000), max_records=self._pace.most
            )
        except KafkaError as error:
            raise UnreadableError(f"{TIMELINE}[{self.partition}]: {type(error).__name__}") from None
        return found.get(self._timeline, ())

    async def _mark_opening(self) -> int:
        """Where hub.state ends: after a record of our own, acknowledged by all who keep copies."""
        opened = await self._transactor.begin(Record(STATE, OPENED_KEY, b"", (), self.partition))
        await self._transactor.commit()
        return opened.offset + 1

    async def _at(self, value: bytes | None) -> At:
        if value is not None:
            return At.decode(value)
        if await restore.has_records(self._connection, self._of(AUDIT)):
            raise StateMissingError(f"{AUDIT}[{self.partition}] has sheets, but {STATE} does not say where to go on")
        return At(0, 0)

    async def _begin(self, arrivals: Sequence[Arrival]) -> Batch:
        latest = max(self._highest, *(arrival.timestamp for arrival in arrivals))
        first = Record(WITHDRAWALS, barrier_key(self.partition), Span.of(arrivals).encoded())
        written = await self._transactor.begin(first, latest)
        await self._read_up_to(written.offset)
        withdrawals = self._withdrawals.between(self.partition, self._known, written.offset)
        self._known = written.offset
        time = barrier_time(latest if written.timestamp is None else written.timestamp, withdrawals)
        barrier, failed = Barrier(written.offset, time), self._withdrawals.failed(self.partition)
        return Batch(self.partition, arrivals, barrier, withdrawals, self._behind(arrivals), failed)

    async def _read_up_to(self, barrier: int) -> None:
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await self._withdrawals.past(barrier)
        except TimeoutError:
            raise UnreadableError(f"{WITHDRAWALS} cannot be read up to {barrier}") from None

    def _behind(self, arrivals: Sequence[Arrival]) -> int:
        end: int | None = self._consumer.highwater(self._timeline)
        return max(0, (end or 0) - arrivals[-1].offset - 1)

    def _of(self, topic: str) -> TopicPartition:
        return TopicPartition(topic, self.partition)
