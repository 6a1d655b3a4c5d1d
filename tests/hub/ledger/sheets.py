"""Sheets as hub.audit holds them, for tests: SP-01's arrest and referral, and whatever a test changes in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.log import Arrival
from schemas.codec import encode_record

MARCH = 1_772_445_600_000  # 2026-03-02 10:00 UTC
HOUR = 3_600_000
PERSON, OTHER_PERSON = "a1" * 16, "b2" * 16
POLICY = "c3" * 32

Record = dict[str, Any]


def answer(view: str, given: str, reason: str, *tried: tuple[str, str]) -> Record:
    return {
        "view": view,
        "answer": given,
        "gateway": reason if given == "GIVE" else "",
        "reason": reason,
        "tried": [{"gateway": gateway, "answer": said} for gateway, said in tried],
    }


def given(gateway: str, *views: str) -> list[Record]:
    return [answer(view, "GIVE", gateway, (gateway, gateway)) for view in views]


def refused(reason: str, *views: str, asked: Sequence[str] = ()) -> list[Record]:
    return [answer(view, "WITHHOLD", reason, *((gateway, reason) for gateway in asked)) for view in views]


def ruling(desk: str, role: str, verdict: str, reason: str, answers: Sequence[Record], **changes: Any) -> Record:
    sent = [a["view"] for a in answers if a["answer"] == "GIVE"]
    return {
        "desk": desk,
        "organisation": desk.partition(".")[0],
        "role": role,
        "relationship": "PLACE_COVER",
        "verdict": verdict,
        "reason": reason,
        "copy_id": "d4" * 16 if sent else None,
        "digests": [{"view": view, "hmac": view.encode().ljust(16, b".")[:16]} for view in sent],
        "consents": [],
        "decision": {"answers": list(answers)},
        **changes,
    }


ARREST_VIEWS = ("identity", "nhs_number", "pnc", "location", "criminal_justice", "cj_summary", "health_minimum")
TOLD = ruling(
    "avon-ld.team",
    "LD_TEAM",
    "PERMIT",
    "CUSTODY_CARE",
    [
        *given("CUSTODY_CARE", "identity", "nhs_number"),
        *refused("NO_NEED_TO_KNOW", "pnc"),
        *given("CUSTODY_CARE", "location"),
        *refused("NO_NEED_TO_KNOW", "criminal_justice"),
        *given("CUSTODY_CARE", "cj_summary", "health_minimum"),
    ],
)
NOT_TOLD = ruling(
    "bridge-charity.support",
    "CVO",
    "DENY",
    "NO_RELATIONSHIP",
    refused("NO_RELATIONSHIP", *ARREST_VIEWS),
    relationship="NONE",
)
UNDER_CONSENT = ruling(
    "bridge-charity.support",
    "CVO",
    "REDACT",
    "SCOPE_VIEW",
    [*given("CONSENT", "identity", "health_minimum"), *refused("SCOPE_VIEW", "health_full", asked=["CONSENT"])],
    relationship="PROPOSED",
    consents=["consent-1"],
)


def sheet(offset: int = 0, **changes: Any) -> Record:
    """SP-01's arrest as it was ruled, at this offset of the timeline."""
    return {
        "partition": 0,
        "offset": offset,
        "kind": "RULED",
        "entry_id": f"{offset:016x}",
        "type": "arrest",
        "publisher": "avon-police.custody",
        "purpose": "CUSTODY",
        "person": PERSON,
        "confidence": "CONFIRMED",
        "occurred_at": MARCH + offset * HOUR,
        "recorded_at": MARCH + offset * HOUR,
        "judged_at": MARCH + offset * HOUR,
        "barrier": 7,
        "overtaking": [],
        "again": None,
        "held": None,
        "possible": [],
        "policy": POLICY,
        "present": list(ARREST_VIEWS),
        "faults": [],
        "rulings": [TOLD, NOT_TOLD],
        **changes,
    }


def referral(offset: int = 1, **changes: Any) -> Record:
    """SP-01's referral to the charity as it was ruled."""
    views = {"type": "referral", "publisher": "avon-ld.team", "purpose": "REFERRAL", "rulings": [UNDER_CONSENT]}
    return sheet(offset, **{**views, "present": ["identity", "health_minimum", "health_full"], **changes})


def arrivals(*records: Mapping[str, Any], start: int = 0) -> list[Arrival]:
    """These sheets as they were read; each second offset of a transactional topic is a marker."""
    return [
        Arrival(start + 2 * place, MARCH, encode_record("hub.audit.Sheet", record))
        for place, record in enumerate(records)
    ]
