"""Everything that an agency can send wrongly, as data: bytes, who sends them, and what the hub must say of them.

`WHOLE` goes to quarantine; `PART` closes what rests on it and no more. Events are the committed examples, changed.
"""

import random
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from schemas import catalogue
from schemas.codec import frame
from tests.schemas.samples import example, strictly_written
from tests.schemas.test_hostile_bytes import number

CUSTODY, TEAM, CHARITY = "avon-police.custody", "avon-ld.team", "bridge-charity.support"
NOW = 1_772_798_400_000
"""2026-03-06T12:00:00Z, after everything in the examples: when the first record is stamped."""
DAY, YEAR = 86_400_000, 31_557_600_000

PNC = {"kind": "PNC", "value": "2019/9999901W", "source": "PNC", "assurance": "FINGERPRINT"}
NHS = {"kind": "NHS_NUMBER", "value": "9990000018", "source": "PDS", "assurance": "TRACED"}
HEARSAY = {"kind": "NHS_NUMBER", "value": "9990000026", "source": None, "assurance": "STATED"}
"""Nobody has ever traced it."""
SOMEBODY_ELSE = {"kind": "PNC", "value": "2021/9999902C", "source": "PNC", "assurance": "FINGERPRINT"}

Changes = Mapping[str, Any]
"""By path, such as `submission.identifiers`; a step that is a number is a place in a list."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that must go to quarantine, whole."""

    name: str
    body: bytes | None = field(repr=False)
    code: str
    field: str = ""
    event_id: str = ""
    """What the receipt can call it by; empty if nothing can be read."""
    desk: str = CUSTODY


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An event that goes on without what is wrong with it."""

    name: str
    body: bytes = field(repr=False)
    faults: frozenset[tuple[str, str]]
    """Codes and fields that its publisher is told."""
    event_id: str
    desk: str = CUSTODY
    absent: str = ""
    """The identifier's view that must be missing."""
    unknown: str = ""
    """The path in the liaison team's copy that must say UNKNOWN, or hold nothing but known codes and it."""


def event(event_type: str, event_id: str, changes: Changes | None = None) -> dict[str, Any]:
    """The example with that id and those changes, as it is decoded."""
    body = deepcopy(example(event_type))
    body["submission"]["event_id"] = event_id
    for path, value in (changes or {}).items():
        _set(body, path, value)
    return body


def _set(body: dict[str, Any], path: str, value: Any) -> None:
    *steps, last = path.split(".")
    holder: Any = body
    for step in steps:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    holder[int(last) if isinstance(holder, list) else last] = value


def written(event_type: str, event_id: str, changes: Changes | None = None) -> bytes:
    """The same as bytes, written with no code of the hub's."""
    return strictly_written(catalogue.by_type(event_type), event(event_type, event_id, changes))


def good(desk: str, number: int) -> tuple[str, bytes]:
    """The id and bytes of an event that nothing is wrong with."""
    event_id = f"good-{number}"
    if desk == CUSTODY:
        return event_id, written("arrest", event_id)
    if desk == TEAM:
        return event_id, written("screening", event_id)
    return event_id, written("screening", event_id, _as_charity())


def _as_charity() -> Changes:
    return {
        "envelope.publisher_org": "bridge-charity",
        "envelope.publisher_desk": CHARITY,
        "submission.desk": CHARITY,
        "submission.holding_ref": None,
    }


def _bytes() -> list[Bad]:
    arrest, dice = written("arrest", "bytes"), random.Random(20261122)  # noqa: S311 - not a secret
    long = written("arrest", "long", {"criminal_justice.narrative": "x" * 600_000})
    return [
        Bad("no value", None, "NOT_FRAMED"),
        Bad("no byte", b"", "NOT_FRAMED"),
        Bad("JSON", b'{"type": "arrest"}', "NOT_FRAMED"),
        Bad("random bytes", b"\x9c" + dice.randbytes(2_000), "NOT_FRAMED"),
        Bad("random bytes in a frame", frame(1) + dice.randbytes(2_000), "TRUNCATED"),
        Bad("a frame and no more", arrest[:5], "TRUNCATED"),
        Bad("cut short", arrest[:-25], "TRUNCATED"),
        Bad("something after the end", arrest + b"\0", "TRAILING_BYTES"),
        Bad("twice in one", arrest + arrest, "TRAILING_BYTES"),
        Bad("no UTF-8", arrest.replace(b"Al Synthetic", b"Al\xff\xfeynthetic"), "MALFORMED"),
        Bad("more than an event may have", long, "TOO_LARGE"),
        Bad("as much as the topic takes", frame(1) + bytes(1_048_000), "TOO_LARGE"),
        Bad("a list of 2^62 items", arrest[:-1] + number(2**62), "TOO_MANY_ITEMS"),
        Bad("a list of -2^62 items", arrest[:-1] + number(-(2**62)) + number(10), "TOO_MANY_ITEMS"),
        Bad("fifty million items", arrest[:-1] + number(50_000_000), "TOO_MANY_ITEMS"),
        Bad("a text of a terabyte", frame(1) + number(2**40), "TRUNCATED"),
        Bad("a text of -1 bytes", frame(1) + number(-1), "MALFORMED"),
        Bad("a schema that nobody registered", frame(4242) + arrest[5:], "UNKNOWN_SCHEMA"),
        Bad("a schema of the hub's own notices", frame(5) + arrest[5:], "UNKNOWN_SCHEMA"),
        Bad("an arrest as a referral", frame(catalogue.by_type("referral").id) + arrest[5:], "MALFORMED"),
    ]


