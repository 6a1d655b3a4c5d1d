"""How often what was decided: rulings by event type, role and verdict. No person, desk or place is counted by.

These are the hub's own figures, for those who run it. Nothing here is fit to be published: true counts of few people
can say who they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from hub.ledger.errors import LedgerError
from hub.ledger.sheet import Sheet
from hub.log import TIMELINE

SEPARATOR: Final = "|"


class Counted(NamedTuple):
    """What is counted by."""

    event_type: str
    role: str
    verdict: str


class Folded(NamedTuple):
    """The counts of one partition of hub.audit, and how far they reach. Kept as one value, so they agree."""

    last: int
    """Offset in hub.audit of the last sheet that was counted; -1: none."""
    ruled: int
    """Offset in hub.timeline that it is of; -1: not known. The next sheet is of the next one."""
    counts: Mapping[Counted, int]

    @classmethod
    def from_value(cls, value: Mapping[str, Any] | None) -> Self:
        """What was kept; None: nothing yet."""
        if value is None:
            return cls(-1, -1, {})
        counts = {Counted(*key.split(SEPARATOR)): int(number) for key, number in value["counts"].items()}
        return cls(int(value["last"]), int(value.get("ruled", -1)), counts)

    def to_value(self) -> dict[str, Any]:
        """As it is kept."""
        counts = {SEPARATOR.join(key): number for key, number in self.counts.items()}
        return {"last": self.last, "ruled": self.ruled, "counts": counts}

    def with_sheets(self, sheets: Iterable[tuple[int, Sheet]]) -> "Folded":
        """Count sheets, each with its offset in hub.audit, once: what was counted before is passed over.

        Raises LedgerError where one is missing before another that would be counted.
        """
        found = {offset: sheet for offset, sheet in sheets if offset > self.last}
        if not found:
            return self
        new = [found[offset] for offset in sorted(found)]
        _must_follow(self.ruled, new)
        more = Counter(Counted(sheet.type, ruling.role, ruling.verdict) for sheet in new for ruling in sheet.rulings)
        return Folded(max(found), new[-1].offset, Counter(self.counts) + more)


def _must_follow(ruled: int, sheets: Sequence[Sheet]) -> None:
    first = sheets[0].offset if ruled < 0 else ruled + 1
    for expected, sheet in enumerate(sheets, first):
        if sheet.offset != expected:
            raise LedgerError("SHEET_MISSING", f"{TIMELINE}/{sheet.partition}/{expected}")


def total(folded: Iterable[Folded]) -> dict[Counted, int]:
    """The counts of all partitions together, in the order of what they are counted by."""
    summed = sum((Counter(one.counts) for one in folded), Counter[Counted]())
    return dict(sorted(summed.items()))
