"""An EndTxn is sent once, and transactions follow each other without the library's pause.

aiokafka 0.14 sends EndTxn again within `commit_transaction()`, on the same epoch. Through a proxy that delivered the
first one late, it ended the *next* transaction half written: a sheet twice, or a disclosure without its permit. Sent
once, an unknown outcome is fatal: the process leaves, and the late EndTxn meets a newer epoch.
"""

import asyncio
from typing import Any

from aiokafka.producer import sender

PAUSE = 0.002
"""Seconds before a new transaction asks again while the last one's markers are written; 0.02 made 24 ms of 5.5."""


async def _send_once(self: Any, node_id: int) -> bool:
    response = await self._sender.client.send(node_id, self.create_request(), group=self.group)
    backoff = self.handle_response(response)  # a KafkaError above is not caught: outcome unknown
    if backoff is None:
        return True
    await asyncio.sleep(backoff)  # noqa: TID251 - the coordinator said "not yet": nothing was ended
    return False


def install() -> None:
    """Change aiokafka for this process; again and again does no harm."""
    sender.EndTxnHandler.do = _send_once
    sender.BACKOFF_OVERRIDE = PAUSE
