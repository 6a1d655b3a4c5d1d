"""Every metric, once. A label is one of a few known words or a partition's number; none can say who a person is.

A word that is not known is counted as OTHER, so that no label can ever come from a message.
"""

from collections.abc import Mapping
from typing import Final, get_args

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from consent.terms import Verdict
from hub.model.errors import HubError
from hub.model.ruling import SheetKind


class MetricsError(HubError):
    """Metrics cannot be served where they should be."""


OTHER: Final = "OTHER"
VERDICTS: Final = get_args(Verdict)
SHEET_KINDS: Final = get_args(SheetKind)
INTAKE_OUTCOMES: Final = ("ACCEPTED", "REPEAT", "REFUSED", OTHER)
QUARANTINE_REASONS: Final = (
    # the bytes
    "TOO_LARGE", "NOT_FRAMED", "UNKNOWN_SCHEMA", "TRUNCATED", "TRAILING_BYTES", "TOO_MANY_ITEMS", "MALFORMED",
    # who says it
    "WRONG_PUBLISHER", "PUBLISHER_NOT_AUTHORISED", "WRONG_TYPE",
    # what it says
    "MISSING", "MISSING_PURPOSE", "BAD_EVENT_ID", "BAD_VERSION", "TOO_MANY", "NOT_ANONYMOUS", "FUTURE_DATE",
    "ANCIENT_DATE", "PUBLISHED_TOO_EARLY", "BAD_BIRTH_DATE", "BAD_PERIOD", "PART_DIFFERS", "PART_MISSING", "SET_BY_HUB",
    "IDENTIFIER_IN_TEXT", "TEXT_OF_WIDER_VIEW", "BAD_REFERENCE", "UNKNOWN_CODE", "UNKNOWN_DESK", "UNKNOWN_PLACE",
    "UNKNOWN_ORGANISATION",
    # what came before it
    "ALTERED_REPEAT",
    # the hub itself
    "UNREADABLE_ENTRY", "POISON", "RULE_BROKEN", "INTERNAL", OTHER,
)  # fmt: skip

