"""The ledger's sink: what hub.audit holds goes into SQL, each sheet once, in order.

The loop is only: read, record, go on. A sheet that cannot be read or recorded ends it with a code, loudly: an auditor
who is answered from a record with a hole in it is misled.
"""

import asyncio
import logging
from collections.abc import Callable

from hub import metrics
from hub.kafka.audit_reader import AuditReader
from hub.ledger import database, store
from hub.model.errors import HubError

log = logging.getLogger("hub.ledger")


async def run_ledger(
    stopping: asyncio.Event, reader: AuditReader, url: str, keys_check: str, ready: Callable[[], None] = lambda: None
) -> None:
    """Record sheets in the database at `url` until `stopping` is set, then return. Calls `ready` once it reads on.

    `keys_check`: the check value of the keys that the sheets are made with. Raises HubError when the record cannot go
    on; nothing of the batch at hand is recorded then.
    """
    try:
        await _record(stopping, reader, url, keys_check, ready)
    except HubError as error:
        log.error("the ledger stops: %s", error)  # noqa: TRY400 - such a text holds codes and places, a trace might not
        raise


async def _record(
    stopping: asyncio.Event, reader: AuditReader, url: str, keys_check: str, ready: Callable[[], None]
) -> None:
    engine = await asyncio.to_thread(database.create, url)
    try:
        async with reader:
            since = await asyncio.to_thread(store.begin, engine, keys_check)
            await reader.open(since)
            log.info("the ledger reads on")
            metrics.ledger(running=True)
            ready()
            while not stopping.is_set():
                if taken := await reader.take():
                    since = await asyncio.to_thread(store.append, engine, taken, since)
                metrics.ledger_lag(await reader.behind())
    finally:
        metrics.ledger(running=False)
        engine.dispose()
