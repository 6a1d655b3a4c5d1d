"""One entry of hub.timeline as sharing sees it: facts and closed segments, field by field as its schema has them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from consent.terms import Confidence, ConsentEntry, Recipient


class Fault(NamedTuple):
    """A rule that a message broke, and the field it broke it in; never the value."""

    code: str
    field: str


class Override(NamedTuple):
    """A named person's decision to share at once without consent, as far as sharing may know it."""

    basis: str
    imminence: str
    complete: bool
    """It says who decided, on what basis, which harm, how near it is, why there is no consent, and what to share."""
    views: tuple[str, ...]


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

    @property
    def overtakes(self) -> bool:
        """Whether it is known at once, whatever the backlog: a no to sharing, and the end of a designation."""
        if self.consent is not None:
            return self.consent.action != "GRANT"
        return self.type == "designation" and self.facts.get("designation") == "ENDED"


NO_ENTRY: Final = Entry(
    entry_id="", event_id="", content_hash=b"", route_key="", possible=(), occurred_at=0, published_at=0, case_ref=None,
    supersedes=None, consent=None, segments=MappingProxyType({}), kind="EVENT", type="", schema_id=0, publisher="",
    confidence="UNRESOLVED", assertion="", marking="", purpose="", named=(), area="", place=None, holding_ref=None,
    safeguarding=False, disturbed=False, facts=MappingProxyType({}), faults=(),
)  # fmt: skip
"""No event at all: what an entry that carries none begins from."""


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
