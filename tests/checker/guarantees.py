"""Each guarantee: how much was looked at, and what broke it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from tests.checker import wire
from tests.checker.log import Log, Stored
from tests.checker.policy import tables
from tests.checker.wire import Value

HEADERS: Final = frozenset({
    "ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time", "ce_subject", "content-type", "hub_partition",
})  # fmt: skip
SENT: Final = frozenset({"PERMIT", "REDACT"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What one guarantee came to."""

    name: str
    looked_at: int
    faults: tuple[str, ...]


def check(log: Log) -> list[Finding]:
    """All of them."""
    seen = Seen(log)
    looks = (_g1, _g2, _g3, _g4, _g5, _g6, _g7, _g8, _g9, _g10)
    return [Finding(f"G{number}", *_counted(look(seen))) for number, look in enumerate(looks, 1)]


def _counted(lines: Iterator[str | None]) -> tuple[int, tuple[str, ...]]:
    """None: something was looked at and was well."""
    every = list(lines)
    return len(every), tuple(line for line in every if line is not None)


class Seen:
    """The log, read."""

    def __init__(self, log: Log) -> None:
        self.log = log

    @cached_property
    def sheets(self) -> Mapping[int, Sequence[Value]]:
        """By partition, in order."""
        return {n: [wire.record("hub.audit.Sheet", one.value) for one in each] for n, each in self.log.of("hub.audit")}

    @cached_property
    def timeline(self) -> Mapping[int, Sequence[tuple[int, Value]]]:
        """By partition: offset and entry; an entry that cannot be read is empty."""
        return {n: [(one.offset, _entry(one.value)) for one in each] for n, each in self.log.of("hub.timeline")}

    @cached_property
    def noes(self) -> Mapping[str, Sequence[tuple[int, Value]]]:
        """By route key, offset and consent of each no in hub.withdrawals, which stands in no transaction."""
        found: dict[str, list[tuple[int, Value]]] = defaultdict(list)
        for one in self.log.every.get(("hub.withdrawals", 0), ()):
            entry = {} if one.key.startswith(b"barrier/") else _entry(one.value)
            for who in (entry["route_key"], *entry["possible"]) if entry and entry["consent"] else ():
                found[who].append((one.offset, entry["consent"]))
        return found

    @cached_property
    def copies(self) -> Mapping[str, Sequence[Stored]]:
        """By desk, in order; receipts left out."""
        found: dict[str, list[Stored]] = defaultdict(list)
        for name, _, each in self.log.topics("out."):
            found[name.removeprefix("out.")] += [one for one in each if one.header("ce_type") != b"receipt"]
        return found

    def rulings(self) -> Iterator[tuple[Value, Value]]:
        """Each with its sheet."""
        for each in self.sheets.values():
            for sheet in each:
                yield from ((sheet, ruling) for ruling in sheet["rulings"])


def _entry(value: bytes) -> Value:
    try:
        entry = wire.record("hub.timeline.Entry", value)
        return {**entry, **wire.record("hub.timeline.Particulars", entry["particulars"])}
    except Exception:  # noqa: BLE001 - whatever it is, it is no entry
        return {}


def _g1(seen: Seen) -> Iterator[str | None]:
    """Each timeline offset has exactly one sheet, in order; a ruled one has rulings, and no other has."""
    for partition, entries in seen.timeline.items():
        sheets = seen.sheets.get(partition, ())
        count = Counter(sheet["offset"] for sheet in sheets)
        for offset, _ in entries:
            yield None if count[offset] == 1 else f"{count[offset]} sheets for {partition}/{offset}"
        yield from (f"a sheet for {partition}/{n}, where nothing stands" for n in count.keys() - dict(entries).keys())
        yield from (f"{partition}/{b['offset']} out of order" for a, b in pairwise(sheets) if a["offset"] > b["offset"])
        for sheet in sheets:
            if (sheet["kind"] == "RULED") != bool(sheet["rulings"]):
                yield f"{partition}/{sheet['offset']} is {sheet['kind']} with {len(sheet['rulings'])} rulings"


