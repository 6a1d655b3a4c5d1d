"""What one transaction decided, in numbers: counted on the way, so that nothing decided has to be kept for it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from consent.terms import Verdict
from hub import metrics
from hub.model.entry import OWN_CLAIM
from hub.model.ruling import Outcome, SheetKind
from hub.sharing.forward import ALL_REFUSED


@dataclass(slots=True)
class Tally:
    """Counts of one transaction, for the metrics."""

    kinds: Counter[SheetKind] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    collapsed: int = 0
    claimed: int = 0

    def counting(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The same, each counted as it passes."""
        for outcome in outcomes:
            self.kinds[outcome.kind] += 1
            self.collapsed += ALL_REFUSED in outcome.faults
            self.claimed += OWN_CLAIM in outcome.faults
            for ruling in outcome.rulings:
                self.verdicts[ruling.verdict] += 1
                self.broken += ruling.reason == "RULE_BROKEN"
            if outcome.kind == "QUARANTINED" and outcome.entry.kind == "EVENT":  # intake counted a REJECTED one
                self.quarantined[outcome.faults[0].code if outcome.faults else metrics.OTHER] += 1
            yield outcome

    def report(self) -> None:
        """Add it to the metrics; once the transaction is committed, not before."""
        for kind, number in self.kinds.items():
            metrics.sheets(kind, number)
        for reason, number in self.quarantined.items():
            metrics.quarantined(reason, number)
        for verdict, number in self.verdicts.items():
            metrics.rulings(verdict, number)
        metrics.broken(self.broken)
        metrics.collapsed(self.collapsed)
        metrics.claimed(self.claimed)
