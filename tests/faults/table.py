"""The table with which `make faults-quick` ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

HEAD: Final = ("fault", "times", "events", "decisions", "disclosures", "missing", "doubled", "unaudited", "recovery s")


class Row(NamedTuple):
    """What one fault came to. `times`: how often it happened; `recovery`: seconds from the last to the next sheet."""

    fault: str
    times: int
    events: int
    decisions: int
    disclosures: int
    missing: int
    doubled: int
    unaudited: int
    recovery: float | None

    @property
    def well(self) -> bool:
        """Whether it happened, and broke nothing."""
        return self.times > 0 and not (self.missing or self.doubled or self.unaudited)


@dataclass(slots=True)
class Table:
    """Rows in the order in which they came."""

    rows: list[Row] = field(default_factory=list)

    def lines(self) -> list[str]:
        """In columns."""
        told = [HEAD, *(_told(row) for row in self.rows)]
        widths = [max(len(line[column]) for line in told) for column in range(len(HEAD))]
        return [_line(cells, widths) for cells in told]


def _told(row: Row) -> tuple[str, ...]:
    *counts, recovery = row
    return (*map(str, counts), "" if recovery is None else f"{recovery:.1f}")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
