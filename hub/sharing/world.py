"""What is known when an entry is decided: the registers, the policy and the log's clock.

Nothing of it that moves a decision changes, and nothing else moves one. So the same log, directory and policy give the
same outcome again, and an auditor can replay it.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from consent.decision import decide, given, verdict
from consent.policy import Policy
from consent.terms import Decision, Facts, Reason, Verdict
from hub.model.days import day_at
from hub.model.directory import Directory
from hub.model.entry import Entry
from hub.model.keys import Keys
from hub.model.pending import Pending
from hub.model.person import Person
from hub.model.ruling import Moment, Ruling
from schemas.segments import Form
from schemas.sheets import encode_decision

SENT: Final[frozenset[Verdict]] = frozenset({"PERMIT", "REDACT"})
"""The verdicts with which something leaves."""

Question = tuple[Facts, frozenset[str]]
"""Facts, and the views that the event holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """What the policy answers to some facts about an event that holds some views: all of a ruling but its ids."""

    decision: Decision
    encoded: bytes
    """The decision as it stands on a sheet."""
    verdict: Verdict
    reason: Reason
    views: tuple[str, ...]
    """What a copy holds, in the order of the schema; nothing unless something may leave."""
    consented: tuple[str, ...]
    """Those of them that go because the person agreed."""
    basis: tuple[str, ...]
    """The gateways that they go under, sorted."""
    handling: tuple[str, ...]
    """What the recipient must and must not do with them."""
    sees_what_it_is: bool
    """The desk may see what the type of the event reveals, whether or not this event holds it."""
    waits: bool
    """A view that the event holds and that is for this role waits for a reviewer."""


class Planned(NamedTuple):
    """A ruling without its copy, and the form of the copy; None: nothing leaves."""

    ruling: Ruling
    form: Form | None


Plan = tuple[Planned, ...]
"""What is ruled on a case, for every candidate."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the policy answers under a directory, each made once: facts are few, so the same ones come again."""

    policy: Policy = field(repr=False)
    directory: Directory = field(repr=False)
    most: int = 8_192
    """Answers and plans kept; when there are more they are forgotten together and made again."""
    plans: dict[tuple[Any, ...], Plan] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was ruled on cases that may come again."""
    _made: dict[Question, Answered] = field(default_factory=dict, init=False, repr=False, compare=False)
    _current: dict[tuple[date, str, frozenset[str]], bool] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def on(self, facts: Facts, present: frozenset[str]) -> Answered:
        """The answer to these facts about an event that holds these views. Raises what a broken policy raises."""
        made = self._made.get((facts, present))
        if made is None:
            if len(self._made) >= self.most:
                self._made.clear()
            made = self._made[facts, present] = answered(decide(facts, self.policy), present, facts, self.policy)
        return made

    def current(self, today: date, event_type: str, present: frozenset[str]) -> bool:
        """Whether an event of today, with these views, is what a desk that takes the person on has to know."""
        known = self._current.get((today, event_type, present))
        if known is None:
            if len(self._current) >= self.most:
                self._current.clear()
            rule = self.policy.expiry.handover(today)
            known = rule is not None and rule.current(event_type, present)
            self._current[today, event_type, present] = known
        return known

    def keep(self, case: tuple[Any, ...], plan: Plan) -> None:
        """Remember what was ruled on a case."""
        if len(self.plans) >= self.most:
            self.plans.clear()
        self.plans[case] = plan


def answered(decision: Decision, present: frozenset[str], facts: Facts, policy: Policy) -> Answered:
    """What a decision comes to for an event that holds these views."""
    answer, reason = verdict(decision, present)
    views = given(decision, present) if answer in SENT else ()
    used = {said.view: said.gateway for said in decision.answers if said.view in views}
    rule = policy.events.get(facts.event_type)
    return Answered(
        decision,
        encode_decision(decision),
        answer,
        reason,
        views,
        tuple(view for view in views if used[view] == "CONSENT"),
        tuple(sorted(set(used.values()))),
        policy.handling(frozenset(used.values())),
        rule is not None and any(said.view == rule.reveals and said.answer == "GIVE" for said in decision.answers),
        any(said.answer == "HOLD" and said.view in present and said.view in decision.due for said in decision.answers),
    )


class World(NamedTuple):
    """Everything that one entry is decided by."""

    decisions: Decisions
    keys: Keys
    person: Person
    """The person's registers before this entry."""
    repeats: bytes
    """Ids of the person's entries within the window, packed as hub.sharing.repeats says."""
    past: bytes
    """What became of the person's entries, packed as hub.sharing.past says."""
    pending: Pending
    """What is open about the person."""
    overtaking: tuple[Entry, ...]
    """Acknowledged withdrawals, refusals and objections of this person that the timeline has not brought yet."""
    moment: Moment
    window_days: int
    """How long an entry's id is remembered."""

    @property
    def directory(self) -> Directory:
        """Who there is."""
        return self.decisions.directory

    @property
    def today(self) -> date:
        """The day in London on which it is decided."""
        return day_at(self.moment.judged_at)

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"World({self.moment})"
