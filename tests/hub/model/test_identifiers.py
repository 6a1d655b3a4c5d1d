"""Every value here is synthetic: NHS numbers begin 999, serials are implausible, or the vector is in public code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.identifiers import (
    KINDS,
    LETTERS,
    LIVE_NHS_RANGES,
    Invalid,
    Postcode,
    Profile,
    Valid,
    check,
    custody_key,
    postcode,
    uprn,
)

YEAR = 2026


def value(kind: str, raw: str, profile: Profile = "test", year: int = YEAR) -> str:
    answer = check(kind, raw, profile, year)
    assert isinstance(answer, Valid), answer
    assert answer.kind == kind
    return answer.value


def code(kind: str, raw: str, profile: Profile = "test", year: int = YEAR) -> str:
    answer = check(kind, raw, profile, year)
    assert isinstance(answer, Invalid)
    return answer.code


SCENARIO_NHS = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000069", "9990000077", "9990000085"]


@pytest.mark.parametrize("number", [*SCENARIO_NHS, "9990000050", "9990000131"])
def test_an_nhs_number_with_its_check_digit_is_valid(number: str) -> None:
    assert value("nhs_number", number) == number


@pytest.mark.parametrize("written", ["999 000 0018", "999-000-0018", "  9990000018\n", "999\u2013000\u00a00018"])
def test_spaces_and_hyphens_do_not_matter(written: str) -> None:
    assert value("nhs_number", written) == "9990000018"


@pytest.mark.parametrize("base", ["999000014", "999000028", "999000031"])
def test_a_base_whose_check_would_be_ten_has_no_valid_number(base: str) -> None:
    assert {code("nhs_number", f"{base}{digit}") for digit in range(10)} == {"BAD_CHECK"}


@pytest.mark.parametrize("digit", "0123456789")
def test_a_repeated_digit_passes_modulus_11_and_is_still_refused(digit: str) -> None:
    assert code("nhs_number", digit * 10, "test") == code("nhs_number", digit * 10, "live") == "REPEATED_DIGITS"


def test_a_wrong_check_digit_is_refused_not_mended() -> None:
    assert code("nhs_number", "9990000086") == "BAD_CHECK"


@pytest.mark.parametrize("written", ["999000001", "99900000180", "999000001X", "", "999/000/0018", "9990\t000018"])
def test_an_nhs_number_is_ten_digits(written: str) -> None:
    assert code("nhs_number", written) == "BAD_SHAPE"


@pytest.mark.parametrize(
    "written",
    [
        "\uff19\uff19\uff19\uff10\uff10\uff10\uff10\uff10\uff11\uff18",
        "999000001\u0668",
        "999000001\u2078",
        "999000001\u2467",
        "999000001\u200b8",
    ],
)
def test_digits_of_another_script_are_refused(written: str) -> None:
    assert code("nhs_number", written) == "NOT_ASCII"


def test_letters_of_another_script_that_look_like_ours_are_refused() -> None:
    assert code("crn", "\u0425999001") == "NOT_ASCII"


def test_a_compatibility_form_of_our_letters_is_ours() -> None:
    assert value("crn", "\uff38999001") == "X999001"


def _with_check_digit(base: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(base, range(10, 1, -1), strict=True))
    return f"{base}{-total % 11}"


def _in_range(bound: int) -> str:
    """The valid number nearest to the edge of a range; no such number is written down here."""
    inwards = 1 if bound in {first for first, _ in LIVE_NHS_RANGES} else -1
    bases = (f"{bound // 10 + inwards * step:09}" for step in range(1, 9))
    return next(number for number in map(_with_check_digit, bases) if len(number) == 10)


@pytest.mark.parametrize("bound", [bound for edges in LIVE_NHS_RANGES for bound in edges])
def test_live_takes_the_issued_ranges_and_test_refuses_them(bound: int) -> None:
    number = _in_range(bound)
    assert value("nhs_number", number, "live") == number
    assert code("nhs_number", number, "test") == "NOT_IN_RANGE"


NEVER_ISSUED = ["000000005", "311999999", "500000001", "850000001"]


@pytest.mark.parametrize("number", [*map(_with_check_digit, NEVER_ISSUED), *SCENARIO_NHS])
def test_live_refuses_what_was_never_issued(number: str) -> None:
    assert len(number) == 10
    assert code("nhs_number", number, "live") == "NOT_IN_RANGE"


PNC = {
    "81/34U": "1981/0000034U",
    "02/73319Z": "2002/0073319Z",
    "00/223R": "2000/0000223R",
    "05/33L": "2005/0000033L",
    "2019/9999901W": "2019/9999901W",
    "2021/9999902C": "2021/9999902C",
    "2024/9999903Z": "2024/9999903Z",
    "1998/9999904B": "1998/9999904B",
    "2025/9999905R": "2025/9999905R",
    "2001/0171310W": "2001/0171310W",
    "20199999901W": "2019/9999901W",
    "8134U": "1981/0000034U",
    "199999901W": "2019/9999901W",
    " 2019/9999901w ": "2019/9999901W",
    "2019/ 9999901-W": "2019/9999901W",
    "2005/33L": "2005/0000033L",
}


@pytest.mark.parametrize(("written", "canonical"), PNC.items())
def test_a_pnc_has_one_canonical_form(written: str, canonical: str) -> None:
    assert value("pnc", written) == canonical


def test_a_pnc_of_eleven_characters_could_be_two_numbers() -> None:
    assert code("pnc", "2019999901W") == "AMBIGUOUS_LENGTH"


@pytest.mark.parametrize("written", ["2005-33L", "2005 33L", " 2005\u201333l", "2019-000123A"])
def test_a_hyphen_for_the_slash_does_not_turn_a_year_into_a_serial(written: str) -> None:
    assert code("pnc", written) == "AMBIGUOUS_LENGTH"


def test_a_hyphen_for_the_slash_does_no_harm_where_the_length_says_all() -> None:
    assert value("pnc", "2019-9999901W") == "2019/9999901W"
    assert value("pnc", "05-33L") == "2005/0000033L"


@pytest.mark.parametrize("written", ["2001/0171310S", "2019/9999901X", "2019/9999901I", "81/35U"])
def test_a_pnc_with_another_letter_is_refused(written: str) -> None:
    assert code("pnc", written) == "BAD_CHECK"


@pytest.mark.parametrize("written", ["", "U", "81/U", "1/34U", "198/34U", "81/34", "81/12345678U", "19/81/34U", "81U"])
def test_a_pnc_of_another_shape_is_refused(written: str) -> None:
    assert code("pnc", written) == "BAD_SHAPE"


def test_the_logs_year_gives_a_short_pnc_its_century() -> None:
    assert value("pnc", "26/9999909L", year=2026) == "2026/9999909L"
    assert value("pnc", "26/9999909L", year=2025) == "1926/9999909L"


def test_the_letter_does_not_see_the_century_so_both_are_valid_and_apart() -> None:
    assert value("pnc", "1926/9999909L") != value("pnc", "2026/9999909L")


@pytest.mark.parametrize("written", ["2126/9999909L", "1826/9999909L", "2026/9999909L"])
def test_a_pnc_from_the_future_or_before_any_file_is_refused(written: str) -> None:
    assert code("pnc", written, year=2025) == "NOT_IN_RANGE"


CRO = {
    "65656/91H": "065656/91H",
    "999901/19X": "999901/19X",
    "123/91B": "000123/91B",
    "sf83/50058z": "SF83/50058Z",
    "SF21/999903M": "SF21/999903M",
}


@pytest.mark.parametrize(("written", "canonical"), CRO.items())
def test_a_cro_is_padded_unless_it_is_of_a_fingerprint_file(written: str, canonical: str) -> None:
    assert value("cro", written) == canonical


@pytest.mark.parametrize("written", ["85227/65G", "SF83/50058B", "999901/19Y"])
def test_a_cro_with_another_letter_is_refused(written: str) -> None:
    assert code("cro", written) == "BAD_CHECK"


@pytest.mark.parametrize("written", ["", "65656/1991H", "1234567/91H", "SF1983/50058Z", "SF83/Z", "6565691H"])
def test_a_cro_of_another_shape_is_refused(written: str) -> None:
    assert code("cro", written) == "BAD_SHAPE"


def test_a_crn_is_a_letter_and_six_digits() -> None:
    assert [value("crn", written) for written in ("X999001", "x999001 ", "X-999 006")] == ["X999001"] * 2 + ["X999006"]
    assert {code("crn", written) for written in ("999001", "XX99901", "X99900", "X9990011", "A9901ZZ")} == {"BAD_SHAPE"}


def test_a_prison_number_is_a_letter_four_digits_and_two_letters() -> None:
    assert value("prison_number", "a9901zz") == "A9901ZZ"
    assert {code("prison_number", written) for written in ("X999001", "A9901Z", "A99011ZZ")} == {"BAD_SHAPE"}


@given(st.from_regex(r"[A-Za-z0-9 ]{6,9}", fullmatch=True))
def test_one_box_may_take_a_crn_or_a_prison_number(raw: str) -> None:
    assert isinstance(check("crn", raw, "test", YEAR), Invalid) or code("prison_number", raw) == "BAD_SHAPE"


def test_a_kind_that_nobody_knows_is_not_repeated() -> None:
    answer = check("9990000018", "9990000018", "test", YEAR)
    assert answer == Invalid("unknown", "UNKNOWN_KIND")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_endless_text_is_refused_before_it_is_read(kind: str) -> None:
    assert code(kind, "\ufdfa" * 1_000_000) == "BAD_SHAPE"


@given(st.sampled_from(sorted(KINDS)), st.text())
def test_any_text_gets_an_answer_and_a_valid_one_is_its_own_canonical_form(kind: str, raw: str) -> None:
    answer = check(kind, raw, "test", YEAR)
    if isinstance(answer, Valid):
        assert check(kind, answer.value, "test", YEAR) == answer


def _other_digits(text: str, places: range) -> list[str]:
    return [
        f"{text[:place]}{digit}{text[place + 1 :]}"
        for place in places
        for digit in "0123456789"
        if digit != text[place] and text[place].isdigit()
    ]


@given(st.integers(0, 999_999))
def test_one_wrong_digit_never_leaves_an_nhs_number_valid(serial: int) -> None:
    number = _with_check_digit(f"999{serial:06}")
    if len(number) == 10 and len(set(number)) > 1:
        assert value("nhs_number", number) == number
        assert {code("nhs_number", wrong) for wrong in _other_digits(number, range(10))} <= {
            "BAD_CHECK",
            "REPEATED_DIGITS",
        }


@given(st.integers(0, 999_999), st.integers(0, 8))
def test_two_swapped_digits_never_leave_an_nhs_number_valid(serial: int, place: int) -> None:
    number = _with_check_digit(f"999{serial:06}")
    swapped = f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"
    if len(number) == 10 and swapped != number:
        assert code("nhs_number", swapped) in {"BAD_CHECK", "REPEATED_DIGITS"}


@given(st.integers(1900, YEAR), st.integers(0, 9_999_999))
def test_one_wrong_digit_after_the_century_never_leaves_a_pnc_valid(year: int, serial: int) -> None:
    pnc = f"{year}/{serial:07}{LETTERS[int(f'{year % 100}{serial:07}') % 23]}"
    assert value("pnc", pnc) == pnc
    assert {code("pnc", wrong) for wrong in _other_digits(pnc, range(2, 12))} == {"BAD_CHECK"}


@given(st.integers(0, 99), st.integers(0, 999_999))
def test_one_wrong_digit_never_leaves_a_cro_valid(year: int, serial: int) -> None:
    cro = f"{serial:06}/{year:02}{LETTERS[int(f'{year}{serial:06}') % 23]}"
    assert value("cro", cro) == cro
    assert {code("cro", wrong) for wrong in _other_digits(cro, range(9))} == {"BAD_CHECK"}


@given(st.integers(0, 99), st.integers(0, 999_999))
def test_one_other_letter_never_leaves_a_cro_valid(year: int, serial: int) -> None:
    right = LETTERS[int(f"{year}{serial:06}") % 23]
    answers = {letter: check("cro", f"{serial:06}/{year:02}{letter}", "test", YEAR) for letter in LETTERS}
    assert [letter for letter, answer in answers.items() if isinstance(answer, Valid)] == [right]


@pytest.mark.parametrize(
    ("kind", "raw"), [("nhs_number", "9990000018"), ("pnc", "2019/9999901W"), ("nhs_number", "9990000086")]
)
def test_no_text_of_an_answer_holds_the_value(kind: str, raw: str) -> None:
    answer = check(kind, raw, "test", YEAR)
    assert raw[:4] not in repr(answer)
    assert raw[:4] not in str(answer)


@pytest.mark.parametrize("written", ["AV/PW/26/0001", "26-000123", "ab.12_3:4", "7", "X" * 30, " AV/PW/26/0001 "])
def test_a_custody_number_is_opaque_and_stays_as_its_suite_writes_it(written: str) -> None:
    assert value("custody_number", written) == written.strip()


@pytest.mark.parametrize("written", ["", "the man in cell 4", "/1", "X" * 31, "AV\n26", "26?1"])
def test_a_sentence_is_no_custody_number(written: str) -> None:
    assert code("custody_number", written) == "BAD_SHAPE"


def test_a_custody_number_is_found_again_within_its_force_and_suite() -> None:
    assert custody_key("avon-police", "avon/patchway-suite", "26/0001") == "avon-police:avon/patchway-suite:26/0001"


POSTCODES = {
    "M1 1AA": "M1 1AA",
    "m60 1nw": "M60 1NW",
    "CR2 6XH": "CR2 6XH",
    "DN55 1PT": "DN55 1PT",
    "W1A 1HQ": "W1A 1HQ",
    "EC1A 1BB": "EC1A 1BB",
    "ec1a1bb": "EC1A 1BB",
    " BS1-4DJ ": "BS1 4DJ",
    "ZZ99 3VZ": "ZZ99 3VZ",
    "zz993cz": "ZZ99 3CZ",
}
"""The six forms, as they may be written; and what the NHS writes where there is none."""


@pytest.mark.parametrize(("written", "full"), POSTCODES.items())
def test_a_postcode_has_an_outward_and_an_inward_part(written: str, full: str) -> None:
    assert postcode(written) == Postcode(*full.split())
    found = postcode(written)
    assert found is not None
    assert found.full == full


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "BS1",
            "4DJ",
            "BS1 4D",
            "BS1 4DJX",
            "1BS 4DJ",
            "BSA 4DJ",
            "BS123 4DJ",
            "BS1A2 4DJ",
            "somewhere in Bristol",
        ),
        *("QS1 4DJ", "VS1 4DJ", "XS1 4DJ", "Q1 4DJ"),
        *("BI1 4DJ", "BJ1 4DJ", "BZ1 4DJ"),
        *("BS1 4CJ", "BS1 4IJ", "BS1 4KJ", "BS1 4MJ", "BS1 4OJ", "BS1 4DV", "BS1 ADJ", "BS1 44J"),
        *("ZZ98 3VZ", "ZZ1 4DJ", "ZZ99", "ZZ99 33Z"),
        *("BS\u0661 4DJ", "\u0412S1 4DJ", "BS1 \uff14DJ"),
    ],
)
def test_what_breaks_a_rule_of_postcodes_is_none(written: str) -> None:
    assert postcode(written) is None


@pytest.mark.parametrize(
    ("written", "compared"),
    [("999999990001", "999999990001"), ("000012345678", "12345678"), (" 1 ", "1"), ("9999 9999 0001", "999999990001")],
)
def test_a_uprn_is_compared_without_leading_zeros(written: str, compared: str) -> None:
    assert uprn(written) == compared


@pytest.mark.parametrize(
    "written", ["-1", "1-2", "", "0", "000000000000", "9999999900011", "0999999990001", "12A", "1.5", "\u0661"]
)
def test_what_is_not_one_to_twelve_digits_is_no_uprn(written: str) -> None:
    assert uprn(written) is None


@given(st.text())
def test_any_text_is_a_postcode_or_none_and_a_full_one_is_itself(raw: str) -> None:
    found = postcode(raw)
    assert found is None or postcode(found.full) == found


def test_no_repr_of_a_postcode_holds_it() -> None:
    assert "BS1" not in repr(postcode("BS1 4DJ"))
    assert "4DJ" not in repr(postcode("BS1 4DJ"))
