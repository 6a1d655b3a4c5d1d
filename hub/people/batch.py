"""One batch of events against what the index knew before it: each event sees what those before it taught."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from hub.intake.event import DAY_MS, Event, Identified, Identifier, Settled
from hub.intake.identify import identify, linking
from hub.model.keys import Keys, born_digest, entry_id, identifier_digest
from hub.people.links import SAID, Links


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

TWO: Final = 2
"""Records that a link or an unlink names at least."""
BAR: Final = "|"


@dataclass(slots=True)
class Book:
    """What is known by digest, route key and entry id, and the rows that this batch adds."""

    keys: Keys
    holders: dict[bytes, str]
    vouched: set[bytes]
    """Of the digests in `holders`, those that somebody who could know has tied to that person."""
    born: dict[str, bytes]
    accepted: dict[str, Accepted]
    links: Links
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
        identified = self._linked(question) or self._identified(question)
        self._accept(question.event, identified)
        return Settled("NEW", identified)

    def _linked(self, question: Question) -> Identified | None:
        """Whom a reviewer's word that records are of one person, or of several, is about; None: it is no such word."""
        event = question.event
        sure = event.body["submission"]["id_confidence"] == "CONFIRMED"
        people = sorted({self.holders[one] for one in question.digests if one in self.holders})
        if event.schema.type not in SAID or not sure or len(people) < TWO:
            return None
        groups = self.links.say(event.schema.type, people)
        return Identified(people[0], "CONFIRMED", groups=groups) if groups else None

    def _identified(self, question: Question) -> Identified:
        holders = [self.holders.get(one) for one in question.digests]
        records = self.links.linked()
        vouched = [one for one, digest in zip(question.found, question.digests, strict=True) if digest in self.vouched]
        identified = identify(question.event, holders, self.born, self.keys, vouched, records=records)
        if question.event.schema.type in SAID:
            return replace(identified, learned=(), born=None)  # it is about records that others made, and makes none
        self._learn(question, identified)
        return self._beside_what_it_replaces(question.event, identified) if records else identified

    def _beside_what_it_replaces(self, event: Event, identified: Identified) -> Identified:
        """Of several records of the person the one under which what this event replaces stands: there is known who
        had that.
        """
        replaced = replaces(self.keys, event)
        before = self.accepted.get(replaced) if replaced else None
        if before is None or before.identified.route_key not in identified.possible:
            return identified
        route_key, every = before.identified.route_key, {identified.route_key, *identified.possible}
        return replace(identified, route_key=route_key, possible=tuple(sorted(every - {route_key})))

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
        kept = Identified(identified.route_key, identified.confidence, identified.possible, groups=identified.groups)
        self.accepted[event.entry_id] = Accepted(event.content_hash, kept)
        self.events.append(
            {
                "entry_id": event.entry_id,
                "content_hash": event.content_hash,
                "route_key": kept.route_key,
                "confidence": kept.confidence,
                "possible": _written(kept),
                "day": event.received.timestamp // DAY_MS,
            }
        )


def question(keys: Keys, event: Event) -> Question:
    """What to look an event up by."""
    found = linking(event)
    return Question(event, found, tuple(identifier_digest(keys, one.kind, one.value) for one in found))


def accepted(row: Mapping[str, Any]) -> Accepted:
    """What a row of the table says."""
    told, *people = row["possible"].split(BAR)
    groups = tuple(tuple(each.split()) for each in people)
    return Accepted(
        row["content_hash"], Identified(row["route_key"], row["confidence"], tuple(told.split()), groups=groups)
    )


def _written(identified: Identified) -> str:
    """As `accepted` reads it."""
    return " ".join(identified.possible) + "".join(BAR + " ".join(each) for each in identified.groups)


def replaces(keys: Keys, event: Event) -> str | None:
    """The hub's id of the entry that this event replaces; None: it replaces none."""
    replaced = event.body["envelope"]["supersedes"]
    return entry_id(keys, event.received.desk.name, replaced) if replaced else None


def all_digests(questions: Sequence[Question]) -> set[bytes]:
    """Every digest that a batch asks about."""
    return {digest for question in questions for digest in question.digests}
