"""What an outcome writes: its sheet, the copies that leave, the receipt, the registers. All of it in one transaction.

Keys and headers are read by whoever runs the broker: they hold places, pseudonyms and ids of one recipient, no more.
"""

from typing import Final

from hub.log import AUDIT, STATE, Record
from hub.model import keys
from hub.model.keys import Keys
from hub.model.quick import quick
from hub.model.ruling import Copy, Outcome, Receipt, Ruling
from hub.sharing.persons import pack
from schemas.codec import encode_receipt
from schemas.sheets import NO_DIGESTS, NOTHING_SENT, SheetHead, SheetTerms, encode_sent, encode_sheet

_record, _sheet_head, _sheet_terms = quick(Record), quick(SheetHead), quick(SheetTerms)

REPEATS: Final = "/repeats"
"""What a route key is followed by where the repeats of that person stand."""

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
    entry, moment = outcome.entry, outcome.moment
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
    ))  # fmt: skip


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
        made.append(_record((STATE, f"{route_key}{REPEATS}".encode(), outcome.repeats, (), partition)))
    return made
