"""What becomes of a process whose loop ends: exit codes, and no word of the exception's text."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process

import pytest

pytestmark = pytest.mark.slow

PROGRAM = """
import asyncio, sys
from agents import logs
from agents.host import Loop, run

logs.begin()

async def body(stopping):
    print("running", flush=True)
    if ends == "raises":
        raise ValueError("canary")
    if ends == "returns":
        return
    if ends == "is cancelled":
        raise asyncio.CancelledError
    if ends == "leaves a task":
        asyncio.create_task(other())
    await stopping.wait()
    if ends == "does not finish":
        await asyncio.Event().wait()
    print("finished", flush=True)
    if ends == "fails at last":
        raise ValueError("canary")

async def other():
    raise ValueError("canary")

async def another(stopping):
    await stopping.wait()
    print("another finished", flush=True)

ends = sys.argv[1]
run("test", "127.0.0.1:1", [lambda: Loop("body", body, grace=0.2), lambda: Loop("another", another)])
"""


async def start(ends: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, ends, stdout=PIPE, stderr=PIPE)


async def ended(ends: str, *signals: signal.Signals) -> tuple[int | None, str, str]:
    process = await start(ends)
    assert process.stdout is not None
    first = await process.stdout.readline()
    for one in signals:
        process.send_signal(one)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, (first + out).decode(), err.decode()


def last_line(err: str) -> str:
    """The last that the process itself logged: an interpreter that ends may say something of its own after it."""
    return [line for line in err.splitlines() if " hub.worker " in line][-1]


async def test_a_loop_that_ends_by_itself_ends_the_process_with_one() -> None:
    for code, out, err in await asyncio.gather(*(ended(ends) for ends in ("raises", "returns", "is cancelled"))):
        assert code == 1
        assert "another finished" in out
        assert "LoopEndedError" in err
        assert "ended by a failure: " in last_line(err)
        assert "; what was committed stands" in last_line(err)
        assert "canary" not in err


async def test_a_signal_lets_every_loop_finish_and_ends_the_process_with_nothing() -> None:
    signals = (signal.SIGTERM, signal.SIGINT)
    for code, out, err in await asyncio.gather(*(ended("finishes", one) for one in signals)):
        assert (code, set(out.splitlines())) == (0, {"running", "finished", "another finished"})
        assert "stopped as told" in last_line(err)


async def test_a_loop_that_fails_while_it_finishes_ends_the_process_with_one() -> None:
    code, out, err = await ended("fails at last", signal.SIGTERM)
    assert (code, "finished" in out, "canary" in err) == (1, True, False)


async def test_a_loop_that_does_not_finish_in_time_ends_the_process_with_one() -> None:
    code, out, err = await ended("does not finish", signal.SIGTERM)
    assert (code, "another finished" in out) == (1, True)
    assert "body did not finish" in err


async def test_not_even_a_forgotten_task_gets_its_exceptions_text_logged() -> None:
    code, _, err = await ended("leaves a task", signal.SIGTERM)
    assert code == 0
    assert "never retrieved (ValueError)" in err
    assert "canary" not in err