def _g2(seen: Seen) -> Iterator[str | None]:
    """A copy for each permit and a permit for each copy, once, with its views."""
    permits = Counter((r["desk"], r["copy_id"]) for _, r in seen.rulings() if r["copy_id"] is not None)
    views = {(r["desk"], r["copy_id"]): {sent["view"] for sent in r["digests"]} for _, r in seen.rulings()}
    copies: Counter[tuple[str, str]] = Counter()
    for desk, stored in seen.copies.items():
        for one in stored:
            name = (desk, one.header("ce_id").decode())
            copies[name] += 1
            if name not in permits:
                yield f"{desk} has a copy without a permit"
            elif copies[name] > permits[name]:
                yield f"{desk} has a copy twice"
            else:
                yield None if _held(one) == views[name] else f"{desk} has other views than its permit"
    yield from (f"{desk} lacks a copy that was permitted" for desk, _ in permits - copies)


def _held(one: Stored) -> set[str]:
    return {name for name, value in wire.event(one.value).items() if isinstance(value, dict) and name != "envelope"}


def _g3(seen: Seen) -> Iterator[str | None]:
    """Every view that was sent is one that the tables let a desk of that role have, under the gateway that is named."""
    for sheet, ruling in seen.rulings():
        gateways = {answer["view"]: answer["gateway"] for answer in ruling["decision"]["answers"]}
        for sent in ruling["digests"]:
            allowed = tables().allows(ruling["role"], sent["view"], gateways.get(sent["view"], ""))
            place = f"{sheet['partition']}/{sheet['offset']}"
            yield None if allowed else f"{ruling['desk']} was sent {sent['view']} of {place}, which no table allows"


def _g4(seen: Seen) -> Iterator[str | None]:
    """What goes because the person agreed goes only while they agree, as far as the barrier let it be known."""
    for partition, entries in seen.timeline.items():
        decided = {sheet["offset"]: sheet for sheet in seen.sheets.get(partition, ())}
        said: dict[str, list[Value]] = defaultdict(list)
        for offset, entry in entries:
            sheet = decided.get(offset)
            if sheet is None or not entry:
                continue
            ahead = [consent for at, consent in seen.noes.get(entry["route_key"], ()) if at < sheet["barrier"]]
            known = said[entry["route_key"]] + ahead
            yield from _agreed(sheet, known)
            if entry["consent"] and sheet["kind"] in {"RULED", "FOLDED"}:
                said[entry["route_key"]].append(entry["consent"])


def _agreed(sheet: Value, known: Sequence[Value]) -> Iterator[str | None]:
    for ruling in sheet["rulings"]:
        agreed = {one["view"] for one in ruling["decision"]["answers"] if one["gateway"] == "CONSENT"}
        if not agreed & {sent["view"] for sent in ruling["digests"]}:
            continue
        place = f"{ruling['desk']} was told of {sheet['partition']}/{sheet['offset']}"
        ended = [name for name in ruling["consents"] if not _stands(name, known)]
        refused = [one for one in known if _refuses(one, ruling)]
        if not ruling["consents"]:
            yield f"{place} under no consent that is named"
        elif ended:
            yield f"{place} although the consent had ended"
        else:
            yield f"{place} although it was refused" if refused else None


def _stands(name: str, known: Sequence[Value]) -> bool:
    versions = [one for one in known if one["consent_id"] == name]
    newest = max(versions, key=lambda one: (one["version"], one["occurred_at"]), default=None)
    return newest is not None and newest["action"] == "GRANT"


def _refuses(said: Value, ruling: Value) -> bool:
    if said["action"] != "REFUSE" or said["among_carers"]:
        return False
    named = [(to["organisation"], to["role"]) for to in said["recipients"]]
    return not named or (ruling["organisation"], ruling["role"]) in named


def _g5(seen: Seen) -> Iterator[str | None]:
    """Each desk has what is about one person in the order in which it was decided."""
    places = {(r["desk"], r["copy_id"]): (s["partition"], s["offset"]) for s, r in seen.rulings()}
    for desk, stored in seen.copies.items():
        latest: dict[bytes, tuple[int, int]] = {}
        for one in stored:
            place = places.get((desk, one.header("ce_id").decode()), (-1, -1))
            before = latest.get(one.key, (-1, -1))
            late = place[0] == before[0] and place < before
            yield f"{desk} has copies about one person out of order" if late else None
            latest[one.key] = place


