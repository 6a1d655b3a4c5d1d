"""One ruling's reasoning: facts and policy in, an answer per view out, with everything that was asked on the way.

The order is fixed: emergencies, then identity, relationship, receivers, matrix, gateways. What is in doubt is refused
or held, never given. An answer never depends on what the event holds: only on its type, the roles and the facts.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple, cast

from consent.gateways import Gateway
from consent.policy import Policy
from consent.receivers import EventRule
from consent.terms import IDENTIFIERS, ConsentState, Decision, Facts, Reason, Tried, Verdict, ViewAnswer

_WHO: Final = frozenset({"identity", "location", *IDENTIFIERS})
"""Views that say who and where somebody is; they never travel alone."""

_WAITS: Final = frozenset({"CAPACITY_IN_DOUBT", "ID_PROBABLE", "NECESSITY_UNANSWERED", "CHILD_REFUSAL"})
"""Answers of a gateway that a reviewer or time may change."""

_UNCLAIMED: Final = frozenset({"NO_OVERRIDE", "NOT_ON_DUTY"})
"""Answers of the gateways for emergencies where there is none, or none for this desk."""

_TELLING: Final[tuple[Reason, ...]] = (
    "RULE_BROKEN", "HEALTH_ONLY", "REVIEW_REFUSED", "HOLD_LAPSED", "HOLD_SUPERSEDED",
    "MISSING_NEED", "AGE_SCOPE", "NOT_OFFERED", "NOT_MAPPA_ELIGIBLE", "CARE_OBJECTION", "CHILD_REFUSAL",
    "CONSENT_REFUSED", "WITHDRAWN_AT_SEND",
    "CONSENT_WITHDRAWN", "CONSENT_EXPIRED", "CONSENT_NOT_YET_VALID", "CAPACITY_IN_DOUBT", "NOT_ATTENDEE",
    "VIC_NOT_RELEVANT", "NOT_A_CARE_BODY", "NECESSITY_UNANSWERED", "AGREEMENT_EXPIRED", "AGREEMENT_MISSING",
    "SCOPE_PURPOSE", "SCOPE_VIEW", "NO_PLACE_COVER", "NOT_OWN_REQUIREMENT", "NOT_AT_THIS_STAGE", "NOT_TREATING",
    "NOT_NAMED", "S136_ENDED", "NO_CONSENT", "PART3_FLOW", "NOT_DESIGNATED", "NO_PANEL_ROLE", "NOT_TAKING_ON",
    "NOT_RELEVANT_AUTHORITY", "NOT_OMA_PARTY", "PURPOSE_EXCLUDED", "UNKNOWN_PURPOSE", "ID_UNRESOLVED", "ID_PROBABLE",
    "NO_RELATIONSHIP",
    "OVERRIDE_INCOMPLETE", "NOT_IN_OVERRIDE", "NOT_ON_DUTY", "NOT_HOLDING", "NO_GATEWAY", "NO_SAFEGUARDING_FLAG",
    "NOT_ANONYMOUS", "NO_OVERRIDE", "NOT_A_RECEIVER", "NO_NEED_TO_KNOW", "TYPE_REVEALS", "NOTHING_ELSE_GIVEN",
)  # fmt: skip
"""Of several reasons, the first of these says most: what the person said comes before what the rules say."""
_RANK: Final[dict[str, int]] = {reason: rank for rank, reason in enumerate(_TELLING)}


ENDS: Final[Mapping[str, Reason]] = {
    "REFUSED": "REVIEW_REFUSED", "LAPSED": "HOLD_LAPSED", "SUPERSEDED": "HOLD_SUPERSEDED",
}  # fmt: skip
"""How what was held ends without being given."""


class _Door(NamedTuple):
    """How far one event type is open to one desk, before any law is asked."""

    shut: Reason | None
    views: frozenset[str]
    kept: Mapping[str, Reason]


def decide(facts: Facts, policy: Policy) -> Decision:
    """An answer for every view of the event's type; an unknown type has none, so nothing of it is given."""
    rule = policy.events.get(facts.event_type)
    key = (facts.event_type, facts.to_role)
    if rule is None or key not in policy.reach:
        return Decision((), (), frozenset())
    if facts.from_role in rule.publishers:
        answers = _answers(facts, policy, rule)
    else:
        answers = {view: _withhold(view, "NO_GATEWAY", ()) for view in rule.views}
    return Decision(tuple(_settle(answers, rule)), policy.withheld[key], policy.reach[key], policy.due[key])


