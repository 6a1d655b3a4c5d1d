"""Reads what a broker lets each name write in a second, and sets it as a plan says.

aiokafka has no words for it. Kafka's own: DescribeClientQuotas and AlterClientQuotas (KIP-546).
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Float64, Int8, Int16, Int32, Schema

from hub.kafka.broker_requests import END, kind
from hub.kafka.quotas import Quota
from hub.kafka.requests import Request
from hub.kafka.topic_admin import LOOK_EVERY, SETTLED_WITHIN, TopicsError

WRITES: Final = "producer_byte_rate"
USER: Final = "user"
NAMED: Final = 2
"""Whoever is named, not the rule for all others."""

_TEXT: Final = CompactString("utf-8")
_ENTITY: Final = CompactArray(("type", _TEXT), ("name", _TEXT), END)
_COMPONENTS: Final = CompactArray(("type", _TEXT), ("match", Int8), ("name", _TEXT), END)
_VALUES: Final = CompactArray(("key", _TEXT), ("value", Float64), END)
_DESCRIBE: Final = kind(
    "DescribeClientQuotas", 48, 1,
    Schema(("components", _COMPONENTS), ("strict", Boolean), END),
    Schema(
        ("throttle_time_ms", Int32), ("error_code", Int16), ("error_message", _TEXT),
        ("entries", CompactArray(("entity", _ENTITY), ("values", _VALUES), END)), END,
    ),
)  # fmt: skip
_CHANGES: Final = CompactArray(("key", _TEXT), ("value", Float64), ("remove", Boolean), END)
_ALTER: Final = kind(
    "AlterClientQuotas", 49, 1,
    Schema(("entries", CompactArray(("entity", _ENTITY), ("ops", _CHANGES), END)), ("validate_only", Boolean), END),
    Schema(
        ("throttle_time_ms", Int32),
        ("entries", CompactArray(("error_code", Int16), ("error_message", _TEXT), ("entity", _ENTITY), END)), END,
    ),
)  # fmt: skip


async def limits(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """What each name may write, bytes a second; who is not there has no limit. Raises TopicsError."""
    answer = await _ask(admin, Request(_DESCRIBE, ([(USER, NAMED, None, {})], True, {})))
    _check(answer["error_code"])
    return {
        entry["entity"][0]["name"]: int(value["value"])
        for entry in answer["entries"] or ()
        for value in entry["values"]
        if value["key"] == WRITES
    }


async def limit(admin: AIOKafkaAdminClient, quotas: Sequence[Quota]) -> None:
    """Set these, and return once the broker shows them. Raises TopicsError."""
    if not quotas:
        return
    entries: list[Any] = [
        ([(USER, one.user, {})], [(WRITES, float(one.bytes_a_second), False, {})], {}) for one in quotas
    ]
    answer = await _ask(admin, Request(_ALTER, (entries, False, {})))
    for entry in answer["entries"]:
        _check(entry["error_code"])
    await _settle(admin, quotas)


async def _settle(admin: AIOKafkaAdminClient, quotas: Sequence[Quota]) -> None:
    try:
        async with asyncio.timeout(SETTLED_WITHIN):
            shown = await limits(admin)
            while not {one.user: one.bytes_a_second for one in quotas}.items() <= shown.items():
                await asyncio.sleep(LOOK_EVERY)  # noqa: TID251 - between two looks at a condition
                shown = await limits(admin)
    except TimeoutError:
        raise TopicsError("the broker does not show the limits that it acknowledged") from None


async def _ask(admin: AIOKafkaAdminClient, request: Request) -> Any:
    return (await admin._send_request(request)).to_object()  # noqa: SLF001 - it has no other way


def _check(code: int) -> None:
    if code:
        raise TopicsError(f"limits: {for_code(code).__name__}")
