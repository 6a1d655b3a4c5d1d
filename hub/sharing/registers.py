"""One partition's people in memory, between what was restored and what is committed: the worlds that entries meet.

Within a transaction each entry of a person sees what the one before it left. If the transaction fails the process ends
and these registers with it; what comes next restores what was committed.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from consent import register
from hub.log import STATE, Arrival, At, Barrier, Batch, Record, Restored
from hub.model import keys, timeline
from hub.model.entry import Again, Entry
from hub.model.keys import Keys
from hub.model.pending import NOTHING, Pending, unpack
from hub.model.person import Person
from hub.model.quick import quick
from hub.model.ruling import Moment, Outcome
from hub.sharing import mappa, past
from hub.sharing.errors import StateUnreadableError
from hub.sharing.forward import poisonous, unreadable
from hub.sharing.pending import lapsed, named
from hub.sharing.persons import Persons
from hub.sharing.process import process
from hub.sharing.records import PENDING, REPEATS, entries_of
from hub.sharing.repeats import Repetition, answer
from hub.sharing.world import Decisions, World
from schemas.errors import WireError

ABOUT_A_PLACE: Final = frozenset({"review", "unlink"})
"""Types of entry that may name a place in the log in the stead of a person."""
WINDOW_DAYS: Final = 35
"""How long ids are remembered here: longer than intake can lag; older repeats are known to intake's own table."""

