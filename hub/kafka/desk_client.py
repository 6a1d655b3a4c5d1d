"""One desk's own way to the hub: it writes its `in.` topic and reads its `out.` topic, committed records only.

A recipient that read uncommitted records could see a copy whose transaction was aborted, so this client never does.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from hub.kafka.errors import away, is_away
from hub.kafka.restore import started
from hub.model.errors import HubError

SEND_WITHIN_MS: Final = 15_000
WAIT_MS: Final = 200
MAX_REQUEST_BYTES: Final = 1_048_576


class UnreachableError(HubError):
    """The broker, or this desk's topic on it, did not answer."""


class Sent(NamedTuple):
    """Where a published record lies; the broker has acknowledged it."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Message:
    """One record of a desk's `out.` topic."""

    offset: int
    timestamp: int
    """Milliseconds UTC."""
    type: str
    """The ce_type header: an event type, or `receipt`."""
    body: bytes = field(repr=False)
    """Framed Avro."""


class DeskClient:
    """Publish as a desk and read what the hub has for it. Use as an async context manager."""

    def __init__(self, bootstrap: str, desk: str, security: Mapping[str, Any] | None = None) -> None:
        """Describe the client; `security` is that desk's credentials in aiokafka's own words."""
        self._settings: dict[str, Any] = {"bootstrap_servers": bootstrap, "client_id": desk, **(security or {})}
        self._in, self._out = f"in.{desk}", f"out.{desk}"
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Nothing is connected until it is needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave; whatever `publish` returned for is safe."""
        if self._producer is not None:
            await self._producer.stop()

    async def publish(self, body: bytes, *, timestamp: int | None = None) -> Sent:
        """Write one framed event; return once every in-sync replica has it. `timestamp`: milliseconds, demo only.

        Raises UnreachableError; the event may have been written all the same, so send it again under the same id.
        """
        with self._reaching(self._in):
            producer = await self._connected()
            place = await producer.send_and_wait(self._in, body, timestamp_ms=timestamp)
        return Sent(place.topic, place.partition, place.offset)

    async def inbox(self, *, follow: bool) -> AsyncIterator[Message]:
        """Everything this desk was sent, oldest first. `follow`: then wait for more; else stop at the present end.

        Raises UnreachableError.
        """
        consumer = AIOKafkaConsumer(
            **self._settings, isolation_level="read_committed", enable_auto_commit=False, auto_offset_reset="earliest"
        )
        async with AsyncExitStack() as entered:
            with self._reaching(self._out):
                await entered.enter_async_context(started(consumer))
                ends = await _assigned(consumer, self._out)
            while follow or await _behind(consumer, ends):
                with self._reaching(self._out):
                    found = await consumer.getmany(timeout_ms=WAIT_MS)
                for records in found.values():
                    for record in records:
                        yield _message(record)

    async def _connected(self) -> AIOKafkaProducer:
        """The one producer of this client, however many begin to publish at once."""
        async with self._connecting:
            if self._producer is None:
                self._producer = await self._started_producer()
            return self._producer

    async def _started_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **self._settings,
            enable_idempotence=True,
            acks="all",
            request_timeout_ms=SEND_WITHIN_MS,
            max_request_size=MAX_REQUEST_BYTES,
        )
        try:
            await producer.start()
            await _there(producer, self._in)
        except BaseException:
            await producer.stop()
            raise
        return producer

    @contextmanager
    def _reaching(self, topic: str) -> Iterator[None]:
        """Say what could not be reached, and nothing of what was to be sent."""
        try:
            yield
        except UnknownTopicOrPartitionError:
            raise UnreachableError(f"the broker has no topic {topic}: is the desk in the directory?") from None
        except (KafkaError, OSError) as error:
            told = f"{topic} cannot be reached: {type(error).__name__}"
            raise UnreachableError(str(away(self._settings)) if is_away(error) else told) from None


async def _there(producer: AIOKafkaProducer, topic: str) -> None:
    if topic not in (await producer.client.fetch_all_metadata()).topics():
        raise UnknownTopicOrPartitionError


async def _assigned(consumer: AIOKafkaConsumer, topic: str) -> dict[TopicPartition, int]:
    """Take every partition of the topic and tell where each ends now."""
    if topic not in await consumer.topics():
        raise UnknownTopicOrPartitionError
    # `topics` keeps nothing of what it fetches, so that `partitions_for_topic` would still know of none.
    numbers: set[int] = await consumer._client._wait_on_metadata(topic)  # noqa: SLF001
    places = [TopicPartition(topic, number) for number in sorted(numbers)]
    consumer.assign(places)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(places)
    return ends


async def _behind(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    """Whether something before these ends is still unread; the last offsets may be markers that nobody is handed."""
    return any([await consumer.position(place) < end for place, end in ends.items()])


def _message(record: Any) -> Message:
    headers = dict(record.headers)
    return Message(record.offset, record.timestamp, headers.get("ce_type", b"").decode(), record.value)
