"""One ruling per candidate: the policy answers the facts of the case, and what it gives is joined into a copy.

Whatever goes wrong for one desk refuses for that desk and says so on its sheet; the others are ruled upon all the same.
"""

from consent.broken import note
from consent.decision import ENDS
from consent.terms import Decision, Verdict, ViewAnswer
from hub.model.directory import Desk
from hub.model.quick import quick
from hub.model.ruling import Ruling
from hub.sharing.candidates import Candidate, candidates
from hub.sharing.case import Case
from hub.sharing.errors import UnwritableError
from hub.sharing.facts import facts, resting_on
from hub.sharing.join import form_of, join
from hub.sharing.matter import Matter
from hub.sharing.world import Decisions, Plan, Planned
from schemas import catalogue
from schemas.errors import UnknownSchemaError
from schemas.segments import Form
from schemas.sheets import encode_decision, encode_verdict

_made = quick(Ruling)


def rulings(matter: Matter) -> tuple[Ruling, ...]:
    """The ruling on this matter for every candidate, with its copy if anything may leave. Raises MemoryError alone."""
    planned = plan(matter.case, matter.world.decisions)
    return tuple([ruling if form is None else _given(matter, ruling, form) for ruling, form in planned])


def ruled(matter: Matter, candidate: Candidate) -> Ruling:
    """The ruling on this matter for this desk. Raises MemoryError alone."""
    ruling, form = _planned(matter.case, candidate, matter.world.decisions)
    return ruling if form is None else _given(matter, ruling, form)


def plan(case: Case, decisions: Decisions) -> Plan:
    """What is ruled for every candidate, short of copies; a case that comes again is not ruled upon again."""
    if not case.timeless:
        return _plan(case, decisions)
    made = decisions.plans.get(case)
    if made is None:
        made = _plan(case, decisions)
        decisions.keep(case, made)
    return made


def _plan(case: Case, decisions: Decisions) -> Plan:
    return tuple(_planned(case, candidate, decisions) for candidate in candidates(case, decisions))


def _planned(case: Case, candidate: Candidate, decisions: Decisions) -> Planned:
    try:
        return _ruled(case, candidate, decisions)
    except MemoryError:  # says nothing of this desk: the process ends, and the next one decides
        raise
    except Exception as error:  # noqa: BLE001 - doubt never shares, whatever is broken
        note(error)
        return Planned(_broken(case, candidate), None)


def _ruled(case: Case, candidate: Candidate, decisions: Decisions) -> Planned:
    desk, publisher = candidate.desk, _publisher(case, decisions)
    rests_on = facts(case, candidate, publisher, decisions)
    said = decisions.on(rests_on, case.present)
    ends = ENDS.get(rests_on.reviewed)  # what could go has gone: nothing is sent because the rest waits no longer
    verdict: Verdict
    verdict, reason = ("DENY", ends) if ends else (said.verdict, said.reason)
    line = (desk.name, desk.organisation, desk.role, candidate.relationship, verdict, reason)
    ruling = Ruling(
        desk,
        candidate.relationship,
        verdict,
        reason,
        resting_on(case, desk, said.consented, decisions.policy.takers) if said.consented else (),
        said.decision,
        encode_verdict(line, said.encoded),
        said.waits,
    )
    return Planned(ruling, form_of(case, publisher, said) if said.views and not ends else None)


def _publisher(case: Case, decisions: Decisions) -> Desk:
    desk = decisions.directory.desk(case.publisher)
    if desk is None:
        raise UnwritableError(case.publisher)
    return desk


def _given(matter: Matter, ruling: Ruling, form: Form) -> Ruling:
    """The ruling with its copy."""
    try:
        return _made((*ruling[:-1], join(matter, ruling.desk, form)))
    except MemoryError:  # as above
        raise
    except Exception as error:  # noqa: BLE001 - as above
        note(error)
        return _broken(matter.case, Candidate(ruling.desk, ruling.relationship))


def _broken(case: Case, candidate: Candidate) -> Ruling:
    desk, relationship = candidate
    answers = tuple(ViewAnswer(view, "WITHHOLD", "", "RULE_BROKEN", ()) for view in _views(case))
    decision = Decision(answers, (), frozenset())
    line = (desk.name, desk.organisation, desk.role, relationship, "DENY", "RULE_BROKEN")
    encoded = encode_verdict(line, encode_decision(decision))
    return Ruling(desk, relationship, "DENY", "RULE_BROKEN", (), decision, encoded)


def _views(case: Case) -> tuple[str, ...]:
    try:
        return catalogue.by_id(case.schema_id).views
    except UnknownSchemaError:
        return tuple(sorted(case.present))
