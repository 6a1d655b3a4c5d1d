"""Whatever field of the policy is spoilt, whoever wrote it is told file, line, table, field and rule."""

import tomllib

import pytest

from tests.consent import spoilt
from tests.consent.files import POLICY_TEXTS

pytestmark = pytest.mark.wide


def test_what_is_told_of_every_spoilt_field_is_what_was_read_and_agreed() -> None:
    said, agreed = spoilt.told(), tomllib.loads(spoilt.TOLD.read_text("utf-8"))
    assert {what: how for what, how in said.items() if agreed.get(what) != how} == {}
    assert agreed.keys() == said.keys()


def test_every_kind_of_table_is_spoilt() -> None:
    kinds = {field.kind for file in POLICY_TEXTS for field in spoilt.fields(file)}
    assert kinds >= {"[event]", "[[event.receivers]]", "[[gateway]]", "[purposes]", "[groups]", "[[taker]]", "[[hold]]"}
    assert kinds >= {"[[rule]]", "[[handover]]", "[[reminder]]", "[[custody]]", "[legend]", "[who]", "[probable]"}


def test_what_is_missing_is_told_at_its_table_and_not_at_another() -> None:
    missing = {what: how for what, how in spoilt.told().items() if what.endswith("is missing")}
    assert not [what for what, how in missing.items() if how.startswith("elsewhere: MISSING")]