_world, _moment, _at = quick(World), quick(Moment), quick(At)
NONE: Final[frozenset[int]] = frozenset()
ASIDE: Final = "_aside/"
"""Of hub.state: begins the key of a value that was set aside; its SHA-256 follows."""
_UNREADABLE: Final = (WireError, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class Overtaking:
    """A withdrawal that is acknowledged and that the timeline has not brought yet."""

    arrival: Arrival
    entry: Entry


@dataclass(slots=True)
class Registers:
    """A partition's people, repeats, overtaking withdrawals and clock. Not for two threads."""

    partition: int
    decisions: Decisions = field(repr=False)
    keys: Keys = field(repr=False)
    window_days: int = WINDOW_DAYS
    _people: Persons = field(default_factory=Persons, init=False, repr=False)
    _repeats: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)
    _past: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)
    _pending: dict[str, Pending] = field(default_factory=dict, init=False, repr=False)
    _overtaking: dict[str, dict[str, Overtaking]] = field(default_factory=dict, init=False, repr=False)
    _aside: set[str] = field(default_factory=set, init=False, repr=False)
    """Keys in hub.state of values that were set aside as poison."""
    _at: At = field(default=At(0, 0), init=False)

    @property
    def at(self) -> At:
        """Where to go on after all that was decided here."""
        return self._at

    def restore(self, restored: Restored) -> None:
        """Take up what was committed. Raises StateUnreadableError for what cannot be read: then decide nothing."""
        self._at = restored.at
        try:
            for key, value in restored.state:
                self._restore(key, value)
        except _UNREADABLE:
            raise StateUnreadableError(f"hub.state/{self.partition}") from None

    def learn(self, withdrawals: Iterable[Arrival]) -> None:
        """Let withdrawals overtake, for everyone whom they may be about, unless the timeline has brought them already.

        Raises StateUnreadableError for one that cannot be read: nobody knows whose it is, so nothing may be decided.
        """
        for arrival in withdrawals:
            entry = read(arrival)
            for route_key in (entry.route_key, *entry.possible):
                if not self._folded(route_key, entry, arrival.timestamp):
                    self._overtaking.setdefault(route_key, {})[entry.entry_id] = Overtaking(arrival, entry)

    def unfolded(self, before: int) -> list[Arrival]:
        """The overtaking withdrawals acknowledged before that time (ms UTC), which the timeline still owes.

        What it has brought and was set aside as poison it owes no more; it is honoured all the same.
        """
        every = (each.arrival for of_one in self._overtaking.values() for each in of_one.values())
        owed = [arrival for arrival in every if arrival.timestamp < before]
        return [arrival for arrival in owed if _aside(arrival) not in self._aside] if self._aside else owed

    def set_aside(self, arrival: Arrival) -> Record:
        """Remember that what arrived is poison; the record of hub.state that says so."""
        self._aside.add(_aside(arrival))
        return Record(STATE, _aside(arrival).encode(), b"", (), self.partition)

    def owed(self, at: int) -> list[tuple[str, Again]]:
        """Route keys, and what is to come again about those people: at that moment (ms UTC) or before it."""
        return [
            (route_key, why) for route_key, each in self._pending.items() for why in (*each.again, *lapsed(each, at))
        ]

    def person(self, route_key: str) -> Person:
        """What is known of the person under that key."""
        return self._people.of(route_key)

    @property
    def waiting(self) -> int:
        """How many entries wait for a reviewer."""
        return sum(len(each.held) for each in self._pending.values())

    def decide(self, batch: Batch, poison: AbstractSet[int] = NONE) -> Iterator[Outcome]:
        """The outcome of each arrival, in order; each is folded before the next is looked at.

        `poison`: offsets of arrivals that must not even be read.
        """
        self.learn(batch.withdrawals)
        for arrival in batch.arrivals:
            if arrival.offset in poison:
                outcome = poisonous(self._moment(arrival, batch.barrier), self.decisions.policy.digest)
            else:
                outcome = self._outcome(arrival, batch.barrier)
            self.after(outcome)
            yield outcome

    def behind(self, batch: Batch) -> At:
        """Where to go on once all of the batch is decided: behind it, with the log's clock at its latest."""
        latest = max(self._at.highest_timestamp, *(arrival.timestamp for arrival in batch.arrivals))
        return At(batch.arrivals[-1].offset + 1, latest)

    def world(self, arrival: Arrival, entry: Entry, barrier: Barrier) -> World:
        """Everything that this entry is decided by."""
        return _world((
            self.decisions,
            self.keys,
            self._people.of(entry.route_key),
            self._repeats.get(entry.route_key, b""),
            self._past.get(entry.route_key, b""),
            self._pending.get(entry.route_key, NOTHING),
            tuple([each.entry for each in self._overtaking.get(entry.route_key, {}).values()])
            if self._overtaking
            else (),
            self._moment(arrival, barrier),
            self.window_days,
        ))  # fmt: skip

    def after(self, outcome: Outcome) -> None:
        """Keep what the outcome leaves, and go on behind it."""
        entry, moment = outcome.entry, outcome.moment
        if outcome.person is not None:
            self._people.keep(entry.route_key, outcome.person)
        if outcome.repeats is not None:
            self._repeats[entry.route_key] = outcome.repeats
            self._past[entry.route_key] = outcome.past
        if outcome.pending is not None:
            self._open(entry.route_key, outcome.pending)
        if outcome.kind != "QUARANTINED":
            self._bring(entry)
        self._at = _at((moment.offset + 1, moment.recorded_at))

    def _outcome(self, arrival: Arrival, barrier: Barrier) -> Outcome:
        try:
            entry = read(arrival)
        except StateUnreadableError:
            return unreadable(self._moment(arrival, barrier), self.decisions.policy.digest)
        if entry.type in ABOUT_A_PLACE:
            entry = self._addressed(entry)
        return process(entry, self.world(arrival, entry, barrier))

    def _addressed(self, entry: Entry) -> Entry:
        """A word on something held names its place alone; here it is known whose it is. If nobody's, it is nobody's."""
        place = keys.held_place(entry.route_key)
        if place is None or place[0] != self.partition:
            return entry
        if entry.type == "review":
            found = next((key for key, each in self._pending.items() if named(entry, each) is not None), None)
        else:
            found = next((key for key, each in self._past.items() if past.at_offset(each, place[1])), None)
        return entry if found is None else entry._replace(route_key=found, confidence="CONFIRMED")

    def _open(self, route_key: str, pending: Pending) -> None:
        if any(pending):
            self._pending[route_key] = pending
        else:
            self._pending.pop(route_key, None)

    def _moment(self, arrival: Arrival, barrier: Barrier) -> Moment:
        """The log's clock never goes back, whatever a leader stamps."""
        now = max(self._at.highest_timestamp, arrival.timestamp)
        return _moment((self.partition, arrival.offset, now, max(now, barrier.timestamp), barrier.offset))

    def _restore(self, key: bytes, value: bytes) -> None:
        name = key.decode()
        if name.endswith(REPEATS):
            whose = name.removesuffix(REPEATS)
            self._repeats[whose], self._past[whose] = entries_of(value)
        elif name.startswith(ASIDE):
            self._aside.add(name)
        elif name.endswith(PENDING):
            self._open(name.removesuffix(PENDING), unpack(value))
        else:
            self._people.restore(name, value)

    def _folded(self, route_key: str, entry: Entry, acknowledged_at: int) -> bool:
        """Whether the timeline has brought it: its id is remembered, or folding it would change nothing any more."""
        if _answer(self._repeats.get(route_key, b""), entry) == "REPEAT":
            return True
        if not entry.overtakes:
            return True
        person = self._people.of(route_key)
        if entry.consent is None:
            return mappa.designations(person, entry, entry.occurred_at) == person.designations
        return register.accounted(person.consents, entry.consent, acknowledged_at)

    def _bring(self, entry: Entry) -> None:
        """The timeline has brought it: it overtakes no more. The same id with other content is not it."""
        overtaking = self._overtaking.get(entry.route_key)
        if overtaking is None:
            return
        other = overtaking.get(entry.entry_id)
        if other and other.entry.content_hash == entry.content_hash:
            del overtaking[entry.entry_id]


def _aside(arrival: Arrival) -> str:
    return ASIDE + sha256(arrival.value).hexdigest()


def _answer(repeats: bytes, entry: Entry) -> Repetition:
    try:
        return answer(repeats, entry)
    except ValueError:
        return "NEW"


def read(arrival: Arrival) -> Entry:
    """The entry that arrived. Raises StateUnreadableError, with its offset alone, if it is none."""
    try:
        return timeline.decode(arrival.value)
    except _UNREADABLE:
        raise StateUnreadableError(str(arrival.offset)) from None
