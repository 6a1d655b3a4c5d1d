"""The one question this package asks a broker itself: who is there?

A metadata request, version 2, is a few bytes; asking it directly needs no client, no loop and no retries.
"""

import socket
import struct
from dataclasses import dataclass
from io import BytesIO

METADATA, VERSION, NO_CLIENT, NO_TOPICS = 3, 2, -1, 0
REQUEST = struct.pack(">hhihi", METADATA, VERSION, 0, NO_CLIENT, NO_TOPICS)


@dataclass(frozen=True, slots=True)
class Quorum:
    """What a broker answers: its cluster's id, and the brokers it knows to serve."""

    cluster: str
    brokers: frozenset[int]


def ask(host: str, port: int, within: float = 1.0) -> Quorum | None:
    """Ask the broker at this address; None if it does not answer, or not as a broker would."""
    try:
        with socket.create_connection((host, port), within) as connection:
            connection.sendall(struct.pack(">i", len(REQUEST)) + REQUEST)
            with connection.makefile("rb") as answer:
                (length,) = struct.unpack(">i", answer.read(4))
                return read(answer.read(length))
    except (OSError, struct.error, UnicodeDecodeError):
        return None


def read(answer: bytes) -> Quorum:
    """Read an answer's beginning: correlation id, brokers, cluster id."""
    stream = BytesIO(answer)
    _correlation, count = struct.unpack(">ii", stream.read(8))
    brokers = frozenset(_broker(stream) for _ in range(count))
    return Quorum(_string(stream), brokers)


def _broker(stream: BytesIO) -> int:
    (number,) = struct.unpack(">i", stream.read(4))
    _string(stream)  # host
    stream.read(4)  # port
    _string(stream)  # rack
    return int(number)


def _string(stream: BytesIO) -> str:
    (length,) = struct.unpack(">h", stream.read(2))
    return stream.read(max(length, 0)).decode()
