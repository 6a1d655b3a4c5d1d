"""The demo ends when it is told to, whatever it waited for at that moment."""

import asyncio
import contextlib

import pytest

from hub.demo.show import obey


async def _swallowing() -> None:
    """Goes on although it was told to end, as a library may."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


async def test_a_task_that_was_told_to_end_ends_although_what_it_waited_for_went_on() -> None:
    async def play() -> None:
        await _swallowing()
        obey()

    playing = asyncio.create_task(play())
    asyncio.get_running_loop().call_soon(playing.cancel)
    with pytest.raises(asyncio.CancelledError):
        await playing


async def test_a_task_that_nobody_told_to_end_goes_on() -> None:
    async def play() -> str:
        async with asyncio.Lock():
            pass
        obey()
        return "went on"

    assert await asyncio.create_task(play()) == "went on"
