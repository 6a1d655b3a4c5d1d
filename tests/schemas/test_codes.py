from datetime import date
from typing import get_args

import pytest

from consent import terms
from schemas import catalogue, codes
from schemas.errors import UnknownListError
from schemas.fields import places

DAY = date(2026, 3, 2)


def test_a_code_holds_from_its_first_day_to_its_last() -> None:
    days = [date(2005, 4, 3), date(2005, 4, 4), date(2015, 1, 31), date(2015, 2, 1)]
    assert [codes.check("requirement", "SAR", day) for day in days] == [False, True, True, False]


def test_a_code_that_the_list_does_not_have_is_unknown() -> None:
    assert codes.check("urgency", "URGENT", DAY)
    assert not codes.check("urgency", "urgent", DAY)
    assert not codes.check("urgency", "", DAY)


def test_a_list_that_does_not_exist_is_an_error_that_does_not_repeat_its_name() -> None:
    for name in ("no-such", "../source/hub.Arrest", "__init__"):
        with pytest.raises(UnknownListError) as caught:
            codes.check(name, "UNKNOWN", DAY)
        assert name not in str(caught.value)


@pytest.mark.parametrize("name", codes.names())
def test_every_list_knows_unknown_and_explains_each_code(name: str) -> None:
    held = codes.codes(name)
    assert codes.check(name, codes.UNKNOWN, DAY)
    for code in held.values():
        assert code.means.endswith(".")
        assert code.effective_to is None or code.effective_from <= code.effective_to


def test_every_list_is_used_by_some_field() -> None:
    schemas = map(catalogue.by_type, catalogue.event_types())
    used = {place.attribute for schema in schemas for place in places(schema, "code")}
    assert used == set(codes.names())


def test_the_wire_and_the_policy_use_the_same_words() -> None:
    assert codes.codes("view").keys() - {"UNKNOWN"} == set(terms.VIEWS)
    assert codes.codes("role").keys() - {"UNKNOWN"} == terms.ROLES
    assert codes.codes("purpose").keys() == terms.PURPOSES


@pytest.mark.parametrize("event_type", catalogue.event_types())
def test_every_view_of_an_event_is_a_word_of_the_policy(event_type: str) -> None:
    assert set(catalogue.by_type(event_type).views) <= set(get_args(terms.View))
