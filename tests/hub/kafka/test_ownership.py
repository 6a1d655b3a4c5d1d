"""What is wished comes to run, what stays never stops, and what ends unasked ends everything."""

import asyncio
from collections.abc import Callable

import pytest

from hub.kafka.ownership import Reconciler, Wish
from hub.model.errors import FencedError, LoopEndedError


class Loops:
    """Loops that note what becomes of them, and end when told to, or at once."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.stopped: list[int] = []
        self.fails: dict[int, asyncio.Event] = {}
        self.happened = asyncio.Event()

    async def own(self, partition: int, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        self.started.append(partition)
        ready()
        self.happened.set()
        fail = self.fails.setdefault(partition, asyncio.Event())
        ends = [asyncio.ensure_future(event.wait()) for event in (stop, fail)]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        self.stopped.append(partition)
        self.happened.set()
        if fail.is_set():
            raise ValueError("canary")

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                self.happened.clear()
                await self.happened.wait()


async def test_a_partition_that_stays_never_stops() -> None:
    loops, wish, stopping = Loops(), Wish({1, 2}), asyncio.Event()
    running = asyncio.create_task(Reconciler(loops.own, wish, lambda: None).run(stopping))
    await loops.until(lambda: loops.started == [1, 2])
    wish.become({2, 3})
    await loops.until(lambda: loops.started == [1, 2, 3] and loops.stopped == [1])
    stopping.set()
    await running
    assert (sorted(loops.started), sorted(loops.stopped)) == ([1, 2, 3], [1, 2, 3])


async def test_a_partition_wished_again_while_it_stops_is_started_again() -> None:
    loops, wish, stopping = Loops(), Wish({1}), asyncio.Event()
    running = asyncio.create_task(Reconciler(loops.own, wish, lambda: None).run(stopping))
    await loops.until(lambda: loops.started == [1])
    wish.become(())
    wish.become({1})
    wish.become(())
    await loops.until(lambda: loops.stopped == [1])
    wish.become({1})
    await loops.until(lambda: loops.started == [1, 1])
    stopping.set()
    await running


async def test_a_loop_that_fails_ends_all_others_and_says_only_what_kind_of_error_it_was() -> None:
    loops = Loops()
    running = asyncio.create_task(Reconciler(loops.own, Wish({1, 2}), lambda: None).run(asyncio.Event()))
    await loops.until(lambda: loops.started == [1, 2])
    loops.fails[2].set()
    with pytest.raises(LoopEndedError, match=r"^partition 2: ValueError$"):
        await running
    assert sorted(loops.stopped) == [1, 2]


async def test_of_the_hubs_own_errors_the_text_is_told_too() -> None:
    async def fenced(_: int, __: asyncio.Event, ___: Callable[[], None]) -> None:
        raise FencedError("FENCED")

    with pytest.raises(LoopEndedError, match="partition 7: FencedError: FENCED"):
        await Reconciler(fenced, Wish({7}), lambda: None).run(asyncio.Event())


async def test_a_loop_that_returns_unasked_is_a_failure() -> None:
    async def returns(_: int, __: asyncio.Event, ___: Callable[[], None]) -> None:
        return

    with pytest.raises(LoopEndedError, match="partition 7: returned"):
        await Reconciler(returns, Wish({7}), lambda: None).run(asyncio.Event())


async def test_a_loop_that_is_fenced_while_it_is_given_up_harms_nobody() -> None:
    wish, stopping, fenced = Wish({1, 2}), asyncio.Event(), asyncio.Event()

    async def own(partition: int, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        ready()
        await stop.wait()
        if partition == 1:
            fenced.set()
            raise ValueError

    running = asyncio.create_task(Reconciler(own, wish, lambda: wish.become({2})).run(stopping))
    await asyncio.wait_for(fenced.wait(), 5)
    stopping.set()
    await running


async def test_a_loop_that_fails_while_the_process_ends_is_told() -> None:
    stopping = asyncio.Event()

    async def own(_: int, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        ready()
        await stop.wait()
        raise ValueError

    with pytest.raises(LoopEndedError, match="partition 1: ValueError"):
        await Reconciler(own, Wish({1}), stopping.set).run(stopping)


async def test_ready_is_said_once_when_all_that_is_wished_first_is_decided() -> None:
    loops, wish, stopping, said = Loops(), Wish(), asyncio.Event(), list[str]()
    running = asyncio.create_task(Reconciler(loops.own, wish, lambda: said.append("ready")).run(stopping))
    assert said == []
    wish.become({1, 2})
    await loops.until(lambda: loops.started == [1, 2])
    wish.become({1, 2, 3})
    await loops.until(lambda: loops.started == [1, 2, 3])
    assert said == ["ready"]
    stopping.set()
    await running


async def test_a_worker_that_is_wished_nothing_is_ready_as_soon_as_that_is_known() -> None:
    said, stopping = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(Reconciler(Loops().own, Wish(()), said.set).run(stopping))
    await asyncio.wait_for(said.wait(), 5)
    stopping.set()
    await running
