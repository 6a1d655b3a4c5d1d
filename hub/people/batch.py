"""One batch of events against what the index knew before it: each event sees what those before it taught."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.intake.event import DAY_MS, Event, Identified, Identifier, Settled
from hub.intake.identify import identify, linking
from hub.model.keys import Keys, born_digest, identifier_digest


class Question(NamedTuple):
    """An event and the digests of the identifiers that it is looked up by."""

    event: Event
    found: tuple[Identifier, ...]
    digests: tuple[bytes, ...]


class Accepted(NamedTuple):
    """An event that was accepted, and what was answered."""

    content_hash: bytes
    identified: Identified


Row = dict[str, Any]


@dataclass(slots=True)
class Book:
    """What is known by digest, route key and entry id, and the rows that this batch adds."""

    keys: Keys
    holders: dict[bytes, str]
    vouched: set[bytes]
    """Of the digests in `holders`, those that somebody who could know has tied to that person."""
    born: dict[str, bytes]
    accepted: dict[str, Accepted]
    people: list[Row] = field(default_factory=list)
    identifiers: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    vouchings: list[bytes] = field(default_factory=list)
    """Digests that were known and are vouched for from now on."""

    def settle(self, question: Question) -> Settled:
        """Answer one event and remember the answer."""
        before = self.accepted.get(question.event.entry_id)
        if before:
            same = before.content_hash == question.event.content_hash
            return Settled("REPEAT" if same else "ALTERED", before.identified)
        holders = [self.holders.get(one) for one in question.digests]
        vouched = [one for one, digest in zip(question.found, question.digests, strict=True) if digest in self.vouched]
        identified = identify(question.event, holders, self.born, self.keys, vouched)
        self._learn(question, identified)
        self._accept(question.event, identified)
        return Settled("NEW", identified)

    def _learn(self, question: Question, identified: Identified) -> None:
        digests = dict(zip(question.found, question.digests, strict=True))
        for identifier in identified.learned:
            digest = digests[identifier]
            self.holders[digest] = identified.route_key
            self.identifiers.append(
                {"value": digest, "kind": identifier.kind, "route_key": identified.route_key, "vouched": False}
            )
        if identified.born:
            digest = born_digest(self.keys, identified.route_key, identified.born)
            self.born[identified.route_key] = digest
            self.people.append({"route_key": identified.route_key, "born": digest})
        if identified.confidence == "CONFIRMED":
            self._vouch(digest for one, digest in digests.items() if one.strong)

    def _vouch(self, digests: Iterable[bytes]) -> None:
        new = [digest for digest in digests if digest not in self.vouched]
        self.vouched.update(new)
        self.vouchings.extend(new)

    def _accept(self, event: Event, identified: Identified) -> None:
        kept = Identified(identified.route_key, identified.confidence, identified.possible)
        self.accepted[event.entry_id] = Accepted(event.content_hash, kept)
        self.events.append(
            {
                "entry_id": event.entry_id,
                "content_hash": event.content_hash,
                "route_key": kept.route_key,
                "confidence": kept.confidence,
                "possible": " ".join(kept.possible),
                "day": event.received.timestamp // DAY_MS,
            }
        )


def question(keys: Keys, event: Event) -> Question:
    """What to look an event up by."""
    found = linking(event)
    return Question(event, found, tuple(identifier_digest(keys, one.kind, one.value) for one in found))


def accepted(row: Mapping[str, Any]) -> Accepted:
    """What a row of the table says."""
    identified = Identified(row["route_key"], row["confidence"], tuple(row["possible"].split()))
    return Accepted(row["content_hash"], identified)


def all_digests(questions: Sequence[Question]) -> set[bytes]:
    """Every digest that a batch asks about."""
    return {digest for question in questions for digest in question.digests}
