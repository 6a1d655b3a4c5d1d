"""Which topics the hub needs, and what a broker lacks of them: a difference that a person can read before it is made.

Everything follows from the directory. What would break a promise is refused, whoever asks for it: a person's
partition never moves, and the clock of a log that exists is never changed. Whatever a broker holds besides is only
mentioned. Reading and changing a broker is hub.kafka.topic_admin.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from hub.log import AUDIT, KEYRING, QUARANTINE, STATE, STATISTICS, TIMELINE, WITHDRAWALS
from hub.model.directory import Directory

Configs = Mapping[str, str]

IN_BYTES: Final = 1024 * 1024
"""Most that an agency can send, unpacked: an event has 512 KB, and what is over that is still to be quarantined."""
HUB_BYTES: Final = 2 * IN_BYTES
"""Most that the hub writes: all that came in, sealed, and what it adds."""
DAY_MS: Final = 24 * 60 * 60 * 1000
KEPT_DAYS: Final = {TIMELINE: 90, AUDIT: 90, QUARANTINE: 14}
"""Days; the ledger keeps what is on hub.audit, and a handover reads hub.timeline again."""
IN_DAYS: Final = 7
OUT_DAYS: Final = 30
CLOCK: Final = "message.timestamp.type"
_FOREVER: Final = "-1"
_MOST: Final = str(2**63 - 1)

_COMPACTED: Final = {
    "cleanup.policy": "compact",
    # With the broker's own figures a restart read for 6.8 s after 3 million updates, and ever longer; so 1.9 s.
    "segment.bytes": str(16 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is wanted, with the settings that matter; or as it is, with all that are in force."""

    name: str
    partitions: int
    replication: int
    configs: Configs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Create:
    """A topic is missing."""

    topic: Topic

    def told(self) -> str:
        """In plain words."""
        return (
            f"create {self.topic.name}: {_count(self.topic.partitions, 'partition')},"
            f" {_count(self.topic.replication, 'copy')}"
        )


@dataclass(frozen=True, slots=True)
class Grow:
    """A topic has too few partitions, and may have more."""

    name: str
    now: int
    then: int

    def told(self) -> str:
        """In plain words."""
        return f"grow {self.name}: from {_count(self.now, 'partition')} to {self.then}"


@dataclass(frozen=True, slots=True)
class Alter:
    """A setting of a topic differs."""

    name: str
    setting: str
    now: str | None
    then: str

    def told(self) -> str:
        """In plain words."""
        return f"set {self.name}: {self.setting} to {self.then} (is {self.now or 'unknown'})"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A difference that must not be made; while there is one, nothing is applied."""

    name: str
    why: str

    def told(self) -> str:
        """In plain words."""
        return f"REFUSED {self.name}: {self.why}"


@dataclass(frozen=True, slots=True)
class CopiesDiffer(Refusal):
    """A topic is kept by more or fewer brokers than is wanted."""

    now: int
    then: int


@dataclass(frozen=True, slots=True)
class ClockDiffers(Refusal):
    """Somebody else stamps a topic than should: the broker, or its writers."""

    now: str | None
    then: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A topic that the directory does not ask for; it is left alone."""

    name: str

    def told(self) -> str:
        """In plain words."""
        return f"left alone {self.name}: the directory does not ask for it"


Change = Create | Grow | Alter | Refusal | Unknown


def refusals(changes: Iterable[Change]) -> tuple[Refusal, ...]:
    """What must not be done."""
    return tuple(change for change in changes if isinstance(change, Refusal))


def pending(changes: Iterable[Change]) -> tuple[Create | Grow | Alter, ...]:
    """What would be done."""
    return tuple(change for change in changes if isinstance(change, Create | Grow | Alter))


def wanted(directory: Directory, replication: int) -> tuple[Topic, ...]:
    """Every topic that this directory needs, each kept by so many brokers; the hub's own first, then desk by desk."""
    common = _common(replication)

    def topic(name: str, partitions: int, configs: Configs) -> Topic:
        return Topic(name, partitions, replication, {**common, **configs})

    def kept(days: int) -> dict[str, str]:
        return {"cleanup.policy": "delete", **_time(directory.demo), **_kept(directory.demo, days)}

    compacted = {**_COMPACTED, **_time(directory.demo)}
    spoken = {"max.message.bytes": str(IN_BYTES), **_UNPACKED}
    hub = (
        topic(TIMELINE, directory.partitions, kept(KEPT_DAYS[TIMELINE])),
        topic(WITHDRAWALS, 1, compacted),
        topic(STATE, directory.partitions, compacted),
        topic(AUDIT, directory.partitions, kept(KEPT_DAYS[AUDIT])),
        topic(QUARANTINE, 1, kept(KEPT_DAYS[QUARANTINE])),
        topic(STATISTICS, directory.partitions, compacted),
        topic(KEYRING, 1, {"cleanup.policy": "delete", **_time(directory.demo), "retention.ms": _FOREVER}),
    )
    desks = (
        pair
        for _, desk in sorted(directory.desks.items())
        for pair in (
            topic(desk.in_topic, desk.in_partitions, {**kept(IN_DAYS), **spoken}),
            topic(desk.out_topic, desk.partitions, kept(OUT_DAYS)),
        )
    )
    return (*hub, *desks)


