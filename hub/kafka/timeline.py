"""What must be true of hub.timeline before anything is decided by it."""

from collections.abc import Iterable

from hub.kafka import topic_admin
from hub.kafka.restore import Connection
from hub.kafka.topics import CLOCK, Topic
from hub.log import TIMELINE
from hub.model.directory import Directory
from hub.model.errors import HubError


class TimelineError(HubError):
    """The timeline is not one that decisions may rest on."""


async def check(connection: Connection, directory: Directory) -> None:
    """Raise TimelineError unless the broker stamps the timeline and it has the directory's number of partitions.

    The log is the clock: where writers stamp, anybody who may write decides what has expired. Only a demo may.
    """
    async with topic_admin.connected(connection) as admin:
        if why := refusal(await topic_admin.actual(admin), directory):
            raise TimelineError(why)


def refusal(topics: Iterable[Topic], directory: Directory) -> str | None:
    """Why nothing may be decided here; None: it may."""
    timeline = next((topic for topic in topics if topic.name == TIMELINE), None)
    if timeline is None:
        return f"{TIMELINE} is missing; hub topics apply makes it"
    if timeline.partitions != directory.partitions:
        return f"{TIMELINE} has {timeline.partitions} partitions, the directory says {directory.partitions}"
    if timeline.configs.get(CLOCK) != "LogAppendTime" and not directory.demo:
        return f"{TIMELINE} is stamped by its writers, which only a demo may be"
    return None
