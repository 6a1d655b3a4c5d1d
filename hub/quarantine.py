"""What the hub could not take: kept for a reviewer, sealed, and spoken of by its place in the log alone.

The reference is bound to the seal, so a body cannot be passed off as another record's. Its key is the reference too: a
worker that dies after writing it writes the same again.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.intake.event import Received
from hub.log import QUARANTINE, TIMELINE, Arrival, Record
from hub.model.entry import Fault
from hub.model.errors import HubError
from schemas.codec import decode_record, encode_record

REFUSED: Final = "hub.quarantine.Refused"
NONCE_BYTES: Final = 12


class SealBrokenError(HubError):
    """A sealed body is not the one of that reference, or not sealed under this key."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record of hub.quarantine."""

    reference: str
    topic: str
    partition: int
    offset: int
    received_at: int
    """Milliseconds UTC."""
    faults: tuple[Fault, ...]
    sealed: bytes = field(repr=False)

    @property
    def of_timeline(self) -> bool:
        """Whether it is an entry of the timeline, which intake had taken, rather than what a desk sent."""
        return self.topic == TIMELINE

    @property
    def desk(self) -> str:
        """Name of the desk that sent it: its topic says so."""
        return self.topic.partition(".")[2]


def refused(received: Received, faults: Sequence[Fault], key: bytes) -> Record:
    """The record of hub.quarantine for what was received, its body sealed under `key` (32 bytes)."""
    arrival = Arrival(received.offset, received.timestamp, received.body)
    return kept(received.topic, received.partition, arrival, faults, key)


def kept(topic: str, partition: int, arrival: Arrival, faults: Sequence[Fault], key: bytes) -> Record:
    """The record of hub.quarantine for what stands at that place of any topic."""
    reference = f"{topic}/{partition}/{arrival.offset}"
    value = {
        "topic": topic,
        "partition": partition,
        "offset": arrival.offset,
        "received_at": arrival.timestamp,
        "faults": [fault._asdict() for fault in faults],
        "sealed": seal(key, reference, arrival.value),
    }
    return Record(QUARANTINE, reference.encode(), encode_record(REFUSED, value))


def read(reference: str, value: bytes) -> Refusal:
    """The refusal that a record of hub.quarantine holds. Raises WireError if it holds none."""
    held = decode_record(REFUSED, value)
    faults = tuple(Fault(**fault) for fault in held.pop("faults"))
    return Refusal(reference, faults=faults, **held)


def seal(key: bytes, reference: str, body: bytes) -> bytes:
    """Nonce and AES-256-GCM ciphertext of the body, bound to its reference."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, body, reference.encode())


def unseal(key: bytes, reference: str, sealed: bytes) -> bytes:
    """The body. Raises SealBrokenError, with the reference alone, if it is not that record's."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], reference.encode())
    except (InvalidTag, ValueError):
        raise SealBrokenError(reference) from None
