"""One partition of the timeline in memory, with what comes again: what an entry causes, and what that causes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hub.log import Arrival, Barrier, Batch
from hub.model import timeline
from hub.model.directory import Directory
from hub.model.entry import Again, Entry
from hub.model.ruling import Outcome
from hub.sharing import links
from hub.sharing.again import comes_again, own_id
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from tests.world import KEYS, policy


@dataclass(slots=True)
class Partition:
    """Decides what is said, and then whatever has to come again; outcomes in the order of the timeline."""

    directory: Directory
    number: int = 0
    registers: Registers = field(init=False)
    arrivals: list[Arrival] = field(default_factory=list, init=False)
    lost: set[int] = field(default_factory=set, init=False)
    """Offsets that the timeline no longer holds."""

    def __post_init__(self) -> None:
        self.registers = Registers(self.number, Decisions(policy(), self.directory), KEYS)

    def say(self, *entries: Entry, at: int | None = None, overtaking: Iterable[Entry] = ()) -> list[Outcome]:
        """What these entries cause, one by one, and whatever comes again for it."""
        return [one for entry in entries for one in self._said(entry, at, tuple(overtaking))]

    def _said(self, entry: Entry, at: int | None, overtaking: Sequence[Entry]) -> list[Outcome]:
        now = entry.occurred_at if at is None else at
        outcomes = self._decide([entry], now, overtaking)
        return outcomes + self.wait(max(now, self.registers.at.highest_timestamp))

    def wait(self, until: int) -> list[Outcome]:
        """What comes again by that moment (milliseconds UTC)."""
        outcomes: list[Outcome] = []
        while owed := self.registers.owed(until):
            told = [links.word(self.registers.person(key), key, why, until, KEYS) for key, why in owed if why.other]
            outcomes += self._decide(told, until)
            outcomes += self._decide([self._again(*each, until) for each in owed], until)
        return outcomes

    def _again(self, route_key: str, why: Again, now: int) -> Entry:
        if why.other:
            return links.noted(route_key, why, own_id(why, KEYS), now)
        earlier = None if why.offset in self.lost else timeline.decode(self.arrivals[why.offset].value)
        return comes_again(earlier, route_key, why, now, self.directory, KEYS)

    def _decide(self, entries: Sequence[Entry], at: int, overtaking: Sequence[Entry] = ()) -> list[Outcome]:
        if not entries:
            return []
        first = len(self.arrivals)
        arrivals = [Arrival(first + n, at, timeline.encode(entry)) for n, entry in enumerate(entries)]
        ahead = [Arrival(n, at, timeline.encode(entry)) for n, entry in enumerate(overtaking)]
        self.arrivals += arrivals
        return list(self.registers.decide(Batch(self.number, arrivals, Barrier(0, at), ahead)))
