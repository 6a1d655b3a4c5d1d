from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codec
from schemas.errors import WireError
from schemas.shape import authored
from schemas.sheets import SHEET, SheetHead, encode_decision, encode_digests, encode_ruling, encode_sheet
from tests.examples import examples
from tests.schemas.bodies import bodies

HEAD: SheetHead = {
    "partition": 1, "offset": 4711, "kind": "RULED", "entry_id": "0123456789abcdef", "type": "arrest",
    "publisher": "avon-police.custody", "purpose": "CUSTODY", "person": "p", "confidence": "CONFIRMED",
    "occurred_at": 1_772_445_600_000, "recorded_at": 1_772_445_600_001, "judged_at": 1_772_445_600_001,
    "barrier": 12, "overtaking": [], "policy": "ab" * 32, "present": ["identity"], "faults": [],
}  # fmt: skip
SAID = ("avon-ld.team", "avon-ld", "LD_TEAM", "PLACE_COVER", "PERMIT", "CUSTODY_CARE")


def flat(answer: dict[str, Any]) -> tuple[Any, ...]:
    tried = tuple((one["gateway"], one["answer"]) for one in answer["tried"])
    return (answer["view"], answer["answer"], answer["gateway"], answer["reason"], tried)


def by_hand(sheet: dict[str, Any]) -> bytes:
    rulings = []
    for ruling in sheet["rulings"]:
        decision = SimpleNamespace(answers=tuple(map(flat, ruling["decision"]["answers"])))
        digests = encode_digests([(digest["view"], digest["hmac"]) for digest in ruling["digests"]])
        said: Any = tuple(
            ruling[name] for name in ("desk", "organisation", "role", "relationship", "verdict", "reason")
        )
        ids, consents = (ruling["decision_id"], said, ruling["copy_id"]), ruling["consents"]
        rulings.append(encode_ruling(*ids, digests, consents, encode_decision(decision)))
    head_alone: Any = {key: value for key, value in sheet.items() if key != "rulings"}
    return encode_sheet(head_alone, rulings)


@given(bodies(authored(SHEET)))
@examples(80)
def test_a_sheet_is_byte_for_byte_what_the_strict_writer_makes_of_it(sheet: dict[str, Any]) -> None:
    raw = by_hand(sheet)
    assert raw == codec.encode_record(SHEET, sheet)
    assert codec.decode_record(SHEET, raw) == sheet


@given(st.integers(0, 70))
@examples(10)
def test_any_number_of_rulings_is_counted(count: int) -> None:
    ruling = encode_ruling("d", SAID, "c", encode_digests([]), [], encode_decision(SimpleNamespace(answers=())))
    sheet = codec.decode_record(SHEET, encode_sheet(HEAD, [ruling] * count))
    assert len(sheet["rulings"]) == count


def test_the_head_has_the_fields_of_the_schema_in_its_order() -> None:
    assert [field["name"] for field in authored(SHEET)["fields"]] == [*SheetHead.__annotations__, "rulings"]


def test_what_does_not_fit_is_refused_without_being_quoted() -> None:
    wrong_head: Any = {**HEAD, "kind": "CANARY"}
    wrong_verdict: Any = (*SAID[:4], "CANARY", SAID[5])
    short: Any = SAID[:-1]
    nothing: Any = {}
    no_id: Any = None
    attempts: tuple[Callable[[], bytes], ...] = (
        lambda: encode_sheet(wrong_head, []),
        lambda: encode_sheet(nothing, []),
        lambda: encode_ruling("d", wrong_verdict, None, b"\0", [], b"\0"),
        lambda: encode_ruling("d", short, None, b"\0", [], b"\0"),
        lambda: encode_ruling(no_id, SAID, None, b"\0", [], b"\0"),
        lambda: encode_digests([("CANARY", no_id)]),
        lambda: encode_decision(SimpleNamespace(answers=(("identity", "CANARY", "", "", ()),))),
    )
    for attempt in attempts:
        with pytest.raises(WireError, match="NOT_ENCODABLE") as caught:
            attempt()
        assert "CANARY" not in str(caught.value)
