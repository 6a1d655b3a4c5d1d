"""What one ruling rests on: the case and the desk it is about become the closed set of facts that the policy knows."""

from typing import Any, get_args

from consent import register
from consent.takers import Takers
from consent.terms import ConsentState, Facts, Recipient, Review
from hub.model.directory import Desk
from hub.sharing.candidates import Candidate
from hub.sharing.case import Anew, Case
from hub.sharing.world import Decisions


def facts(case: Case, candidate: Candidate, publisher: Desk, decisions: Decisions) -> Facts:
    """Everything that this ruling rests on."""
    directory, bears, desk, name = decisions.directory, case.bears, candidate.desk, candidate.desk.name
    objection, consent = (False, ()) if case.timeless else _said(case, desk, decisions.policy.takers)
    dealing = directory.dealing(publisher.organisation, desk.organisation, case.purpose, case.today)
    return Facts(
        event_type=case.type,
        from_role=publisher.role,
        to_role=desk.role,
        relationship=candidate.relationship,
        confidence=case.confidence,
        holds_person=case.holding_ref == name if case.anew is None else name in case.anew.held_by,
        place_cover=name in case.cover,
        purpose=case.purpose,
        objection=objection,
        disturbed=case.disturbed,
        consent=consent,
        aspect=bears.aspect,
        override=bears.override,
        override_views=bears.override_views,
        duty=name in bears.duty or (case.anew is not None and case.anew.cause == "APPROVED"),
        safeguarding=case.safeguarding,
        agreement=dealing.agreement,
        contracted=dealing.contracted,
        from_standing=_recorded(dealing.from_standing, publisher, bears.bodies),
        to_standing=_recorded(dealing.to_standing, desk, bears.bodies),
        care_body=dealing.care_body,
        mappa=bears.listed,
        on_panel=name in bears.panel,
        attended=name in bears.attended,
        relevant_to_harm=bears.relevant_to_harm,
        named=name in bears.addressed,
        own_requirement=name in bears.providers,
        treating=name in bears.treating,
        takes_on=name == bears.takes_on,
        answered=bears.answered,
        part3=bears.part3,
        level=bears.level,
        outside_ages=name in bears.outside_ages,
        not_offered=name in bears.not_offered,
        **({} if case.anew is None else _reviewed(case.anew)),
    )


def _reviewed(anew: Anew) -> dict[str, Any]:
    """What a reviewer said of what was held, or that nobody did in time."""
    said = anew.cause in get_args(Review)
    return {"reviewed": anew.cause, "reviewed_views": anew.views} if said else {}


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
