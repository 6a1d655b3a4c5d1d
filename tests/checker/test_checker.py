"""What the hub does breaks no guarantee; of each guarantee, what breaks it is found and named."""

import ast
import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agents.sharing import share
from hub.log import AUDIT, PARTITION_HEADER, TIMELINE, WITHDRAWALS, Record
from hub.memory_log import MemoryBroker, MemoryLog
from hub.model import timeline
from hub.model.entry import Entry
from hub.sharing.registers import Registers
from tests.checker import __main__ as program
from tests.checker import guarantees, policy
from tests.checker import log as stored_log
from tests.checker.guarantees import check
from tests.checker.log import Log, Place, Stored
from tests.kafka.load import of, stages
from tests.world import CHARITY, CHECK, DESKS, KEYS, LD_TEAM, decisions, memory_broker

ENTRIES = 10
CANARY = b"Canary-7"
SHEETS, COPIES, TEAMS = ("hub.audit", 0), (f"out.{CHARITY}", 0), (f"out.{LD_TEAM}", 0)
TIMELINES = ("hub.timeline", 0)


def append(broker: MemoryBroker, topic: str, told: Entry) -> None:
    value, headers = timeline.encode(told), ((PARTITION_HEADER, b"0"),)
    key = told.entry_id if topic == WITHDRAWALS else told.route_key
    broker.append(Record(topic, key.encode(), value, headers), told.occurred_at)


@pytest.fixture
async def log() -> Log:
    """Two people, of whom the second had said no; everything is decided."""
    broker, stopping = memory_broker(), asyncio.Event()
    append(broker, WITHDRAWALS, of(1, stages()[-1]))
    for stage in stages():
        for person in range(2):
            append(broker, TIMELINE, of(person, stage))
    registers = Registers(0, decisions(), KEYS)
    sharing = asyncio.create_task(share(MemoryLog(broker, 0, CHECK, wait=0.001), registers, stopping, lambda: None))
    while len(list(broker.read(AUDIT))) < ENTRIES:
        await broker.news(0.1)
    stopping.set()
    await sharing
    topics = [AUDIT, TIMELINE, WITHDRAWALS, *(desk.out_topic for desk in DESKS)]
    kinds = [(0, sheet["offset"], sheet["kind"]) for sheet in guarantees.Seen(_log(broker, topics)).sheets[0]]
    return replace(_log(broker, topics), ledger=kinds, canaries=(CANARY,), said={"hub.log": b"partition 0 is taken up"})


def _log(broker: MemoryBroker, topics: Sequence[str]) -> Log:
    committed = {(topic, 0): stored(broker, topic, committed=True) for topic in topics}
    return Log(committed, {(topic, 0): stored(broker, topic, committed=False) for topic in topics})


def stored(broker: MemoryBroker, topic: str, *, committed: bool) -> list[Stored]:
    return [
        Stored(one.offset, one.record.key or b"", tuple(one.record.headers), one.record.value or b"")
        for one in broker.read(topic, committed=committed)
    ]


def broken(log: Log) -> dict[str, tuple[str, ...]]:
    return {one.name: one.faults for one in check(log) if one.faults}


async def test_what_the_hub_does_breaks_nothing_and_of_each_guarantee_something_was_looked_at(log: Log) -> None:
    found = check(log)
    assert [one.name for one in found] == [f"G{n}" for n in range(1, 11)]
    assert {one.name: one.faults for one in found if one.faults} == {}
    assert all(one.looked_at for one in found)
    assert len(log.committed[COPIES]) > 1


def with_(log: Log, place: Place, changed: Sequence[Stored]) -> Log:
    return replace(log, committed={**log.committed, place: changed}, every={**log.every, place: changed})


def without(log: Log, place: Place, number: int) -> Log:
    return with_(log, place, [one for n, one in enumerate(log.committed[place]) if n != number])


def widened(log: Log) -> Log:
    """A copy for the charity in which stands what was written for the team."""
    first, *others = log.committed[COPIES]
    wider = next(copy for copy in log.committed[TEAMS] if copy.header("ce_type") == b"arrest")
    return with_(log, COPIES, [first._replace(value=wider.value), *others])


def sent(log: Log, number: int = 0) -> Log:
    """One more record where an agency sends."""
    return with_(log, ("in.avon-ld.team", 0), [Stored(number, b"", (), b"garbage")])


def headed(log: Log, *headers: tuple[str, bytes]) -> Log:
    first, *others = log.committed[COPIES]
    return with_(log, COPIES, [first._replace(headers=(*first.headers, *headers)), *others])


