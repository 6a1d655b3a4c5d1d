import pytest

from hub.ledger import moments

MARCH = 1_772_445_600_000  # 2026-03-02 10:00 UTC
JULY = 1_782_903_600_000  # 2026-07-01 11:00 UTC


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:00Z", "2026-03-02T10:00:00+00:00", "2026-03-02T10:00", "2026-03-02 10:00"]
)
def test_a_moment_is_taken_as_typed_and_in_london_unless_it_says_otherwise(text: str) -> None:
    assert moments.since(text) == MARCH
    assert moments.until(text) == MARCH + 1


def test_a_day_lasts_from_midnight_to_midnight_in_london() -> None:
    assert (moments.since("2026-07-01"), moments.until("2026-07-01")) == (JULY - 12 * 3_600_000, JULY + 12 * 3_600_000)


def test_the_day_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    assert moments.until("2026-03-29") - moments.since("2026-03-29") == 23 * 3_600_000


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "02/03/2026", "2026-03-02T25:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    for read in (moments.since, moments.until):
        with pytest.raises(ValueError):  # noqa: PT011 - the texts are Python's own
            read(text)


def test_a_moment_is_shown_in_london_and_written_in_utc() -> None:
    assert moments.read_out(MARCH) == "2 March 2026 10:00:00 GMT"
    assert moments.read_out(JULY) == "1 July 2026 12:00:00 BST"
    assert moments.iso(JULY + 7) == "2026-07-01T11:00:00.007Z"


def test_whatever_an_agency_says_can_be_shown() -> None:
    assert moments.iso(2**63 - 1) == "9999-12-30T00:00:00.000Z"
    assert moments.read_out(-(2**63)).startswith("1 January 1 ")
    assert moments.year(MARCH) == 2026


def test_the_end_of_time_is_as_far_as_a_calendar_goes() -> None:
    assert moments.until("9999-12-31") == moments.until("9999-12-30")
    assert moments.until("9999-12-28") < moments.until("9999-12-30")
