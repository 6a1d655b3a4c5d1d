"""Hold what was ruled against what the law expects; every difference is a sentence."""

from collections.abc import Iterable, Iterator
from typing import Final

from consent.terms import IDENTIFIERS
from hub.demo.scenarios import Expected
from hub.ledger.sheet import Ruled, Sheet

GO_ALONG: Final = frozenset({*IDENTIFIERS, "self_risk", "adjustments"})
"""What a scenario need not spell out: identifiers go with identity, and the parts that keep a person safe or
understood go to every desk that deals with them."""


def newest(sheets: Iterable[Sheet], desk: str) -> Sheet | None:
    """The last of them on which that desk was asked about."""
    asked = [sheet for sheet in sheets if any(ruling.desk == desk for ruling in sheet.rulings)]
    return asked[-1] if asked else None


def differences(expected: Expected, sheet: Sheet | None) -> Iterator[str]:
    """Each way in which the sheet is not what was expected for that desk; nothing if it is."""
    if sheet is None:
        yield f"{expected.desk}: expected {expected.verdict}, but the event did not come again"
        return
    ruling = next((ruling for ruling in sheet.rulings if ruling.desk == expected.desk), None)
    if ruling is None:
        yield f"{expected.desk}: expected {expected.verdict}, but it was not asked about"
        return
    yield from (f"{expected.desk}: {text}" for text in _in_ruling(expected, ruling))


def _in_ruling(expected: Expected, ruling: Ruled) -> Iterator[str]:
    if ruling.verdict != expected.verdict:
        yield f"expected {expected.verdict}, was ruled {ruling.verdict} ({ruling.reason})"
    if expected.views is not None and (missing := expected.views - ruling.given):
        yield f"expected to be given {', '.join(sorted(missing))}, which it was not"
    if expected.views is not None and (extra := ruling.given - expected.views - GO_ALONG):
        yield f"was given {', '.join(sorted(extra))}, which it should not have been"
    if leaked := ruling.given & expected.withheld:
        yield f"was given {', '.join(sorted(leaked))}, which had to be withheld"
    if expected.reason and expected.reason not in reasons(ruling):
        yield f"expected the reason {expected.reason}, found {', '.join(sorted(reasons(ruling)))}"


def reasons(ruling: Ruled) -> frozenset[str]:
    """Every reason that the ruling states, for the whole and for each view."""
    return frozenset({ruling.reason, *(answer.reason for answer in ruling.answers)})
