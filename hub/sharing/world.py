"""What is known when an entry is decided: the registers, the policy and the log's clock, all of it frozen.

Nothing else may move a decision. So the same log, directory and policy give the same outcome again, and an auditor can
replay it.
"""

from dataclasses import dataclass, field

from consent.decision import decide
from consent.policy import Policy
from consent.terms import Decision, Facts
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.keys import Keys
from hub.model.person import Person
from hub.model.ruling import Moment
from schemas.sheets import encode_decision

Decided = tuple[Decision, bytes]
"""A decision, and its bytes as they stand on a sheet."""

REMEMBERED = 65_536
"""Decisions kept; when there are more they are forgotten together and made again."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The policy's answers, each made once: facts are few, so the same ones come again and again."""

    policy: Policy = field(repr=False)
    _made: dict[Facts, Decided] = field(default_factory=dict, init=False, repr=False, compare=False)

    def on(self, facts: Facts) -> Decided:
        """What the policy decides about these facts. Raises whatever a broken policy raises, and remembers nothing."""
        made = self._made.get(facts)
        if made is None:
            decision = decide(facts, self.policy)
            made = decision, encode_decision(decision)
            if len(self._made) >= REMEMBERED:
                self._made.clear()
            self._made[facts] = made
        return made


@dataclass(frozen=True, slots=True)
class World:
    """Everything that one entry is decided by."""

    directory: Directory = field(repr=False)
    decisions: Decisions = field(repr=False)
    keys: Keys = field(repr=False)
    person: Person = field(repr=False)
    """The person's registers before this entry."""
    repeats: bytes = field(repr=False)
    """Ids of the person's entries within the window, packed as hub.sharing.repeats says."""
    overtaking: tuple[Entry, ...]
    """Acknowledged withdrawals, refusals and objections of this person that the timeline has not brought yet."""
    moment: Moment
    window_days: int
    """How long an entry's id is remembered."""
