"""One ruling per candidate: the entry and the registers become facts, and the policy answers them.

Whatever goes wrong for one desk refuses for that desk and says so on its sheet; the others are ruled upon all the same.
"""

from consent import register
from consent.terms import ConsentState, Decision, Facts, Recipient, ViewAnswer
from hub.model.directory import Desk
from hub.model.keys import decision_id
from hub.model.ruling import Ruling
from hub.sharing.candidates import Candidate
from hub.sharing.join import join
from hub.sharing.matter import Matter
from schemas import catalogue
from schemas.errors import UnknownSchemaError
from schemas.sheets import encode_decision


def decide(matter: Matter, candidate: Candidate) -> Ruling:
    """The ruling on this matter for this desk, with its copy if anything may leave. Raises MemoryError alone."""
    try:
        return _decide(matter, candidate)
    except MemoryError:  # says nothing of this desk: the process ends, and the next one decides
        raise
    except Exception:  # noqa: BLE001 - doubt never shares, whatever is broken
        return _broken(matter, candidate)


def _decide(matter: Matter, candidate: Candidate) -> Ruling:
    desk, world = candidate.desk, matter.world
    said = world.decisions.on(facts(matter, candidate), matter.present)
    return Ruling(
        decision_id(matter.entry.entry_id, desk.name),
        desk,
        candidate.relationship,
        said.verdict,
        said.reason,
        _consents(matter, desk, said.consented) if said.consented else (),
        said.decision,
        said.encoded,
        join(matter, desk, said) if said.views else None,
    )


def facts(matter: Matter, candidate: Candidate) -> Facts:
    """Everything that this ruling rests on. Raises UnwritableError for a publisher that is not in the directory."""
    entry, bears, desk, name = matter.entry, matter.bears, candidate.desk, candidate.desk.name
    publisher = matter.publisher
    objection, consent = _said(matter, desk) if matter.person.consents or matter.overtaking else (False, ())
    dealing = matter.world.directory.dealing(publisher.organisation, desk.organisation, matter.purpose, matter.today)
    from_standing, to_standing = dealing.from_standing, dealing.to_standing
    if bears.bodies:
        from_standing = _recorded(from_standing, publisher, bears.bodies)
        to_standing = _recorded(to_standing, desk, bears.bodies)
    return Facts(
        entry.type,
        publisher.role,
        desk.role,
        candidate.relationship,
        entry.confidence,
        entry.holding_ref == name,
        name in matter.cover,
        matter.purpose,
        objection,
        entry.disturbed,
        consent,
        bears.aspect,
        bears.override,
        bears.override_views,
        name in bears.duty,
        entry.safeguarding,
        dealing.agreement,
        dealing.contracted,
        from_standing,
        to_standing,
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
    )


def _recorded(standing: tuple[str, ...], desk: Desk, bodies: frozenset[str]) -> tuple[str, ...]:
    """Its legal standing, and that it is on record as contributing, if it is."""
    return tuple(sorted((*standing, "DESIGNATED"))) if desk.organisation in bodies else standing


def _said(matter: Matter, desk: Desk) -> tuple[bool, tuple[tuple[str, ConsentState], ...]]:
    """What the person said to this desk: whether they object to it among their carers, and their consents per view."""
    recipient, at = Recipient(desk.organisation, desk.role), matter.world.moment.judged_at
    held, ahead = matter.person.consents, matter.overtaking
    states = register.states(held, ahead, recipient, matter.purpose, at)
    return register.objection(held, ahead, recipient, at), states


def _consents(matter: Matter, desk: Desk, views: tuple[str, ...]) -> tuple[str, ...]:
    recipient, at = Recipient(desk.organisation, desk.role), matter.world.moment.judged_at
    return register.resting_on(matter.person.consents, recipient, matter.purpose, at, views, matter.overtaking)


def _broken(matter: Matter, candidate: Candidate) -> Ruling:
    answers = tuple(ViewAnswer(view, "WITHHOLD", "", "RULE_BROKEN", ()) for view in _views(matter))
    decision = Decision(answers, (), frozenset())
    return Ruling(
        decision_id(matter.entry.entry_id, candidate.desk.name),
        candidate.desk,
        candidate.relationship,
        "DENY",
        "RULE_BROKEN",
        (),
        decision,
        encode_decision(decision),
    )


def _views(matter: Matter) -> tuple[str, ...]:
    try:
        return catalogue.by_id(matter.entry.schema_id).views
    except UnknownSchemaError:
        return tuple(matter.segments)
