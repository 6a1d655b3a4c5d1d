from dataclasses import replace
from datetime import timedelta

import pytest

from hub.kafka.topics import Alter, Change, Create, Grow, Refusal, Topic, Unknown, pending, plan, refusals, wanted
from hub.model.directory import Desk, Directory

TEAM = Desk("avon-ld.team", "avon-ld", "LD_TEAM", partitions=2, in_partitions=3)
CUSTODY = Desk("avon-police.custody", "avon-police", "POLICE_CUSTODY")
LIVE = Directory({desk.name: desk for desk in (CUSTODY, TEAM)}, {}, {}, {}, partitions=12)
DEMO = replace(LIVE, demo=True, identifiers="test")
HUB = ["hub.timeline", "hub.withdrawals", "hub.state", "hub.audit", "hub.quarantine", "hub.statistics", "hub.keys"]


def topics(directory: Directory = LIVE, replication: int = 3) -> dict[str, Topic]:
    return {topic.name: topic for topic in wanted(directory, replication)}


def days(topic: Topic) -> float:
    return timedelta(milliseconds=int(topic.configs["retention.ms"])) / timedelta(days=1)


def changed(name: str, **to: object) -> tuple[Change, ...]:
    """The plan for a broker that has everything, with this one topic otherwise."""
    there = topics()
    there[name] = replace(there[name], **to)  # type: ignore[arg-type]
    return plan(wanted(LIVE, 3), there.values())


def otherwise(name: str, setting: str, value: str) -> tuple[Change, ...]:
    return changed(name, configs={**topics()[name].configs, setting: value})


def test_the_hub_has_seven_topics_and_each_desk_two() -> None:
    assert list(topics()) == [
        *HUB,
        "in.avon-ld.team",
        "out.avon-ld.team",
        "in.avon-police.custody",
        "out.avon-police.custody",
    ]


def test_what_is_decided_stays_in_the_partition_of_the_person() -> None:
    assert {topics()[name].partitions for name in ("hub.timeline", "hub.state", "hub.audit")} == {12}
    assert {topics()[name].partitions for name in ("hub.withdrawals", "hub.quarantine", "hub.keys")} == {1}


def test_a_desk_has_the_partitions_that_the_directory_says() -> None:
    assert (topics()["in.avon-ld.team"].partitions, topics()["out.avon-ld.team"].partitions) == (3, 2)
    assert (topics()["in.avon-police.custody"].partitions, topics()["out.avon-police.custody"].partitions) == (1, 1)


def test_the_broker_stamps_every_record_of_the_real_world() -> None:
    assert {topic.configs["message.timestamp.type"] for topic in topics().values()} == {"LogAppendTime"}


def test_a_demo_carries_any_year_and_keeps_it() -> None:
    demo = topics(DEMO).values()
    assert {topic.configs["message.timestamp.type"] for topic in demo} == {"CreateTime"}
    assert {topic.configs[f"message.timestamp.{side}.max.ms"] for topic in demo for side in ("before", "after")} == {
        "9223372036854775807"
    }
    assert {topic.configs.get("retention.ms", "compacted") for topic in demo} == {"-1", "compacted"}


def test_what_is_read_whole_is_compacted_and_soon() -> None:
    compacted = {name for name, topic in topics().items() if topic.configs["cleanup.policy"] == "compact"}
    assert compacted == {"hub.state", "hub.statistics", "hub.withdrawals"}
    for name in compacted:
        assert topics()[name].configs["segment.bytes"] == str(16 * 1024 * 1024)
        assert topics()[name].configs["min.cleanable.dirty.ratio"] == "0.1"
        assert "retention.ms" not in topics()[name].configs


def test_nothing_is_kept_longer_than_it_is_needed() -> None:
    kept = {name: days(topic) for name, topic in topics().items() if topic.configs.get("retention.ms", "-1") != "-1"}
    assert (kept["hub.timeline"], kept["hub.quarantine"], kept["out.avon-ld.team"]) == (90, 14, 30)
    assert all("segment.ms" in topics()[name].configs for name in kept)


def test_whose_keys_they_are_is_never_deleted() -> None:
    forever = {name for name, topic in topics().items() if topic.configs.get("retention.ms") == "-1"}
    assert forever == {"hub.keys"}
    assert topics()["hub.keys"].configs["cleanup.policy"] == "delete"


