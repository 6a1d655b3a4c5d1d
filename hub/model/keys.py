"""The hub's secrets and what is derived with them: every id that leaves the hub is the recipient's own.

Two recipients must not be able to join what they hold, and nobody who reads topics may learn who a person is. So each
id in a copy is an HMAC under a name that includes its recipient. A bare hash would not do: a few codes can be guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from schemas.encoder import nullable_text, text

PROOF: Final = 16
"""Bytes that stand before each segment of an entry."""
_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


@dataclass(frozen=True, slots=True)
class Keys:
    """Four secrets of 32 bytes, each for one use; none is ever printed."""

    pseudonym: bytes = field(repr=False)
    """Makes person_ref, entry and copy ids and case references."""
    digest: bytes = field(repr=False)
    """Makes each person's salt, under which segments are digested."""
    audit: bytes = field(repr=False)
    """Makes a person's pseudonym in the audit."""
    quarantine: bytes = field(repr=False)
    """Seals the bodies of refused records."""


class Mac:
    """HMAC-SHA-256 (RFC 2104) under one key, begun once: of a short message the key is most of the cost.

    `beginning`: what every message begins with.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, beginning: bytes = b"") -> None:
        block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner, self._outer = sha256(block.translate(_INNER) + beginning), sha256(block.translate(_OUTER))

    def __call__(self, message: bytes) -> bytes:
        """32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


@lru_cache(maxsize=8192)
def _under(key: bytes, *parts: str) -> Mac:
    """For messages of parts with 0x1F between them, of which these, which have few values, come first."""
    return Mac(key, "".join(f"{part}\x1f" for part in parts).encode())


_HELD: Final = "held:"
_LONGEST_PLACE: Final = 32


def _name(key: bytes, last: str, *parts: str) -> str:
    """A name of 32 hexadecimal digits."""
    return _under(key, *parts)(last.encode())[:16].hex()


def route_key(keys: Keys, kind: str, value: str) -> str:
    """A person's key in the timeline, made of the first identifier ever seen of them: 32 hexadecimal digits."""
    return _under(keys.pseudonym, "route", kind)(value.encode())[:16].hex()


def unresolved_route_key(keys: Keys, entry_id: str) -> str:
    """The timeline key of an event about nobody in particular, which no other event shares."""
    return _under(keys.pseudonym, "unresolved")(entry_id.encode())[:16].hex()


def desk_route_key(keys: Keys, desk: str) -> str:
    """The timeline key under which a desk's refused records are told to it."""
    return _under(keys.pseudonym, "desk")(desk.encode())[:16].hex()


def held_route_key(place: str) -> str | None:
    """The timeline key of a word on something held, which names its place: partition/offset; None: it names none."""
    made = f"{_HELD}{place}"
    return None if held_place(made) is None else made


def held_place(route_key: str) -> tuple[int, int] | None:
    """The place that such a key names; None: it is a person's or a desk's."""
    if not route_key.startswith(_HELD):
        return None
    partition, _, offset = route_key.removeprefix(_HELD).partition("/")
    numbers = partition.isascii() and partition.isdecimal() and offset.isascii() and offset.isdecimal()
    return (int(partition), int(offset)) if numbers and len(route_key) < _LONGEST_PLACE else None


def identifier_digest(keys: Keys, kind: str, value: str) -> bytes:
    """An identifier as the person index holds it: 16 bytes."""
    return _under(keys.digest, "identifier", kind)(value.encode())[:16]


def born_digest(keys: Keys, route_key: str, born: str) -> bytes:
    """A date of birth (ISO) as the person index holds it: 16 bytes, comparable for one person only."""
    return _under(keys.digest, "born")(f"{route_key}\x1f{born}".encode())[:16]


def person_ref(keys: Keys, desk: str, route_key: str) -> str:
    """How one desk knows one person: 32 hexadecimal digits, meaningless to any other desk."""
    return _person_ref(keys.pseudonym, desk, route_key)


def copy_id(keys: Keys, desk: str, entry_id: str) -> str:
    """The id of one desk's copy of one event; the same however often it is decided."""
    return _under(keys.pseudonym, "copy", desk)(entry_id.encode())[:16].hex()


class Refs(NamedTuple):
    """How one desk knows one person and one case, with both as they stand in its copies."""

    person_ref: str
    person: bytes
    case: bytes


def refs(keys: Keys, desk: str, route_key: str, publisher: str, case: str | None) -> Refs:
    """The desk's person_ref and case_ref; `case` None: the event names no case."""
    return _refs(keys.pseudonym, desk, route_key, publisher, case)


@lru_cache(maxsize=32_768)
def _refs(secret: bytes, desk: str, route_key: str, publisher: str, case: str | None) -> Refs:
    """They last, and events about one person or case come close together."""
    person = _person_ref(secret, desk, route_key)
    named = None if case is None else _case_ref(secret, desk, publisher, case)
    return Refs(person, text(person), nullable_text(named))


def _person_ref(secret: bytes, desk: str, route_key: str) -> str:
    return _name(secret, route_key, "person", desk)


def _case_ref(secret: bytes, desk: str, publisher: str, case: str) -> str:
    return _name(secret, case, "case", desk, publisher)


def case_ref(keys: Keys, desk: str, publisher: str, case: str) -> str:
    """One desk's own name for a case that a publisher refers to."""
    return _case_ref(keys.pseudonym, desk, publisher, case)


def audit_ref(keys: Keys, route_key: str) -> str:
    """A person's pseudonym in the audit, used nowhere else."""
    return _audit_ref(keys.audit, route_key)


@lru_cache(maxsize=32_768)
def _audit_ref(secret: bytes, route_key: str) -> str:
    return _name(secret, route_key, "person")


def salt(keys: Keys, route_key: str) -> bytes:
    """The person's salt for digests: 32 bytes."""
    return _under(keys.digest, "salt")(route_key.encode())


def proved(keys: Keys, route_key: str, segments: Mapping[str, bytes]) -> dict[str, bytes]:
    """By view, its segment behind its proof: PROOF bytes of HMAC under the person's salt, which tell nothing of it.

    Made once, where the event is cut: whatever is sent of it is proved by the same bytes.
    """
    proof = Mac(salt(keys, route_key))
    return {view: proof(view.encode() + b"\x00" + segment)[:PROOF] + segment for view, segment in segments.items()}


def entry_id(keys: Keys, publisher: str, event_id: str) -> str:
    """The hub's own id of an event: 16 hexadecimal digits, the same whenever the same desk sends the same id.

    It stands in keys of topics, and a desk's own ids can be guessed.
    """
    return _under(keys.pseudonym, "entry", publisher)(event_id.encode())[:8].hex()


def decision_id(entry: str, desk: str) -> str:
    """The id of the one ruling on this entry for this desk: 32 hexadecimal digits."""
    return sha256(f"{entry}\x1f{desk}".encode()).hexdigest()[:32]
