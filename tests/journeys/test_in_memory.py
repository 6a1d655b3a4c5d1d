"""Each acceptance person ends as the law expects of each step, without a broker."""

from collections.abc import Iterator

import pytest

from hub.demo import scenarios
from hub.people import Index
from tests.hub.intake.builders import KEYS
from tests.journeys.in_memory import Hub


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Index.open("sqlite://", KEYS) as index:
        yield Hub(index)


@pytest.mark.parametrize("name", scenarios.SCENARIOS)
def test_every_step_ends_as_the_law_expects(hub: Hub, name: str) -> None:
    wrong = []
    for step in scenarios.in_time([scenarios.read(name)]):
        hub.play(step)
        wrong += [f"{step.event}: {text}" for text in hub.wrong(step)]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "event", "code"),
    [
        ("SP-02", "sp02-2-referral", "MISSING_NEED"),
        ("SP-05", "sp05-2-extension", "CONDITION_NOT_STAFF"),
        ("SP-06", "sp06-1-order", "ORDER_EVIDENCE_GAP"),
        ("SP-07", "sp07-1-detention", "UNLAWFUL_POS_U18"),
    ],
)
def test_a_publisher_is_told_what_its_message_says_against_the_law_and_no_other_is(
    hub: Hub, name: str, event: str, code: str
) -> None:
    for step in scenarios.read(name).steps:
        hub.play(step)
    assert {told: [fault.code for fault in faults] for told, faults in hub.faults.items() if faults} == {event: [code]}