def test_whatever_an_agency_can_send_fits_where_the_hub_writes_it() -> None:
    most = {name: int(topic.configs["max.message.bytes"]) for name, topic in topics().items()}
    spoken = {most[name] for name in most if name.startswith("in.")}
    assert min(spoken) > 512 * 1024
    assert min(most[name] for name in most if not name.startswith("in.")) >= max(spoken) + 512 * 1024


def test_an_agency_cannot_send_more_by_packing_it() -> None:
    assert topics()["in.avon-ld.team"].configs["compression.type"] == "uncompressed"


@pytest.mark.parametrize(("replication", "in_sync"), [(1, "1"), (3, "2")])
def test_with_three_copies_two_must_have_a_record(replication: int, in_sync: str) -> None:
    made = topics(LIVE, replication).values()
    assert {topic.replication for topic in made} == {replication}
    assert {topic.configs["min.insync.replicas"] for topic in made} == {in_sync}
    assert {topic.configs["unclean.leader.election.enable"] for topic in made} == {"false"}


def test_an_empty_broker_lacks_everything() -> None:
    changes = plan(wanted(LIVE, 3), ())
    assert changes == tuple(map(Create, wanted(LIVE, 3)))
    assert pending(changes) == changes
    assert changes[0].told() == "create hub.timeline: 12 partitions, 3 copies"
    assert Create(topics(LIVE, 1)["hub.quarantine"]).told() == "create hub.quarantine: 1 partition, 1 copy"


def test_a_broker_that_has_everything_lacks_nothing() -> None:
    assert plan(wanted(LIVE, 3), wanted(LIVE, 3)) == ()


def test_settings_that_nobody_asked_for_are_left_alone() -> None:
    assert otherwise("hub.audit", "flush.messages", "1") == ()


def test_a_setting_that_differs_is_set() -> None:
    changes = otherwise("hub.audit", "min.insync.replicas", "1")
    assert changes == (Alter("hub.audit", "min.insync.replicas", "1", "2"),)
    assert changes[0].told() == "set hub.audit: min.insync.replicas to 2 (is 1)"


def test_a_desk_may_speak_on_more_partitions() -> None:
    changes = changed("in.avon-ld.team", partitions=1)
    assert changes == (Grow("in.avon-ld.team", 1, 3),)
    assert changes[0].told() == "grow in.avon-ld.team: from 1 partition to 3"


@pytest.mark.parametrize("name", [*HUB, "out.avon-ld.team"])
@pytest.mark.parametrize("by", [-1, 1])
def test_the_partitions_by_which_people_are_found_never_change(name: str, by: int) -> None:
    (refusal,) = changed(name, partitions=topics()[name].partitions + by)
    assert isinstance(refusal, Refusal)
    assert refusals((refusal,)) == (refusal,)
    assert refusal.told().startswith(f"REFUSED {name}: has ")


def test_partitions_cannot_be_taken_away_from_anybody() -> None:
    (refusal,) = changed("in.avon-ld.team", partitions=4)
    assert refusal.told() == ("REFUSED in.avon-ld.team: has 4 partitions, 3 wanted; partitions cannot be taken away")


def test_the_clock_of_a_log_that_exists_is_never_changed() -> None:
    (refusal,) = otherwise("hub.timeline", "message.timestamp.type", "CreateTime")
    assert isinstance(refusal, Refusal)
    assert "never changed" in refusal.why


def test_a_demo_directory_cannot_turn_a_real_broker_into_a_demo() -> None:
    refused = {refusal.name for refusal in refusals(plan(wanted(DEMO, 3), wanted(LIVE, 3)))}
    assert refused == topics().keys()


def test_other_copies_than_wanted_mean_another_broker_than_meant() -> None:
    (refusal,) = changed("hub.audit", replication=1)
    assert isinstance(refusal, Refusal)


def test_what_the_directory_does_not_ask_for_is_mentioned_and_left_alone() -> None:
    changes = plan(wanted(LIVE, 3), (*wanted(LIVE, 3), Topic("in.gone.desk", 1, 1), Topic("elsewhere", 1, 1)))
    assert changes == (Unknown("elsewhere"), Unknown("in.gone.desk"))
    assert changes[0].told() == "left alone elsewhere: the directory does not ask for it"
    assert not pending(changes)
    assert not refusals(changes)
