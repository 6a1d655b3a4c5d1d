"""One entry of hub.timeline as sharing sees it: facts and closed segments, field by field as its schema has them."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, Self

from consent.terms import Confidence, ConsentEntry, Recipient


class Fault(NamedTuple):
    """A rule that a message broke, and the field it broke it in; never the value."""

    code: str
    field: str


class Segment(NamedTuple):
    """One view of an event, encoded; nobody between the cut and the recipient opens it."""

    view: str
    body: bytes

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        return f"Segment({self.view})"


class Override(NamedTuple):
    """A named person's decision to share at once without consent, as far as sharing may know it."""

    basis: str
    imminence: str
    complete: bool
    """It says who decided, on what basis, which harm, how near it is, why there is no consent, and what to share."""
    views: tuple[str, ...]


class Entry(NamedTuple):
    """What the schema's docs say, in its order. Times are milliseconds UTC."""

    kind: Literal["EVENT", "REJECTED"]
    entry_id: str
    type: str
    schema_id: int
    publisher: str
    event_id: str
    content_hash: bytes
    route_key: str
    confidence: Confidence
    possible: tuple[str, ...]
    occurred_at: int
    published_at: int
    assertion: str
    marking: str
    case_ref: str | None
    supersedes: str | None
    purpose: str
    named: tuple[str, ...]
    area: str
    place: str | None
    holding_ref: str | None
    safeguarding: bool
    disturbed: bool
    facts: Mapping[str, str]
    consent: ConsentEntry | None
    faults: tuple[Fault, ...]
    segments: tuple[Segment, ...]
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

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """The entry that `hub.timeline.Entry` was decoded to."""
        entry = cls._make(record.values())
        return entry._replace(
            consent=consent_from_record(record["consent"]) if record["consent"] else None,
            possible=tuple(record["possible"]),
            named=tuple(record["named"]),
            faults=tuple(Fault(fault["code"], fault["field"]) for fault in record["faults"]),
            segments=tuple(Segment(part["view"], part["body"]) for part in record["segments"]),
            override=_override(record["override"]) if record["override"] else None,
            over_refusal=tuple(record["over_refusal"]),
        )

    def to_record(self) -> dict[str, Any]:
        """As `hub.timeline.Entry` is encoded from."""
        return {
            **self._asdict(),
            "consent": consent_to_record(self.consent) if self.consent else None,
            "faults": [fault._asdict() for fault in self.faults],
            "segments": [segment._asdict() for segment in self.segments],
            "override": self.override._asdict() if self.override else None,
        }


def _override(record: Mapping[str, Any]) -> Override:
    return Override._make(record.values())._replace(views=tuple(record["views"]))


NO_ENTRY: Final = Entry(
    kind="EVENT", entry_id="", type="", schema_id=0, publisher="", event_id="", content_hash=b"", route_key="",
    confidence="UNRESOLVED", possible=(), occurred_at=0, published_at=0, assertion="", marking="", case_ref=None,
    supersedes=None, purpose="", named=(), area="", place=None, holding_ref=None, safeguarding=False, disturbed=False,
    facts={}, consent=None, faults=(), segments=(),
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
