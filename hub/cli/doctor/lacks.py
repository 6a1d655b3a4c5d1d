"""What a broker lacks of what the directory asks for, in words; each with the command that mends it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from hub.cli.doctor.finding import Finding, count
from hub.cli.topics import BY_COPIES, OPEN_TO_ALL
from hub.kafka.acls import Acl, excesses, grants
from hub.kafka.preparation import Planned
from hub.kafka.topics import Alter, Change, ClockDiffers, CopiesDiffer, Create, Grow, refusals

SHOWN: Final = 5

APPLY: Final = "hub topics apply"
OPTIONS: Final = {"TOPIC": "--topic", "GROUP": "--group", "TRANSACTIONAL_ID": "--transactional-id"}
"""By which Kafka's own tool knows a kind of resource."""


def found(planned: Planned) -> Iterator[Finding]:
    """Whether the broker's topics, and who may use them, are as the directory asks."""
    wrong = [*_refused(planned.changes), *_pending(planned.changes)]
    yield from wrong or [Finding("topics", "FINE", "as the directory asks")]
    yield from _access(planned)


def _refused(changes: Sequence[Change]) -> Iterator[Finding]:
    """What no command of the hub mends, since it would break a promise."""
    if clocks := [change for change in changes if isinstance(change, ClockDiffers)]:
        yield _clocks(clocks)
    if copies := [change for change in changes if isinstance(change, CopiesDiffer)]:
        now, then = copies[0].now, copies[0].then
        says = f"{_listed([change.name for change in copies])}: {count(now, 'copy')} each, {then} wanted"
        yield _wrong(
            says, f"export HUB_REPLICATION={now} if that is right; else kafka-reassign-partitions.sh moves them"
        )
    if others := [change for change in refusals(changes) if not isinstance(change, ClockDiffers | CopiesDiffer)]:
        says = "\n".join(f"{change.name}: {change.why}" for change in others)
        yield _wrong(says, "is it this broker, this directory? hub topics plan shows all; never delete a topic for it")


def _clocks(clocks: Sequence[ClockDiffers]) -> Finding:
    topics = _listed([change.name for change in clocks])
    if clocks[0].then == "CreateTime":
        says = f"{topics}: the broker says what time it is, and a demo's player would have to. It can never be changed"
        return _wrong(
            says, "take demo = true out of the directory, or let the demo have a broker of its own, in another HUB_HOME"
        )
    says = f"{topics}: made for a demo, their writers say what time it is. It can never be changed; no worker starts"
    return _wrong(says, "write demo = true into the directory if this is a demo; else begin in another HUB_HOME")


def _pending(changes: Sequence[Change]) -> Iterator[Finding]:
    """What a command mends, once nothing is refused."""
    after = ", once what is refused is settled" if refusals(changes) else ""
    if missing := [change.topic.name for change in changes if isinstance(change, Create)]:
        yield _wrong(f"{_listed(missing)}: missing", f"{APPLY} makes them{after}")
    copies = {change.name for change in changes if isinstance(change, CopiesDiffer)}
    clocks = {change.name for change in changes if isinstance(change, ClockDiffers)}
    if differ := [change.told() for change in changes if _differs(change, copies, clocks)]:
        yield _wrong("\n".join(_some(differ)), f"{APPLY} makes them so{after}")


def _differs(change: Change, copies: Collection[str], clocks: Collection[str]) -> bool:
    """Whether a setting does, other than by what was said: by the number of copies, or as a demo's and another's do."""
    if isinstance(change, Alter):
        return change.name not in clocks and not (change.setting == BY_COPIES and change.name in copies)
    return isinstance(change, Grow)


def _access(planned: Planned) -> Iterator[Finding]:
    if planned.access is None:
        yield Finding("access", "NOTE", OPEN_TO_ALL, "for real people: deploy/README.md, For real")
        return
    lacking, too_much = grants(planned.access), excesses(planned.access)
    if lacking:
        says = "\n".join(["not allowed yet:", *_some([acl.told() for acl in lacking])])
        yield Finding("access", "WRONG", says, f"{APPLY} allows it")
    for acl in too_much:
        yield Finding("access", "WRONG", f"too much is allowed: {acl.told()}", taken_away(acl))
    if planned.limits:
        says = "\n".join(["not limited as the directory asks:", *_some([limit.told() for limit in planned.limits])])
        yield Finding("access", "WRONG", says, f"{APPLY} sets it")
    if not (lacking or too_much or planned.limits):
        yield Finding("access", "FINE", "as the directory asks")


def taken_away(acl: Acl) -> str:
    """The command of Kafka's own tool that does; the hub takes nothing away."""
    option = OPTIONS.get(acl.resource)
    if option is None:
        return "take it away with Kafka's own kafka-acls.sh"
    operation = acl.operation.title().replace("_", "")
    where = f" --allow-host {acl.host}" if acl.host != "*" else ""
    pattern = f" --resource-pattern-type {acl.pattern.lower()}" if acl.pattern != "LITERAL" else ""
    who = f"--allow-principal {acl.principal}{where} --operation {operation}"
    return f"kafka-acls.sh --bootstrap-server BROKER --remove --force {who} {option} {acl.name}{pattern}"


def _listed(names: Sequence[str]) -> str:
    """Such as `3 topics (a, b, c)`, or `1 topic (a)`."""
    return f"{count(len(names), 'topic')} ({', '.join(_some(names))})"


def _some(words: Sequence[str]) -> list[str]:
    more = [f"and {len(words) - SHOWN} more"] if len(words) > SHOWN else []
    return [*words[:SHOWN], *more]


def _wrong(says: str, do: str) -> Finding:
    return Finding("topics", "WRONG", says, do)
