"""A sheet as rows of the ledger's tables, and back."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from consent.terms import ViewAnswer
from hub.ledger.sheet import LISTS, Anew, Ruled, Sheet, answers_from, waiting
from hub.model.ruling import Digest

Row = dict[str, Any]

_PLAIN = (
    "kind", "entry_id", "type", "publisher", "purpose", "person", "confidence", "policy", "occurred_at",
    "recorded_at", "judged_at", "barrier",
)  # fmt: skip
_RULED = ("desk", "decision_id", "organisation", "role", "relationship", "verdict", "reason", "copy_id")


def sheet_row(sheet: Sheet) -> Row:
    """The row of one sheet, without its rulings."""
    plain = {name: getattr(sheet, name) for name in _PLAIN}
    again = {
        "subject": sheet.subject,
        "again": sheet.again._asdict() if sheet.again else None,
        "held": sheet.held._asdict() if sheet.held else None,
    }
    return {**_place(sheet), **plain, **{name: list(getattr(sheet, name)) for name in LISTS}, **again}


def ruling_rows(sheet: Sheet) -> list[Row]:
    """One row per candidate."""
    return [_ruling_row(sheet, ruling) for ruling in sheet.rulings]


def consent_rows(sheet: Sheet) -> list[Row]:
    """One row per ruling and consent that it rests on."""
    return [
        {**_place(sheet), "desk": ruling.desk, "consent_id": consent}
        for ruling in sheet.rulings
        for consent in dict.fromkeys(ruling.consents)
    ]


def decision_rows(sheets: Iterable[Sheet]) -> dict[str, Row]:
    """Each distinct decision on these sheets, by its digest."""
    distinct = {ruling.answers for sheet in sheets for ruling in sheet.rulings}
    return {digest(answers): {"digest": digest(answers), "answers": _answers(answers)} for answers in distinct}


def digest(answers: tuple[ViewAnswer, ...]) -> str:
    """The name under which a decision is kept: 32 hexadecimal digits of its content."""
    return hashlib.sha256(json.dumps(answers, separators=(",", ":")).encode()).hexdigest()[:32]


def sheet_from(row: Mapping[str, Any], rulings: Iterable[Ruled]) -> Sheet:
    """The sheet of a row, with these of its rulings."""
    place: Row = {"partition": row["timeline_partition"], "offset": row["timeline_offset"]}
    lists: Row = {name: tuple(row[name]) for name in LISTS}
    again, held = Anew(**row["again"]) if row["again"] else None, waiting(row["held"])
    return Sheet(
        **place, **{name: row[name] for name in _PLAIN}, **lists, rulings=tuple(rulings), again=again, held=held
    )


def ruling_from(row: Mapping[str, Any]) -> Ruled:
    """The ruling of a row that was joined with its decision."""
    return Ruled(
        **{name: row[name] for name in _RULED},
        digests=tuple(Digest(view, bytes.fromhex(hmac)) for view, hmac in row["digests"]),
        consents=tuple(row["consents"]),
        answers=answers_from(row["answers"]),
    )


def _place(sheet: Sheet) -> Row:
    return {"timeline_partition": sheet.partition, "timeline_offset": sheet.offset}


def _ruling_row(sheet: Sheet, ruling: Ruled) -> Row:
    return {
        **_place(sheet),
        **{name: getattr(ruling, name) for name in _RULED},
        "digests": [(digest.view, digest.hmac.hex()) for digest in ruling.digests],
        "consents": list(ruling.consents),
        "decision": digest(ruling.answers),
    }


def _answers(answers: tuple[ViewAnswer, ...]) -> list[Row]:
    return [{**answer._asdict(), "tried": [tried._asdict() for tried in answer.tried]} for answer in answers]
