"""What a broker lacks is told by kind, each with the command that mends it."""

import pytest

from hub.cli.doctor.finding import Finding
from hub.cli.doctor.lacks import found, taken_away
from hub.kafka.acls import Access, Acl, Excess, Grant
from hub.kafka.preparation import Planned
from hub.kafka.topics import Alter, Change, ClockDiffers, CopiesDiffer, Create, Grow, Refusal, Topic, Unknown

TEAM = Acl("User:avon-ld.team", "READ", "TOPIC", "out.avon-ld.team")
STRANGER = Acl("User:stranger", "DESCRIBE_CONFIGS", "TOPIC", "out.", "PREFIXED", "10.0.0.9")


def topics(*changes: Change, access: tuple[Access, ...] | None = ()) -> list[Finding]:
    return [finding for finding in found(Planned(changes, access)) if finding.about == "topics"]


def access(*planned: Access) -> list[Finding]:
    return [finding for finding in found(Planned((), planned)) if finding.about == "access"]


def test_topics_as_planned_are_fine_whatever_is_there_besides() -> None:
    assert topics(Unknown("elsewhere")) == [Finding("topics", "FINE", "as the directory asks")]


def test_topics_that_are_missing_are_named_with_the_command_that_makes_them() -> None:
    [told] = topics(*(Create(Topic(f"out.desk-{number}", 1, 1)) for number in range(7)))
    assert told.says == "7 topics (out.desk-0, out.desk-1, out.desk-2, out.desk-3, out.desk-4, and 2 more): missing"
    assert told.do == "hub topics apply makes them"


def test_settings_that_differ_are_a_line_each() -> None:
    [told] = topics(Alter("out.x", "retention.ms", "1", "2"), Grow("in.x", 1, 3))
    assert told.says.splitlines() == [
        "set out.x: retention.ms to 2 (is 1)",
        "grow in.x: from 1 partition to 3",
    ]
    assert told.do == "hub topics apply makes them so"


def test_another_number_of_copies_is_told_once_and_what_follows_from_it_not_at_all() -> None:
    both = [CopiesDiffer(name, "", 1, 3) for name in ("hub.timeline", "hub.audit")]
    follows = [Alter(change.name, "min.insync.replicas", "1", "2") for change in both]
    [told] = topics(*both, *follows)
    assert told.says == "2 topics (hub.timeline, hub.audit): 1 copy each, 3 wanted"
    assert told.do.startswith("export HUB_REPLICATION=1 if that is right")


@pytest.mark.parametrize(
    ("now", "then", "says", "do"),
    [
        ("CreateTime", "LogAppendTime", "made for a demo", "write demo = true into the directory"),
        ("LogAppendTime", "CreateTime", "the broker says what time it is", "take demo = true out of the directory"),
    ],
)
def test_who_stamps_is_told_once_and_what_to_do(now: str, then: str, says: str, do: str) -> None:
    kept = Alter("hub.timeline", "retention.ms", "-1", "1")  # a demo's topics keep everything: that follows
    [told, missing] = topics(ClockDiffers("hub.timeline", "", now, then), kept, Create(Topic("hub.audit", 1, 1)))
    assert told.says.startswith("1 topic (hub.timeline): ")
    assert says in told.says
    assert told.do.startswith(do)
    assert missing.do == "hub topics apply makes them, once what is refused is settled"


def test_what_would_break_a_promise_is_told_with_its_reason() -> None:
    [told] = topics(Refusal("hub.timeline", "has 4 partitions, 8 wanted; a person's entries would go on elsewhere"))
    assert told.says.startswith("hub.timeline: has 4 partitions, 8 wanted; a person's")
    assert "hub topics plan" in told.do


def test_a_broker_without_access_control_is_worth_knowing() -> None:
    [told] = [finding for finding in found(Planned((), None)) if finding.about == "access"]
    assert (told.grade, "every topic" in told.says) == ("NOTE", True)


def test_what_is_not_allowed_yet_is_told_with_the_command_that_allows_it() -> None:
    [told] = access(Grant(TEAM))
    assert told.says.splitlines() == ["not allowed yet:", "User:avon-ld.team may READ TOPIC out.avon-ld.team"]
    assert told.do == "hub topics apply allows it"


def test_what_is_allowed_and_should_not_be_is_told_with_the_command_that_takes_it_away() -> None:
    [told] = access(Excess(STRANGER))
    assert (told.grade, told.says) == ("WRONG", f"too much is allowed: {STRANGER.told()}")
    assert told.do == (
        "kafka-acls.sh --bootstrap-server BROKER --remove --force --allow-principal User:stranger"
        " --allow-host 10.0.0.9 --operation DescribeConfigs --topic out. --resource-pattern-type prefixed"
    )


def test_what_the_hub_has_no_word_for_is_left_to_whoever_knows_kafka() -> None:
    assert taken_away(Acl("User:x", "ALL", "99", "y")) == "take it away with Kafka's own kafka-acls.sh"


def test_access_as_the_directory_asks_is_fine() -> None:
    assert access() == [Finding("access", "FINE", "as the directory asks")]