_UNPACKED: Final = {
    # The broker unpacks what an agency packed, so that the limit holds for what intake reads: 50 MB of zeros came
    # through a limit of 1 MB as a batch of 50 KB when tried.
    "compression.type": "uncompressed",
}


def _common(replication: int) -> dict[str, str]:
    return {
        "max.message.bytes": str(HUB_BYTES),
        "min.insync.replicas": "2" if replication > 2 else "1",  # noqa: PLR2004 - of three, one may be away
        "unclean.leader.election.enable": "false",
    }


def _time(demo: bool) -> dict[str, str]:  # noqa: FBT001 - the directory's own word
    """Who stamps: the broker, or, in a demo, the player, whatever year its scenario is in."""
    if not demo:
        return {CLOCK: "LogAppendTime"}
    return {
        CLOCK: "CreateTime",
        "message.timestamp.after.max.ms": _MOST,
        "message.timestamp.before.max.ms": _MOST,
    }


def _kept(demo: bool, days: int) -> dict[str, str]:  # noqa: FBT001 - the directory's own word
    """How long: a scenario of last March would be too old on arrival, so a demo keeps everything."""
    if demo:
        return {"retention.ms": _FOREVER}
    return {"retention.ms": str(days * DAY_MS), "segment.ms": str(DAY_MS)}  # the open segment is never deleted


def plan(wanted: Iterable[Topic], actual: Iterable[Topic]) -> tuple[Change, ...]:
    """What makes the one into the other, in the order of `wanted`; then what is there besides."""
    there = {topic.name: topic for topic in actual}
    changes = [change for topic in wanted for change in _differences(topic, there.pop(topic.name, None))]
    return (*changes, *(Unknown(name) for name in sorted(there)))


def _differences(topic: Topic, actual: Topic | None) -> Iterator[Change]:
    if actual is None:
        yield Create(topic)
        return
    yield from _copies(topic, actual)
    yield from _partitions(topic, actual)
    for setting, then in topic.configs.items():
        if (now := actual.configs.get(setting)) != then:
            yield _setting(topic.name, setting, now, then)


def _copies(topic: Topic, actual: Topic) -> Iterator[Change]:
    if actual.replication != topic.replication:
        now, then = actual.replication, topic.replication
        why = f"has {_count(now, 'copy')} and {then} wanted; move it with Kafka's own tool, or is this not it?"
        yield CopiesDiffer(topic.name, why, now, then)


def _partitions(topic: Topic, actual: Topic) -> Iterator[Change]:
    if actual.partitions == topic.partitions:
        return
    if topic.name.startswith("in.") and actual.partitions < topic.partitions:
        yield Grow(topic.name, actual.partitions, topic.partitions)
        return
    counts = f"has {_count(actual.partitions, 'partition')}, {topic.partitions} wanted"
    yield Refusal(topic.name, f"{counts}; {_why_not(topic.name)}")


def _why_not(name: str) -> str:
    match name:
        case "hub.timeline" | "hub.state" | "hub.audit":
            return "a person's entries would go on in another partition, without the state and the order of the first"
        case "hub.withdrawals" | "hub.quarantine" | "hub.keys":
            return "it has one for all, so that one offset says how far it was read"
        case _ if name.startswith("out."):
            return "a person's copies would go on in another partition and overtake those in the first"
        case _:
            return "partitions cannot be taken away"


def _setting(name: str, setting: str, now: str | None, then: str) -> Change:
    if setting == CLOCK:
        why = f"is stamped by {now}, not {then}; the clock of a log that exists is never changed"
        return ClockDiffers(name, why, now, then)
    return Alter(name, setting, now, then)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing if number == 1 else {'copy': 'copies'}.get(thing, f'{thing}s')}"
