"""``hub policy``: what the tables say and what a change to them does, for whoever writes and whoever signs them.

About no person, so nothing is recorded.
"""

import typer

from hub.cli.policy import check

app = typer.Typer(help="Check a policy, compare two, and show the matrix.", no_args_is_help=True)
app.command("check")(check.check)


@app.callback()
def _several() -> None:
    """Commands by name, however few there are."""
