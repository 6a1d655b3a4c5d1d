import io

from typing_extensions import override

from hub.kafka.local.progress import teller


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def tell_all(stream: io.StringIO) -> str:
    tell = teller(stream)
    for done in range(3):
        tell("Fetching", done, 2)
    return stream.getvalue()


def test_a_terminal_sees_each_step_on_one_line() -> None:
    assert tell_all(Terminal()) == "\rFetching: 0 of 2\rFetching: 1 of 2\rFetching: 2 of 2\n"


def test_a_file_gets_one_plain_line() -> None:
    assert tell_all(io.StringIO()) == "Fetching\n"
