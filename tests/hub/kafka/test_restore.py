"""A client of Kafka is left again however it was begun. Tests with a broker see what is read."""

import asyncio
from typing import Any

import pytest
from typing_extensions import override

from hub.kafka.restore import started


class Client:
    """Behaves as aiokafka's clients do: a start or stop that is cancelled leaves open what it had opened."""

    def __init__(self) -> None:
        self.may_go_on, self.begun = asyncio.Event(), asyncio.Event()
        self.opened = 0

    async def start(self) -> None:
        self.opened += 1
        self.begun.set()
        await self.may_go_on.wait()

    async def stop(self) -> None:
        await self.may_go_on.wait()
        self.opened -= 1


class FailingClient(Client):
    @override
    async def start(self) -> None:
        self.opened += 1
        raise ConnectionRefusedError


async def use(client: Any, until: asyncio.Event) -> None:
    async with started(client):
        await until.wait()


async def test_a_start_that_is_cancelled_is_finished_and_stopped() -> None:
    client = Client()
    using = asyncio.create_task(use(client, asyncio.Event()))
    await client.begun.wait()
    using.cancel()
    client.may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert client.opened == 0


async def test_a_stop_that_is_cancelled_is_finished() -> None:
    client, ended = Client(), asyncio.Event()
    client.may_go_on.set()
    using = asyncio.create_task(use(client, ended))
    await client.begun.wait()
    client.may_go_on.clear()
    ended.set()
    using.cancel()
    client.may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert client.opened == 0


async def test_a_start_that_fails_is_stopped() -> None:
    client = FailingClient()
    client.may_go_on.set()
    with pytest.raises(ConnectionRefusedError):
        await use(client, asyncio.Event())
    assert client.opened == 0
