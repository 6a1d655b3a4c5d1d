"""What kills intake: a batch that was begun twice and never done is tried first, and what kills is set aside.

What is begun is noted beside the person index before anything of it is read. A batch that is done says nothing: the
next one begins behind it.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from agents import trial
from agents.trial import DEATHS
from hub.intake import opened, process
from hub.intake.event import Event, Identified, Received, Rules, Settled
from hub.intake.process import poisonous
from hub.log import Span

log = logging.getLogger("hub.intake")

NONE: Final[frozenset[int]] = frozenset()
SOMEBODY: Final = Settled("NEW", Identified("0" * 32, "UNRESOLVED"))
"""For a trial: whom an event is about does not matter."""


class Begins(Protocol):
    """hub.people.Index."""

    def begin(self, batches: Mapping[str, Span]) -> dict[str, int]:
        """Note what is taken now from each place; how often it was begun before in vain."""
        ...


@dataclass(frozen=True, slots=True)
class Breaker:
    """Looks at each batch before it is read."""

    people: Begins
    rules: Rules

    async def poison(self, received: Sequence[Received]) -> frozenset[int]:
        """Which of these records, from 0 on, kill whoever takes them in.

        Raises IndexUnavailableError, TrialFailedError.
        """
        vain = await asyncio.to_thread(self.people.begin, _spans(received))
        doubtful = [n for n, one in enumerate(received) if vain[_partition(one)] >= DEATHS]
        return await self._tried(received, doubtful) if doubtful else NONE

    async def _tried(self, received: Sequence[Received], doubtful: Sequence[int]) -> frozenset[int]:
        def decide(without: frozenset[int]) -> Iterator[None]:
            for number, n in enumerate(doubtful):
                self._judge(received[n], known=number in without)
                yield

        found = frozenset(doubtful[number] for number in await trial.poison(decide))
        log.warning("%d records were begun in vain; %d set aside", len(doubtful), len(found))
        return found

    def _judge(self, received: Received, *, known: bool) -> None:
        found = poisonous(received) if known else opened(received, self.rules)
        process(found, SOMEBODY if isinstance(found, Event) else None, self.rules)


def _spans(received: Sequence[Received]) -> dict[str, Span]:
    spans: dict[str, Span] = {}
    for one in received:
        before = spans.get(_partition(one), Span(one.offset, one.offset))
        spans[_partition(one)] = Span(min(before.first, one.offset), max(before.last, one.offset))
    return spans


def _partition(received: Received) -> str:
    return f"{received.topic}/{received.partition}"
