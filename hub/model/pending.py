"""What is still open about a person: entries that wait for a reviewer, earlier entries that are to come again,
and decisions to share without consent that a second person has to agree to.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from hub.model.entry import Again, again_from_record
from schemas.codec import decode_record, encode_fields

PENDING: Final = "hub.state.Pending"


class Held(NamedTuple):
    """An entry of which something waits for a reviewer's word."""

    entry_id: str
    offset: int
    """In the person's partition: with it the place by which a reviewer names it."""
    due_at: int
    """First moment at which it is no longer waited, milliseconds UTC."""
    desks: tuple[str, ...]
    """For which something of it waits, sorted."""


class Asked(NamedTuple):
    """A decision to share without consent that a second senior person has to agree to."""

    override_id: str
    desk: str
    """Who asked, and is to be told."""
    basis: str
    views: tuple[str, ...]
    event_ref: str
    """The event that it is about, as DESK/EVENT-ID; empty: whatever is current of the person."""
    ends_at: int
    """First moment at which it is over, milliseconds UTC."""


class Pending(NamedTuple):
    """In the order of the wire; oldest first."""

    held: tuple[Held, ...] = ()
    again: tuple[Again, ...] = ()
    """What is to come again, until it has come."""
    asked: tuple[Asked, ...] = ()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Pending({len(self.held)} held, {len(self.again)} to come again)"


NOTHING: Final = Pending()
"""Of nearly everybody."""


def pack(pending: Pending) -> bytes:
    """As it stands in hub.state."""
    return encode_fields(PENDING, pending)


def unpack(packed: bytes) -> Pending:
    """What stands there. Raises WireError, ValueError, TypeError or KeyError for anything else."""
    record: Mapping[str, Any] = decode_record(PENDING, packed)
    return Pending(
        tuple(Held._make(held.values())._replace(desks=tuple(held["desks"])) for held in record["held"]),
        tuple(again_from_record(again) for again in record["again"]),
        tuple(Asked._make(asked.values())._replace(views=tuple(asked["views"])) for asked in record["asked"]),
    )
