"""Records into batches: nothing lost, nothing out of order, one partition's batches one after another."""

from hypothesis import given, strategies

from hub.kafka.batches import Packed, pack, rounds
from hub.log import Record


class Fifty:
    """Takes fifty bytes of values, and a first record of any size."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(
        self, *, timestamp: int | None, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
    ) -> object | None:
        assert (timestamp, key, headers) == (None, None, [("ce_type", b"arrest")])
        added = value or b""
        if self.values and self.size() + len(added) > 50:
            return None
        self.values.append(added)
        return added

    def size(self) -> int:
        return sum(map(len, self.values))


def record(topic: str, partition: int | None, value: bytes) -> Record:
    return Record(topic, None, value, (("ce_type", b"arrest"),), partition)


def values(batches: list[Packed]) -> list[bytes]:
    return [value for batch in batches if isinstance(batch.builder, Fifty) for value in batch.builder.values]


RECORDS = strategies.lists(
    strategies.builds(
        record,
        strategies.sampled_from(["out.a", "out.b", "hub.audit"]),
        strategies.sampled_from([None, 0, 1]),
        strategies.integers(0, 70).map(lambda size: b"." * size),
    )
)


@given(RECORDS, strategies.integers(1, 200))
def test_every_partition_gets_its_records_in_order_one_batch_a_round(records: list[Record], most: int) -> None:
    sent = list(rounds(pack(records, Fifty), most))
    for going in sent:
        places = [batch.place for batch in going]
        assert len(places) == len(set(places))
        assert len(going) == 1 or sum(batch.builder.size() for batch in going) <= most
    for place in {(r.topic, r.partition or 0) for r in records}:
        asked = [r.value for r in records if (r.topic, r.partition or 0) == place]
        assert values([batch for going in sent for batch in going if batch.place == place]) == asked


def test_one_batch_for_each_partition_makes_one_round() -> None:
    records = [record("out.a", None, b"1"), record("out.b", None, b"2"), record("out.a", 0, b"3")]
    (going,) = rounds(pack(records, Fifty))
    assert [(batch.place, values([batch])) for batch in going] == [(("out.a", 0), [b"1", b"3"]), (("out.b", 0), [b"2"])]


def test_nothing_to_send_makes_no_round() -> None:
    assert list(rounds(pack([], Fifty))) == []
