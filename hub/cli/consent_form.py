"""What is said about sharing and taken at the counter, filled into the event that carries it."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from consent.terms import Recipient
from hub.ledger.moments import iso
from hub.model.directory import Desk
from hub.model.identifiers import Valid

Action = Literal["grant", "refuse", "withdraw"]
CHANGES: Final = {"grant": "GRANTED", "refuse": "REFUSED", "withdraw": "WITHDRAWN"}


MOST_OF_ID: Final = 24
"""Characters of a record's name in the id of an event about it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said about sharing, and how it was taken."""

    action: Action
    consent_id: str
    taken_by: str
    why: str
    recipients: tuple[Recipient, ...] = ()
    views: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    valid_to: str | None = None
    """Last day, ISO; None: the default for its purposes."""
    among_carers: bool = False
    capacity: str = "NOT_ASSESSED"
    """For this decision at this time; NOT_ASSESSED means presumed (Mental Capacity Act 2005 s1)."""


@dataclass(frozen=True, slots=True)
class Lifting:
    """A reviewer's word that the refusal which stands for all of a person's is to end."""

    held: str
    """Place of the entry that brought it about: partition/offset."""
    taken_by: str
    why: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A reviewer's word on something that waits."""

    decision: Literal["RELEASE", "REFUSE"]
    held: str
    """Place of the entry that waits: partition/offset."""
    taken_by: str
    """Staff number of who decides."""
    why: str
    ground: str
    desk: str | None
    """None: every desk for which it waits."""
    views: tuple[str, ...]
    """Empty: all that wait."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom it is about, and how sure the desk is of that identifier: STATED, TRACED or FINGERPRINT."""

    whom: Valid
    assurance: str
    born: str | None = None
    """Date of birth (ISO)."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was said, by whom, at which desk."""

    said: Said
    version: int
    desk: Desk
    known: Known


def event(form: Form, at: int) -> dict[str, Any]:
    """The event in plain JSON, said at `at` (milliseconds UTC). Each has an id of its own: a no may be said again, and
    one desk's records of several people may be called alike.
    """
    said, when = form.said, iso(at)
    return {
        "envelope": _envelope(f"consent_{said.action}", "FACT", form.desk, when),
        "submission": {
            **_submission(said, form.desk, form.known),
            "event_id": f"{said.consent_id[:MOST_OF_ID]}/{form.version}/{said.action}/{at}",
            "purpose": said.purposes[0] if said.purposes else "REFERRAL",
        },
        **_identity(form.known),
        "consent_terms": _terms(form),
        "status": {"changed_at": when, "change": _change(said)},
    }


def review(lifting: Lifting, desk: Desk, known: Known, at: int) -> dict[str, Any]:
    """The same for a lifting; one that lifted nothing may be said again."""
    return {
        "envelope": _envelope("review", "OPINION", desk, iso(at)),
        "submission": {
            **_submission(lifting, desk, known),
            "event_id": f"lift/{lifting.held}/{at}",
            "purpose": "UNKNOWN",
        },
        **_identity(known),
        "status": {"held": lifting.held, "decision": "LIFT", "ground": "PERSON_ASKED"},
    }


def word(decided: Decided, desk: Desk, at: int) -> dict[str, Any]:
    """The same for a reviewer's word on something that waits. It names a place in the log, and no person."""
    held, only = decided.held, {"desk": decided.desk} if decided.desk else {}
    return {
        "envelope": _envelope("review", "OPINION", desk, iso(at)),
        "submission": {
            **_from(decided, desk),
            "event_id": f"{decided.decision.lower()}/{held}/{at}",
            "purpose": "UNKNOWN",
            "identifiers": [],
            "id_confidence": "UNRESOLVED",
        },
        "status": {
            "held": held,
            "decision": decided.decision,
            "ground": decided.ground,
            "views": list(decided.views),
            **only,
        },
    }


def _envelope(event_type: str, assertion: str, desk: Desk, when: str) -> dict[str, Any]:
    return {
        "type": event_type,
        "occurred_at": when,
        "published_at": when,
        "publisher_org": desk.organisation,
        "publisher_desk": desk.name,
        "assertion": assertion,
        "marking": "OFFICIAL_SENSITIVE",
    }


def _submission(said: Said | Lifting, desk: Desk, known: Known) -> dict[str, Any]:
    """All of it but what is said: who tells it, why, and about whom."""
    return {
        **_from(said, desk),
        "identifiers": [_identifier(known)],
        "id_confidence": "PROBABLE" if known.assurance == "STATED" and known.born is None else "CONFIRMED",
    }


def _from(said: Said | Lifting | Decided, desk: Desk) -> dict[str, Any]:
    return {
        "desk": desk.name,
        "actor_id": said.taken_by,
        "justification": said.why,
        "subject_category": "PATIENT",
        "regime": "UKGDPR",
        "area": min(desk.areas, default=""),
    }


def _identity(known: Known) -> dict[str, Any]:
    """The date of birth alone: it confirms a number that was vouched for before."""
    return {} if known.born is None else {"identity": {"name": "", "born": known.born, "aliases": []}}


def _identifier(known: Known) -> dict[str, str]:
    return {"kind": known.whom.kind.upper(), "value": known.whom.value, "assurance": known.assurance}


def _terms(form: Form) -> dict[str, Any]:
    said = form.said
    return {
        "consent_id": said.consent_id,
        "version": form.version,
        "capacity": said.capacity,
        "decision_maker": "PERSON",
        "recipients": [{"organisation": to.organisation, "role": to.role} for to in said.recipients],
        "views": list(said.views),
        "purposes": list(said.purposes),
        "valid_to": said.valid_to,
        "taken_by": said.taken_by,
        "taken_role": form.desk.role,
        "among_carers": said.among_carers,
    }


def _change(said: Said) -> str:
    return "OBJECTED" if said.action == "refuse" and said.among_carers else CHANGES[said.action]
