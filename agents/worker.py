"""The worker process: hosts the parts it is told to, says when all of them run, and ends when one of them does.

Exit codes: 0 after SIGTERM or SIGINT, 1 when a part failed. A supervisor starts it again; what was committed stands.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from agents import host, logs
from agents.host import Body, Loop
from agents.intake import Kept, rules_of, run_intake
from agents.ledger import run_ledger
from agents.sharing import Basis, run_sharing
from agents.watch import run_watch
from hub import credentials, directories, metrics, policies, settings
from hub.kafka.audit_reader import AuditReader
from hub.kafka.partition_log import Pace
from hub.kafka.pulse import Pulse
from hub.kafka.restore import Connection
from hub.model.directory import Directory
from hub.model.key_check import check_value
from hub.settings import Settings

log = logging.getLogger("hub.worker")

Part = Literal["intake", "sharing", "ledger"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)


@dataclass(slots=True)
class Readiness:
    """Knows which parts run already; says so once, in one line that ends in `ready`."""

    awaited: set[str]
    _said: bool = field(default=False, init=False)

    def of(self, part: str) -> Callable[[], None]:
        """To be called when that part runs."""

        def runs() -> None:
            self.awaited.discard(part)
            if not self.awaited and not self._said:
                self._said = True
                log.info("ready")

        return runs


def work(chosen: Settings, parts: Collection[Part], partitions: Collection[int] | None = None) -> None:
    """Host these parts; never returns. `partitions`: those to decide; None: what the group of workers leaves.

    Raises HubError, before anything runs, when settings, directory, policy or keys cannot be used.
    """
    logs.begin()
    bodies = _bodies(chosen, parts, partitions)
    metrics.serve(chosen.metrics_port, str(chosen.metrics_address))
    host.run("hub-worker", chosen.bootstrap, [_loop(name, body) for name, body in bodies])


def _loop(name: str, body: Body) -> Callable[[], Loop]:
    return lambda: Loop(name, body)


def _bodies(
    chosen: Settings, parts: Collection[Part], partitions: Collection[int] | None
) -> Iterable[tuple[str, Body]]:
    directory = directories.read(chosen.directory)
    policy, keys = policies.read(chosen.policy), settings.read_keys(chosen.key_file)
    connections = {part: credentials.connection(chosen, credentials.PART_OF[part]) for part in parts}
    readiness = Readiness(set(parts))
    basis = Basis(directory, policy, keys, Pace(timeout_ms=chosen.transaction_timeout_ms))
    rules, kept = rules_of(directory, policy, keys), Kept(chosen.people, chosen.repeat_days)

    async def intake(stopping: asyncio.Event) -> None:
        await run_intake(stopping, connections["intake"], rules, kept, readiness.of("intake"))

    async def sharing(stopping: asyncio.Event) -> None:
        await run_sharing(stopping, connections["sharing"], basis, partitions, readiness.of("sharing"))

    async def ledger(stopping: asyncio.Event) -> None:
        reader = AuditReader(connections["ledger"], directory.partitions)
        await run_ledger(stopping, reader, chosen.ledger, check_value(keys), readiness.of("ledger"))

    made: tuple[tuple[Part, Body], ...] = (("intake", intake), ("sharing", sharing), ("ledger", ledger))
    return [*((part, body) for part, body in made if part in parts), ("watch", _watch(connections, directory))]


def _watch(connections: Mapping[Part, Connection], directory: Directory) -> Body:
    """What looks at the broker from beside the parts, each under its part's name and at what that may see."""
    spoken = {desk.in_topic: desk.in_partitions for desk in directory.desks.values()}
    timeline = {"sharing": directory.partitions}
    topics = {"intake": spoken}
    pulses = [Pulse(there, timeline.get(part, 0), topics.get(part, {})) for part, there in connections.items()]

    async def watch(stopping: asyncio.Event) -> None:
        await run_watch(stopping, pulses)

    return watch