_INTAKE = Counter("hub_intake_events", "Events that agencies published, by what intake made of them.", ["outcome"])
_QUARANTINE = Counter("hub_quarantine", "Records that went no further, by the first rule they broke.", ["reason"])
_SHEETS = Counter("hub_sheets", "Timeline entries decided, by kind of sheet.", ["kind"])
_RULINGS = Counter("hub_rulings", "Rulings on one event for one desk, by verdict.", ["verdict"])
_BROKEN = Counter("hub_rules_broken", "Rulings that refused because a rule raised; each is a fault of the hub.")
_COLLAPSED = Counter(
    "hub_consents_collapsed",
    "Times that so many refusals of one person were on record that one refusal of everything stands for all.",
)
_CLAIMED = Counter(
    "hub_own_claims",
    "Times that a carer opened by its own word what lets its own organisation receive; each is on a sheet.",
)
_TRANSACTION = Histogram(
    "hub_transaction_seconds",
    "Of one transaction: deciding, writing, commit.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
_LAG = Gauge("hub_timeline_lag_entries", "Entries of the timeline not decided yet, as last seen.", ["partition"])
_UNTAKEN = Gauge("hub_intake_lag_records", "Records that desks published and intake has not acknowledged yet.")
_REACHABLE = Gauge("hub_broker_reachable", "1: the broker answered this process when it last looked; 0: it did not.")
_WAITING = Gauge("hub_reviews_waiting", "Events of which something waits for a reviewer's word.", ["partition"])
_LEDGER_LAG = Gauge("hub_ledger_lag_records", "Offsets of hub.audit that the ledger has not recorded yet.")
_UNCOUNTED = Gauge("hub_statistics_lag_records", "Offsets of hub.audit that this process has not counted yet.")
_LEDGER_RUNNING = Gauge(
    "hub_ledger_running",
    "1: this process records sheets in the ledger. Alarm: no process does; who was told is unrecorded.",
)
_OWNED = Gauge("hub_partitions_owned", "Partitions of the timeline that this process decides.")
_UNFOLDED = Gauge(
    "hub_withdrawals_unfolded",
    "Alarm: acknowledged withdrawals that the timeline has not brought in time; they are honoured meanwhile.",
    ["partition"],
)


_next: Final[dict[int, int]] = {}
"""The next offset to decide of each partition that is decided here."""
_counted: Final[dict[int, int]] = {}
"""The next offset to count of each partition of hub.audit, in the process that counts."""


def _begin() -> None:
    """Every word from zero on, so that a rate exists before the first event."""
    for counter, words in (
        (_INTAKE, INTAKE_OUTCOMES),
        (_QUARANTINE, QUARANTINE_REASONS),
        (_SHEETS, SHEET_KINDS),
        (_RULINGS, VERDICTS),
    ):
        for word in words:
            counter.labels(word)


_begin()


def _known(word: str, words: tuple[str, ...]) -> str:
    return word if word in words else OTHER


def intake(outcome: str, events: int = 1) -> None:
    """Events that intake accepted, knew already or refused."""
    _INTAKE.labels(_known(outcome, INTAKE_OUTCOMES)).inc(events)


def quarantined(reason: str, records: int = 1) -> None:
    """Records that went no further; `reason`: the code of their first fault."""
    _QUARANTINE.labels(_known(reason, QUARANTINE_REASONS)).inc(records)


def sheets(kind: SheetKind, entries: int) -> None:
    """Entries of the timeline decided."""
    _SHEETS.labels(kind).inc(entries)


def rulings(verdict: Verdict, number: int) -> None:
    """Rulings made."""
    _RULINGS.labels(verdict).inc(number)


def broken(number: int) -> None:
    """Rulings that refused because a rule raised."""
    _BROKEN.inc(number)


def collapsed(number: int) -> None:
    """Times that one refusal of everything came to stand for all that a person had said."""
    _COLLAPSED.inc(number)


def claimed(number: int) -> None:
    """Times that a carer's own word let its own organisation have to do with somebody."""
    _CLAIMED.inc(number)


def transaction(seconds: float) -> None:
    """One transaction committed."""
    _TRANSACTION.observe(seconds)


def lag(partition: int, entries: int) -> None:
    """How many entries of a partition wait."""
    _LAG.labels(str(partition)).set(entries)


def waiting(partition: int, entries: int) -> None:
    """How many entries of a partition's people wait for a reviewer."""
    _WAITING.labels(str(partition)).set(entries)


def decided(partition: int, next_offset: int) -> None:
    """Up to where a partition has been decided."""
    _next[partition] = next_offset


def timeline_ends(ends: Mapping[int, int]) -> None:
    """Where the partitions end, so that the lag of those decided here is right even while their loop hangs."""
    for partition in ends.keys() & _next.keys():
        lag(partition, max(0, ends[partition] - _next[partition]))


def untaken(records: int) -> None:
    """How many records of in topics wait for intake, whichever process will take them."""
    _UNTAKEN.set(records)


def broker(*, reachable: bool) -> None:
    """Whether the broker answered."""
    _REACHABLE.set(reachable)


def counted(partition: int, last: int) -> None:
    """Up to which offset a partition of hub.audit has been counted; -1: nothing of it."""
    _counted[partition] = last + 1


def audit_ends(ends: Mapping[int, int]) -> None:
    """Where the partitions of hub.audit end, for the process that counts them."""
    if _counted:
        _UNCOUNTED.set(sum(max(0, end - _counted.get(partition, 0)) for partition, end in ends.items()))


def ledger_lag(records: int) -> None:
    """How much of hub.audit the ledger owes."""
    _LEDGER_LAG.set(records)


def ledger(*, running: bool) -> None:
    """Whether this process records sheets."""
    _LEDGER_RUNNING.set(running)


def unfolded(partition: int, withdrawals: int) -> None:
    """How many withdrawals the timeline owes for too long."""
    _UNFOLDED.labels(str(partition)).set(withdrawals)


def taken_up(partition: int) -> None:
    """A partition is decided here from now on."""
    _OWNED.inc()
    lag(partition, 0)
    unfolded(partition, 0)


def given_up(partition: int) -> None:
    """A partition is not decided here any more; what is known of it is forgotten."""
    _OWNED.dec()
    _next.pop(partition, None)
    for gauge in (_LAG, _UNFOLDED, _WAITING):
        gauge.remove(str(partition))


def serve(port: int, address: str) -> None:
    """Serve /metrics at that address of this machine; port 0: do not. Raises MetricsError where that cannot be."""
    try:
        if port:
            start_http_server(port, addr=address)
    except OSError as error:
        raise MetricsError(f"HUB_METRICS_ADDRESS {address}, HUB_METRICS_PORT {port}: {error.strerror}") from None
