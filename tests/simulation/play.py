"""Plays a story on the log in memory, with a worker for each partition that is started again whenever it dies."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from agents.anew import Anew
from agents.owed import AFTER_MS, Owed
from agents.sharing import Upkeep, share
from hub.kafka.intake_io import partition_of
from hub.log import AUDIT, KEYRING, PARTITION_HEADER, TIMELINE, WITHDRAWALS, Record
from hub.memory_log import MemoryBroker, MemoryLog, Step
from hub.model import timeline
from hub.model.entry import Entry, nameless
from hub.model.errors import FencedError
from hub.sharing.registers import Registers
from schemas.codec import decode_record
from tests.simulation import story, virtual
from tests.simulation.oracle import Log
from tests.simulation.story import route_key, told
from tests.world import CHECK, DESKS, MARCH_4, decisions, directory
from tests.world import KEYS as SECRETS

PARTITIONS: Final = directory().partitions
MOST_STEPS: Final = 40
"""After a blow, the worker dies within so many steps of its transactions."""
QUIET: Final = 3 * AFTER_MS / 1000
"""Seconds after the last step: by then what the timeline owes has been appended again."""
SETTLED: Final = int(2 * story.SHORT)
"""Seconds in which nothing was left to decide: longer than any worker pauses."""
SLOW: Final = 0.05
NEVER: Final = 1 << 30
"""A trial takes another process, whose time is not virtual."""


class KilledError(Exception):
    """As a power cut would: nothing is tidied up."""


class Doomed(MemoryLog):
    """A log whose owner dies when it is its turn: then it leaves its transaction open."""

    turn: Callable[[int], bool]
    """Whether the owner of that partition dies now."""
    _killed = False

    async def close(self) -> None:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        if not self._killed:
            await super().close()

    async def _reach(self, step: Step) -> None:  # type: ignore[explicit-override]  # typing.override is newer than 3.11
        if self.turn(self.partition):
            self._killed = True
            raise KilledError
        await super()._reach(step)


@dataclass(eq=False)
class Play:
    """One run. Everything that is left to chance comes from one source, so a run can be had again."""

    seed: int
    steps: Sequence[story.Step]
    deaths: int = 0
    fenced: int = 0
    _doom: dict[int, int] = field(default_factory=dict)
    """By partition, how many steps its worker has left."""
    _sent: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - not a secret
        self._broker = MemoryBroker(partitions=PARTITIONS, now=self._now, pause=self._slow)

    def run(self) -> Log:
        """Play it to its end; what is committed then. Raises what no worker may raise."""
        virtual.run(self._run())
        return self._log()

    async def _run(self) -> None:
        stopping = asyncio.Event()
        self._broker.append(Record(KEYRING, None, CHECK.encode()))
        async with asyncio.TaskGroup() as tasks:
            for partition in range(PARTITIONS):
                tasks.create_task(self._supervised(partition, stopping))
            for step in self.steps:
                await asyncio.sleep(step.after)  # noqa: TID251 - virtual
                self._happen(step, tasks, stopping)
            await asyncio.sleep(QUIET)  # noqa: TID251 - virtual
            await self._until_decided()
            self._doom.clear()
            for partition in range(PARTITIONS):  # so that each looks at what it owes
                self._say(story.Step("arrest", 0, partition, 10_000 + partition, 0), partition)
            await self._until_decided()
            stopping.set()

    async def _until_decided(self) -> None:
        """And nothing more comes again."""
        quiet = 0
        async with asyncio.timeout(3_600):
            while quiet < SETTLED:
                await asyncio.sleep(1)  # noqa: TID251 - virtual
                quiet = 0 if any(map(self._undecided, range(PARTITIONS))) else quiet + 1

    def _undecided(self, partition: int) -> bool:
        return sum(1 for _ in self._broker.read(AUDIT, partition)) < self._broker.end(TIMELINE, partition)

    def _happen(self, step: story.Step, tasks: asyncio.TaskGroup, stopping: asyncio.Event) -> None:
        partition = partition_of(route_key(step.person), PARTITIONS)
        match step.kind:
            case "kill":
                self._doom[partition] = 1 + int(step.chance * MOST_STEPS)
            case "twin":  # somebody starts a second worker for what the first still has
                tasks.create_task(self._twin(partition, stopping))
            case "rest":
                pass
            case "again" | "altered":
                self._repeat(step)
            case "late_no":  # the door died between the two topics
                self._no(told(step, self._now()))
            case "no":
                self._no(told(step, self._now()))
                self._say(step)
            case _:
                self._say(step)

    def _say(self, step: story.Step, partition: int | None = None) -> None:
        made = told(step, self._now())
        self._sent.append(made)
        self._append(made, partition)

    def _append(self, made: Entry, partition: int | None = None) -> None:
        place = partition_of(made.route_key, PARTITIONS) if partition is None else partition
        self._broker.append(Record(TIMELINE, made.route_key.encode(), timeline.encode(made), (), place))

    def _no(self, made: Entry) -> None:
        whose = b"%d" % partition_of(made.route_key, PARTITIONS)
        value, header = timeline.encode(nameless(made)), ((PARTITION_HEADER, whose),)
        self._broker.append(Record(WITHDRAWALS, made.entry_id.encode(), value, header))

    def _repeat(self, step: story.Step) -> None:
        if self._sent:
            made = self._sent[int(step.chance * len(self._sent))]
            self._append(made if step.kind == "again" else made._replace(content_hash=b"altered."))

    async def _supervised(self, partition: int, stopping: asyncio.Event) -> None:
        """Whoever dies is replaced a moment later."""
        while not stopping.is_set():
            await self._work(partition, stopping)
            if not stopping.is_set():
                await asyncio.sleep(self._chance.random())  # noqa: TID251 - virtual

    async def _twin(self, partition: int, stopping: asyncio.Event) -> None:
        await self._work(partition, stopping)

    async def _work(self, partition: int, stopping: asyncio.Event) -> None:
        log = Doomed(self._broker, partition, CHECK, wait=10.0, most=1 + self._chance.randrange(5))
        log.turn = self._is_turn
        upkeep = Upkeep(Owed(self._again), Anew(self._again), deaths=NEVER)
        try:
            await share(log, Registers(partition, decisions(), SECRETS), stopping, lambda: None, upkeep)
        except KilledError:
            self.deaths += 1
        except FencedError:
            self.fenced += 1

    def _is_turn(self, partition: int) -> bool:
        left = self._doom.get(partition)
        if left is None:
            return False
        self._doom[partition] = left - 1
        if left > 1:
            return False
        del self._doom[partition]
        return True

    async def _again(self, records: Sequence[Record], _: int) -> None:
        for record in records:
            self._broker.append(record)

    async def _slow(self, _: Step) -> None:
        """Mostly nothing; now and then a pause, in which others go on."""
        if self._chance.random() < SLOW:
            await asyncio.sleep(self._chance.random() * story.SHORT)  # noqa: TID251 - virtual

    def _now(self) -> int:
        return MARCH_4 + int(asyncio.get_running_loop().time() * 1000)

    def _log(self) -> Log:
        broker = self._broker
        return Log(
            {n: [(s.offset, s.record.value or b"") for s in broker.read(TIMELINE, n)] for n in range(PARTITIONS)},
            [
                (s.offset, s.record.value or b"")
                for s in broker.read(WITHDRAWALS, committed=False)
                if _is_entry(s.record)
            ],
            {
                n: [decode_record("hub.audit.Sheet", s.record.value or b"") for s in broker.read(AUDIT, n)]
                for n in range(PARTITIONS)
            },
            {
                desk.name: [
                    headers["ce_id"].decode()
                    for headers in (dict(s.record.headers) for s in broker.read(desk.out_topic))
                    if headers["ce_type"] != b"receipt"
                ]
                for desk in DESKS
            },
        )


def _is_entry(record: Record) -> bool:
    return not (record.key or b"").startswith(b"barrier/")
