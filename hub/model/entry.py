"""One entry of hub.timeline as sharing sees it: facts and closed segments, field by field as its schema has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from consent.terms import Confidence, ConsentEntry, Recipient

Cause = Literal[
    "HANDOVER", "RELEASED", "REFUSED", "LAPSED", "SUPERSEDED", "APPROVED", "CORRECTED", "OVERRIDDEN", "LINKED",
    "MERGED", "LATE_REFUSAL",
]  # fmt: skip
"""HANDOVER: somebody has taken the person on. RELEASED, REFUSED: a reviewer's word on what was held. LAPSED: nobody
gave one in time. SUPERSEDED: its publisher replaced it meanwhile. APPROVED: a second senior person agreed that it is
shared without consent. And three for which not the entry comes again but a word of the hub's own about it. CORRECTED:
what was sent was wrong. OVERRIDDEN: a named person decided to share it without consent. LATE_REFUSAL: a no arrived
later than it was said, and something had been disclosed meanwhile. And two that follow a
reviewer's word that two records are of one person. LINKED: what one record says to the other. MERGED: both know of each
other, and what waited for that is decided."""
NOTICES: Final[frozenset[Cause]] = frozenset({"CORRECTED", "OVERRIDDEN", "LATE_REFUSAL"})
"""Causes of what the hub itself says about an earlier entry."""
_ITSELF: Final[frozenset[Cause]] = NOTICES | {"LINKED"}
"""Causes of an entry that is about itself, whatever caused it."""


class Fault(NamedTuple):
    """A rule that a message broke, and the field it broke it in; never the value."""

    code: str
    field: str


OWN_CLAIM: Final = Fault("OWN_CLAIM", "")
"""On a sheet alone: a health desk opened by its own word what lets its own organisation receive."""


class Override(NamedTuple):
    """A named person's decision to share at once without consent, as far as sharing may know it."""

    basis: str
    imminence: str
    complete: bool
    """It says who decided, on what basis, which harm, how near it is, why there is no consent, and what to share."""
    views: tuple[str, ...]


class Again(NamedTuple):
    """Why an earlier entry of the same person is decided anew. It changes nothing but who has it."""

    cause: Cause
    entry_id: str
    """The earlier entry's id: its copies are named by it."""
    offset: int
    """The earlier entry's, in the same partition."""
    by: str
    """Id of the entry that caused it; of the earlier entry itself where time did."""
    ground: str = ""
    """On what ground the reviewer or the senior person decided, as a code; empty: nobody did."""
    desks: tuple[str, ...] = ()
    """Who is asked about; empty: whoever is asked about such an event."""
    views: tuple[str, ...] = ()
    """What the reviewer or the senior person speaks of; empty: all."""
    other: str = ""
    """Of LINKED: route key of the other record."""
    carried: bytes = b""
    """Of LINKED: the other record's registers, packed; empty: it was told this record's."""


class Entry(NamedTuple):
    """What the schemas' docs say, in their order. Times are milliseconds UTC."""

    entry_id: str
    event_id: str
    content_hash: bytes
    route_key: str
    possible: tuple[str, ...]
    occurred_at: int
    published_at: int
    case_ref: str | None
    supersedes: str | None
    consent: ConsentEntry | None
    again: Again | None
    """Present where an earlier entry comes again; all else is as it came then."""
    segments: Mapping[str, bytes]
    """By view, in the order of the schema, each behind its proof (hub.model.keys.proved); nobody opens them again."""
    kind: Literal["EVENT", "REJECTED"]
    """From here on: its particulars, which many entries have alike."""
    type: str
    schema_id: int
    publisher: str
    confidence: Confidence
    assertion: str
    marking: str
    purpose: str
    named: tuple[str, ...]
    area: str
    place: str | None
    holding_ref: str | None
    safeguarding: bool
    disturbed: bool
    facts: Mapping[str, str]
    faults: tuple[Fault, ...]
    override: Override | None = None
    claimed_gateway: str | None = None
    regime: str = "UNKNOWN"
    over_refusal: tuple[str, ...] = ()
    """Views for which all is answered that a legal power needs over a refusal."""

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Entry({self.entry_id}, {self.type})"

    def says(self, fact: str) -> str:
        """What the event states as that fact: a reference, a day, desks with spaces between; empty: nothing."""
        return self.facts.get(fact, "")

    def code(self, fact: str) -> str:
        """The code that the event states as that fact; UNKNOWN where it states none."""
        return self.facts.get(fact, "UNKNOWN")

    @property
    def subject(self) -> str:
        """Id of the entry that is ruled upon: the earlier one, where one comes again."""
        return self.entry_id if self.again is None or self.again.cause in _ITSELF else self.again.entry_id

    @property
    def overtakes(self) -> bool:
        """Whether it is known at once, whatever the backlog: a no to sharing, and the end of a designation."""
        if self.again is not None:
            return False
        if self.consent is not None:
            return self.consent.action != "GRANT"
        return self.type == "designation" and self.facts.get("designation") == "ENDED"


_SAID: Final = frozenset({"consent_terms", "status"})
"""Views of what was said, in codes and references."""


def nameless(entry: Entry) -> Entry:
    """The same with nothing but what was said: for hub.withdrawals, which keeps it for good."""
    kept = {view: segment for view, segment in entry.segments.items() if view in _SAID}
    return entry._replace(segments=MappingProxyType(kept))


NO_ENTRY: Final = Entry(
    entry_id="", event_id="", content_hash=b"", route_key="", possible=(), occurred_at=0, published_at=0, case_ref=None,
    supersedes=None, consent=None, again=None, segments=MappingProxyType({}), kind="EVENT", type="", schema_id=0,
    publisher="", confidence="UNRESOLVED", assertion="", marking="", purpose="", named=(), area="", place=None,
    holding_ref=None, safeguarding=False, disturbed=False, facts=MappingProxyType({}), faults=(),
)  # fmt: skip
"""No event at all: what an entry that carries none begins from."""


def again_from_record(record: Mapping[str, Any]) -> Again:
    """A `hub.timeline.Again` as sharing speaks of it."""
    return Again._make(record.values())._replace(desks=tuple(record["desks"]), views=tuple(record["views"]))


def consent_from_record(record: Mapping[str, Any]) -> ConsentEntry:
    """A `hub.timeline.Consent` as the policy speaks of it."""
    return ConsentEntry._make(record.values())._replace(
        recipients=tuple(Recipient(to["organisation"], to["role"]) for to in record["recipients"]),
        views=tuple(record["views"]),
        purposes=tuple(record["purposes"]),
    )


def consent_to_record(consent: ConsentEntry) -> dict[str, Any]:
    """As `hub.timeline.Consent` is encoded from."""
    return {**consent._asdict(), "recipients": [recipient._asdict() for recipient in consent.recipients]}
