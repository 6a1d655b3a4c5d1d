"""The acceptance persons without a broker: each step through intake, the person index and sharing, in its order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hub.demo.compare import differences, newest
from hub.demo.scenarios import Step, placed
from hub.intake import opened
from hub.intake import process as judge
from hub.intake.event import Event, Received
from hub.ledger import sheet
from hub.ledger.sheet import Sheet
from hub.log import AUDIT
from hub.model.entry import Entry, Fault
from hub.model.keys import entry_id
from hub.model.ruling import Outcome
from hub.people import Index
from hub.sharing.records import records
from schemas import catalogue, codec, plain
from tests.hub.intake.builders import KEYS, directory, rules
from tests.partition import Partition


@dataclass(slots=True)
class Hub:
    """Plays steps; keeps what every entry was ruled, and what its publisher was told to mend."""

    index: Index
    sheets: dict[str, Sheet] = field(default_factory=dict)
    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict)
    """By the name of the event."""
    anew: dict[str, list[Sheet]] = field(default_factory=dict)
    """By entry, its sheets each time that it came again."""
    _partition: Partition = field(default_factory=lambda: Partition(directory(), 1))
    _resting: bool = False
    _waiting: list[tuple[Entry, int]] = field(default_factory=list)
    _entries: dict[str, str] = field(default_factory=dict)

    def play(self, step: Step) -> None:
        """Play one step."""
        self._resting = self._resting or step.act == "publish_while_sharing_rests"
        at = int(step.at.timestamp() * 1000)
        self._waiting += [(entry, at) for entry in self._taken_in(step, at)]
        if step.act == "door_then_resume":
            self._resting = False
        if not self._resting:
            ahead = tuple(entry for entry, _ in self._waiting if entry.overtakes)
            for entry, _ in self._waiting:
                self._decide(entry, at, ahead)
            self._waiting.clear()

    def wrong(self, step: Step) -> Iterator[str]:
        """Every difference from what the step expects."""
        for one in step.expect:
            entry = self._entries[one.event]
            known = self.anew.get(entry, []) if one.again else [self.sheets[entry]]
            yield from differences(one, newest(known, one.desk) if one.again else known[0])

    def _taken_in(self, step: Step, at: int) -> Sequence[Entry]:
        schema, desk = catalogue.by_type(step.body["envelope"]["type"]), directory().desks[step.desk]
        body = codec.encode(schema, plain.from_plain(schema, placed(step.body, self._place)))
        event = opened(Received(desk, desk.in_topic, 0, 0, at, body), rules())
        assert isinstance(event, Event), event
        [settled] = self.index.settle([event])
        judged = judge(event, settled, rules())
        self._entries[step.event] = entry_id(KEYS, step.desk, step.body["submission"]["event_id"])
        self.faults[step.event] = judged.faults
        return judged.entries

    def _place(self, event: str) -> str:
        sheet = self.sheets[self._entries[event]]
        return f"{sheet.partition}/{sheet.offset}"

    def _decide(self, entry: Entry, at: int, ahead: tuple[Entry, ...]) -> None:
        for outcome in self._partition.say(entry, at=at, overtaking=() if entry in ahead else ahead):
            made = _sheet(outcome)
            self.sheets[made.entry_id] = made
            if made.again:
                self.anew.setdefault(made.subject, []).append(made)


def _sheet(outcome: Outcome) -> Sheet:
    value = next(record.value for record in records(outcome, KEYS) if record.topic == AUDIT)
    return sheet.read(value or b"", outcome.moment.partition, "in memory")