SEEDED: dict[str, tuple[str, Callable[[Log], Log]]] = {
    "0 sheets for 0/3": ("G1", lambda log: without(log, SHEETS, 3)),
    "2 sheets for 0/3": ("G1", lambda log: with_(log, SHEETS, [*log.committed[SHEETS], log.committed[SHEETS][3]])),
    "out of order": ("G1", lambda log: with_(log, SHEETS, log.committed[SHEETS][::-1])),
    "where nothing stands": ("G1", lambda log: without(log, ("hub.timeline", 0), 9)),
    "a copy twice": ("G2", lambda log: with_(log, TEAMS, [*log.committed[TEAMS], log.committed[TEAMS][0]])),
    "a copy without a permit": (
        "G2",
        lambda log: with_(log, TEAMS, [*log.committed[TEAMS], *log.committed[COPIES]]),
    ),
    "lacks a copy": ("G2", lambda log: without(log, TEAMS, 0)),
    "other views than its permit": ("G2", widened),
    "copies about one person out of order": ("G5", lambda log: with_(log, COPIES, log.committed[COPIES][::-1])),
    "the ledger lacks 0/0": ("G6", lambda log: replace(log, ledger=(log.ledger or ())[1:])),
    "the ledger has 3/7": ("G6", lambda log: replace(log, ledger=[*(log.ledger or ()), (3, 7, "RULED")])),
    "or has it otherwise": ("G6", lambda log: replace(log, ledger=[(0, 0, "REPEAT"), *(log.ledger or ())[1:]])),
    "in.avon-ld.team/0/0 is neither": ("G7", sent),
    "0/9 was never decided": ("G7", lambda log: without(log, SHEETS, 9)),
    "partition 0 is 1 behind": ("G9", lambda log: without(log, SHEETS, 9)),
    "cannot be read to its end": (
        "G9",
        lambda log: replace(log, committed={**log.committed, ("hub.timeline", 0): log.committed[TIMELINES][:-1]}),
    ),
    "names somebody in its key or headers": ("G10", lambda log: headed(log, ("ce_id", CANARY))),
    "a header that nobody knows": ("G10", lambda log: headed(log, ("nhs_number", b"1"))),
    "hub.log names somebody": ("G10", lambda log: replace(log, said={"hub.log": b"of " + CANARY})),
}


@pytest.mark.parametrize("fault", SEEDED)
async def test_what_breaks_a_guarantee_is_named(log: Log, fault: str) -> None:
    guarantee, break_ = SEEDED[fault]
    assert any(fault in one for one in broken(break_(log))[guarantee])


async def test_a_view_that_no_table_allows_is_named(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = policy.tables()
    closed = replace(tables, cells={**tables.cells, ("CVO", "health_minimum"): frozenset()})
    monkeypatch.setattr(guarantees, "tables", lambda: closed)
    assert any("was sent health_minimum" in one for one in broken(log)["G3"])


async def test_what_was_told_after_a_no_that_had_been_acknowledged_is_named(log: Log) -> None:
    """The other person had said no too, before everything."""
    no = of(0, stages()[-1])
    early = Stored(-1, no.entry_id.encode(), (), timeline.encode(no))
    seeded = with_(log, ("hub.withdrawals", 0), [early, *log.committed["hub.withdrawals", 0]])
    assert any("although the consent had ended" in one for one in broken(seeded)["G4"])


async def test_what_was_told_over_a_refusal_is_named(log: Log) -> None:
    no = of(0, stages()[-1])
    assert no.consent is not None
    refusal = no._replace(consent=no.consent._replace(action="REFUSE", consent_id="R-1", recipients=(), views=()))
    early = Stored(-1, no.entry_id.encode(), (), timeline.encode(refusal))
    seeded = with_(log, ("hub.withdrawals", 0), [early, *log.committed["hub.withdrawals", 0]])
    assert any("although it was refused" in one for one in broken(seeded)["G4"])


async def test_a_copy_of_what_was_refused_is_named(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = guarantees.Seen(log)
    [denied, *_] = [ruling for _, ruling in seen.rulings() if ruling["copy_id"] is None]
    denied["copy_id"] = "made-up"
    monkeypatch.setattr(guarantees, "Seen", lambda _: seen)
    assert any("and a copy" in one for one in broken(log)["G8"])


def test_the_program_tells_what_broke_and_no_more_than_ten(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stored_log, "read", lambda *_: Log({}, {}, [(0, n, "RULED") for n in range(12)]))
    assert program.main(["127.0.0.1:9", "--ledger", str(tmp_path / "ledger.db"), "--canary", "x"]) == 1
    said = capsys.readouterr().out
    assert "G6         12 looked at    12 broken" in said
    assert said.count("the ledger has 0/") == 10
    assert "… and 2 more" in said
    assert "G1          0 looked at     0 broken" in said


def test_it_shares_no_code_with_what_it_checks() -> None:
    theirs = {"hub", "schemas", "consent", "agents", "fastavro", "aiokafka"}
    for path in Path(program.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
        if not path.name.startswith("test_"):
            assert theirs.isdisjoint(name.partition(".")[0] for name in named), path.name
            assert all(name.startswith("tests.checker") for name in named if name.startswith("tests")), path.name


def test_a_ledger_is_read_as_it_stands(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as made:
        made.execute("CREATE TABLE ledger_sheets (timeline_partition, timeline_offset, kind)")
        made.execute("INSERT INTO ledger_sheets VALUES (1, 4, 'FOLDED')")
    assert stored_log._ledger(tmp_path / "ledger.db") == [(1, 4, "FOLDED")]
