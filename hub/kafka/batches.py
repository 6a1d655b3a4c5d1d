"""Records put into batches, one partition's after another's: no future per record, and an order that is kept.

`send` makes a future for each record; a batch is acknowledged as one. A batch that is refused must stop those that
follow it in the same partition, so one partition's batches go in separate rounds.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from hub.log import Record

ROUND_BYTES = 16 * 1024 * 1024
"""Sent at once at most; a broker refuses a request of 100 MiB, and one batch per partition makes one request."""

Place = tuple[str, int]


class Builder(Protocol):
    """The part of aiokafka's BatchBuilder that is used here."""

    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
    ) -> object | None:
        """Add a record; None: it does not fit any more. The first one always fits."""

    def size(self) -> int:
        """Bytes so far."""


class Packed(NamedTuple):
    """A batch and where it goes."""

    place: Place
    builder: Builder


def pack(records: Iterable[Record], new_builder: Callable[[], Builder]) -> list[Packed]:
    """The records in batches; those of one partition keep their order."""
    filling: dict[Place, Builder] = {}
    packed: list[Packed] = []
    for topic, key, value, headers, partition in records:
        place, listed = (topic, partition or 0), list(headers)
        builder = filling.get(place)
        if builder is None or builder.append(timestamp=None, key=key, value=value, headers=listed) is None:
            builder = filling[place] = new_builder()
            packed.append(Packed(place, builder))
            builder.append(timestamp=None, key=key, value=value, headers=listed)
    return packed


def rounds(batches: Sequence[Packed], most: int = ROUND_BYTES) -> Iterator[list[Packed]]:
    """What may be sent side by side: no partition twice, and no more than `most` bytes unless one batch alone is."""
    left = list(batches)
    while left:
        going, left = _next_round(left, most)
        yield going


def _next_round(batches: Sequence[Packed], most: int) -> tuple[list[Packed], list[Packed]]:
    going: list[Packed] = []
    waiting: list[Packed] = []
    taken: set[Place] = set()
    size = 0
    for batch in batches:
        fits = not going or size + batch.builder.size() <= most
        if fits and batch.place not in taken:
            going.append(batch)
            size += batch.builder.size()
        else:
            waiting.append(batch)
        taken.add(batch.place)
    return going, waiting
