"""What one ruling rests on: the case and the desk it is about become the closed set of facts that the policy knows."""

from typing import Final, get_args

from consent import register
from consent.takers import Takers
from consent.terms import ConsentState, Facts, Recipient, Review
from hub.model.directory import Desk
from hub.model.quick import quick
from hub.sharing.candidates import Candidate
from hub.sharing.case import Anew, Case
from hub.sharing.world import Decisions

_facts = quick(Facts)
_REVIEWS: Final = frozenset(get_args(Review))


def facts(case: Case, candidate: Candidate, publisher: Desk, decisions: Decisions) -> Facts:
    """Everything that this ruling rests on."""
    directory, bears, desk, name = decisions.directory, case.bears, candidate.desk, candidate.desk.name
    objection, consent = (False, ()) if case.timeless else _said(case, desk, decisions.policy.takers)
    dealing = directory.dealing(publisher.organisation, desk.organisation, case.purpose, case.today)
    reviewed, reviewed_views = ("NONE", ()) if case.anew is None else _reviewed(case.anew)
    return _facts((
        case.type,
        publisher.role,
        desk.role,
        candidate.relationship,
        case.confidence,
        case.holding_ref == name if case.anew is None else name in case.anew.held_by,
        name in case.cover,
        case.purpose,
        objection,
        case.disturbed,
        consent,
        bears.aspect,
        bears.override,
        bears.override_views,
        name in bears.duty or (case.anew is not None and case.anew.cause == "APPROVED"),
        case.safeguarding,
        dealing.agreement,
        dealing.contracted,
        _recorded(dealing.from_standing, publisher, bears.bodies),
        _recorded(dealing.to_standing, desk, bears.bodies),
        dealing.care_body,
        bears.listed,
        name in bears.panel,
        name in bears.attended,
        bears.relevant_to_harm,
        name in bears.addressed,
        name in bears.providers,
        name in bears.treating,
        name == bears.takes_on,
        bears.answered,
        bears.part3,
        bears.level,
        name in bears.outside_ages,
        name in bears.not_offered,
        reviewed,
        reviewed_views,
    ))  # fmt: skip


def _reviewed(anew: Anew) -> tuple[str, tuple[str, ...]]:
    """What a reviewer said of what was held, or that nobody did in time."""
    return (anew.cause, anew.views) if anew.cause in _REVIEWS else ("NONE", ())


def resting_on(case: Case, desk: Desk, views: tuple[str, ...], takers: Takers) -> tuple[str, ...]:
    """Ids of the consents that give the desk one of these views, sorted."""
    recipient = Recipient(desk.organisation, desk.role)
    return register.resting_on(takers, case.consents, case.overtaking, recipient, case.purpose, case.at, views)


def _recorded(standing: tuple[str, ...], desk: Desk, bodies: frozenset[str]) -> tuple[str, ...]:
    """Its legal standing, and that it is on record as contributing, if it is."""
    return tuple(sorted((*standing, "DESIGNATED"))) if desk.organisation in bodies else standing


def _said(case: Case, desk: Desk, takers: Takers) -> tuple[bool, tuple[tuple[str, ConsentState], ...]]:
    """What the person said to this desk: whether they object to it among their carers, and their consents per view."""
    recipient, held, ahead = Recipient(desk.organisation, desk.role), case.consents, case.overtaking
    states = register.states(takers, held, ahead, recipient, case.purpose, case.at)
    return register.objection(held, ahead, recipient, case.at), states
