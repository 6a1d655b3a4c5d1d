import struct

import pytest

from hub.kafka.local import ports, wire


def string(value: str | None) -> bytes:
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value)) + value.encode()


def broker(number: int, rack: str | None = None) -> bytes:
    return struct.pack(">i", number) + string("127.0.0.1") + struct.pack(">i", 9092) + string(rack)


def answer(*brokers: bytes) -> bytes:
    return struct.pack(">ii", 0, len(brokers)) + b"".join(brokers) + string("the-cluster") + b"the rest"


def test_an_answer_names_the_cluster_and_its_brokers() -> None:
    assert wire.read(answer(broker(1), broker(3, "a rack"))) == wire.Quorum("the-cluster", frozenset({1, 3}))


def test_an_answer_cut_off_is_no_answer() -> None:
    with pytest.raises(struct.error):
        wire.read(answer(broker(1))[:20])


@pytest.mark.usefixtures("socket_enabled")
def test_nobody_there_is_no_answer() -> None:
    [port] = ports.free(1)
    assert wire.ask(ports.HOST, port) is None