def opens(facts: Facts, policy: Policy, view: str) -> bool:
    """Whether one view by itself is given, before it is looked at what would go with it; see `taken_back`."""
    rule, asked = policy.events[facts.event_type], "identity" if view in IDENTIFIERS else view
    said = _unreviewed(facts, policy, _Door(rule.shut_by(facts), *rule.gives(facts)), asked)
    if view in IDENTIFIERS:
        said = _follow(facts, policy, view, said if "identity" in rule.views else None)
    return said.answer == "GIVE"


def _answers(facts: Facts, policy: Policy, rule: EventRule) -> dict[str, ViewAnswer]:
    """Every view by itself; then identifiers, which follow identity."""
    door = _Door(rule.shut_by(facts), *rule.gives(facts))
    answers = {view: _answer(facts, policy, door, view) for view in rule.views if view not in IDENTIFIERS}
    identity = answers.get("identity")
    for view in rule.views:
        if view in IDENTIFIERS:
            answers[view] = _follow(facts, policy, view, identity)
    return {view: answers[view] for view in rule.views}


def _answer(facts: Facts, policy: Policy, door: _Door, view: str) -> ViewAnswer:
    """The answer, after what a reviewer said of what was held.

    Who lets it go takes away what held it, and no more: it goes only if a gateway opens then.
    """
    if facts.reviewed == "NONE" or (facts.reviewed_views and view not in facts.reviewed_views):
        return _unreviewed(facts, policy, door, view)
    if facts.reviewed == "RELEASED":
        return _unreviewed(_released(facts, view), policy, door, view)
    said = _unreviewed(facts, policy, door, view)
    return _withhold(view, ENDS[facts.reviewed], said.tried) if said.answer == "HOLD" else said


def _released(facts: Facts, view: str) -> Facts:
    """The facts as the reviewer answers for them.

    It is certain whom it is about, they could decide, why it is necessary, and a parent's yes stands over a child's no.
    """
    answered = tuple(sorted({*facts.answered, view}))
    states = tuple([(one, _stands(state) if one == view else state) for one, state in facts.consent])
    return facts._replace(confidence="CONFIRMED", disturbed=False, answered=answered, consent=states)


def _stands(state: ConsentState) -> ConsentState:
    return "GIVEN" if state == "CHILD_REFUSAL" else state


def _unreviewed(facts: Facts, policy: Policy, door: _Door, view: str) -> ViewAnswer:
    way = (facts.from_role, facts.to_role, view)
    tried: tuple[Tried, ...] = ()
    if way in policy.emergencies:
        urgent = _ask(facts, view, policy.emergencies[way], ())
        if urgent.answer == "GIVE":
            return urgent
        tried = urgent.tried
    stopped = _unsure(facts, policy, view)
    if stopped is not None:
        return ViewAnswer(view, "HOLD", "", stopped, tried)
    stopped = _no_need(facts, policy, door, view)
    if stopped is not None:
        return _withhold(view, stopped, tried)
    return _ask(facts, view, policy.ways.get(way, ()), tried)


def _unsure(facts: Facts, policy: Policy, view: str) -> Reason | None:
    """Why the view has to wait until the hub knows whom the event is about."""
    if facts.confidence == "CONFIRMED":
        return None
    if facts.confidence != "PROBABLE":
        return "ID_UNRESOLVED"
    return None if (facts.to_role, view) in policy.matrix.probable else "ID_PROBABLE"


def _no_need(facts: Facts, policy: Policy, door: _Door, view: str) -> Reason | None:
    """Why the desk has no need to know the view, whatever the law or the person would allow."""
    if door.shut is not None:
        return door.shut
    if view not in door.views:
        return door.kept.get(view, "NOT_A_RECEIVER")
    return None if (facts.to_role, view) in policy.matrix.cells else "NO_NEED_TO_KNOW"


