"""Reads hub.audit for the ledger: committed sheets only, from where the ledger itself says that it has got to.

Group offsets play no part. A place that the topic no longer holds is an error: to go on elsewhere would leave a gap in
the record that nobody sees.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from hub.kafka.restore import Connection
from hub.log import AUDIT, Arrival
from hub.model.errors import HubError

WAIT_MS: Final = 500
"""How long to wait for a sheet before looking whether the process is to stop."""
MOST: Final = 500
"""Sheets to hand over at once."""


class AuditGoneError(HubError):
    """hub.audit no longer holds the sheets that the ledger needs next."""

    def __init__(self, partitions: Sequence[int]) -> None:
        super().__init__(f"AUDIT_GONE: {AUDIT} no longer holds what the ledger needs next (partitions {partitions})")
        self.code = "AUDIT_GONE"


class AuditReader:
    """Every partition of hub.audit, read by one sink."""

    def __init__(self, connection: Connection, partitions: int, topic: str = AUDIT, most: int = MOST) -> None:
        """Connect nothing yet; `partitions` is the timeline's fixed number of them."""
        self._connection, self._most = connection, most
        self._places = [TopicPartition(topic, partition) for partition in range(partitions)]
        self._consumer: AIOKafkaConsumer | None = None

    async def open(self, since: Mapping[int, int]) -> None:
        """Begin at these offsets; a partition that is not named begins at 0. Raises AuditGoneError."""
        self._consumer = AIOKafkaConsumer(
            **self._connection,
            client_id="hub-ledger",
            group_id=None,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
        )
        await self._consumer.start()
        # Waiting here also lets the consumer's own task begin: aiokafka 0.14 raises CancelledError if stopped before.
        first = await self._consumer.beginning_offsets(self._places)
        if gone := [place.partition for place in self._places if since.get(place.partition, 0) < first[place]]:
            raise AuditGoneError(gone)
        self._consumer.assign(self._places)
        for place in self._places:
            self._consumer.seek(place, since.get(place.partition, 0))

    async def take(self) -> dict[int, list[Arrival]]:
        """The next committed sheets by partition, in order; empty if none came within the wait. Open it first."""
        assert self._consumer is not None  # noqa: S101 - opened
        try:
            found = await self._consumer.getmany(timeout_ms=WAIT_MS, max_records=self._most)
        except OffsetOutOfRangeError as gone:
            raise AuditGoneError(sorted(place.partition for place in gone.args[0])) from None
        return {
            place.partition: [Arrival(record.offset, record.timestamp, record.value or b"") for record in records]
            for place, records in found.items()
            if records
        }

    async def behind(self) -> int:
        """Offsets that committed sheets may still stand at, as of the last answer of the broker. Open it first."""
        assert self._consumer is not None  # noqa: S101 - opened
        stable = {place: self._consumer.last_stable_offset(place) or 0 for place in self._places}
        return sum([max(0, stable[place] - await self._consumer.position(place)) for place in self._places])

    async def close(self) -> None:
        """Leave the broker."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
