"""The order of the stages; hub.intake says what they are. Between its two halves the shell asks whom events are about.

Whatever breaks refuses the one record that broke it: poison must not kill, and the text of an exception may hold a
person. A refusal that cannot even be written down does raise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from consent.broken import note
from hub.intake.cut import entries, refusal
from hub.intake.event import Event, Received, Rejected, Rules, Settled
from hub.intake.ingest import ingest
from hub.model import timeline
from hub.model.entry import Entry, Fault

INTERNAL: Final = (Fault("INTERNAL", ""),)
"""A stage raised, which is a fault of the hub: nothing of the record goes on."""
POISON: Final = (Fault("POISON", ""),)
"""Whoever takes it in dies of it: it is set aside unread."""
ALTERED: Final = (Fault("ALTERED_REPEAT", "submission.event_id"),)

Kind = Literal["ACCEPTED", "REPEAT", "REFUSED"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A record, the entries that it causes, and their bytes."""

    received: Received
    kind: Kind
    entries: tuple[Entry, ...]
    encoded: tuple[bytes, ...] = field(repr=False)
    faults: tuple[Fault, ...]
    """What the publisher should mend; an accepted event may have some."""


def opened(received: Received, rules: Rules) -> Event | Rejected:
    """The event that a record holds, or why it goes to quarantine. Raises MemoryError alone."""
    try:
        return ingest(received, rules)
    except MemoryError:  # says nothing of this record: the process ends, and the next one takes it in
        raise
    except Exception as error:  # noqa: BLE001 - see above
        note(error)
        return Rejected(received, "", INTERNAL)


def poisonous(received: Received) -> Rejected:
    """What becomes of a record that must not even be read."""
    return Rejected(received, "", POISON)


def process(found: Event | Rejected, settled: Settled | None, rules: Rules) -> Judged:
    """Everything that a record causes. `settled`: whom the event is about; None: it could not be asked, or is none.

    Raises MemoryError alone.
    """
    if isinstance(found, Rejected):
        return _refused(found.received, found.event_id, found.faults, rules)
    event_id = found.body["submission"]["event_id"]
    if settled is None:
        return _refused(found.received, event_id, INTERNAL, rules)
    if settled.answer == "ALTERED":
        return _refused(found.received, event_id, ALTERED, rules)
    kind: Kind = "ACCEPTED" if settled.answer == "NEW" else "REPEAT"
    try:
        return _judged(found.received, kind, entries(found, settled.identified, rules), found.faults)
    except MemoryError:  # as above
        raise
    except Exception as error:  # noqa: BLE001 - see above
        note(error)
        return _refused(found.received, event_id, INTERNAL, rules)


def _refused(received: Received, event_id: str, faults: tuple[Fault, ...], rules: Rules) -> Judged:
    return _judged(received, "REFUSED", (refusal(received, event_id, faults, rules.keys),), faults)


def _judged(received: Received, kind: Kind, made: Sequence[Entry], faults: tuple[Fault, ...]) -> Judged:
    return Judged(received, kind, tuple(made), tuple(timeline.encode(entry) for entry in made), faults)