def _ask(facts: Facts, view: str, gateways: Iterable[Gateway], before: tuple[Tried, ...]) -> ViewAnswer:
    """The first gateway that opens gives the view; if none does, the most telling answer keeps it."""
    tried = list(before)
    for gateway in gateways:
        if gateway.events is not None and facts.event_type not in gateway.events:
            continue
        stopped = gateway.stopped_by(facts, view)
        if stopped in _UNCLAIMED and facts.override == "NONE":  # nobody claims it: not worth a line on every sheet
            continue
        tried.append(Tried(gateway.id, stopped or gateway.reason))
        if stopped is None:
            return ViewAnswer(view, "GIVE", gateway.id, gateway.reason, tuple(tried))
    stops = {asked.answer for asked in tried} | ({"NO_GATEWAY"} if len(tried) == len(before) else set())
    if not stops.isdisjoint(_WAITS):
        return ViewAnswer(view, "HOLD", "", _most_telling(stops & _WAITS), tuple(tried))
    return _withhold(view, _most_telling(stops), tuple(tried))


def _follow(facts: Facts, policy: Policy, view: str, identity: ViewAnswer | None) -> ViewAnswer:
    """An identifier goes as identity goes, to the roles that the matrix names, and never without it."""
    if identity is None:
        return _withhold(view, "NOTHING_ELSE_GIVEN", ())
    if identity.answer == "GIVE" and (facts.to_role, view) not in policy.matrix.cells:
        return _withhold(view, "NO_NEED_TO_KNOW", ())
    return ViewAnswer(view, identity.answer, identity.gateway, identity.reason, identity.tried)


def _settle(answers: dict[str, ViewAnswer], rule: EventRule) -> Iterable[ViewAnswer]:
    """Take everything back if it would say only who somebody is, or only reveal what the type stands for."""
    given = {view for view, answer in answers.items() if answer.answer == "GIVE"}
    reason = taken_back(given, rule)
    if reason is None:
        return answers.values()
    return (_withhold(view, reason, said.tried) if view in given else said for view, said in answers.items())


def taken_back(given: AbstractSet[str], rule: EventRule) -> Reason | None:
    """Why nothing of a copy with these views goes; None: it goes. More views never keep a copy back."""
    if given <= _WHO:
        return "NOTHING_ELSE_GIVEN"
    return "TYPE_REVEALS" if rule.reveals not in given and rule.meant.isdisjoint(given) else None


def given(decision: Decision, present: frozenset[str]) -> tuple[str, ...]:
    """The views that a copy holds, in the order of the schema; none if only who and where somebody is were left."""
    views = tuple(said.view for said in decision.answers if said.answer == "GIVE" and said.view in present)
    return views if not _WHO.issuperset(views) else ()


def verdict(decision: Decision, present: frozenset[str]) -> tuple[Verdict, Reason]:
    """The answer in one word, and the reason that says most, for an event that holds the views in `present`.

    Only views that such an event is for the role to have count: what a role is never given makes no REDACT, nor does
    what it is given in an emergency alone.
    """
    copy, due = given(decision, present), present & decision.due
    missing = [said for said in decision.answers if said.view in due and said.view not in copy]
    if copy and not missing:
        return "PERMIT", next(said.reason for said in decision.answers if said.view in copy and said.view not in _WHO)
    waiting = [said.reason for said in missing if said.answer == "HOLD"]
    refused = [said.reason for said in missing if said.answer == "WITHHOLD"]
    if copy:
        return "REDACT", _most_telling(refused + waiting)
    if waiting:
        return "HOLD", _most_telling(waiting)
    return "DENY", _most_telling(refused or _hopeless(decision, present))


def _hopeless(decision: Decision, present: frozenset[str]) -> list[Reason]:
    """Why a desk gets nothing of an event that holds nothing within its reach, or only who somebody is."""
    if any(said.answer == "GIVE" and said.view in present for said in decision.answers):
        return ["NOTHING_ELSE_GIVEN"]
    refused = [said.reason for said in decision.answers if said.answer == "WITHHOLD" and said.view in present]
    return refused or ["NO_NEED_TO_KNOW" if decision.answers else "NOT_A_RECEIVER"]


def _withhold(view: str, reason: Reason, tried: tuple[Tried, ...]) -> ViewAnswer:
    return ViewAnswer(view, "WITHHOLD", "", reason, tried)


def _most_telling(reasons: Iterable[str]) -> Reason:
    return cast(Reason, min(reasons, key=_rank))


def _rank(reason: str) -> tuple[int, str]:
    return _RANK.get(reason, -1), reason
