import traceback
from typing import Any

import pytest
from hypothesis import given

from schemas import catalogue, codec, plain
from schemas.errors import PlainError
from tests.examples import examples
from tests.schemas.bodies import ANY_EVENT
from tests.schemas.samples import EVENTS, example_text

ARREST = catalogue.by_type("arrest")
CANARY = "CANARY-7f3a"


def arrest() -> Any:
    return plain.parse(example_text("arrest"))


def changed(path: str, value: object) -> Any:
    event = arrest()
    *names, last = path.split(".")
    holder = event
    for name in names:
        holder = holder[name]
    holder[last] = value
    return event


def refused(event: object) -> PlainError:
    with pytest.raises(PlainError) as caught:
        plain.from_plain(ARREST, event)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    return caught.value


@pytest.mark.parametrize("event_type", EVENTS)
def test_every_example_is_an_event_and_back(event_type: str) -> None:
    schema = catalogue.by_type(event_type)
    body = plain.from_plain(schema, plain.parse(example_text(event_type)))
    assert body["envelope"]["type"] == event_type
    assert codec.decode(codec.encode(schema, body)) == (schema, body)
    assert plain.from_plain(schema, plain.to_plain(schema, body)) == body


@given(ANY_EVENT)
@examples(40)
def test_any_event_is_shown_and_read_back(case: tuple[Any, dict[str, Any]]) -> None:
    schema, body = case
    assert plain.from_plain(schema, plain.to_plain(schema, body)) == body


def test_dates_and_times_are_shown_as_people_write_them() -> None:
    shown = plain.to_plain(ARREST, plain.from_plain(ARREST, arrest()))
    assert shown["identity"]["born"] == "1991-04-17"
    assert shown["envelope"]["occurred_at"] == "2026-03-02T10:00:00Z"
    assert "nhs_number" not in shown


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00Z", 0),
        ("1970-01-01T00:00:00.5Z", 500),
        ("1970-01-01T00:00:01.007Z", 1007),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_a_time_is_milliseconds(text: str, millis: int) -> None:
    body = plain.from_plain(ARREST, changed("envelope.occurred_at", text))
    assert body["envelope"]["occurred_at"] == millis


@pytest.mark.parametrize(
    "wrong",
    [CANARY, 0, None, True, "2026-03-02", "2026-03-02T10:00:00", "2026-03-02T10:00:00+01:00", "2026-02-30T10:00:00Z",
     "2026-03-02T25:00:00Z", "2026-03-02 10:00:00Z", "٢٠٢٦-03-02T10:00:00Z", "2026-03-02T10:00:00.1234Z"],
)  # fmt: skip
def test_a_time_that_is_none_is_refused_by_its_path(wrong: object) -> None:
    error = refused(changed("envelope.occurred_at", wrong))
    assert (error.code, error.path, error.expected) == ("WRONG_TYPE", "envelope.occurred_at", plain.TIME)


@pytest.mark.parametrize("wrong", [CANARY, 7776, "1991-4-17", "1991-02-30", "1991-04-17T00:00:00Z"])
def test_a_date_that_is_none_is_refused_by_its_path(wrong: object) -> None:
    error = refused(changed("identity.born", wrong))
    assert (error.code, error.path, error.expected) == ("WRONG_TYPE", "identity.born", plain.DATE)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("identity", CANARY, "an object"),
        ("identity.name", 5, "text"),
        ("identity.name", f"{CANARY}\ud800", "text"),
        ("identity.aliases", CANARY, "a list"),
        ("submission.disturbed", CANARY, "true or false"),
        ("submission.disturbed", 1, "true or false"),
        ("self_risk.assessed", CANARY, "one of UNKNOWN, NOT_ASSESSED, NONE_FOUND, FOUND"),
        ("self_risk.assessed", [], "one of UNKNOWN, NOT_ASSESSED, NONE_FOUND, FOUND"),
    ],
)
def test_a_wrong_type_is_refused_by_its_path_and_what_was_expected(path: str, value: object, expected: str) -> None:
    error = refused(changed(path, value))
    assert (error.code, error.path, error.expected) == ("WRONG_TYPE", path, expected)


def test_an_item_of_a_list_is_named_by_its_place() -> None:
    assert refused(changed("identity.aliases", ["Al", {"x": CANARY}])).path == "identity.aliases[1]"
    event = arrest()
    event["submission"]["identifiers"][0]["kind"] = CANARY
    assert refused(event).path == "submission.identifiers[0].kind"


def test_an_unknown_key_is_refused_by_its_path() -> None:
    error = refused(changed("identity.nmae", CANARY))
    assert (error.code, error.path) == ("UNKNOWN_KEY", "identity.nmae")
    assert refused({**arrest(), "helth": None}).path == "helth"


def test_a_key_that_is_no_name_is_not_repeated() -> None:
    assert refused(changed(f"identity.{CANARY} was here", 1)).path == "identity.?"


def test_what_has_no_default_must_be_there() -> None:
    event = arrest()
    del event["submission"]["purpose"]
    assert (refused(event).code, refused(event).path) == ("MISSING", "submission.purpose")


def test_what_is_missing_takes_its_default_and_a_default_is_not_shared() -> None:
    event = {"envelope": arrest()["envelope"]}
    first, second = plain.from_plain(ARREST, event), plain.from_plain(ARREST, event)
    assert first["identity"] is None
    assert first["withheld"] == []
    assert first["withheld"] is not second["withheld"]


@pytest.mark.parametrize(("value", "code"), [(2**31, "OUT_OF_RANGE"), (True, "WRONG_TYPE"), (1.0, "WRONG_TYPE")])
def test_a_number_must_be_whole_and_fit(value: object, code: str) -> None:
    schema = catalogue.by_type("consent_grant")
    event: Any = plain.parse(example_text("consent_grant"))
    event["consent_terms"]["version"] = value
    with pytest.raises(PlainError) as caught:
        plain.from_plain(schema, event)
    assert (caught.value.code, caught.value.path) == (code, "consent_terms.version")


@pytest.mark.parametrize(
    "text", ["", "{", f'{{"{CANARY}": 1, "{CANARY}": 2}}', '{"a": NaN}', "[" * 100_000, b"\xff", "\ud800{"]
)
def test_what_is_not_json_is_refused_without_being_quoted(text: str | bytes) -> None:
    with pytest.raises(PlainError) as caught:
        plain.parse(text)
    assert caught.value.code == "NOT_JSON"
    assert CANARY not in "".join(traceback.format_exception(caught.value))
