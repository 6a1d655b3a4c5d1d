"""What the law asks of one type of event by itself, told to its publisher: the event goes on, what is wrong is named.

Only what stands in the message counts here. What needs to know the person's past is a clock's or a ruling's to find.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hub.intake.ages import ADULT, age
from hub.model.entry import Fault

Body = Mapping[str, Any]

TREATMENT: Final = frozenset({"MHTR", "DRR", "ATR"})
"""Requirements that need evidence first."""
MOST_EXTENSION_MS: Final = 12 * 3_600_000
"""MHA 1983 s136B(2)."""

_DAY_MS: Final = 86_400_000
_EXTENSION: Final = "health_minimum.extension"


def faults(event_type: str, body: Body) -> Iterator[Fault]:
    """Everything that such an event says against a rule of law of its own type."""
    rules = _RULES.get(event_type, ())
    return (fault for rule in rules for fault in rule(body))


def _place_of_safety(body: Body) -> Iterator[Fault]:
    """MHA 1983 s136A: nobody under 18 is kept at a police station."""
    said = body["status"]
    if not said or said["pos_type"] != "POLICE_STATION":
        return
    years = age(body, said["detained_at"])
    if years is not None and years < ADULT:
        yield Fault("UNLAWFUL_POS_U18", "status.pos_type")


def _extension(body: Body) -> Iterator[Fault]:
    """MHA 1983 s136B: the doctor, for the person's condition, by twelve hours; at a station if a superintendent agrees.

    An extension that is not so does not count; whoever keeps the time finds the same in the event's facts.
    """
    said = body["health_minimum"] and body["health_minimum"]["extension"]
    if not said:
        return
    if said["reason"] != "CONDITION":
        yield Fault("CONDITION_NOT_STAFF", f"{_EXTENSION}.reason")
    if said["authorised_by"] != "DOCTOR":
        yield Fault("EXTENSION_NOT_AUTHORISED", f"{_EXTENSION}.authorised_by")
    if _at_station(body) and said["superintendent"] != "YES":
        yield Fault("EXTENSION_NOT_AUTHORISED", f"{_EXTENSION}.superintendent")
    if _too_long(body["status"], said):
        yield Fault("EXTENSION_TOO_LONG", f"{_EXTENSION}.until")


def _at_station(body: Body) -> bool:
    return body["status"] is not None and body["status"]["pos_type"] == "POLICE_STATION"


def _too_long(status: Mapping[str, Any] | None, extension: Mapping[str, Any]) -> bool:
    """Beyond 24 and 12 hours after the person arrived; without an arrival nothing says when the time began."""
    began = status["pos_arrival_at"] if status else None
    return began is not None and bool(extension["until"] > began + _DAY_MS + MOST_EXTENSION_MS)


def _evidence(body: Body) -> Iterator[Fault]:
    """Sentencing Code Sch 9 paras 16-17: need, arrangements and willingness stand before a treatment requirement."""
    order, part = body["criminal_justice"], body["cj_requirement"]
    if not order or not part or part["state"] != "MADE" or part["requirement"] not in TREATMENT:
        return
    said = order["evidence"] or {}
    for name in ("need", "arrangements", "willingness"):
        if said.get(name) != "YES":
            yield Fault("ORDER_EVIDENCE_GAP", f"criminal_justice.evidence.{name}")


def _next_review(body: Body) -> Iterator[Fault]:
    """A panel that has met sets the day on which it meets again."""
    said = body["risk"]
    if said and (said["next_review"] is None or said["next_review"] <= said["met_on"]):
        yield Fault("NO_NEXT_REVIEW", "risk.next_review")


def _moved(body: Body) -> Iterator[Fault]:
    """A referral says what is needed or what became of it."""
    if body["health_minimum"] is None and body["status"] is None:
        yield Fault("PART_MISSING", "status")


_RULES: Final[Mapping[str, tuple[Callable[[Body], Iterator[Fault]], ...]]] = {
    "s136": (_place_of_safety, _extension),
    "order": (_evidence,),
    "mappa_review": (_next_review,),
    "referral": (_moved,),
}
