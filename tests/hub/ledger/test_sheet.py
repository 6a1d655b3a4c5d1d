import pytest

from hub.ledger.errors import LedgerError
from hub.ledger.sheet import Sheet, read, shown
from schemas.codec import encode_record
from tests.hub.ledger.sheets import PERSON, given, refused, ruling, sheet


def encoded(**changes: object) -> bytes:
    return encode_record("hub.audit.Sheet", sheet(**changes))  # type: ignore[arg-type]


def test_a_sheet_is_read_as_it_was_written() -> None:
    found = read(encoded(), 0, "hub.audit/0/0")
    assert found == Sheet.from_record(sheet())
    assert [ruling.desk for ruling in found.rulings] == ["avon-ld.team", "bridge-charity.support"]
    assert found.rulings[0].given == {"identity", "nhs_number", "location", "cj_summary", "health_minimum"}


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\xff" * 40, encoded()[:-1], encoded() + b"\x00"])
def test_bytes_that_are_no_sheet_are_refused_by_their_place_alone(raw: bytes) -> None:
    with pytest.raises(LedgerError, match=r"^SHEET_UNREADABLE: .* \(hub\.audit/0/5\)$") as refusal:
        read(raw, 0, "hub.audit/0/5")
    assert refusal.value.__suppress_context__


def test_a_sheet_in_another_partition_than_it_says_is_refused() -> None:
    with pytest.raises(LedgerError, match="SHEET_MISPLACED"):
        read(encoded(partition=1), 0, "hub.audit/0/0")


def test_a_pseudonym_is_not_printed() -> None:
    assert PERSON not in repr(Sheet.from_record(sheet()))


def fates(*, present: list[str], **changes: object) -> dict[str, str]:
    answers = [
        *given("CONSENT", "identity", "health_minimum"),
        *refused("SCOPE_VIEW", "health_full"),
        {"view": "self_risk", "answer": "HOLD", "gateway": "", "reason": "ID_PROBABLE", "tried": []},
    ]
    read_back = Sheet.from_record(
        sheet(present=present, rulings=[ruling("a.b", "CVO", "REDACT", "SCOPE_VIEW", answers, **changes)])
    )
    return {view: fate for view, fate, _ in shown(read_back, read_back.rulings[0])}


def test_only_views_that_the_event_held_have_a_fate() -> None:
    assert fates(present=["identity", "health_full"], digests=[{"view": "identity", "hmac": b"."}]) == {
        "identity": "GIVEN",
        "health_full": "WITHHELD",
    }


def test_a_view_that_waits_is_held() -> None:
    assert fates(present=["self_risk"], digests=[]) == {"self_risk": "HELD"}


def test_what_was_permitted_but_not_sent_counts_as_withheld() -> None:
    assert fates(present=["identity"], digests=[]) == {"identity": "WITHHELD"}


def test_what_was_sent_without_an_answer_is_shown_all_the_same() -> None:
    assert fates(present=[], digests=[{"view": "minutes", "hmac": b"."}]) == {"minutes": "GIVEN"}
