"""Identifiers of people, checked before anything is linked by them.

A mistyped number that is taken for right links two strangers. So each kind has its check, an invalid value is dropped
and flagged, and nothing is ever repaired: the publisher is told the code and types it again. No text or repr here
holds a value. Kinds are named as the views that hold them.

Sources: NHS Data Dictionary (NHS number, modulus 11); HMPPS person-record validators (PNC, CRO, CRN, prison number).
No national format of a custody number was found: it is opaque. Postcodes: Royal Mail's rules, and the NHS
pseudo-postcodes ZZ99, such as ZZ99 3VZ for no fixed abode. Nobody is linked by where they live.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Profile = Literal["test", "live"]
"""test: synthetic people only. live: real people only. Neither accepts the other's NHS numbers."""

Code = Literal[
    "BAD_SHAPE", "BAD_CHECK", "REPEATED_DIGITS", "NOT_ASCII", "NOT_IN_RANGE", "AMBIGUOUS_LENGTH", "UNKNOWN_KIND",
]  # fmt: skip
"""The rule that an identifier broke."""

LONGEST: Final = 40
"""Characters; no identifier needs more, and normalising may make a text eighteen times as long."""

LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"
"""Check letters of PNC and CRO by remainder of 23: I, O and S are left out."""

OLDEST_PNC: Final = 1900
"""Year; nobody with an older file is alive."""

LIVE_NHS_RANGES: Final = (
    (101_000_000, 3_112_999_999),  # Scotland: a CHI number, which begins with a day and a month
    (3_200_000_010, 3_999_999_999),  # Northern Ireland
    (4_000_000_000, 4_999_999_999),  # England, Wales, Isle of Man
    (6_000_000_000, 7_999_999_999),  # England, Wales, Isle of Man
)
"""First and last number that has ever been issued, by range."""


@dataclass(frozen=True, slots=True)
class Valid:
    """An identifier in its canonical form."""

    kind: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why an identifier was dropped; the value is not kept."""

    kind: str
    code: Code


@dataclass(frozen=True, slots=True)
class _Context:
    profile: Profile
    year: int
    raw: str = field(repr=False)


class _BrokenRuleError(Exception):
    """Never leaves this module."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


def check(kind: str, raw: str, profile: Profile, year: int) -> Valid | Invalid:
    """The identifier in canonical form, or the rule it broke; never raises.

    `year` is the year of the log's clock: it gives a two-digit year its century, and no record is from a later one.
    """
    form = _FORMS.get(kind)
    if form is None:
        return Invalid("unknown", "UNKNOWN_KIND")
    try:
        return Valid(kind, form(canonical(raw), _Context(profile, year, raw)))
    except _BrokenRuleError as broken:
        return Invalid(kind, broken.code)


def canonical(raw: str) -> str:
    """`raw` in compatibility form, upper case, without spaces and hyphens; still to be checked."""
    if len(raw) > LONGEST:
        raise _BrokenRuleError("BAD_SHAPE")
    if any(sign.isnumeric() and not sign.isascii() for sign in raw):
        raise _BrokenRuleError("NOT_ASCII")  # a digit of another script is not read as ours
    plain = "".join(map(_plain, unicodedata.normalize("NFKC", raw).strip()))
    if not plain.isascii():
        raise _BrokenRuleError("NOT_ASCII")
    return plain.upper()


def _plain(sign: str) -> str:
    return "" if unicodedata.category(sign) in {"Zs", "Pd"} else sign


def _match(shape: re.Pattern[str], text: str) -> re.Match[str]:
    found = shape.fullmatch(text)
    if found is None:
        raise _BrokenRuleError("BAD_SHAPE")
    return found


def _require(holds: bool, code: Code) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise _BrokenRuleError(code)


_NHS = re.compile(r"[0-9]{10}")


def _nhs_number(text: str, context: _Context) -> str:
    _match(_NHS, text)
    _require(len(set(text)) > 1, "REPEATED_DIGITS")  # every one of them passes modulus 11
    total = sum(int(digit) * weight for digit, weight in zip(text[:9], range(10, 1, -1), strict=True))
    _require((11 - total % 11) % 11 == int(text[9]), "BAD_CHECK")  # 10 equals no digit
    _require(_nhs_in_range(text, context.profile), "NOT_IN_RANGE")
    return text


def _nhs_in_range(text: str, profile: Profile) -> bool:
    if profile == "test":
        return text.startswith("999")
    return any(first <= int(text) <= last for first, last in LIVE_NHS_RANGES)


_PNC_SLASH = re.compile(r"([0-9]{4}|[0-9]{2})/([0-9]{1,7})([A-Z])")
_PNC_LONG = re.compile(r"([0-9]{4})([0-9]{7})([A-Z])")
_PNC_SHORT = re.compile(r"([0-9]{2})([0-9]{1,7})([A-Z])")
_PNC_BETWEEN = re.compile(r"[0-9]{10}[A-Z]")
_PNC_SPLIT = re.compile(r"\s*[0-9]{4}[^0-9A-Za-z/]+[0-9]{1,6}[A-Za-z]\s*")


