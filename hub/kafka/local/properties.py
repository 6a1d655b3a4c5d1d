"""What a broker on this machine is told: small, quick to settle, and as strict as in production."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.kafka.local.ports import HOST

Properties = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Address:
    """Where one node listens: for clients, and for the other controllers."""

    broker: int
    controller: int

    @property
    def bootstrap(self) -> str:
        """The address as clients write it."""
        return f"{HOST}:{self.broker}"


def server(number: int, addresses: Sequence[Address], changes: Properties) -> dict[str, str]:
    """Return all properties of node ``number`` (counted from 1); ``changes`` have the last word."""
    own = addresses[number - 1]
    return {**_place(number, own, addresses), **_copies(len(addresses)), **SMALL, **STRICT, **changes}


def text(properties: Properties) -> str:
    """Return the properties as a file that Java reads."""
    return "".join(f"{name}={_escaped(value)}\n" for name, value in sorted(properties.items()))


def _escaped(value: str) -> str:
    # JSON escapes as Java's property files do.
    return json.dumps(value)[1:-1]


def _place(number: int, own: Address, addresses: Sequence[Address]) -> dict[str, str]:
    voters = (f"{n}@{HOST}:{address.controller}" for n, address in enumerate(addresses, 1))
    return {
        "process.roles": "broker,controller",
        "node.id": str(number),
        "controller.quorum.voters": ",".join(voters),
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{own.bootstrap},CONTROLLER://{HOST}:{own.controller}",
        "advertised.listeners": f"PLAINTEXT://{own.bootstrap}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        # Relative to the node's folder, so that no path with a comma or an accent is ever written.
        "log.dirs": "data",
    }


def _copies(nodes: int) -> dict[str, str]:
    copies, in_sync = str(min(nodes, 3)), str(min(nodes, 2))
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


SMALL = {
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "4",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.threads": "1",
    # By default a quarter of the heap.
    "log.cleaner.dedupe.buffer.size": "16777216",
}

STRICT = {
    "auto.create.topics.enable": "false",
    "delete.topic.enable": "true",
    "unclean.leader.election.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "message.max.bytes": "1048588",
    # A broker that died, or comes back after a crash, is noticed in half the usual time.
    "broker.heartbeat.interval.ms": "1000",
    "broker.session.timeout.ms": "4000",
    # One hung transaction hides all later copies of its recipients until it is aborted.
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
}
