"""A policy that promises what no gateway keeps is refused, cell or row; what waits for a gateway to come is not."""

import pytest

from consent import dead
from consent.errors import PolicyError
from consent.policy import Policy
from consent.text import Text
from tests.consent.files import POLICY, POLICY_TEXTS, TEXTS

pytestmark = pytest.mark.wide


def refuse(file: str = "", old: str = "", new: str = "") -> None:
    """Look at the policy that ships, after one change to one text."""
    assert old in TEXTS.get(file, "")
    texts = [TEXTS[name].replace(old, new, 1) if name == file else TEXTS[name] for name in POLICY_TEXTS]
    views, receivers, *_ = map(Text.parse, POLICY_TEXTS, texts)
    dead.refuse(Policy.parse(*texts), views, receivers)


def test_the_policy_that_ships_promises_nothing_that_it_does_not_keep() -> None:
    refuse()


YJS = 'YJS            = ["Y",              "C",           '
ANALYST = 'ANALYST        = ["-",    "-",            "-",       "-",      '
MINUTES = "mappa_review.receivers, minutes to LA_SAFEGUARDING"
DEAD = [
    ("views.toml", f'{YJS}"-"', f'{YJS}"S"', "health, YJS"),
    (
        "receivers.toml",
        '"cj_summary", "adjustments"]',
        '"health_minimum"]',
        "arrest.receivers, health_minimum to PROB_OM",
    ),
    ("views.toml", ANALYST + '"G"', ANALYST + '"Y"', "risk, ANALYST"),
    ("gateways.toml", 'opens = ["minutes"]', 'opens = ["status"]', "risk, LA_SAFEGUARDING"),
    ("gateways.toml", 'events = ["mappa_review"]', 'events = ["order"]', MINUTES),
    ("gateways.toml", 'from = ["MAPPA_RA"]', 'from = ["CVO"]', MINUTES),
]


@pytest.mark.parametrize(("file", "old", "new", "place"), DEAD, ids=[one[2] for one in DEAD])
def test_what_nothing_opens_is_refused_with_its_place(file: str, old: str, new: str, place: str) -> None:
    with pytest.raises(PolicyError, match=f"OPENED_BY_NOTHING in {place}$") as caught:
        refuse(file, old, new)
    assert caught.value.line > 1


def test_a_cell_may_wait_for_a_gateway_that_has_no_rule_yet_but_a_row_may_not() -> None:
    assert POLICY.matrix.cells["ANALYST", "equality"] == {"STATISTICS"}
    waits = 'GP             = ["D",              "C/K"'
    with pytest.raises(PolicyError, match=r"OPENED_BY_NOTHING in \w+\.receivers, health_minimum to GP$"):
        refuse("views.toml", 'GP             = ["Y",              "C/K"', waits)


def test_a_cell_that_names_every_gateway_that_has_a_rule_waits_for_none() -> None:
    every = str(sorted(POLICY.gateways)).replace("'", '"')
    with pytest.raises(PolicyError, match=r"OPENED_BY_NOTHING in risk, ANALYST$"):
        refuse("views.toml", '["STATISTICS"]', every)


def test_a_row_that_nothing_opens_is_told_at_a_line_that_names_the_view() -> None:
    text = TEXTS["receivers.toml"].replace('"cj_summary", "adjustments"]', '"health_minimum"]', 1)
    with pytest.raises(PolicyError) as caught:
        refuse("receivers.toml", '"cj_summary", "adjustments"]', '"health_minimum"]')
    assert '"health_minimum"' in text.splitlines()[caught.value.line - 1]
