"""Reads what a broker allows, and allows more as a plan says.

aiokafka knows the form of these requests and offers no call for them. What it has as the newest form of the question is
really the older one under a newer number, which a broker cannot read; so the older is asked.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest_v1, DescribeAclsRequest_v1

from hub.kafka.acls import Acl
from hub.kafka.requests import Request
from hub.kafka.topic_admin import LOOK_EVERY, SETTLED_WITHIN, TopicsError

NO_ACCESS_CONTROL: Final = 54
"""Kafka's SECURITY_DISABLED: this broker lets everybody do everything."""
ANY: Final = 1
ALLOW: Final = 3
TYPES: Final = {2: "TOPIC", 3: "GROUP", 4: "CLUSTER", 5: "TRANSACTIONAL_ID", 6: "DELEGATION_TOKEN", 7: "USER"}
PATTERNS: Final = {3: "LITERAL", 4: "PREFIXED"}
OPERATIONS: Final = {
    2: "ALL", 3: "READ", 4: "WRITE", 5: "CREATE", 6: "DELETE", 7: "ALTER", 8: "DESCRIBE", 9: "CLUSTER_ACTION",
    10: "DESCRIBE_CONFIGS", 11: "ALTER_CONFIGS", 12: "IDEMPOTENT_WRITE", 13: "CREATE_TOKENS", 14: "DESCRIBE_TOKENS",
    15: "TWO_PHASE_COMMIT",
}  # fmt: skip


async def allowed(admin: AIOKafkaAdminClient) -> frozenset[Acl] | None:
    """All that the broker allows somebody; None: it has no access control, so that everybody may do everything.

    What it denies is left out: that opens nothing. Raises TopicsError when it may not be asked.
    """
    answer = await admin._send_request(Request(DescribeAclsRequest_v1, (ANY, None, ANY, None, None, ANY, ANY)))  # noqa: SLF001
    if answer.error_code == NO_ACCESS_CONTROL:
        return None
    _check(answer.error_code)
    return frozenset(
        _acl(place, held) for *place, acls in answer.resources for *held, permission in acls if permission == ALLOW
    )


async def allow(admin: AIOKafkaAdminClient, acls: Sequence[Acl]) -> None:
    """Allow these, and return once the broker shows them. Raises TopicsError."""
    if not acls:
        return
    answer = await admin._send_request(Request(CreateAclsRequest_v1, ([_written(acl) for acl in acls],)))  # noqa: SLF001
    for code, _ in answer.creation_responses:
        _check(code)
    await _settle(admin, frozenset(acls))


async def _settle(admin: AIOKafkaAdminClient, acls: frozenset[Acl]) -> None:
    try:
        async with asyncio.timeout(SETTLED_WITHIN):
            shown = await allowed(admin)
            while shown is None or not acls <= shown:
                await asyncio.sleep(LOOK_EVERY)  # noqa: TID251 - between two looks at a condition
                shown = await allowed(admin)
    except TimeoutError:
        raise TopicsError("the broker does not show the access that it acknowledged") from None


def _acl(place: Sequence[Any], held: Sequence[Any]) -> Acl:
    """In words; what has none keeps Kafka's number, and so is like nothing that was asked for."""
    kind, name, pattern = place
    principal, host, operation = held
    return Acl(principal, _word(OPERATIONS, operation), _word(TYPES, kind), name, _word(PATTERNS, pattern), host)


def _written(acl: Acl) -> tuple[Any, ...]:
    kind, pattern = _code(TYPES, acl.resource), _code(PATTERNS, acl.pattern)
    return (kind, acl.name, pattern, acl.principal, acl.host, _code(OPERATIONS, acl.operation), ALLOW)


def _word(words: Mapping[int, str], code: int) -> str:
    return words.get(code, str(code))


def _code(words: Mapping[int, str], word: str) -> int:
    return next(code for code, known in words.items() if known == word)


def _check(code: int) -> None:
    if code:
        raise TopicsError(f"access control: {for_code(code).__name__}")
