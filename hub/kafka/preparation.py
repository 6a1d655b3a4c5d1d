"""A broker compared with the directory and made ready: its topics, who may do what with them, and how much."""

from typing import NamedTuple

from aiokafka.admin import AIOKafkaAdminClient

from hub.kafka import acl_admin, quota_admin, topic_admin, topics
from hub.kafka.acls import Access, Acl, excesses, grants, plan_acls, wanted_acls
from hub.kafka.quotas import Limit, Quota, plan_quotas, wanted_quotas
from hub.kafka.restore import Connection
from hub.kafka.topics import Change, Topic, pending, plan, refusals
from hub.model.directory import Directory


class Wanted(NamedTuple):
    """What the directory asks of a broker."""

    topics: tuple[Topic, ...]
    acls: tuple[Acl, ...]
    quotas: tuple[Quota, ...] = ()


class Planned(NamedTuple):
    """What makes a broker so. `access` None: it has no access control."""

    changes: tuple[Change, ...]
    access: tuple[Access, ...] | None
    limits: tuple[Limit, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether something must not be done, and so nothing is."""
        return bool(refusals(self.changes))

    @property
    def must_not_be(self) -> bool:
        """Whether there is something that must not be: a refusal, or somebody who may do too much."""
        return self.refused or bool(excesses(self.access or ()))

    @property
    def pending(self) -> bool:
        """Whether there is something to do."""
        return bool(pending(self.changes) or grants(self.access or ()) or self.limits)

    @property
    def told(self) -> tuple[str, ...]:
        """In plain words, a line each."""
        return tuple(change.told() for change in (*self.changes, *(self.access or ()), *self.limits))


def wanted(directory: Directory, replication: int) -> Wanted:
    """What this directory asks of a broker, each topic kept by so many."""
    return Wanted(topics.wanted(directory, replication), wanted_acls(directory), wanted_quotas(directory))


async def planned(connection: Connection, wanted: Wanted) -> Planned:
    """What the broker lacks. Raises TopicsError."""
    async with topic_admin.connected(connection) as admin:
        return await compared(admin, wanted)


async def applied(connection: Connection, wanted: Wanted) -> Planned:
    """What it lacked and has now; nothing is done while something is refused. Raises TopicsError."""
    async with topic_admin.connected(connection) as admin:
        lacked = await compared(admin, wanted)
        if not lacked.refused:
            await topic_admin.apply(admin, lacked.changes)
            await topic_admin.settle(admin, wanted.topics)
            await acl_admin.allow(admin, grants(lacked.access or ()))
            await quota_admin.limit(admin, [limit.quota for limit in lacked.limits])
        return lacked


async def compared(admin: AIOKafkaAdminClient, wanted: Wanted) -> Planned:
    """What the broker that this administrator speaks to lacks. Raises TopicsError."""
    allowed = await acl_admin.allowed(admin)
    access = None if allowed is None else plan_acls(wanted.acls, allowed)
    limits = () if access is None else plan_quotas(wanted.quotas, await quota_admin.limits(admin))
    return Planned(plan(wanted.topics, await topic_admin.actual(admin)), access, limits)
