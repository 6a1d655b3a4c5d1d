"""Reads every topic to its end, committed and uncommitted, and says what is wrong. Shares nothing with what decides.

Sheets and copies are read with their schemas alone, and held against each other and against what the test itself put
into the timeline.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import fastavro
from aiokafka import AIOKafkaConsumer, TopicPartition

ROOT = Path(__file__).parents[2] / "schemas"
Stored = tuple[int, bytes, Mapping[str, bytes], bytes]
"""Offset, key, headers, value."""


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is committed: sheets by partition, copies by desk."""

    sheets: Mapping[int, Sequence[Stored]]
    copies: Mapping[str, Sequence[Stored]]


async def read(bootstrap: str, partitions: int, desks: Sequence[str]) -> Everything:
    """Everything committed so far."""
    sheets = {n: await records(bootstrap, "hub.audit", n) for n in range(partitions)}
    copies = {desk: await records(bootstrap, f"out.{desk}", 0) for desk in desks}
    return Everything(sheets, copies)


async def records(bootstrap: str, topic: str, partition: int, *, committed: bool = True) -> list[Stored]:
    """What stands in a partition up to its present end."""
    level = "read_committed" if committed else "read_uncommitted"
    place = TopicPartition(topic, partition)
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level=level, auto_offset_reset="earliest"
    ) as consumer:
        end = (await consumer.end_offsets([place]))[place]
        consumer.assign([place])
        found: list[Stored] = []
        while await consumer.position(place) < end:
            new = (await consumer.getmany(place, timeout_ms=100)).get(place, ())
            found += [(record.offset, record.key or b"", dict(record.headers), record.value or b"") for record in new]
        return found


async def until_there_are(bootstrap: str, topic: str, partitions: int, number: int) -> None:
    """Return once that many records are committed in all partitions together."""
    places = [TopicPartition(topic, n) for n in range(partitions)]
    async with AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
    ) as consumer:
        await consumer.end_offsets(places)
        consumer.assign(places)
        while number > 0:
            number -= sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))


async def ends(bootstrap: str, topic: str, partitions: int, *, committed: bool) -> dict[int, int]:
    """Where each partition ends: for whoever reads committed, before the first open transaction."""
    level = "read_committed" if committed else "read_uncommitted"
    places = [TopicPartition(topic, n) for n in range(partitions)]
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level=level) as consumer:
        return {place.partition: end for place, end in (await consumer.end_offsets(places)).items()}


def faults(found: Everything, entries: Mapping[int, int], refused: frozenset[tuple[int, int, str]]) -> Iterator[str]:
    """What is wrong. `entries`: how many the timeline has, by partition; `refused`: partition, offset and desk of what
    a person had said no to before anything was decided.
    """
    sheets = {n: [_sheet(stored[3]) for stored in found.sheets[n]] for n in found.sheets}
    for partition, number in entries.items():
        yield from _offsets(partition, number, sheets[partition])
    permits = _permits(sheets)
    yield from _copies(found, permits)
    yield from _refused(sheets, refused)


def _offsets(partition: int, number: int, sheets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """G1: each timeline offset has exactly one sheet, in order."""
    seen = [sheet["offset"] for sheet in sheets]
    yield from (f"no sheet for {partition}/{n}" for n in sorted(set(range(number)) - set(seen)))
    yield from (f"{count} sheets for {partition}/{n}" for n, count in Counter(seen).items() if count > 1)
    if seen != sorted(seen):
        yield f"sheets of partition {partition} are out of order"
    yield from (f"partition {partition} has a sheet of another" for sheet in sheets if sheet["partition"] != partition)


Permits = Mapping[tuple[str, str], tuple[int, frozenset[str]]]
"""Desk and copy id: the timeline offset and the views that the sheet says were sent."""


def _permits(sheets: Mapping[int, Sequence[Mapping[str, Any]]]) -> Permits:
    return {
        (ruling["desk"], ruling["copy_id"]): (sheet["offset"], frozenset(sent["view"] for sent in ruling["digests"]))
        for of_partition in sheets.values()
        for sheet in of_partition
        for ruling in sheet["rulings"]
        if ruling["copy_id"] is not None
    }


def _copies(found: Everything, permits: Permits) -> Iterator[str]:
    """G2, G5: a copy for each permit and a permit for each copy, once, with its views, a person's in order."""
    left = dict(permits)
    for desk, stored in found.copies.items():
        latest: dict[bytes, int] = {}
        for _, key, headers, value in stored:
            if headers["ce_type"] == b"receipt":
                continue
            name = (desk, headers["ce_id"].decode())
            if name not in left:
                yield f"a copy for {desk} without a permit, or twice"
                continue
            offset, views = left.pop(name)
            if _views(value) != views:
                yield f"a copy for {desk} with other views than its permit"
            if latest.get(key, -1) >= offset:
                yield f"copies for {desk} about one person are out of order"
            latest[key] = offset
    yield from (f"a permit for {desk} without a copy" for desk, _ in left)


def _refused(
    sheets: Mapping[int, Sequence[Mapping[str, Any]]], refused: frozenset[tuple[int, int, str]]
) -> Iterator[str]:
    """G4: nobody was told what the person had refused."""
    told = {
        (partition, sheet["offset"], ruling["desk"])
        for partition, of_partition in sheets.items()
        for sheet in of_partition
        for ruling in sheet["rulings"]
        if ruling["copy_id"] is not None
    }
    yield from (f"{desk} was told what a person had refused" for _, _, desk in told & refused)


def _sheet(value: bytes) -> Mapping[str, Any]:
    return _decoded(ROOT / "source" / "hub.audit.Sheet.avsc", value)


def _views(framed: bytes) -> frozenset[str]:
    number = int.from_bytes(framed[1:5], "big")
    (path,) = (ROOT / "registered").glob(f"{number}-*.avsc")
    copy = _decoded(path, framed[5:])
    return frozenset(name for name, value in copy.items() if isinstance(value, dict) and name != "envelope")


def _decoded(path: Path, value: bytes) -> Mapping[str, Any]:
    read = fastavro.schemaless_reader(io.BytesIO(value), _schema(path), None)
    assert isinstance(read, dict)
    return read


@cache
def _schema(path: Path) -> Any:
    return fastavro.schema.load_schema(str(path))
