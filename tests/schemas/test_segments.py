from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import terms
from schemas import catalogue, codec
from schemas.catalogue import EventSchema
from schemas.encoder import encoder, long
from schemas.errors import WireError
from schemas.segments import OWN, Shared, cut, form, join
from tests.examples import examples
from tests.schemas.bodies import ANY_EVENT
from tests.schemas.samples import ABOUT_PEOPLE, EVENTS, copy_of, masks, strictly_written, whole

pytestmark = pytest.mark.wide

IDENTIFIERS = frozenset({"nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number"})
WITHHELD = ["victim", "location"]
QUICK = ("consent_grant", "consent_refuse", "consent_withdraw", "screening", "request", "health_registration")
"""Types with so few views that every mask is tried each time."""


def none_or_all_identifiers(schema: EventSchema) -> Iterator[frozenset[str]]:
    """Every set of the other views, each without any identifier and with all six."""
    others = tuple(view for view in schema.views if view not in IDENTIFIERS)
    ids = (frozenset[str](), IDENTIFIERS) if schema.type in ABOUT_PEOPLE else (frozenset[str](),)
    return (mask | some for mask in masks(others) for some in ids)


def assert_joined_as_written(schema: EventSchema, body: dict[str, Any], given_masks: Iterator[frozenset[str]]) -> int:
    segments, counted = cut(schema, body), 0
    for mask in given_masks:
        permitted = {view: segments[view] for view in mask}
        joined = join(schema, body["envelope"], permitted, WITHHELD)
        assert joined == strictly_written(schema, copy_of(body, mask, WITHHELD))
        counted += 1
    return counted


@pytest.mark.parametrize("event_type", QUICK)
def test_a_copy_is_what_the_strict_writer_makes_of_it_for_every_mask(event_type: str) -> None:
    schema = catalogue.by_type(event_type)
    assert assert_joined_as_written(schema, whole(event_type), masks(schema.views)) == 2 ** len(schema.views)


@pytest.mark.parametrize("event_type", sorted({*EVENTS} - {*QUICK}))
def test_a_copy_of_any_event_is_what_the_strict_writer_makes_of_it_without_and_with_identifiers(
    event_type: str,
) -> None:
    schema = catalogue.by_type(event_type)
    counted = assert_joined_as_written(schema, whole(event_type), none_or_all_identifiers(schema))
    others = len(set(schema.views) - IDENTIFIERS)
    assert counted == 2**others * (2 if event_type in ABOUT_PEOPLE else 1)


@pytest.mark.slow
@pytest.mark.parametrize("event_type", sorted({*EVENTS} - {*QUICK}))
def test_a_copy_of_a_large_event_is_what_the_strict_writer_makes_of_it_for_every_mask(event_type: str) -> None:
    schema = catalogue.by_type(event_type)
    assert assert_joined_as_written(schema, whole(event_type), masks(schema.views)) == 2 ** len(schema.views)


@given(ANY_EVENT, st.sets(st.sampled_from(terms.VIEWS)))
@examples(40)
def test_any_event_is_joined_as_it_is_written(case: tuple[EventSchema, dict[str, Any]], views: set[str]) -> None:
    schema, body = case
    segments = cut(schema, body)
    permitted = {view: segments[view] for view in views if view in segments}
    expected = copy_of(body, frozenset(permitted), body["withheld"])
    joined = join(schema, body["envelope"], permitted, body["withheld"])
    assert joined == strictly_written(schema, expected)
    assert codec.decode(joined) == (schema, expected)


@pytest.mark.parametrize("event_type", EVENTS)
def test_only_the_views_that_are_there_are_cut_in_the_order_of_the_wire(event_type: str) -> None:
    schema, body = catalogue.by_type(event_type), whole(event_type)
    assert tuple(cut(schema, body)) == schema.views
    assert tuple(cut(schema, {**body, schema.views[0]: None})) == schema.views[1:]


@pytest.mark.parametrize("event_type", EVENTS)
def test_events_that_differ_in_a_forbidden_view_alone_give_the_same_copy(event_type: str) -> None:
    schema, body = catalogue.by_type(event_type), whole(event_type)
    for forbidden in schema.views:
        without = {**body, forbidden: None}
        copies = [
            join(schema, one["envelope"], {v: s for v, s in cut(schema, one).items() if v != forbidden}, [forbidden])
            for one in (body, without)
        ]
        assert copies[0] == copies[1]


@pytest.mark.parametrize("event_type", EVENTS)
def test_nothing_of_the_submission_is_in_a_copy(event_type: str) -> None:
    schema, body = catalogue.by_type(event_type), whole(event_type)
    other = {**body, "submission": None}
    copies = [join(schema, one["envelope"], cut(schema, one), []) for one in (body, other)]
    assert copies[0] == copies[1]
    assert codec.decode(copies[0])[1]["submission"] is None


def test_a_segment_of_another_event_is_not_joined() -> None:
    schema, body = catalogue.by_type("arrest"), whole("arrest")
    with pytest.raises(WireError, match="NOT_ENCODABLE"):
        join(schema, body["envelope"], {"health_full": b"\2\0"}, [])


def test_an_envelope_that_does_not_fit_is_not_joined_and_not_quoted() -> None:
    schema, envelope = catalogue.by_type("arrest"), whole("arrest")["envelope"]
    wrong: list[dict[str, Any]] = [
        {**envelope, "extra": "CANARY"},
        {name: value for name, value in envelope.items() if name != "case_ref"},
        {**envelope, "assertion": "CANARY"},
        {**envelope, "occurred_at": "CANARY"},
        {**envelope, "occurred_at": 2**64},
        {**envelope, "person_ref": None},
    ]
    for one in wrong:
        with pytest.raises(WireError, match="NOT_ENCODABLE") as caught:
            join(schema, one, {}, [])
        assert "CANARY" not in str(caught.value)


def test_a_view_that_does_not_fit_is_not_cut_and_not_quoted() -> None:
    schema, body = catalogue.by_type("arrest"), whole("arrest")
    with pytest.raises(WireError, match="NOT_ENCODABLE") as caught:
        cut(schema, {**body, "identity": {"name": "CANARY"}})
    assert "CANARY" not in str(caught.value)


def test_the_compiled_encoders_know_only_what_those_records_use() -> None:
    with pytest.raises(WireError, match="UNSUPPORTED"):
        encoder("double")
    with pytest.raises(OverflowError):
        long(2**63)


def test_copies_of_those_who_get_the_same_differ_in_their_own_ids_alone() -> None:
    schema, body = catalogue.by_type("arrest"), whole("arrest")
    envelope, segments = {**body["envelope"], "basis": (), "handling": ()}, cut(schema, body)
    said = Shared(**{name: envelope[name] for name in Shared._fields})
    draft = form(schema, said, tuple(segments), ())(
        envelope["occurred_at"], envelope["published_at"], list(segments.values())
    )
    for ids in (("a", "b", "c", "d"), ("é", "", None, "x" * 70), ("a", "b", None, None)):
        own = dict(zip(OWN, ids, strict=True))
        assert draft(*ids) == join(schema, {**body["envelope"], **own}, cut(schema, body), [])
    with pytest.raises(WireError, match="NOT_ENCODABLE"):
        form(schema, said, ("identity",), ())(1, 2, [])
