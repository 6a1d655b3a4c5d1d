from pathlib import Path

import pytest

from hub.kafka.local.errors import PortTakenError, StartError
from hub.kafka.local.node import await_serving, failure, last_lines


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "broker.log"
    path.write_text("\n".join(f"line {number}" for number in range(100)))
    return path


def test_the_last_lines_of_a_log_are_its_last(log: Path) -> None:
    assert last_lines(log, 2) == "line 98\nline 99"


def test_a_log_that_does_not_exist_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none") == ""


def test_a_broker_that_ended_shows_the_end_of_its_log(log: Path) -> None:
    with pytest.raises(StartError, match="line 99"):
        await_serving(lambda: False, lambda: True, log, 0.1)


def test_a_broker_that_takes_too_long_shows_the_end_of_its_log(log: Path) -> None:
    with pytest.raises(StartError, match=r"did not serve within(.|\n)*line 99"):
        await_serving(lambda: False, lambda: False, log, 0.1)


def test_a_taken_port_is_told_from_other_failures(log: Path) -> None:
    assert not isinstance(failure(log), PortTakenError)
    log.write_text("java.net.BindException: Address already in use")
    assert isinstance(failure(log), PortTakenError)
