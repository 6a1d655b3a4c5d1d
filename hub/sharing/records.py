"""What an outcome writes: its sheet, the copies that leave, the receipt, the registers. All of it in one transaction.

Keys and headers are read by whoever runs the broker: they hold places, pseudonyms and ids of one recipient, no more.
"""

from typing import Final

from hub.log import AUDIT, STATE, Record
from hub.model import keys
from hub.model.keys import Keys
from hub.model.pending import Pending
from hub.model.pending import pack as pack_pending
from hub.model.quick import quick
from hub.model.ruling import Copy, Outcome, Receipt, Ruling
from hub.sharing.past import whole
from hub.sharing.persons import pack
from hub.sharing.repeats import SIZE
from schemas.codec import encode_receipt
from schemas.sheets import NO_DIGESTS, NOTHING_SENT, SheetHead, SheetTerms, encode_sent, encode_sheet

_record, _sheet_head, _sheet_terms = quick(Record), quick(SheetHead), quick(SheetTerms)

REPEATS: Final = "/repeats"
"""What a route key is followed by where the repeats and the past of that person stand."""
PENDING: Final = "/pending"
"""The same of what is open about them; deleted when nothing is."""

Headers = tuple[tuple[str, bytes], ...]


def records(outcome: Outcome, secrets: Keys) -> list[Record]:
    """The records, in the order in which they are written. Raises WireError where one cannot be written."""
    made = [_sheet(outcome, secrets)]
    made += [_copy(outcome, ruling, copy) for ruling, copy in outcome.copies()]
    if outcome.receipt:
        made.append(_receipt(outcome, outcome.receipt, secrets))
    return made + _state(outcome)


def cloud_event(event_id: str, event_type: str) -> Headers:
    """CloudEvents 1.0 attributes in Kafka's binary mode. The id is the recipient's own; none says whom it is about."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", event_id.encode()),
        ("ce_source", b"hub"),
        ("ce_type", event_type.encode()),
        ("content-type", b"application/avro"),
    )


def _sheet(outcome: Outcome, secrets: Keys) -> Record:
    moment = outcome.moment
    key = f"{moment.partition}/{moment.offset}".encode()
    rulings = [_ruling(ruling) for ruling in outcome.rulings]
    value = encode_sheet(_head(outcome, secrets), _terms(outcome), rulings)
    return _record((AUDIT, key, value, (), moment.partition))


def _head(outcome: Outcome, secrets: Keys) -> SheetHead:
    entry, moment, again = outcome.entry, outcome.moment, outcome.entry.again
    return _sheet_head((
        moment.partition,
        moment.offset,
        entry.entry_id,
        keys.audit_ref(secrets, entry.route_key) if entry.route_key else "",
        [keys.audit_ref(secrets, other) for other in entry.possible] if entry.possible else (),
        entry.occurred_at,
        moment.recorded_at,
        moment.judged_at,
        moment.barrier,
        outcome.overtaking,
        None if again is None else (again.cause, again.entry_id, again.offset, again.by, again.ground),
        None if outcome.pending is None else _waiting(outcome.pending, entry.subject),
    ))  # fmt: skip


def _waiting(pending: Pending, subject: str) -> tuple[int, tuple[str, ...]] | None:
    """Until when something of that entry waits, and for whom."""
    return next(((held.due_at, held.desks) for held in pending.held if held.entry_id == subject), None)


def _terms(outcome: Outcome) -> SheetTerms:
    entry, faults = outcome.entry, outcome.faults
    return _sheet_terms((
        outcome.kind,
        entry.type,
        entry.publisher,
        entry.purpose,
        entry.confidence,
        outcome.policy,
        tuple(entry.segments),
        tuple([fault.code for fault in faults]) if faults else (),
    ))  # fmt: skip


def _ruling(ruling: Ruling) -> bytes:
    copy = ruling.copy
    if copy is not None:
        return ruling.encoded + encode_sent(copy.copy_id, copy.encoded, ruling.consents)
    return ruling.encoded + (encode_sent(None, NO_DIGESTS, ruling.consents) if ruling.consents else NOTHING_SENT)


def _copy(outcome: Outcome, ruling: Ruling, copy: Copy) -> Record:
    desk, headers = ruling.desk, cloud_event(copy.copy_id, outcome.entry.type)
    partition = int(copy.person_ref[:8], 16) % desk.partitions if desk.partitions > 1 else None
    return _record((desk.out_topic, copy.person_ref.encode(), copy.body, headers, partition))


def _receipt(outcome: Outcome, receipt: Receipt, secrets: Keys) -> Record:
    """Its key says nothing of the person: two receipts under one key would tell that two events are about one."""
    entry = outcome.entry
    receipt_id = keys.copy_id(secrets, entry.publisher, f"receipt/{entry.entry_id}/{entry.content_hash.hex()}")
    body = encode_receipt(receipt.event_id, receipt.outcome, receipt.faults, outcome.moment.recorded_at)
    return Record(f"out.{entry.publisher}", receipt_id.encode(), body, cloud_event(receipt_id, "receipt"))


def _state(outcome: Outcome) -> list[Record]:
    route_key, partition, made = outcome.entry.route_key, outcome.moment.partition, list[Record]()
    if outcome.person is not None:
        made.append(_record((STATE, route_key.encode(), pack(outcome.person), (), partition)))
    if outcome.repeats is not None:
        made.append(
            _record((STATE, f"{route_key}{REPEATS}".encode(), _entries(outcome.repeats, outcome.past), (), partition))
        )
    if outcome.pending is not None:
        open_still = pack_pending(outcome.pending) if any(outcome.pending) else None
        made.append(_record((STATE, f"{route_key}{PENDING}".encode(), open_still, (), partition)))
    return made


def _entries(repeats: bytes, past: bytes) -> bytes:
    """Both in one record, for nearly every entry adds to both: the length of the first goes before them."""
    return len(repeats).to_bytes(4, "big") + repeats + past


def entries_of(value: bytes) -> tuple[bytes, bytes]:
    """A person's repeats and past as they stand in that record. Raises ValueError for anything else."""
    end = 4 + int.from_bytes(value[:4], "big")
    repeats, past = value[4:end], value[end:]
    if len(value) < end or len(repeats) % SIZE or not whole(past):
        raise ValueError("neither repeats nor a past")
    return repeats, past
