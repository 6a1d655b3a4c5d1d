"""What a worker says of itself on standard error."""

import io
import logging
from collections.abc import Iterator

import pytest

from agents import logs


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    root, hub, library = logging.getLogger(), logging.getLogger("hub"), logging.getLogger("aiokafka")
    before = root.handlers[:], root.level, hub.level, library.level
    library.setLevel(logging.NOTSET)  # a command that ran in this process may have hushed it
    stream = io.StringIO()
    logs.begin(stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    hub.setLevel(before[2])
    library.setLevel(before[3])


def test_that_a_new_broker_still_makes_its_groups_is_no_news(said: io.StringIO) -> None:
    coordinator = logging.getLogger("aiokafka.consumer.group_coordinator")
    coordinator.error("Failed: %s", "[Error 15] GroupCoordinatorNotAvailableError")
    assert said.getvalue() == ""
    coordinator.error("Failed: %s", "[Error 25] UnknownMemberIdError")
    coordinator.critical("Failed: %s", "GroupCoordinatorNotAvailableError")
    logging.getLogger("hub.worker").error("GroupCoordinatorNotAvailableError")
    assert len(said.getvalue().splitlines()) == 3


def test_of_an_exception_only_its_type_is_written(said: io.StringIO) -> None:
    try:
        raise ValueError("a body")  # noqa: TRY301 - what must not be repeated
    except ValueError:
        logging.getLogger("hub.worker").exception("stopped")
    assert "(ValueError)" in said.getvalue()
    assert "a body" not in said.getvalue()


def test_a_library_says_the_same_once_in_a_while_and_the_hub_whenever_it_does() -> None:
    once = logs.Once(30)

    def said(name: str, words: str, at: float) -> bool:
        record = logging.makeLogRecord({"name": name, "msg": words, "created": at})
        return once(record)

    assert [said("aiokafka", "no", at) for at in (100, 110, 129, 131, 140)] == [True, False, False, True, False]
    assert said("aiokafka", "other", 101)
    assert [said("hub.worker", "no", at) for at in (100, 100)] == [True, True]
