"""``hub policy matrix``: the most that a desk of each role can ever be given of each view, in words."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer

from consent.matrix import NOT_BLOCKS
from consent.terms import Role, View
from hub import policies, settings
from hub.cli import answers
from hub.cli.asking import DONE, Json
from hub.ledger import words

NEVER: Final = "-"
INTRO: Final = (
    "The most that a desk of each role can ever be given. It opens nothing alone: the event has to be for the desk, "
    "and a gateway has to open (hub who, hub explain)."
)

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="FOLDER", help="Of the policy's five files; else HUB_POLICY, else the policy that ships."),
]
OfRole = Annotated[str | None, typer.Option("--role", metavar="ROLE", help="Only this role.")]
OfView = Annotated[str | None, typer.Option("--view", metavar="VIEW", help="Only this view.")]

Cells = Mapping[str, Mapping[str, str]]
"""By role, the signs of each view that it can be given, as they stand in views.toml."""


def matrix(folder: Folder = None, *, role: OfRole = None, view: OfView = None, json: Json = False) -> None:
    """Say, role by role, which views it can ever be given and under what; a view that is not named is withheld.

    Exit codes: 0 said; 1 the policy cannot be read; 2 wrong usage.
    """
    _known("--role", role, get_args(Role))
    _known("--view", view, get_args(View))
    chosen = folder or settings.read(os.environ).policy
    policies.read(chosen)  # whole, or nothing is said of it
    told: dict[str, Any] = tomllib.loads(policies.texts(chosen)[0])
    means = {sign: str(said["means"]) for sign, said in told["legend"].items()}
    cells = {
        one: {name: sign for name, sign in views.items() if view in {None, name}}
        for one, views in _cells(told).items()
        if role in {None, one}
    }
    if json:
        answers.print_json({"legend": means, "roles": cells})
    else:
        answers.print_lines(INTRO, *_lines(cells, means))
    raise typer.Exit(DONE)


def _known(option: str, said: str | None, known: tuple[str, ...]) -> None:
    if said is not None and said not in known:
        raise typer.BadParameter(f"{option}: one of {', '.join(known)}")


def _cells(told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {role: {} for role in get_args(Role)}
    for block in (block for name, block in told.items() if name not in NOT_BLOCKS):
        for role in found:
            row = zip(block["columns"], block[role], strict=True)
            found[role] |= {view: sign for view, sign in row if sign != NEVER}
    return found


def _lines(cells: Cells, means: Mapping[str, str]) -> Iterator[str]:
    for role, views in cells.items():
        yield f"{role} ({words.plain().say('role', role)})" + ("" if views else ": nothing, ever")
        for sign in dict.fromkeys(views.values()):
            named = "; ".join(words.view(view) for view, one in views.items() if one == sign)
            yield f"  {'; or '.join(means[one] for one in sign.split('/'))}: {named}"
