"""``hub demo``: the scenarios played through a real Kafka, beside what the law expects of each step."""

import asyncio
import os
import signal
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from hub import settings
from hub.cli import answers, statistics, tail
from hub.demo import scenarios, show, telling
from hub.demo.house import furnish
from hub.demo.show import Shown
from hub.settings import Settings

DIFFERS = 1

AsJson = Annotated[bool, typer.Option("--json", metavar="", help="One JSON object instead of words.")]
Keep = Annotated[
    bool, typer.Option("--keep", metavar="", help="Leave everything running afterwards, until Ctrl-C, to look around.")
]


def demo(*, as_json: AsJson = False, keep: Keep = False) -> None:
    """Play the scenarios with a broker and a hub of their own.

    Exit codes: 0 all as the law expects; 1 something differs, or the hub did not do its part.
    """
    _end_when_told()
    console = Console(highlight=False, quiet=as_json)
    with show.own_broker() as (bootstrap, home):
        chosen = furnish(bootstrap, home, settings.read(os.environ).policy)

        async def end(shown: Shown) -> None:
            _end(console, shown)
            if as_json:
                answers.print_json(_object(shown))
            if keep:
                await _stay(chosen)

        telling.begin(console, [scenarios.read(name) for name in scenarios.SCENARIOS])
        shown = asyncio.run(show.show(chosen, lambda played: telling.step(console, played), end))
    raise typer.Exit(0 if shown.agrees else DIFFERS)


def _end_when_told() -> None:
    """End by SIGTERM as by Ctrl-C; also where a script started it in the background, where Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))


def _end(console: Console, shown: Shown) -> None:
    """The panel's view, the auditor's view, the statistics and the counts."""
    console.print()
    telling.say(console, f"The panel {show.PANEL} reads its own topic:", "bold")
    for message in shown.panel:
        told = _without_envelope(tail.opened(message))
        for line in tail.in_lines(told) if console.is_terminal else tail.in_words(told).splitlines():
            words = line.lstrip(" ")
            telling.say(console, words, depth=1 + (len(line) - len(words)) // 2)
    console.print()
    telling.say(console, f"An auditor asks: what was {show.ASKED_ABOUT} told, and what was it not told?", "bold")
    if not console.quiet:
        answers.present(shown.audit, console)
    console.print()
    telling.say(console, "What the statistics agent counted, by event, role and verdict:", "bold")
    if not console.quiet:
        statistics.present(shown.statistics, console)
    console.print()
    counted = ", ".join(f"{name} {number}" for name, number in telling.counts(shown.sheets).items())
    telling.say(console, f"{counted}.", "bold")
    if shown.agrees:
        telling.say(console, "Every step ended as the scenarios expect.", "bold green")
    else:
        telling.say(console, "Something differs from what the scenarios expect.", "bold red")


def _without_envelope(told: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in told.items() if name not in {"envelope", "withheld"}}


def _object(shown: Shown) -> dict[str, Any]:
    return {
        "steps": [telling.as_object(played) for played in shown.played],
        "panel": [tail.opened(message) for message in shown.panel],
        "audit": answers.as_object(shown.audit),
        "statistics": [{**key._asdict(), "number": number} for key, number in shown.statistics.items()],
        "counts": telling.counts(shown.sheets),
        "agrees": shown.agrees,
    }


async def _stay(chosen: Settings) -> None:
    """Keep everything up until Ctrl-C, and say how to look around from another terminal."""
    sys.stdout.flush()
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    sys.stderr.write(
        "\nThe demo's hub stays up until Ctrl-C. In another terminal:\n"
        f"  export HUB_HOME={chosen.home} HUB_BOOTSTRAP={chosen.bootstrap} HUB_REPLICATION=1\n"
        "  hub tail bridge-charity.support --once\n"
        "  hub audit query --desk bridge-charity.support --as you --purpose 'to look around'\n"
    )
    await told.wait()
