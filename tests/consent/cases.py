"""Decision cases as a lawyer reads them, from tests/decisions, and what the policy decides of each."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from consent import register
from consent.decision import decide, given, verdict
from consent.policy import Policy
from consent.terms import ConsentEntry, Facts, Recipient
from tests.consent.files import EXPIRY, POLICY

_FOLDER: Final = Path(__file__).parents[1] / "decisions"
_OUR_OWN: Final = "our-own"
"""The organisation of the desk that is asked about; a consent names it unless it says otherwise."""
_KNOWN: Final = frozenset({
    "says", "event", "from", "to", "relationship", "identity", "facts", "purpose", "consent", "said", "overtaking",
    "decided_at", "holds", "verdict", "reason", "given", "refused", "waiting", "aspect", "override", "override_views",
    "agreement", "from_standing", "to_standing", "answered",
    "level", "reviewed", "reviewed_views",
})  # fmt: skip
_MARKS: Final = frozenset(name for name, kind in Facts.__annotations__.items() if kind is bool)
_PLAIN: Final = {"referral": "MILD_MODERATE"}
"""What an event is about that does not say so: the plainest of its kind."""

_LISTS: Final = ("override_views", "from_standing", "to_standing", "answered", "reviewed_views")

Case = Mapping[str, Any]


def all_cases() -> Iterator[Case]:
    """Every case of every file; a word that no case may use is an error."""
    for file in sorted(_FOLDER.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            assert case.keys() <= _KNOWN, f"{file.name}: {case.keys() - _KNOWN}"
            yield case


def facts(case: Case) -> Facts:
    """The facts that the case describes; what it does not say is the plainest."""
    marked = set(case.get("facts", ()))
    assert marked <= _MARKS, marked - _MARKS
    said, overtaking = entries(case)
    desk, at = Recipient(_OUR_OWN, case["to"]), _moment(case.get("decided_at", "2026-05-05T09:00:00Z"))
    flags: dict[str, Any] = {name: name in marked for name in _MARKS}
    lists: dict[str, Any] = {name: tuple(case.get(name, ())) for name in _LISTS}
    words: dict[str, Any] = {
        "event_type": case["event"],
        "from_role": case["from"],
        "to_role": case["to"],
        "relationship": case["relationship"],
        "confidence": case.get("identity", "CONFIRMED"),
        "purpose": case["purpose"],
        "aspect": case.get("aspect", _PLAIN.get(case["event"], "UNKNOWN")),
        "override": case.get("override", "NONE"),
        "level": case.get("level", "UNKNOWN"),
        "agreement": case.get("agreement", "HELD"),
        "reviewed": case.get("reviewed", "NONE"),
        "consent": tuple(case.get("consent", {}).items())
        or register.states(POLICY.takers, said, overtaking, desk, case["purpose"], at),
    }
    objects = flags["objection"] or register.objection(said, overtaking, desk, at)
    return Facts(**words, **lists, **{**flags, "objection": objects})


def decided(case: Case, policy: Policy) -> Mapping[str, Any]:
    """What the policy decides, in the words of a case."""
    decision, holds = decide(facts(case), policy), frozenset(case["holds"])
    said, reason = verdict(decision, holds)
    answers = {answer.view: answer for answer in decision.answers if answer.view in holds}
    return {
        "verdict": said,
        "reason": reason,
        "given": list(given(decision, holds)),
        "refused": {view: answer.reason for view, answer in answers.items() if answer.answer == "WITHHOLD"},
        "waiting": {view: answer.reason for view, answer in answers.items() if answer.answer == "HOLD"},
    }


def expected(case: Case, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the case expects, in the same words; where it is silent on refused or waiting, what was found."""
    return {word: case.get(word, found[word]) for word in found}


def entries(case: Case) -> tuple[register.Entries, register.Entries]:
    """What the person said so far, and what was acknowledged but has not had its place in the log."""
    held: register.Entries = ()
    for said in case.get("said", ()):
        held = register.fold(held, _entry(said))
    return held, tuple(_entry(said) for said in case.get("overtaking", ()))


def _entry(said: Mapping[str, Any]) -> ConsentEntry:
    at = _moment(said["said_at"])
    first = _moment(said["from"]) if "from" in said else at
    purposes, custody = tuple(said.get("purposes", ())), said.get("in_custody", False)
    return ConsentEntry(
        consent_id=said["record"],
        version=said.get("version", 1),
        action=said["action"],
        occurred_at=at,
        recipients=(Recipient(said.get("organisation", _OUR_OWN), said["to"]),) if "to" in said else (),
        views=tuple(said.get("views", ())),
        purposes=purposes,
        valid_from=first,
        valid_to=EXPIRY.expires_at(purposes, first, said.get("last_day"), taken_at=at, custody_setting=custody),
        among_carers=said.get("among_carers", False),
        taken_role=said.get("taken_by", "LD_TEAM"),
        custody_setting=custody,
    )


def _moment(said: str) -> int:
    return round(datetime.fromisoformat(said).timestamp() * 1000)
