"""``hub policy``: whether the tables hold together, and what a change does; for who writes and who signs them.

About no person, so nothing is recorded.
"""

import typer

from hub.cli.policy import check, diff, matrix

app = typer.Typer(help="Check a policy, read its matrix, and compare two.", no_args_is_help=True)
app.command("check")(check.check)
app.command("diff")(diff.diff)
app.command("matrix")(matrix.matrix)
