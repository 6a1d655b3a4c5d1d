"""What agencies say of a few people, in an order and with mishaps that a seed chooses.

A step is a value, and a story a tuple of them: leaving some out leaves a story, so a failing one can be made short.
"""

import random
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from hub.model.entry import Entry
from hub.model.keys import entry_id
from tests.world import CHARITY, KEYS, LD_TEAM, MARCH_4, PROBATION, consent, entry, said

PEOPLE: Final = 5
SHORT: Final = 30.0
"""Seconds; the longest that anybody waits between two steps."""

Kind = Literal["arrest", "referral", "yes", "no", "late_no", "again", "altered", "kill", "twin", "rest"]
_OFTEN: Final[dict[Kind, int]] = {
    "arrest": 4, "referral": 10, "yes": 4, "no": 3, "late_no": 2, "again": 3, "altered": 1, "kill": 6, "twin": 3,
    "rest": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, so many seconds after the one before."""

    kind: Kind
    after: float
    person: int
    """Whom it is about, or of whose partition's worker."""
    number: int
    """Of the step: no two are alike."""
    chance: float
    """Between 0 and 1: what else there is to choose."""


def story(seed: int, steps: int) -> tuple[Step, ...]:
    """The story of that seed."""
    choose = random.Random(seed)  # noqa: S311 - not a secret
    kinds = choose.choices(list(_OFTEN), list(_OFTEN.values()), k=steps)
    return tuple(
        Step(kind, choose.choice((0.0, 0.0, 0.01, 0.3, SHORT)), choose.randrange(PEOPLE), number, choose.random())
        for number, kind in enumerate(kinds)
    )


def route_key(person: int) -> str:
    return sha256(b"simulated %d" % person).hexdigest()[:32]


def told(step: Step, at: int) -> Entry:
    """The entry of that step, at that moment (milliseconds UTC)."""
    made = _made(step, at)
    return made._replace(
        route_key=route_key(step.person),
        event_id=f"S-{step.number}",
        entry_id=entry_id(KEYS, made.publisher, f"S-{step.number}"),
        content_hash=sha256(b"%d" % step.number).digest()[:8],
    )


def _made(step: Step, at: int) -> Entry:
    match step.kind:
        case "arrest":
            return entry("arrest", at)
        case "yes":
            return said("GRANT", at, about=_about(step, at))
        case "no" | "late_no" if step.chance < 0.7:
            return said("WITHDRAW", at, about=_about(step, at))
        case "no" | "late_no":
            refusal = consent("REFUSE", at, consent_id=f"R-{step.number}", valid_from=MARCH_4)
            return said("REFUSE", at)._replace(consent=refusal)
        case _:
            named = (CHARITY,) if step.chance < 0.8 else (CHARITY, PROBATION)
            return entry("referral", at, publisher=LD_TEAM, named=named)


def _about(step: Step, at: int) -> dict[str, object]:
    """One consent of each person, said anew with each step: the step's number is its version."""
    return {"consent_id": f"C-{step.person}", "version": step.number + 1, "valid_from": MARCH_4 - 1, "occurred_at": at}
