"""Oracle and policy side by side: where one gives what the other keeps."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from consent.decision import decide
from consent.policy import Policy
from consent.terms import Facts
from tests.oracle import reading
from tests.oracle.cedar import Oracle


class Difference(NamedTuple):
    """One view of one case that only one of the two gives."""

    facts: Facts
    view: str
    given_by: str
    """`policy` or `oracle`."""

    def __str__(self) -> str:
        facts = self.facts
        return f"{facts.event_type} {facts.from_role} -> {facts.to_role} {facts.relationship}: {self.view} only by {self.given_by}"


def differences(cases: Iterable[Facts], policy: Policy, oracle: Oracle) -> Iterator[Difference]:
    """Every view that policy and oracle do not agree on."""
    for facts in cases:
        by_law, by_oracle = _given(facts, policy), reading.given(facts, oracle)
        yield from (Difference(facts, view, "policy") for view in sorted(by_law - by_oracle))
        yield from (Difference(facts, view, "oracle") for view in sorted(by_oracle - by_law))


def _given(facts: Facts, policy: Policy) -> frozenset[str]:
    return frozenset(said.view for said in decide(facts, policy).answers if said.answer == "GIVE")