def _publishers() -> list[Bad]:
    wrong, role = "WRONG_PUBLISHER", "PUBLISHER_NOT_AUTHORISED"
    other_org, other_desk = {"envelope.publisher_org": "avon-ld"}, {"envelope.publisher_desk": TEAM}
    police = {"envelope.publisher_org": "avon-police", "envelope.publisher_desk": CUSTODY, "submission.desk": CUSTODY}
    return [
        _bad("the body says another desk", {"submission.desk": TEAM}, wrong, "submission.desk"),
        _bad("the body says another organisation", other_org, wrong, "envelope.publisher_org"),
        _bad("the envelope says another desk", other_desk, wrong, "envelope.publisher_desk"),
        _bad("another's topic", {}, wrong, "submission.desk", desk=TEAM),
        _bad("a charity arrests", _as_charity(), role, "envelope.type", desk=CHARITY),
        _bad("police take a consent", police, role, "envelope.type", "consent_grant"),
        _bad("another type than its schema's", {"envelope.type": "screening"}, "WRONG_TYPE", "envelope.type"),
    ]


def _dates() -> list[Bad]:
    occurred, published = "envelope.occurred_at", "envelope.published_at"
    later, then = {occurred: NOW + DAY, published: NOW + DAY}, {occurred: NOW - 11 * YEAR}
    return [
        _bad("of tomorrow", later, "FUTURE_DATE", occurred),
        _bad("of the year 9999", {occurred: 253_402_300_799_999}, "FUTURE_DATE", occurred),
        _bad("of a time after the last", {occurred: 2**62}, "MALFORMED", "", event_id=""),
        _bad("of eleven years ago", then, "ANCIENT_DATE", occurred),
        _bad("of the year 1", {occurred: -62_135_596_800_000}, "ANCIENT_DATE", occurred),
        _bad("published before it happened", {published: NOW - 9 * YEAR}, "PUBLISHED_TOO_EARLY", published),
    ]


def _payloads() -> list[Bad]:
    identifiers, narrative, own = "submission.identifiers", "criminal_justice.narrative", "submission.event_id"
    named = {narrative: "His NHS number is 999 000 0018, he says."}
    return [
        _bad("no submission", {"submission": None}, "MISSING", "submission", event_id=""),
        _bad("no id", {own: ""}, "BAD_EVENT_ID", own, event_id=""),
        _bad("a sentence for an id", {own: "a b"}, "BAD_EVENT_ID", own, event_id=""),
        _bad("no purpose", {"submission.purpose": ""}, "MISSING_PURPOSE", "submission.purpose"),
        _bad("too many identifiers", {identifiers: [NHS] * 21}, "TOO_MANY", identifiers),
        _bad("a number in a text", named, "IDENTIFIER_IN_TEXT", narrative),
        _bad("a part that differs", {"cj_summary.status": "CHARGED"}, "PART_DIFFERS", "cj_summary.status"),
        _bad(
            "no terms", {"consent_terms": None}, "MISSING", "consent_terms", "consent_withdraw", desk=TEAM
        ),
        _bad(
            "a record of consent that cannot be", {"consent_terms.consent_id": "the one of last week"},
            "BAD_REFERENCE", "consent_terms.consent_id", "consent_grant", desk=TEAM,
        ),
    ]  # fmt: skip


def _bad(  # noqa: PLR0913 - one for each column of the table
    name: str,
    changes: Changes,
    code: str,
    field_: str,
    event_type: str = "arrest",
    *,
    desk: str = CUSTODY,
    event_id: str | None = None,
) -> Bad:
    own = f"bad-{'-'.join(name.split())}"[:64]
    return Bad(name, written(event_type, own, changes), code, field_, own if event_id is None else event_id, desk)


