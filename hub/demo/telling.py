"""What somebody who watches the demo reads: each step, each desk that was asked about, and what the law expects."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from hub.demo.player import Played
from hub.demo.scenarios import Expected, Scenario, Step
from hub.ledger import words
from hub.ledger.moments import iso, read_out
from hub.ledger.sheet import Sheet, shown

Line = tuple[str, str, int]
"""Words, how they look, and how deep they stand."""
STYLES: Final = {"PERMIT": "green", "REDACT": "yellow", "DENY": "dim", "HOLD": "magenta"}


def begin(console: Console, stories: Sequence[Scenario]) -> None:
    """Say whose stories will be told, for they are told together, in the order of time."""
    say(console, "The stories of invented people, told together in the order of time:", "bold")
    for story in stories:
        say(console, f"{story.id}: {story.title}.", depth=1)


def step(console: Console, played: Played) -> None:
    """Show one step as it went."""
    console.print()
    say(console, _title(played.step), "bold")
    if played.acknowledged:
        say(console, f"acknowledged: {played.acknowledged}", "dim", 1)
    for line, style, depth in (*_rulings(played), *_verdicts(played)):
        say(console, line, style, depth)


def say(console: Console, line: str, style: str = "", depth: int = 0) -> None:
    """One line, indented; wrapped with its indent in a terminal, and left whole in a pipe."""
    if console.is_terminal:
        console.print(Padding(Text(line, style=style), (0, 0, 0, 2 * depth)))
    else:
        console.print(Text("  " * depth + line), soft_wrap=True)


def as_object(played: Played) -> dict[str, Any]:
    """The same for a program."""
    told = played.step
    return {
        "scenario": told.scenario,
        "step": told.number,
        "at": iso(int(told.at.timestamp() * 1000)),
        "says": told.says,
        "events": [_sheet(sheet) for sheet in played.sheets],
        "expected": [_expected(expected) for expected, _ in played.held],
        "differences": list(played.differences),
    }


def _title(told: Step) -> str:
    return f"{told.scenario}, step {told.number}, {read_out(int(told.at.timestamp() * 1000))}: {told.says}"


def _rulings(played: Played) -> Iterator[Line]:
    for sheet in played.sheets:
        yield words.event(sheet), "", 1
        for ruling in sheet.rulings:
            yield words.sentence(sheet, ruling), STYLES[ruling.verdict], 2


def _verdicts(played: Played) -> Iterator[Line]:
    wrong = {expected.desk for expected, _ in played.held for text in played.differences if expected.desk in text}
    for expected, _ in played.held:
        if expected.desk not in wrong:
            yield f"as expected: {_in_short(expected)}", "dim green", 1
    for text in played.differences:
        yield f"DIFFERS: {text}", "bold red", 1


def _in_short(expected: Expected) -> str:
    views = f" {', '.join(sorted(expected.views))}" if expected.views else ""
    reason = f" ({expected.reason})" if expected.reason else ""
    return f"{expected.desk} {expected.verdict}{views}{reason}"


def _expected(expected: Expected) -> dict[str, Any]:
    views = None if expected.views is None else sorted(expected.views)
    return {"desk": expected.desk, "verdict": expected.verdict, "views": views, "reason": expected.reason}


def _sheet(sheet: Sheet) -> dict[str, Any]:
    rulings = [
        {
            "desk": ruling.desk,
            "verdict": ruling.verdict,
            "reason": ruling.reason,
            "views": {part.view: part.fate for part in shown(sheet, ruling)},
            "words": words.sentence(sheet, ruling),
        }
        for ruling in sheet.rulings
    ]
    return {"type": sheet.type, "kind": sheet.kind, "entry": sheet.entry_id, "rulings": rulings}


def counts(sheets: Sequence[Sheet]) -> dict[str, int]:
    """What came of everything: events accepted, rulings, copies disclosed, rulings that withheld, events quarantined.

    What came again was accepted before.
    """
    rulings = [ruling for sheet in sheets for ruling in sheet.rulings]
    return {
        "accepted": sum(sheet.kind != "QUARANTINED" and not sheet.again for sheet in sheets),
        "decided": len(rulings),
        "disclosed": sum(ruling.copy_id is not None for ruling in rulings),
        "withheld": sum(ruling.copy_id is None for ruling in rulings),
        "quarantined": sum(sheet.kind == "QUARANTINED" for sheet in sheets),
    }
