"""The acceptance persons as data: what happens, in order of time, and what the law expects of each step.

A scenario file lists steps; each names an event in plain JSON beside it, the desk that speaks, and what every listed
desk must be ruled. All persons are invented.
"""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any, Final, Literal

from consent.terms import Reason, Verdict

Act = Literal["publish", "door", "publish_while_sharing_rests", "door_then_resume"]
"""How a step is played: to the desk's own topic; at the hub's door, which answers at once; and the same two while the
sharing worker is stopped in between."""

SCENARIOS: Final = ("SP-01", "SP-02", "SP-03", "SP-04", "SP-05", "SP-06", "SP-07", "SP-08", "SP-09")


@dataclass(frozen=True, slots=True)
class Expected:
    """What one desk must be ruled. `views` None: not said; `reason` empty: not said."""

    desk: str
    verdict: Verdict
    event: str
    """Name of the event that the ruling is about."""
    views: frozenset[str] | None = None
    """Must be among the views given, and nothing but them and what goes with them."""
    withheld: frozenset[str] = frozenset()
    reason: Reason | Literal[""] = ""
    again: bool = False
    """The ruling is one on an earlier event that came again because of this step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens."""

    scenario: str
    number: str
    at: datetime
    act: Act
    desk: str
    """Who speaks."""
    event: str
    """Name of the event, unique in all scenarios."""
    body: Mapping[str, Any] = field(repr=False)
    """The event in plain JSON."""
    says: str
    """What happens, in a sentence for somebody who reads along."""
    expect: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One person's story."""

    id: str
    title: str
    steps: tuple[Step, ...]


def read(name: str) -> Scenario:
    """The scenario of that id, such as SP-01."""
    told = tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))
    return Scenario(told["id"], told["title"], tuple(_step(told["id"], step) for step in told["steps"]))


def in_time(scenarios: Sequence[Scenario]) -> list[Step]:
    """All steps in the order of time: the log is the clock, and it never goes back."""
    return sorted((step for scenario in scenarios for step in scenario.steps), key=lambda step: step.at)


def placed(body: Mapping[str, Any], place: Callable[[str], str]) -> Mapping[str, Any]:
    """The event with the place in the log of each earlier event that it names, which a story writes as `@name`."""
    status = body.get("status") or {}
    if not status.get("entries"):
        return body
    entries = [place(name.removeprefix("@")) for name in status["entries"]]
    return {**body, "status": {**status, "entries": entries}}


def _step(scenario: str, told: Mapping[str, Any]) -> Step:
    body = json.loads((files(__name__) / "events" / f"{told['event']}.json").read_text(encoding="utf-8"))
    expected = tuple(_expected(told["event"], one) for one in told.get("expect", ()))
    plain = {name: told[name] for name in ("number", "at", "act", "desk", "event", "says")}
    return Step(scenario=scenario, body=body, expect=expected, **plain)


def _expected(event: str, told: Mapping[str, Any]) -> Expected:
    views = frozenset(told["views"]) if "views" in told else None
    return Expected(
        desk=told["desk"],
        verdict=told["verdict"],
        event=told.get("event", event),
        views=views,
        withheld=frozenset(told.get("withheld", ())),
        reason=told.get("reason", ""),
        again=told.get("again", False),
    )