def _g6(seen: Seen) -> Iterator[str | None]:
    """The ledger holds every sheet, and nothing else."""
    if seen.log.ledger is None:
        return
    held = {(partition, offset): kind for partition, offset, kind in seen.log.ledger}
    sheets = {(s["partition"], s["offset"]): s["kind"] for each in seen.sheets.values() for s in each}
    for place, kind in sheets.items():
        yield None if held.get(place) == kind else f"the ledger lacks {place[0]}/{place[1]}, or has it otherwise"
    yield from (f"the ledger has {n}/{offset}, of which there is no sheet" for n, offset in held.keys() - sheets.keys())


def _g7(seen: Seen) -> Iterator[str | None]:
    """Whatever an agency sent is in the timeline or in quarantine, and what is in the timeline has a sheet."""
    entered = {(e["publisher"], e["event_id"]) for each in seen.timeline.values() for _, e in each if e}
    kept = {one.key.decode() for _, each in seen.log.of("hub.quarantine") for one in each}
    for name, partition, each in seen.log.topics("in."):
        for one in each:
            reference = f"{name}/{partition}/{one.offset}"
            well = reference in kept or (name.removeprefix("in."), _event_id(one)) in entered
            yield None if well else f"{reference} is neither in the timeline nor in quarantine"
    for partition, entries in seen.timeline.items():
        decided = {sheet["offset"] for sheet in seen.sheets.get(partition, ())}
        yield from (None if n in decided else f"{partition}/{n} was never decided" for n, _ in entries)


def _event_id(one: Stored) -> str:
    try:
        return str(wire.event(one.value)["submission"]["event_id"])
    except Exception:  # noqa: BLE001 - whatever it is, it has none
        return ""


def _g8(seen: Seen) -> Iterator[str | None]:
    """What was refused, waits or broke sent nothing, and what was sent had an answer that gives."""
    for sheet, ruling in seen.rulings():
        place = f"{ruling['desk']} of {sheet['partition']}/{sheet['offset']}"
        given = {one["view"] for one in ruling["decision"]["answers"] if one["answer"] == "GIVE"}
        if (ruling["copy_id"] is not None) != (ruling["verdict"] in SENT):
            yield f"{place}: {ruling['verdict']} and {'a' if ruling['copy_id'] else 'no'} copy"
        else:
            beyond = {sent["view"] for sent in ruling["digests"]} - given
            yield f"{place}: sent {', '.join(sorted(beyond))}, which was not given" if beyond else None


def _g9(seen: Seen) -> Iterator[str | None]:
    """Nothing waits: no entry without a sheet, no transaction that is still open."""
    for (topic, partition), every in sorted(seen.log.every.items()):
        committed = seen.log.committed.get((topic, partition), ())
        last = every[-1].offset if every else -1
        behind = topic == "hub.timeline" and (not committed or committed[-1].offset < last)
        yield f"{topic}/{partition} cannot be read to its end" if behind else None
    for partition, entries in seen.timeline.items():
        lag = len(entries) - len(seen.sheets.get(partition, ()))
        yield f"partition {partition} is {lag} behind" if lag > 0 else None


def _g10(seen: Seen) -> Iterator[str | None]:
    """No canary stands in a key, a header or a log, and no header is there that is not known."""
    canaries = seen.log.canaries
    for (topic, partition), every in sorted(seen.log.every.items()):
        if topic.startswith("in."):
            continue  # as the agency likes
        for one in every:
            open_to_all = b"".join((one.key, *(name.encode() + value for name, value in one.headers)))
            strange = {name for name, _ in one.headers} - HEADERS
            if any(canary in open_to_all for canary in canaries):
                yield f"{topic}/{partition}/{one.offset} names somebody in its key or headers"
            else:
                yield f"{topic}/{partition}/{one.offset} has a header that nobody knows" if strange else None
    for name, said in seen.log.said.items():
        yield f"{name} names somebody" if any(canary in said for canary in canaries) else None