def _pnc(text: str, context: _Context) -> str:
    year, serial, letter = _match(_pnc_shape(text, context.raw), text).groups()
    serial = serial.zfill(7)
    _require(_letter(year[-2:] + serial) == letter, "BAD_CHECK")
    whole = int(year) if len(year) == 4 else _century(int(year), context.year)  # noqa: PLR2004 - digits of a year
    _require(OLDEST_PNC <= whole <= context.year, "NOT_IN_RANGE")  # the letter does not see the century
    return f"{whole}/{serial}{letter}"


def _pnc_shape(text: str, raw: str) -> re.Pattern[str]:
    if "/" in text:
        return _PNC_SLASH
    _require(not _PNC_BETWEEN.fullmatch(text), "AMBIGUOUS_LENGTH")  # two years can be read out of it
    _require(not _PNC_SPLIT.fullmatch(raw), "AMBIGUOUS_LENGTH")  # a year and a hyphen: not two digits and a serial
    return _PNC_LONG if len(text) == 12 else _PNC_SHORT  # noqa: PLR2004 - characters of the long form


def _century(two_digits: int, year: int) -> int:
    return year - (year - two_digits) % 100


def _letter(number: str) -> str:
    return LETTERS[int(number) % 23]


_CRO = re.compile(r"([0-9]{1,6})/([0-9]{2})([A-Z])")
_CRO_FILE = re.compile(r"SF([0-9]{2})/([0-9]{1,7})([A-Z])")


def _cro(text: str, _: _Context) -> str:
    return _cro_file(text) if text.startswith("SF") else _cro_standard(text)


def _cro_standard(text: str) -> str:
    serial, year, letter = _match(_CRO, text).groups()
    serial = serial.zfill(6)
    _require(_letter(year + serial) == letter, "BAD_CHECK")
    return f"{serial}/{year}{letter}"


def _cro_file(text: str) -> str:
    year, serial, letter = _match(_CRO_FILE, text).groups()
    _require(_letter(year + serial) == letter, "BAD_CHECK")  # padding this serial would give another letter
    return text


_CRN = re.compile(r"[A-Z][0-9]{6}")
_PRISON = re.compile(r"[A-Z][0-9]{4}[A-Z]{2}")


def _crn(text: str, _: _Context) -> str:
    return _match(_CRN, text).group()


def _prison_number(text: str, _: _Context) -> str:
    return _match(_PRISON, text).group()


_CUSTODY = re.compile(r"[A-Za-z0-9][A-Za-z0-9/:._-]{0,29}")


def _custody_number(_: str, context: _Context) -> str:
    """As its suite writes it: a small letter may well belong to it. A space does not, or a sentence would be one."""
    return _match(_CUSTODY, context.raw.strip()).group()


def custody_key(force: str, suite: str, number: str) -> str:
    """Under which a checked custody number is found again: it is unique within its force and suite only, and a year."""
    return f"{force}:{suite}:{number}"


_FORMS: Final[Mapping[str, Callable[[str, _Context], str]]] = {
    "nhs_number": _nhs_number,
    "pnc": _pnc,
    "cro": _cro,
    "crn": _crn,
    "prison_number": _prison_number,
    "custody_number": _custody_number,
}
KINDS: Final[frozenset[str]] = frozenset(_FORMS)
"""Kinds that can be checked; any other is UNKNOWN_KIND."""

_INWARD: Final = "[0-9][ABD-HJLNP-UW-Z]{2}"  # no C, I, K, M, O or V
_POSTCODE = re.compile(f"([A-PR-UWYZ][A-HK-Y]?(?:[0-9]{{1,2}}|[0-9][A-Z]))({_INWARD})")  # A9 A99 A9A AA9 AA99 AA9A
_PSEUDO = re.compile(r"(ZZ99)([0-9][A-Z]{2})")
_UPRN = re.compile(r"0*([1-9][0-9]*)")
LONGEST_UPRN: Final = 12


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode in its two parts: the outward one names a district, both together a few doors."""

    outward: str = field(repr=False)
    inward: str = field(repr=False)

    @property
    def full(self) -> str:
        """As it is written, with a space between the parts."""
        return f"{self.outward} {self.inward}"


def postcode(raw: str) -> Postcode | None:
    """The postcode that is meant; None: no postcode has this form. Whether it exists is not known here."""
    text = _canonical_or_nothing(raw)
    found = _PSEUDO.fullmatch(text) or _POSTCODE.fullmatch(text)
    return Postcode(*found.groups()) if found else None


def uprn(raw: str) -> str | None:
    """The unique property reference number without leading zeros, as it is compared; None: it is none."""
    text = "" if "-" in raw else _canonical_or_nothing(raw)  # it is written without hyphens: that would be a sign
    found = _UPRN.fullmatch(text) if len(text) <= LONGEST_UPRN else None
    return found[1] if found else None


def _canonical_or_nothing(raw: str) -> str:
    try:
        return canonical(raw)
    except _BrokenRuleError:
        return ""
