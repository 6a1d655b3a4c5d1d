"""A consent, refusal or withdrawal as it is taken at the counter, filled into the event that carries it."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from consent.terms import Recipient
from hub.ledger.moments import iso
from hub.model.directory import Desk
from hub.model.identifiers import Valid

Action = Literal["grant", "refuse", "withdraw"]
CHANGES: Final = {"grant": "GRANTED", "refuse": "REFUSED", "withdraw": "WITHDRAWN"}


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
class Known:
    """Whom it is about, and how sure the desk is of that identifier: STATED, TRACED or FINGERPRINT."""

    whom: Valid
    assurance: str


@dataclass(frozen=True, slots=True)
class Form:
    """What was said, by whom, at which desk."""

    said: Said
    version: int
    desk: Desk
    known: Known


def event(form: Form, at: int) -> dict[str, Any]:
    """The event in plain JSON, said at `at` (milliseconds UTC). The same form has the same id, so a repeat is one."""
    desk, said, when = form.desk, form.said, iso(at)
    return {
        "envelope": {
            "type": f"consent_{said.action}",
            "occurred_at": when,
            "published_at": when,
            "publisher_org": desk.organisation,
            "publisher_desk": desk.name,
            "assertion": "FACT",
            "marking": "OFFICIAL_SENSITIVE",
        },
        "submission": {
            "event_id": f"{said.consent_id}/{form.version}/{said.action}",
            "desk": desk.name,
            "actor_id": said.taken_by,
            "justification": said.why,
            "purpose": said.purposes[0] if said.purposes else "REFERRAL",
            "subject_category": "PATIENT",
            "regime": "UKGDPR",
            "identifiers": [_identifier(form.known)],
            "area": min(desk.areas, default=""),
        },
        "consent_terms": _terms(form),
        "status": {"changed_at": when, "change": _change(said)},
    }


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
