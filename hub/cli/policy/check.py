"""``hub policy check``: whether a policy and the directory can be used, and if not, everything that is wrong."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from consent import faults
from consent.errors import PolicyError
from consent.policy import Policy
from consent.text import Text
from hub import directories, policies, settings
from hub.cli import answers
from hub.cli.asking import DONE
from hub.directories import DirectoryError

FAILED: Final = 1

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="FOLDER", help="Of the policy's five files; else HUB_POLICY, else the policy that ships."),
]


def check(folder: Folder = None) -> None:
    """Say whether a policy loads and keeps what it promises, and the directory too: each fault by file, line and rule.

    Exit codes: 0 all is well; 1 something is wrong, or cannot be read.
    """
    chosen = settings.read(os.environ)
    wrong = [*_of_policy(folder or chosen.policy), *_of_directory(chosen.directory)]
    answers.print_lines(*wrong)
    if not wrong:
        answers.print_lines("All is well: the policy loads, every cell and row of it can be opened by something.")
        answers.print_lines(_about_directory(chosen.directory))
    raise typer.Exit(FAILED if wrong else DONE)


def _of_policy(folder: Path | None) -> Iterator[str]:
    try:
        found = _found(policies.texts(folder))
    except policies.PolicyUnreadableError as fault:
        yield str(fault)
        return
    yield from (
        f"{folder / fault.file}{str(fault).removeprefix(fault.file)}" if folder else str(fault) for fault in found
    )


def _found(written: tuple[str, ...]) -> Sequence[PolicyError]:
    """What the texts say wrongly, and once they load, which codes and types they name that no event has."""
    found = faults.found(written)
    if found:
        return found
    _, receivers, *_ = map(Text.parse, policies.TEXTS, written)
    return list(policies.code_faults(Policy.parse(*written), receivers))


def _of_directory(file: Path) -> Iterator[str]:
    """Every fault of the directory; one that is not there yet is no fault."""
    try:
        if file.exists():
            directories.read(file)
    except DirectoryError as refusal:
        yield from str(refusal).splitlines()


def _about_directory(file: Path) -> str:
    return "The directory can be used." if file.exists() else f"There is no directory at {file} yet."
