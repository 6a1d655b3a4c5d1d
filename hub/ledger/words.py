"""What a sheet says, in plain words: who was told what and why, and what was kept back and why.

It goes by what was sent, whatever the verdict says. Each reason's code follows its words, so that a reader can look it
up and a program can find it.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final

from consent.words import Words
from hub.ledger.sheet import Fate, Ruled, Sheet, Shown, shown
from hub.model.entry import NOTICES, Cause

_KINDS: Final = {
    "RULED": "was decided",
    "FOLDED": "was taken into account; no desk had to be asked about",
    "REPEAT": "had come before and was not decided again",
    "QUARANTINED": "was set aside and not shared",
}

CAUSES: Final[dict[Cause, str]] = {
    "HANDOVER": "somebody has taken the person on",
    "RELEASED": "a reviewer let go what was held",
    "REFUSED": "a reviewer refused what was held",
    "LAPSED": "nobody reviewed in time what was held",
    "SUPERSEDED": "its sender replaced it while it was held",
    "APPROVED": "a second senior person agreed that it is shared without consent",
    "CORRECTED": "what was sent was wrong",
    "OVERRIDDEN": "somebody decided to share it without consent",
    "LATE_REFUSAL": "a no arrived later than it was said, and something had been disclosed meanwhile",
    "LINKED": "another record of the same person said what is known there, or was told",
    "MERGED": "the person's other records have said what is known there",
}
"""Why an earlier entry came again."""

_EVENTS: Final = {
    "assessment": "mental-health assessment",
    "ack": "acknowledgement of a copy",
    "alert": "notice of a time limit or rule that was not kept",
    "breach": "report of a breach",
    "compliance": "report on an appointment under an order",
    "consent_grant": "grant of consent",
    "consent_refuse": "refusal of consent",
    "consent_withdraw": "withdrawal of consent",
    "consultation": "question to a specialist",
    "court": "listing or result of a hearing",
    "disclosure_correction": "correction of something disclosed",
    "health_registration": "registration with a health service",
    "link": "link of two records",
    "mappa_registration": "MAPPA registration",
    "mappa_review": "MAPPA review",
    "order": "court order",
    "override": "decision to share without consent",
    "psr": "pre-sentence report",
    "recall": "recall to prison",
    "release": "release from prison",
    "request": "request for what another desk holds",
    "review": "review of something held",
    "risk_contribution": "contribution on risk",
    "s136": "detention at a place of safety",
    "service_calendar": "opening hours of a service",
    "service_profile": "profile of a service",
    "unlink": "separation of two records",
}
"""Types of event whose name is not their word."""


@cache
def plain() -> Words:
    """The words that ship with the policy."""
    return Words.parse(files("consent").joinpath("words.toml").read_text(encoding="utf-8"))


def sentence(sheet: Sheet, ruling: Ruled) -> str:
    """What this desk was told of this entry and why, and what it was not and why."""
    return f"{subject(ruling)} {predicate(sheet, ruling)}"


def predicate(sheet: Sheet, ruling: Ruled) -> str:
    """The same where the desk is named already: `was not told. ...`."""
    parts = shown(sheet, ruling)
    return " ".join([told(ruling, parts), *under(ruling), *rest(ruling, parts)])


def in_short(sheet: Sheet, ruling: Ruled) -> str:
    """What this desk was told and why, or why it was not; not what was kept back beside."""
    return f"{subject(ruling)} {told(ruling, shown(sheet, ruling))}"


def subject(ruling: Ruled) -> str:
    """The desk and what it is there for: `avon-ld.team (liaison and diversion team)`."""
    return f"{ruling.desk} ({plain().say('role', ruling.role)})"


def told(ruling: Ruled, parts: Iterable[Shown]) -> str:
    """`was given: ...` with the reason for each, or `was not told. ...` with the reason of the verdict."""
    given = [f"{_views(group)}. {because(reason)}" for reason, group in _grouped(parts, "GIVEN")]
    if given:
        return "was given: " + " And: ".join(given)
    waits = "has not been told yet" if ruling.verdict == "HOLD" else "was not told"
    return f"{waits}. {because(ruling.reason)}"


def under(ruling: Ruled) -> Iterator[str]:
    """The consents that it rests on, if any."""
    if ruling.consents:
        yield f"It rests on consent {', '.join(ruling.consents)}."


def rest(ruling: Ruled, parts: Iterable[Shown]) -> Iterator[str]:
    """What waits and what was kept back, each with its reason; nothing that the verdict's own reason says already."""
    said = None if ruling.given else ruling.reason
    fates: tuple[tuple[str, Fate], ...] = (("Waiting", "HELD"), ("Kept back", "WITHHELD"))
    for name, fate in fates:
        for reason, group in _grouped(parts, fate):
            if reason != said:
                yield f"{name}: {_views(group)}. {because(reason)}"


def because(reason: str) -> str:
    """A reason as a sentence with its code: `The person refused (CONSENT_REFUSED).`"""
    words = plain().say("reason", reason)
    return f"{reason}." if words == reason else f"{words.rstrip('.')} ({reason})."


def view(name: str) -> str:
    """What a view holds, in words."""
    return plain().say("view", name)


def event(sheet: Sheet) -> str:
    """What came in, and what became of it as a whole: `arrest from avon-police.custody was decided`."""
    came = f"{called(sheet.type)} from {sheet.publisher}" if sheet.type else "a record"
    faults = f" ({', '.join(dict.fromkeys(sheet.faults))})" if sheet.faults else ""
    became = _KINDS[sheet.kind]
    if sheet.again and sheet.again.cause == "LINKED":
        return CAUSES["LINKED"]
    if sheet.again:
        said = "was said by the hub" if sheet.again.cause in NOTICES else "was decided anew"
        became = f"{said}: {CAUSES[sheet.again.cause]}"
    return f"{came} {became}{faults}"


def called(event_type: str) -> str:
    """What practitioners call a type of event: `withdrawal of consent`."""
    return _EVENTS.get(event_type, event_type.replace("_", " "))


def _views(parts: Iterable[Shown]) -> str:
    return "; ".join(view(part.view) for part in parts)


def _grouped(parts: Iterable[Shown], fate: Fate) -> list[tuple[str, list[Shown]]]:
    """The views of that fate by reason, in the order in which the reasons first appear."""
    chosen = [part for part in parts if part.fate == fate]
    order = list(dict.fromkeys(part.answer.reason for part in chosen))
    chosen.sort(key=lambda part: order.index(part.answer.reason))
    return [(reason, list(group)) for reason, group in groupby(chosen, key=lambda part: part.answer.reason)]
