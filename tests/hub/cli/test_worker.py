"""What an operator types wrongly is refused before anything is loaded."""

import pytest
from typer.testing import CliRunner

from hub.cli import app


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--part", "gossip"], "intake, sharing, ledger"),
        (["--partitions", "one,two"], "numbers"),
        (["--part", "ledger", "--partitions", "-"], "numbers"),
    ],
)
def test_a_wrong_option_is_a_usage_error_that_says_what_is_right(options: list[str], hint: str) -> None:
    result = CliRunner().invoke(app, ["worker", *options])
    assert result.exit_code == 2
    assert hint in " ".join(result.output.split())
