import pytest

from hub.kafka.acls import Acl, Excess, Grant, excesses, grants, plan_acls, wanted_acls
from hub.model.directory import Desk, Directory

TEAM = Desk("avon-ld.team", "avon-ld", "LD_TEAM")
CUSTODY = Desk("avon-police.custody", "avon-police", "POLICE_CUSTODY")
DIRECTORY = Directory({desk.name: desk for desk in (CUSTODY, TEAM)}, {}, {}, {}, partitions=2)
WANTED = wanted_acls(DIRECTORY)


def may(operation: str, name: str, resource: str = "TOPIC") -> set[str]:
    """Who may do it."""
    return {acl.principal for acl in WANTED if (acl.operation, acl.resource) == (operation, resource) and on(acl, name)}


def on(acl: Acl, name: str) -> bool:
    return name.startswith(acl.name) if acl.pattern == "PREFIXED" else name == acl.name


def test_a_desk_writes_and_reads_nothing_but_its_own() -> None:
    mine = [acl for acl in WANTED if acl.principal == "User:avon-ld.team"]
    assert mine == [
        Acl("User:avon-ld.team", "WRITE", "TOPIC", "in.avon-ld.team"),
        Acl("User:avon-ld.team", "READ", "TOPIC", "out.avon-ld.team"),
        Acl("User:avon-ld.team", "READ", "GROUP", "avon-ld.team"),
    ]


def test_nobody_but_the_desk_may_read_what_it_is_given() -> None:
    assert may("READ", "out.avon-ld.team") == {"User:avon-ld.team"}


def test_nobody_but_the_desk_may_speak_in_its_name() -> None:
    assert may("WRITE", "in.avon-ld.team") == {"User:avon-ld.team"}


def test_only_sharing_writes_copies_state_and_sheets() -> None:
    assert {name: may("WRITE", name) for name in ("out.avon-ld.team", "hub.state", "hub.audit")} == {
        "out.avon-ld.team": {"User:hub-sharing"},
        "hub.state": {"User:hub-sharing"},
        "hub.audit": {"User:hub-sharing"},
    }


def test_only_sharing_may_use_its_transactional_ids() -> None:
    assert may("WRITE", "hub-sharing-0", "TRANSACTIONAL_ID") == {"User:hub-sharing"}
    assert may("DESCRIBE", "hub-sharing-0", "TRANSACTIONAL_ID") == set()


def test_who_decides_and_who_takes_in_say_and_read_whose_keys_they_are() -> None:
    both = {"User:hub-sharing", "User:hub-intake"}
    assert (may("READ", "hub.keys"), may("WRITE", "hub.keys")) == (both, both)


def test_the_ledger_reads_sheets_and_writes_nothing() -> None:
    assert [acl for acl in WANTED if acl.principal == "User:hub-ledger"] == [
        Acl("User:hub-ledger", "READ", "TOPIC", "hub.audit")
    ]


def test_nobody_is_named_by_a_wildcard_and_nobody_may_do_everything() -> None:
    assert not [acl for acl in WANTED if "*" in acl.principal or acl.name == "*" or acl.operation == "ALL"]


def test_no_desk_can_have_the_name_of_a_process() -> None:
    assert not [acl.principal for acl in WANTED if acl.principal.startswith("User:hub-") and "." in acl.principal]


def test_what_is_needed_and_missing_is_granted_and_the_rest_is_left_alone() -> None:
    assert plan_acls(WANTED, WANTED) == ()
    assert grants(plan_acls(WANTED, ())) == WANTED
    assert plan_acls(WANTED, WANTED[1:]) == (Grant(WANTED[0]),)


@pytest.mark.parametrize(
    "acl",
    [
        Acl("User:avon-police.custody", "READ", "TOPIC", "out.avon-ld.team"),
        Acl("User:*", "READ", "TOPIC", "*"),
        Acl("User:somebody", "READ", "TOPIC", "o", "PREFIXED"),
        Acl("User:somebody", "READ", "TOPIC", "out.avon", "PREFIXED"),
        Acl("User:somebody", "WRITE", "TRANSACTIONAL_ID", "hub", "PREFIXED"),
        Acl("User:somebody", "READ", "GROUP", "hub.intake"),
        Acl("User:avon-ld.team", "READ", "TOPIC", "out.avon-ld.team", host="10.0.0.1"),
        Acl("User:gone.desk", "READ", "TOPIC", "out.gone.desk"),
    ],
)
def test_whoever_may_do_more_than_the_directory_asks_is_shown(acl: Acl) -> None:
    planned = plan_acls(WANTED, (*WANTED, acl))
    assert excesses(planned) == (acl,)
    assert planned == (Excess(acl),)
    assert planned[0].told().startswith(f"TOO MUCH: {acl.principal} may {acl.operation}")


@pytest.mark.parametrize(
    "acl",
    [
        Acl("User:hub-operator", "ALTER", "CLUSTER", "kafka-cluster"),
        Acl("User:other-house", "READ", "TOPIC", "weather"),
        Acl("User:other-house", "READ", "TOPIC", "weather.", "PREFIXED"),
    ],
)
def test_what_is_not_the_hubs_is_not_its_business(acl: Acl) -> None:
    assert plan_acls(WANTED, (*WANTED, acl)) == ()


def test_a_grant_reads_as_a_sentence() -> None:
    acl = Acl("User:hub-sharing", "WRITE", "TRANSACTIONAL_ID", "hub-sharing-", "PREFIXED")
    assert Grant(acl).told() == "allow: User:hub-sharing may WRITE TRANSACTIONAL_ID hub-sharing-*"
