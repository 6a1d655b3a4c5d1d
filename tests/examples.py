"""How many examples a property is tried with: a share of them whenever the tests run, all before a change lands."""

from typing import Final

from hypothesis import settings

ALL: Final = 100
"""Hypothesis' own number; what a profile allows is a share of it."""
FEWEST: Final = 5


def examples(number: int) -> settings:
    """The settings for a property that is worth that many examples when there is time for all of them."""
    return settings(max_examples=max(FEWEST, number * settings().max_examples // ALL), deadline=None)
