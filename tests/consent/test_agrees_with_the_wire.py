"""Policy and schemas never import each other; this is where their words are held side by side."""

from schemas import catalogue
from tests.consent.files import POLICY


def test_policy_and_schemas_know_the_same_event_types() -> None:
    assert set(POLICY.events) == set(catalogue.event_types())


def test_policy_and_schemas_know_the_same_views_of_each_in_the_same_order() -> None:
    for kind, rule in POLICY.events.items():
        assert catalogue.by_type(kind).views == rule.views
