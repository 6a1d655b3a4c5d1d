"""One partition's transactional producer: begin with a record, write, commit; after any failure, nothing more.

The transactional id belongs to the partition of the timeline. Starting this fences whoever wrote under it before and
settles what it left open. aiokafka never gives up on a transactional batch, so every step has a limit of its own.
"""

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from hub.kafka import strict
from hub.kafka.batches import Packed, pack, rounds
from hub.log import Record
from hub.model.errors import CommitFailedError, FencedError, HubError

STEP_SECONDS = 10.0
"""By then the broker has aborted the transaction; whoever waits any longer only hides that."""
START_SECONDS = 60.0
BATCH_BYTES = 512 * 1024
"""Of one batch of records, where one record alone is not larger."""
RETRY_MS = 20
"""Before asking again while a predecessor's transaction is being settled."""


class TopicMissingError(HubError):
    """A topic that will be written to is not there."""


class Written(NamedTuple):
    """Where a record stands; `timestamp` None: the topic keeps the writer's own."""

    offset: int
    timestamp: int | None


def _noting(records: Iterable[Record], raised: list[Exception]) -> Iterator[Record]:
    try:
        yield from records
    except Exception as error:
        raised.append(error)
        raise


class Transactor:
    """The only writer under its transactional id; `stop` must be awaited, whatever happened."""

    def __init__(self, connection: dict[str, Any], transactional_id: str, timeout_ms: int) -> None:
        self._producer = AIOKafkaProducer(
            **connection,
            transactional_id=transactional_id,
            transaction_timeout_ms=timeout_ms,
            max_batch_size=BATCH_BYTES,
            retry_backoff_ms=RETRY_MS,
        )
        self._open = self._ended = False

    async def start(self, topics: Collection[str]) -> None:
        """Fence, settle, and learn where the topics are. Raises TopicMissingError, CommitFailedError."""
        strict.install()
        with self._or_never_again():
            async with asyncio.timeout(START_SECONDS):
                await self._producer.start()
                await self._producer.client.set_topics(set(topics))
        known = self._producer.client.cluster.topics()
        missing = sorted(set(topics) - known)
        if missing:
            raise TopicMissingError(f"topics are missing: {', '.join(missing)}")

    async def begin(self, first: Record, timestamp: int | None = None) -> Written:
        """Open a transaction at its coordinator: begin alone would be local. Returns where the first record stands."""
        with self._or_never_again():
            async with asyncio.timeout(STEP_SECONDS):
                await self._producer.begin_transaction()
                self._open = True
                batch = self._producer.create_batch()
                batch.append(timestamp=timestamp, key=first.key, value=first.value, headers=[])
                sent = await self._producer.send_batch(batch, first.topic, partition=first.partition or 0)
                written = await sent
        return Written(written.offset, None if written.timestamp == -1 else written.timestamp)

    async def write(self, records: Iterable[Record]) -> None:
        """Return when every record is acknowledged. Raises CommitFailedError if one is not.

        Records are made while they are written. What making them raises, this raises.
        """
        raised: list[Exception] = []
        try:
            with self._or_never_again():
                async with asyncio.timeout(STEP_SECONDS):
                    for going in rounds(pack(_noting(records, raised), self._producer.create_batch)):
                        await self._acknowledged(going)
        except CommitFailedError:
            if raised:
                raise raised[0] from None
            raise

    async def commit(self) -> None:
        """End the transaction. Raises CommitFailedError when it failed or its outcome is unknown."""
        with self._or_never_again():
            self._open = False  # an end of unknown outcome must not be followed by another
            async with asyncio.timeout(STEP_SECONDS):
                await self._producer.commit_transaction()

    async def stop(self) -> None:
        """Abort what is open and leave. Never raises: whoever comes next settles what this could not."""
        self._ended = True
        if self._open:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(STEP_SECONDS):
                    await self._producer.abort_transaction()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(STEP_SECONDS):
                await self._producer.stop()

    def must_serve(self) -> None:
        """Raise CommitFailedError if this has failed or stopped before."""
        if self._ended:
            raise CommitFailedError("ENDED")

    async def _acknowledged(self, going: Iterable[Packed]) -> None:
        sent = [await self._producer.send_batch(b.builder, b.place[0], partition=b.place[1]) for b in going]
        await asyncio.wait(sent)
        # commit_transaction() returns normally although a batch failed; so each is looked at here.
        for future in sent:
            if error := future.exception():
                raise error

    @contextlib.contextmanager
    def _or_never_again(self) -> Iterator[None]:
        self.must_serve()
        self._ended = True
        try:
            yield
        except ProducerFenced:
            raise FencedError("FENCED") from None
        except (KafkaError, AssertionError, TimeoutError) as error:
            raise CommitFailedError(type(error).__name__) from None
        self._ended = False
