from datetime import UTC, datetime

from hub.clock import now_ms


def test_the_clock_says_milliseconds_of_this_century() -> None:
    assert datetime.fromtimestamp(now_ms() / 1000, UTC).year in range(2026, 2100)
