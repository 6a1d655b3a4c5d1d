"""Oracle and policy side by side: where one gives what the other keeps."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from typing_extensions import override

from consent.decision import decide
from consent.policy import Policy
from consent.terms import Facts
from tests.consent.files import parsed
from tests.oracle import reading
from tests.oracle.cedar import Oracle

NOT_READ: Final = (
    "CONSENT_NOTICE", "DESIGNATION_NOTICE", "HANDOVER", "OWN_DATA", "S136_POLICE", "ALERT_TO_GUARDIAN", "ALERT",
    "CJA254", "COURT_LISTING", "CONSULTATION", "CORRECTION", "ACKNOWLEDGEMENT", "GUARDIAN",
)  # fmt: skip
"""Gateways that stand in no row of the domain's own list: notices, and what a type of event brings with itself."""


class Difference(NamedTuple):
    """One view of one case that only one of the two gives."""

    facts: Facts
    view: str
    given_by: str
    """`policy` or `oracle`."""

    @override
    def __str__(self) -> str:
        event, sender, to, tie = self.facts[:4]
        return f"{event} {sender} -> {to} {tie}: {self.view} only by {self.given_by}"


def differences(cases: Iterable[Facts], policy: Policy, oracle: Oracle) -> Iterator[Difference]:
    """Every view that policy and oracle do not agree on."""
    for facts in cases:
        by_law, by_oracle = _given(facts, policy), reading.given(facts, oracle)
        yield from (Difference(facts, view, "policy") for view in sorted(by_law - by_oracle))
        yield from (Difference(facts, view, "oracle") for view in sorted(by_oracle - by_law))


def _given(facts: Facts, policy: Policy) -> frozenset[str]:
    return frozenset(said.view for said in decide(facts, policy).answers if said.answer == "GIVE")


def read_by_oracle(law: str) -> Policy:
    """The policy with this text of gateways.toml, without the gateways that the oracle does not read."""
    for gateway in NOT_READ:
        row = law[law.index(f'[[gateway]]\nid = "{gateway}"') :].removeprefix("[[gateway]]").partition("[[gateway]]")[0]
        law = law.replace(f"[[gateway]]{row}", "").replace("not_yet = [", f'not_yet = [ "{gateway}",')
    return parsed(gateways=law)
