"""What broke is said by type and place, once, and nothing of what it held."""

import json
import logging
import traceback

import pytest

from consent import broken, checks
from hub.model.entry import NO_ENTRY
from schemas import catalogue


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broken, "_noted", set())


def raised(secret: str) -> Exception:
    try:
        catalogue.by_type(secret)
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


def test_a_place_is_said_once_without_what_was_at_hand(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        broken.note(raised("CANARY-7"))
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "CANARY" not in record.getMessage()
    assert record.getMessage() == f"broken, and so refused: {broken.where(raised('CANARY-7'))}"


def test_the_line_is_the_innermost_of_our_own() -> None:
    error = raised("CANARY-7")
    lines = traceback.extract_tb(error.__traceback__)
    last = next(line for line in reversed(lines) if "schemas/" in line.filename)
    assert broken.where(error) == f"UnknownSchemaError at schemas/catalogue.py:{last.lineno}"
    assert len([line for line in lines if "schemas/" in line.filename]) > 1 or lines[-1] is last


def test_where_no_line_is_ours_the_type_alone_is_said() -> None:
    with pytest.raises(json.JSONDecodeError) as foreign:
        json.loads("{")
    error = foreign.value.with_traceback(None)
    assert broken.where(error) == "JSONDecodeError at no line of our own"


def test_a_rule_that_raises_refuses_and_says_where(caplog: pytest.LogCaptureFixture) -> None:
    assert checks.first_stop([checks.agreement], NO_ENTRY, "identity") == "RULE_BROKEN"  # type: ignore[arg-type]
    assert "AttributeError at consent/checks.py:" in caplog.text


def test_a_shortage_of_memory_says_nothing_of_a_rule() -> None:
    def short(*_: object) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        checks.first_stop([short], NO_ENTRY, "identity")  # type: ignore[arg-type]
