"""Options said once are taken by each command that shares them, like those of its own."""

from typing import Annotated, NamedTuple

import pytest
import typer
from typer.testing import CliRunner

from hub.cli.options import grouped

app = typer.Typer()


class Common(NamedTuple):
    """Two that every command takes."""

    name: Annotated[str, typer.Option("--as")]
    often: Annotated[int, typer.Option(min=1)] = 2


@app.command()
@grouped
def greet(common: Common, *, loud: bool = False) -> None:
    """Greet somebody."""
    said = " ".join([common.name] * common.often)
    typer.echo(said.upper() if loud else said)


@app.command()
@grouped
def part(common: Common) -> None:
    """Say goodbye."""
    typer.echo(f"{common.name}, {common.often}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("greet", "--as", "ann"), "ann ann"),
        (("greet", "--as", "ann", "--often", "1", "--loud"), "ANN"),
        (("part", "--as", "ann"), "ann, 2"),
    ],
)
def test_a_shared_option_and_its_default_reach_the_command(words: tuple[str, ...], said: str) -> None:
    assert CliRunner().invoke(app, words).stdout == f"{said}\n"


@pytest.mark.parametrize("words", [("greet",), ("part", "--as", "ann", "--often", "0"), ("part", "--loud")])
def test_what_is_missing_wrong_or_anothers_is_refused_as_ever(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 2


def test_the_help_is_the_commands_own() -> None:
    told = CliRunner().invoke(app, ["greet", "--help"]).stdout
    assert "Greet somebody." in told
    assert "--as" in told
