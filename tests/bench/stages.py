"""Where the processor time of sharing goes: a clock around each stage, by the names that the stages have.

The clocks cost a few microseconds an event themselves. So they run in a run of their own, and give shares.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from importlib import import_module
from typing import Any, Final

from typing_extensions import override

from hub.kafka.partition_log import PartitionLog
from hub.kafka.transactor import Transactor
from hub.sharing.registers import Registers

READ, BARRIER, DECODE, FOLD, DECIDE, JOIN, ENCODE, WRITE, COMMIT, REST = STAGES = (
    "read", "barrier", "decode entry", "registers, fold, candidates", "decide", "join", "encode sheet and records",
    "write", "commit", "network and event loop",
)  # fmt: skip

_SYNC: Final = (
    ("hub.sharing.registers", "read", DECODE),
    ("hub.sharing.process", "rulings", DECIDE),
    ("hub.sharing.decide", "join", JOIN),
    ("hub.kafka.transactor", "pack", WRITE),
)
_METHODS: Final = ("_outcome", "after")
"""Of the registers: FOLD is what is left of them once the stages inside have taken theirs."""
_ASYNC: Final = (
    (PartitionLog, "take", READ),
    (PartitionLog, "_begin", BARRIER),
    (Transactor, "write", WRITE),
    (Transactor, "commit", COMMIT),
)
_TASKS: Final = {"Fetcher": READ, "Sender": WRITE, "WithdrawalsReader": BARRIER}
"""Tasks that run beside the loop, by the class whose they are."""


class Stages:
    """Seconds of this thread by stage; the innermost stage that is open counts."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._open: list[str] = [REST]
        self._since = time.thread_time()

    @classmethod
    def installed(cls) -> "Stages":
        """Put the clocks in; for the rest of this process."""
        stages = cls()
        for module, name, stage in _SYNC:
            place = import_module(module)
            setattr(place, name, stages.around(stage, getattr(place, name)))
        for name in _METHODS:
            setattr(Registers, name, stages.around(FOLD, getattr(Registers, name)))
        for owner, name, stage in _ASYNC:
            setattr(owner, name, stages.stepped(stage, getattr(owner, name)))
        shell = import_module("agents.sharing")
        generate = shell.records
        setattr(shell, "records", stages.around(ENCODE, generate))  # noqa: B010
        asyncio.get_running_loop().set_task_factory(stages.task)
        return stages

    def reset(self) -> None:
        """Forget what came before."""
        self.switch()
        self.seconds.update(dict.fromkeys(STAGES, 0.0))

    def switch(self) -> None:
        """Give the time so far to the stage that is open."""
        now = time.thread_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def run(self, stage: str, call: Callable[[], Any]) -> Any:
        """The call, its time given to the stage."""
        self.switch()
        self._open.append(stage)
        try:
            return call()
        finally:
            self.switch()
            self._open.pop()

    def around(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a clock around it."""

        @wraps(function)
        def timed(*given: Any) -> Any:
            return self.run(stage, partial(function, *given))

        return timed

    def stepped(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The coroutine function with a clock around each of its steps."""

        @wraps(function)
        def timed(*given: Any, **named: Any) -> Stepped:
            return Stepped(function(*given, **named), stage, self)

        return timed

    def task(self, loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
        """A task with a clock around each of its steps."""
        owner = getattr(work, "__qualname__", "").partition(".")[0]
        return asyncio.Task(Stepped(work, _TASKS.get(owner, REST), self), loop=loop, **named)


class Stepped(Coroutine[Any, Any, Any]):
    """A coroutine whose every step is timed."""

    def __init__(self, inner: Coroutine[Any, Any, Any], stage: str, stages: Stages) -> None:
        self._inner, self._stage, self._stages = inner, stage, stages

    @override
    def send(self, value: Any) -> Any:
        """One step."""
        return self._stages.run(self._stage, partial(self._inner.send, value))

    @override
    def throw(self, *error: Any) -> Any:
        """One step, with an error."""
        return self._stages.run(self._stage, partial(self._inner.throw, *error))

    @override
    def close(self) -> None:
        """No more steps."""
        self._inner.close()

    @override
    def __await__(self) -> Any:
        return self

    def __iter__(self) -> "Stepped":
        return self

    def __next__(self) -> Any:
        return self.send(None)
