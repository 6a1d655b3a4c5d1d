"""Who may do what on the broker: it follows from the directory, as the topics do, and whatever is not here is refused.

A desk speaks on its own topic and listens on its own, and can name no other's. Each process of the hub has a name of
its own and no more than it needs. Kafka refuses what no rule allows, and a rule that allows too much is shown: it could
open one desk's copies to another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from hub.log import AUDIT, KEYRING, QUARANTINE, STATE, STATISTICS, TIMELINE, WITHDRAWALS
from hub.model.directory import Desk, Directory

Resource = Literal["TOPIC", "GROUP", "TRANSACTIONAL_ID"]
Pattern = Literal["LITERAL", "PREFIXED"]
Operation = Literal["READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS"]

INTAKE: Final = "User:hub-intake"
SHARING: Final = "User:hub-sharing"
LEDGER: Final = "User:hub-ledger"
STATISTICIAN: Final = "User:hub-statistics"
"""No desk can have such a name: a desk's has a full stop in it."""

INTAKE_GROUP: Final = "hub.intake"
SHARING_GROUP: Final = "hub-sharing"
STATISTICS_GROUP: Final = "hub-statistics"
TRANSACTIONS: Final = "hub-sharing-"
"""Begins the transactional id of each partition of the timeline; who may use one can fence the worker that decides."""
ANYWHERE: Final = "*"


@dataclass(frozen=True, slots=True, order=True)
class Acl:
    """One thing that one principal may do. To read or to write a topic is also to see that it is there."""

    principal: str
    operation: str
    resource: str
    name: str
    pattern: str = "LITERAL"
    host: str = ANYWHERE

    def told(self) -> str:
        """In plain words."""
        name = f"{self.name}*" if self.pattern == "PREFIXED" else self.name
        where = "" if self.host == ANYWHERE else f" from {self.host}"
        return f"{self.principal} may {self.operation} {self.resource} {name}{where}"


@dataclass(frozen=True, slots=True)
class Grant:
    """Something that is needed is not allowed yet."""

    acl: Acl

    def told(self) -> str:
        """In plain words."""
        return f"allow: {self.acl.told()}"


@dataclass(frozen=True, slots=True)
class Excess:
    """Something is allowed on what is the hub's that the directory does not ask for. It is shown, never removed."""

    acl: Acl

    def told(self) -> str:
        """In plain words."""
        return f"TOO MUCH: {self.acl.told()}; take it away with kafka-acls.sh --remove unless you know why it is there"


Access = Grant | Excess


def wanted_acls(directory: Directory) -> tuple[Acl, ...]:
    """All that this directory needs to be allowed: the hub's processes first, then desk by desk."""
    desks = (acl for _, desk in sorted(directory.desks.items()) for acl in _desk(desk))
    return (*_intake(), *_sharing(), *_ledger(), *_statistics(), *desks)


def plan_acls(wanted: Iterable[Acl], actual: Iterable[Acl]) -> tuple[Access, ...]:
    """What makes the one into the other, in the order of `wanted`; then what is allowed besides on the hub's own."""
    needed, there = tuple(wanted), frozenset(actual)
    grants = (Grant(acl) for acl in needed if acl not in there)
    besides = (Excess(acl) for acl in sorted(there.difference(needed)) if _ours(acl))
    return (*grants, *besides)


def grants(planned: Iterable[Access]) -> tuple[Acl, ...]:
    """What is to be allowed."""
    return tuple(access.acl for access in planned if isinstance(access, Grant))


def excesses(planned: Iterable[Access]) -> tuple[Acl, ...]:
    """What is allowed and should not be."""
    return tuple(access.acl for access in planned if isinstance(access, Excess))


def _desk(desk: Desk) -> tuple[Acl, ...]:
    user = f"User:{desk.name}"
    return (
        Acl(user, "WRITE", "TOPIC", desk.in_topic),
        Acl(user, "READ", "TOPIC", desk.out_topic),
        Acl(user, "READ", "GROUP", desk.name),
    )


def _intake() -> tuple[Acl, ...]:
    return (
        Acl(INTAKE, "READ", "TOPIC", "in.", "PREFIXED"),
        Acl(INTAKE, "READ", "GROUP", INTAKE_GROUP),
        Acl(INTAKE, "READ", "TOPIC", KEYRING),
        # The counter at which consents are taken shows what is on record, and counts on from it.
        Acl(INTAKE, "READ", "TOPIC", STATE),
        *_all(INTAKE, "WRITE", TIMELINE, WITHDRAWALS, QUARANTINE, KEYRING),
    )


def _sharing() -> tuple[Acl, ...]:
    return (
        Acl(SHARING, "WRITE", "TRANSACTIONAL_ID", TRANSACTIONS, "PREFIXED"),
        Acl(SHARING, "READ", "GROUP", SHARING_GROUP),
        *_all(SHARING, "READ", TIMELINE, WITHDRAWALS, STATE, AUDIT, KEYRING),
        # On the timeline: withdrawals that it never brought, appended again.
        *_all(SHARING, "WRITE", TIMELINE, WITHDRAWALS, STATE, AUDIT, KEYRING),
        # What kills whoever decides it is set aside.
        Acl(SHARING, "WRITE", "TOPIC", QUARANTINE),
        Acl(SHARING, "WRITE", "TOPIC", "out.", "PREFIXED"),
        # It refuses a timeline that its writers stamp. It asks about every topic that it sees.
        *_all(SHARING, "DESCRIBE_CONFIGS", TIMELINE, WITHDRAWALS, STATE, AUDIT, QUARANTINE, KEYRING),
        Acl(SHARING, "DESCRIBE_CONFIGS", "TOPIC", "out.", "PREFIXED"),
    )


def _ledger() -> tuple[Acl, ...]:
    return _all(LEDGER, "READ", AUDIT)


def _statistics() -> tuple[Acl, ...]:
    return (
        Acl(STATISTICIAN, "READ", "GROUP", STATISTICS_GROUP),
        *_all(STATISTICIAN, "READ", AUDIT, STATISTICS),
        *_all(STATISTICIAN, "WRITE", STATISTICS),
    )


def _all(principal: str, operation: Operation, *topics: str) -> tuple[Acl, ...]:
    return tuple(Acl(principal, operation, "TOPIC", topic) for topic in topics)


def _ours(acl: Acl) -> bool:
    """Whether it can touch a topic, group or transaction of the hub or of a desk."""
    if acl.resource not in {"TOPIC", "GROUP", "TRANSACTIONAL_ID"}:
        return False
    if acl.name == "*" or acl.resource == "GROUP":
        return True
    return any(_meet(acl, begin) for begin in ("in.", "out.", "hub.", TRANSACTIONS))


def _meet(acl: Acl, begin: str) -> bool:
    return acl.name.startswith(begin) or (acl.pattern == "PREFIXED" and begin.startswith(acl.name))