USED = "used"
"""The id of an event that is sent whole, first."""
ALTERED: list[Bad] = [
    Bad(
        "an altered body under a used id",
        written("arrest", USED, {"criminal_justice.narrative": "Something else happened."}),
        "ALTERED_REPEAT", "submission.event_id", USED,
    ),
    Bad(
        "a used id for another person",
        written("arrest", USED, {"submission.identifiers": [SOMEBODY_ELSE], "identity.name": "B. Synthetic"}),
        "ALTERED_REPEAT", "submission.event_id", USED,
    ),
    Bad(
        "a used id for another type",
        written("screening", USED, {"envelope.publisher_org": "avon-police", "envelope.publisher_desk": CUSTODY,
                                    "submission.desk": CUSTODY}),
        "ALTERED_REPEAT", "submission.event_id", USED,
    ),
]  # fmt: skip
WHOLE: list[Bad] = [*_bytes(), *_publishers(), *_dates(), *_payloads(), *ALTERED]


def _identifiers() -> list[Doubtful]:
    return [
        _invalid("NHS_NUMBER", "9990000019", "BAD_CHECK"),
        _invalid("NHS_NUMBER", "9990000140", "BAD_CHECK"),  # no digit is the check of its first nine
        _invalid("NHS_NUMBER", "9999999999", "REPEATED_DIGITS"),
        _invalid("NHS_NUMBER", "999000001", "BAD_SHAPE"),
        _invalid("NHS_NUMBER", "٩٩٩٠٠٠٠٠١٨", "NOT_ASCII"),
        _invalid("PNC", "2001/0171310S", "BAD_CHECK"),
        _invalid("PNC", "2099/9999906U", "NOT_IN_RANGE"),
        _invalid("PNC", "0512345678A", "AMBIGUOUS_LENGTH"),
        _invalid("CRO", "85227/65G", "BAD_CHECK"),
        _invalid("CRO", "SF83/50058B", "BAD_CHECK"),
        _invalid("CRN", "X99900", "BAD_SHAPE"),
        _invalid("PRISON_NUMBER", "A9901Z", "BAD_SHAPE"),
        _invalid("CUSTODY_NUMBER", "see the whiteboard", "BAD_SHAPE"),
        _invalid("UNKNOWN", "999001", "UNKNOWN_KIND"),
    ]


def _invalid(kind: str, value: str, code: str) -> Doubtful:
    """An arrest with one wrong identifier beside a right one; where the prints' is wrong, the other is hearsay."""
    right = HEARSAY if kind == "PNC" else PNC
    wrong = {"kind": kind, "value": value, "source": None, "assurance": "STATED"}
    return _doubtful(
        f"{kind} {code} {value if value.isascii() else ''}".strip(),
        {"submission.identifiers": [right, wrong]},
        {(code, "submission.identifiers[1].value")},
        absent="" if kind == "UNKNOWN" else kind.lower(),
    )


def _codes() -> list[Doubtful]:
    def both(view: str) -> dict[str, Any]:
        return {f"criminal_justice.{view}": "SHOUTING", f"cj_summary.{view}": "SHOUTING"}

    def told(view: str) -> set[tuple[str, str]]:
        return {("UNKNOWN_CODE", f"criminal_justice.{view}"), ("UNKNOWN_CODE", f"cj_summary.{view}")}

    listed = "health_minimum.vulnerability"
    return [
        _doubtful("offence", both("offence_category"), told("offence_category"), unknown="cj_summary.offence_category"),
        _doubtful("status", both("status"), told("status"), unknown="cj_summary.status"),
        _doubtful("in a list", {f"{listed}": ["MENTAL_HEALTH", "MOODY"]}, {("UNKNOWN_CODE", listed)}, unknown=listed),
        _doubtful("purpose", {"submission.purpose": "NOSINESS"}, {("UNKNOWN_CODE", "submission.purpose")}),
        _doubtful("desk", {"submission.named": ["no.such"]}, {("UNKNOWN_DESK", "submission.named[0]")}),
        _doubtful("place", {"submission.place": "avon/nowhere"}, {("UNKNOWN_PLACE", "submission.place")}),
        _doubtful("area", {"submission.area": "atlantis"}, {("UNKNOWN_AREA", "submission.area")}),
        _doubtful("filled by hand", {"nhs_number": {"value": "9990000026"}}, {("SET_BY_HUB", "nhs_number")}),
        _doubtful("born tomorrow", {"identity.born": NOW // DAY + 2}, {("BAD_BIRTH_DATE", "identity.born")}),
        _doubtful("no actor", {"submission.actor_id": ""}, {("MISSING", "submission.actor_id")}),
    ]


def _doubtful(
    name: str, changes: Changes, faults: set[tuple[str, str]], *, absent: str = "", unknown: str = ""
) -> Doubtful:
    own = f"part-{'-'.join(name.split())}"[:64]
    return Doubtful(name, written("arrest", own, changes), frozenset(faults), own, absent=absent, unknown=unknown)


PART: list[Doubtful] = [*_identifiers(), *_codes()]
