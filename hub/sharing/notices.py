"""What the hub itself says about an earlier entry: that what was sent was wrong, or that it was shared without consent.

It is an entry like any other, in codes alone, and ruled upon like any other. Whoever is told hears of its own copy.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from consent.terms import PURPOSES
from hub.model.directory import Desk, Directory
from hub.model.entry import NO_ENTRY, Again, Entry
from hub.model.keys import Keys, proved
from schemas import catalogue, segments

CLOCKS: Final = "HUB"
"""Role of the desk in whose name the hub speaks."""
GUARDIAN: Final = "CALDICOTT"


class _Notice(NamedTuple):
    """What is said, by whom."""

    type: str
    publisher: str
    status: Mapping[str, Any]
    facts: Mapping[str, str]


def speaker(directory: Directory) -> str | None:
    """The desk in whose name the hub speaks; None: the directory has none, and it cannot."""
    return next((name for name in sorted(directory.desks) if directory.desks[name].role == CLOCKS), None)


def guardians(directory: Directory, area: str) -> tuple[str, ...]:
    """Whoever looks at what was shared without consent there, by name: those of the area, and those of every area.

    Where it is not known in which area, all of them.
    """
    found = (desk for desk in directory.desks.values() if desk.role == GUARDIAN)
    return tuple(sorted(desk.name for desk in found if _covers(desk, area)))


def _covers(desk: Desk, area: str) -> bool:
    return not area or not desk.areas or area in desk.areas


def about(earlier: Entry, why: Again, at: int, directory: Directory, secrets: Keys) -> Entry:
    """What is said about it, found at that moment (ms UTC). It concerns the same person and stands under their key."""
    rule = _LOOKED_AT.get(why.cause)
    said = _to_review(rule, at, directory) if rule else _corrected(earlier, why, at)
    schema = catalogue.by_type(said.type)
    views = segments.cut(schema, {**dict.fromkeys(schema.views), "status": said.status})
    return NO_ENTRY._replace(
        content_hash=bytes(8),
        route_key=earlier.route_key,
        occurred_at=at,
        published_at=at,
        supersedes=earlier.event_id if why.cause == "CORRECTED" else None,
        again=why,
        segments=proved(secrets, earlier.route_key, views),
        type=said.type,
        schema_id=schema.id,
        publisher=said.publisher,
        confidence=earlier.confidence,
        assertion="FACT",
        marking=earlier.marking,
        purpose=earlier.purpose if earlier.purpose in PURPOSES - {"UNKNOWN"} else "SAFEGUARDING",
        named=why.desks,
        area=earlier.area,
        facts=said.facts,
    )


def unknown(directory: Directory) -> Entry | None:
    """In the stead of an earlier entry that the timeline no longer holds: the hub speaks of it in its own name.

    None: the directory has no desk in whose name it could.
    """
    name = speaker(directory)
    return None if name is None else NO_ENTRY._replace(publisher=name, marking="OFFICIAL_SENSITIVE")


_LOOKED_AT: Final = {"OVERRIDDEN": "OVERRIDE", "LATE_REFUSAL": "LATE_REFUSAL"}
"""Causes of which the Guardian is told, and the rule that the alert names."""


def _to_review(rule: str, at: int, directory: Directory) -> _Notice:
    facts = {"rule": rule, "finding": "TO_REVIEW"}
    return _Notice("alert", speaker(directory) or "", {**facts, "due_at": None, "found_at": at, **_NONE}, facts)


_NONE: Final = {"requirement_id": None}


def _corrected(earlier: Entry, why: Again, at: int) -> _Notice:
    """In the name of whoever sent it, if that is still known."""
    said = {"reason": why.ground, "action": "DELETE" if why.ground in {"UNLINKED", "WITHDRAWN"} else "REVIEW"}
    facts = {"correction_reason": said["reason"], "correction_action": said["action"]}
    return _Notice("disclosure_correction", earlier.publisher, {**said, "found_at": at}, facts)
