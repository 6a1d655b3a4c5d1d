"""Everything that stands on a broker, and in a ledger, as of now."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

WITHIN: Final = 30.0
"""Seconds without a word after which the broker counts as gone."""


class Stored(NamedTuple):
    """One record where it stands."""

    offset: int
    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    value: bytes

    def header(self, name: str) -> bytes:
        return dict(self.headers).get(name, b"")


Place = tuple[str, int]
"""A topic and a partition."""
Records = Mapping[Place, Sequence[Stored]]


@dataclass(frozen=True, slots=True)
class Log:
    """What is committed, how many records of transactions that are open or were aborted stand beside it, and so on."""

    committed: Records
    every: Records
    """Of the places with transactions: what is committed, aborted and open."""
    ledger: Sequence[tuple[int, int, str]] | None = None
    """Partition, offset and kind of each sheet in the ledger; None: there is no ledger to look at."""
    canaries: Sequence[bytes] = ()
    """What must stand in no key and no header, nor in the files."""
    said: Mapping[str, bytes] = field(default_factory=dict)
    """What was written to files of logs, by name."""

    def of(self, topic: str) -> Iterator[tuple[int, Sequence[Stored]]]:
        """Its partitions with what is committed there."""
        return ((number, records) for (name, number), records in sorted(self.committed.items()) if name == topic)

    def topics(self, begin: str) -> Iterator[tuple[str, int, Sequence[Stored]]]:
        """Whatever begins so."""
        for (name, number), records in sorted(self.committed.items()):
            if name.startswith(begin):
                yield name, number, records


def read(bootstrap: str, ledger: Path | None = None, canaries: Sequence[bytes] = (), files: Sequence[Path] = ()) -> Log:
    """All of it."""
    said = {path.name: path.read_bytes() for path in files}
    rows = None if ledger is None else _ledger(ledger)
    return Log(_records(bootstrap, "read_committed"), _records(bootstrap, "read_uncommitted"), rows, canaries, said)


def _records(bootstrap: str, level: str) -> Records:
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": "checker",  # it joins none and commits nothing
        "isolation.level": level,
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    })  # fmt: skip
    try:
        topics = consumer.list_topics(timeout=WITHIN).topics
        places = [(name, n) for name, topic in topics.items() if not name.startswith("__") for n in topic.partitions]
        consumer.assign([TopicPartition(name, number, OFFSET_BEGINNING) for name, number in places])
        return _to_the_end(consumer, places)
    finally:
        consumer.close()


def _to_the_end(consumer: Consumer, places: Sequence[Place]) -> Records:
    found: dict[Place, list[Stored]] = {place: [] for place in places}
    left = set(places)
    while left:
        message = consumer.poll(WITHIN)
        if message is None:
            raise TimeoutError(f"{len(left)} partitions cannot be read to their end")
        place = (message.topic() or "", message.partition() or 0)
        error = message.error()
        if error is None:
            found[place].append(_stored(message))
        elif error.code() == KafkaError._PARTITION_EOF:
            left.discard(place)
        else:
            raise OSError(error.str())
    return found


def _stored(message: object) -> Stored:
    headers = tuple((name, value or b"") for name, value in (message.headers() or ()))  # type: ignore[attr-defined]
    return Stored(message.offset(), message.key() or b"", headers, message.value() or b"")  # type: ignore[attr-defined]


def _ledger(path: Path) -> list[tuple[int, int, str]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        asked = "SELECT timeline_partition, timeline_offset, kind FROM ledger_sheets ORDER BY 1, 2"
        return list(connection.execute(asked))
