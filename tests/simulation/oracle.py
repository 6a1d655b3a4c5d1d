"""What must hold of the log at the end, said again in a few lines that share nothing with what decides.

Who may have a referral's health in codes is all that is modelled: the charity, and only if the newest thing that the
person said of that consent is a yes, nothing is refused, and neither was changed by what was acknowledged before the
barrier of that transaction (G4).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.model import timeline
from hub.model.entry import Entry
from tests.world import CHARITY

Sheet = Mapping[str, Any]
Place = tuple[int, int]
"""Partition and offset."""


@dataclass(frozen=True, slots=True)
class Log:
    """All that is committed."""

    timeline: Mapping[int, Sequence[tuple[int, bytes]]]
    """By partition: offset and value, in order."""
    withdrawals: Sequence[tuple[int, bytes]]
    sheets: Mapping[int, Sequence[Sheet]]
    copies: Mapping[str, Sequence[str]]
    """By desk: ids of what it was sent, in order; receipts left out."""


def faults(log: Log) -> Iterator[str]:
    """What is wrong, in words."""
    for partition, entries in log.timeline.items():
        yield from _whole(partition, entries, log.sheets[partition])
    yield from _atomic(log)
    for partition, entries in log.timeline.items():
        decided = {sheet["offset"]: sheet for sheet in log.sheets[partition]}
        read = [(offset, timeline.decode(value)) for offset, value in entries]
        yield from _once(partition, read, decided)
        yield from _told(partition, read, decided, [(o, timeline.decode(v)) for o, v in log.withdrawals])


def _whole(partition: int, entries: Sequence[tuple[int, bytes]], sheets: Sequence[Sheet]) -> Iterator[str]:
    """G1: one sheet for each entry, in order."""
    expected, found = [offset for offset, _ in entries], [sheet["offset"] for sheet in sheets]
    if found != expected:
        yield f"G1: partition {partition} has sheets for {found}, not {expected}"


def _atomic(log: Log) -> Iterator[str]:
    """G2: a copy for each permit and a permit for each copy, once."""
    permits = Counter(
        (ruling["desk"], ruling["copy_id"])
        for sheets in log.sheets.values()
        for sheet in sheets
        for ruling in sheet["rulings"]
        if ruling["copy_id"] is not None
    )
    copies = Counter((desk, copy) for desk, sent in log.copies.items() for copy in sent)
    yield from (f"G2: {desk} has a copy without a permit" for desk, _ in copies - permits)
    yield from (f"G2: {desk} lacks a copy that was permitted" for desk, _ in permits - copies)


def _once(partition: int, entries: Sequence[tuple[int, Entry]], decided: Mapping[int, Sheet]) -> Iterator[str]:
    """G1: an event is decided once; the same again is a repeat, and other content under its id counts for nothing."""
    seen: dict[str, bytes] = {}
    for offset, entry in entries:
        kind, before = decided[offset]["kind"], seen.setdefault(entry.entry_id, entry.content_hash)
        first = all(other.entry_id != entry.entry_id for at, other in entries if at < offset)
        expected = {"RULED", "FOLDED"} if first else {"REPEAT"} if before == entry.content_hash else {"QUARANTINED"}
        if kind not in expected:
            yield f"G1: {partition}/{offset} is {kind}, not one of {sorted(expected)}"


def _told(
    partition: int,
    entries: Sequence[tuple[int, Entry]],
    decided: Mapping[int, Sheet],
    withdrawals: Sequence[tuple[int, Entry]],
) -> Iterator[str]:
    """G4, and that a yes is heard: what the charity was told of each referral is what had been said by then."""
    for offset, entry in entries:
        sheet = decided[offset]
        if entry.type != "referral" or entry.again is not None or sheet["kind"] != "RULED":
            continue
        folded = [each for at, each in entries if at < offset and decided[at]["kind"] in {"RULED", "FOLDED"}]
        ahead = [each for at, each in withdrawals if at < sheet["barrier"]]
        may = _may(each for each in (*folded, *ahead) if each.route_key == entry.route_key)
        given = any(
            sent["view"] == "health_minimum"
            for ruling in sheet["rulings"]
            if ruling["desk"] == CHARITY
            for sent in ruling["digests"]
        )
        if given != may:
            yield f"G4: of {partition}/{offset} the charity was {'told' if given else 'not told'}"


def _may(known: Iterable[Entry]) -> bool:
    said = [each.consent for each in known if each.consent is not None]
    if any(one.action == "REFUSE" for one in said):
        return False
    newest = max(said, key=lambda one: (one.version, one.occurred_at), default=None)
    return newest is not None and newest.action == "GRANT"
