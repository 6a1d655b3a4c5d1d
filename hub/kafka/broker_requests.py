"""What aiokafka has no words for: what time a broker has, which transactions are open, and in which groups anybody is.

A broker tells its time to nobody, but whoever leads the cluster's metadata says of itself that it was up to date just
now. Kafka's own names of the requests: DescribeQuorum (KIP-836), ListTransactions and DescribeTransactions (KIP-664),
and ListGroups, whose states aiokafka does not read.
"""

from typing import Any, Final, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.api import RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Int64, Schema, TaggedFields

from hub.kafka.requests import Request

METADATA: Final = "__cluster_metadata"
ONGOING: Final = "Ongoing"
NOBODY_IN: Final = frozenset({"Empty", "Dead"})
"""States of a group without members."""


class OpenTransaction(NamedTuple):
    """One that was begun and neither committed nor aborted."""

    transactional_id: str
    began_at: int
    """Milliseconds UTC by its coordinator's clock."""
    timeout_ms: int
    """After which the broker is to abort it."""


def kind(name: str, key: int, version: int, asks: Schema, answers: Schema) -> Any:
    """A request that aiokafka does not know, by Kafka's name, key and version; what it asks and what is answered."""
    known = {"API_KEY": key, "API_VERSION": version}
    answer = type(f"{name}Answer", (Response,), {**known, "SCHEMA": answers})
    return type(name, (RequestStruct,), {**known, "FLEXIBLE_VERSION": True, "RESPONSE_TYPE": answer, "SCHEMA": asks})


_TEXT: Final = CompactString("utf-8")
END: Final = ("tags", TaggedFields)
"""Of each part of a message."""
_REPLICAS: Final = CompactArray(("id", Int32), ("end", Int64), ("fetched_at", Int64), ("caught_up_at", Int64), END)
_STATES: Final = ("voters", _REPLICAS), ("observers", _REPLICAS)
_LEADER: Final = ("leader", Int32), ("epoch", Int32), ("high_watermark", Int64)
_PARTITIONS: Final = CompactArray(("index", Int32), ("error_code", Int16), *_LEADER, *_STATES, END)
_WRITTEN: Final = CompactArray(("name", _TEXT), ("partitions", CompactArray(Int32)), END)
_DESCRIBED: Final = CompactArray(
    ("error_code", Int16), ("id", _TEXT), ("state", _TEXT), ("timeout_ms", Int32), ("began_at", Int64),
    ("producer", Int64), ("epoch", Int16), ("topics", _WRITTEN), END,
)  # fmt: skip

_QUORUM: Final = kind(
    "DescribeQuorum", 55, 1,
    Schema(("topics", CompactArray(("name", _TEXT), ("partitions", CompactArray(("index", Int32), END)), END)), END),
    Schema(("error_code", Int16), ("topics", CompactArray(("name", _TEXT), ("partitions", _PARTITIONS), END)), END),
)  # fmt: skip
_LIST: Final = kind(
    "ListTransactions", 66, 0,
    Schema(("states", CompactArray(_TEXT)), ("producers", CompactArray(Int64)), END),
    Schema(
        ("throttle_time_ms", Int32), ("error_code", Int16), ("unknown_states", CompactArray(_TEXT)),
        ("transactions", CompactArray(("id", _TEXT), ("producer", Int64), ("state", _TEXT), END)), END,
    ),
)  # fmt: skip
_DESCRIBE: Final = kind(
    "DescribeTransactions", 65, 0,
    Schema(("ids", CompactArray(_TEXT)), END),
    Schema(("throttle_time_ms", Int32), ("transactions", _DESCRIBED), END),
)  # fmt: skip


_GROUPS: Final = kind(
    "ListGroups", 16, 4,
    Schema(("states", CompactArray(_TEXT)), END),
    Schema(
        ("throttle_time_ms", Int32), ("error_code", Int16),
        ("groups", CompactArray(("id", _TEXT), ("protocol_type", _TEXT), ("state", _TEXT), END)), END,
    ),
)  # fmt: skip


async def broker_time(admin: AIOKafkaAdminClient) -> int:
    """Milliseconds UTC by the clock of whoever leads the cluster's metadata. Raises KafkaError."""
    answer = await _ask(admin, Request(_QUORUM, ([(METADATA, [(0, {})], {})], {})))
    partitions = [one for topic in answer["topics"] for one in topic["partitions"]]
    if code := next((one["error_code"] for one in (answer, *partitions) if one["error_code"]), 0):
        raise for_code(code)
    return int(max(voter["caught_up_at"] for one in partitions for voter in one["voters"]))


async def open_transactions(admin: AIOKafkaAdminClient) -> list[OpenTransaction]:
    """Every transaction that is open now, whoever began it. Raises KafkaError."""
    brokers = [broker.nodeId for broker in admin._client.cluster.brokers()]  # noqa: SLF001 - each knows its own
    return [one for broker in brokers for one in await _open(admin, broker)]


async def peopled_groups(admin: AIOKafkaAdminClient) -> frozenset[str]:
    """The groups in which somebody is now. Raises KafkaError."""
    brokers = [broker.nodeId for broker in admin._client.cluster.brokers()]  # noqa: SLF001 - each knows its own
    answers = [await _ask(admin, Request(_GROUPS, ([], {})), broker) for broker in brokers]
    if code := next((one["error_code"] for one in answers if one["error_code"]), 0):
        raise for_code(code)
    return frozenset(one["id"] for answer in answers for one in answer["groups"] if one["state"] not in NOBODY_IN)


async def _open(admin: AIOKafkaAdminClient, broker: int) -> list[OpenTransaction]:
    listed = await _ask(admin, Request(_LIST, ([ONGOING], [], {})), broker)
    if listed["error_code"]:
        raise for_code(listed["error_code"])
    ids = [one["id"] for one in listed["transactions"]]
    described = await _ask(admin, Request(_DESCRIBE, (ids, {})), broker)
    still = [one for one in described["transactions"] if one["state"] == ONGOING]
    return [OpenTransaction(one["id"], one["began_at"], one["timeout_ms"]) for one in still]


async def _ask(admin: AIOKafkaAdminClient, request: Request, broker: int | None = None) -> Any:
    return (await admin._send_request(request, broker)).to_object()  # noqa: SLF001 - it has no other way
