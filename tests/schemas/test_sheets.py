from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codec
from schemas.errors import WireError
from schemas.shape import authored
from schemas.sheets import (
    NOTHING_SENT,
    SHEET,
    SheetHead,
    SheetTerms,
    encode_decision,
    encode_digests,
    encode_sent,
    encode_sheet,
    encode_verdict,
)
from tests.examples import examples
from tests.schemas.bodies import bodies

NOW = 1_772_445_600_001
HEAD = SheetHead(1, 4711, "0123456789abcdef", "p", (), NOW - 1, NOW, NOW, 12, (), None, None)
TERMS = SheetTerms(
    "RULED", "arrest", "avon-police.custody", "CUSTODY", "CONFIRMED", "ab" * 32, ("identity",), ("UNKNOWN_CODE",)
)
SAID = ("avon-ld.team", "avon-ld", "LD_TEAM", "PLACE_COVER", "PERMIT", "CUSTODY_CARE")


def flat(answer: dict[str, Any]) -> tuple[Any, ...]:
    tried = tuple((one["gateway"], one["answer"]) for one in answer["tried"])
    return (answer["view"], answer["answer"], answer["gateway"], answer["reason"], tried)


def _digests(digests: list[dict[str, Any]]) -> tuple[tuple[str, ...], list[bytes]]:
    return tuple(digest["view"] for digest in digests), [digest["hmac"] for digest in digests]


def by_hand(sheet: dict[str, Any]) -> bytes:
    rulings = []
    for ruling in sheet["rulings"]:
        decision = SimpleNamespace(answers=tuple(map(flat, ruling["decision"]["answers"])))
        digests = encode_digests(*_digests(ruling["digests"]))
        said: Any = tuple(map(ruling.get, ("desk", "organisation", "role", "relationship", "verdict", "reason")))
        verdict = encode_verdict(said, encode_decision(decision))
        rulings.append(verdict + encode_sent(ruling["copy_id"], digests, ruling["consents"]))
    again = sheet["again"] and tuple(map(sheet["again"].get, ("cause", "entry_id", "offset", "by", "ground")))
    held = sheet["held"] and tuple(map(sheet["held"].get, ("due_at", "desks")))
    head = SheetHead._make(map({**sheet, "again": again, "held": held}.get, SheetHead._fields))
    terms = SheetTerms._make(map(sheet.get, SheetTerms._fields))
    shared = terms._replace(present=tuple(terms.present), faults=tuple(terms.faults))
    return encode_sheet(head, shared, rulings)


@given(bodies(authored(SHEET)))
@examples(80)
def test_a_sheet_is_byte_for_byte_what_the_strict_writer_makes_of_it(sheet: dict[str, Any]) -> None:
    raw = by_hand(sheet)
    assert raw == codec.encode_record(SHEET, sheet)
    assert codec.decode_record(SHEET, raw) == sheet


@given(st.integers(0, 70))
@examples(10)
def test_any_number_of_rulings_is_counted(count: int) -> None:
    ruling = encode_verdict(SAID, encode_decision(SimpleNamespace(answers=()))) + NOTHING_SENT
    sheet = codec.decode_record(SHEET, encode_sheet(HEAD, TERMS, [ruling] * count))
    assert len(sheet["rulings"]) == count


def test_the_head_has_the_fields_of_the_schema_in_its_order() -> None:
    assert [field["name"] for field in authored(SHEET)["fields"]] == [
        *SheetHead._fields,
        *SheetTerms._fields,
        "rulings",
    ]


def test_what_does_not_fit_is_refused_without_being_quoted() -> None:
    wrong_head: Any = (1, "CANARY", *HEAD[2:])
    wrong_verdict: Any = (*SAID[:4], "CANARY", SAID[5])
    wrong_list: Any = SheetTerms(*TERMS[:-2], ["CANARY"], ())  # type: ignore[arg-type]
    short: Any = SAID[:-1]
    no_id: Any = 7
    attempts: tuple[Callable[[], bytes], ...] = (
        lambda: encode_sheet(wrong_head, TERMS, []),
        lambda: encode_sheet(HEAD, TERMS._replace(kind="CANARY"), []),
        lambda: encode_sheet(HEAD, wrong_list, []),
        lambda: encode_verdict(wrong_verdict, b"\0"),
        lambda: encode_verdict(short, b"\0"),
        lambda: encode_sent(no_id, b"\0", []),
        lambda: encode_digests(("CANARY",), [no_id]),
        lambda: encode_digests(("CANARY", "CANARY"), [b"one"]),
        lambda: encode_decision(SimpleNamespace(answers=(("identity", "CANARY", "", "", ()),))),
    )
    for attempt in attempts:
        with pytest.raises(WireError, match="NOT_ENCODABLE") as caught:
            attempt()
        assert "CANARY" not in str(caught.value)
