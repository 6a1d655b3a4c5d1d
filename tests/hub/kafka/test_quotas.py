"""How much each desk may write follows from the directory, and a plan says what of it is not so yet."""

from dataclasses import replace

from hub.cli.doctor import lacks
from hub.cli.topics import done, exit_code, lines
from hub.kafka.preparation import Planned
from hub.kafka.quotas import Limit, Quota, plan_quotas, wanted_quotas
from tests.world import LD_TEAM, directory


def test_each_desk_has_the_directorys_limit() -> None:
    known = directory()
    desks = {**known.desks, LD_TEAM: replace(known.desks[LD_TEAM], bytes_per_second=5_000_000)}
    wanted = wanted_quotas(replace(known, desks=desks))
    assert [quota.user for quota in wanted] == sorted(known.desks)
    assert Quota(LD_TEAM, 5_000_000) in wanted
    assert {quota.bytes_a_second for quota in wanted if quota.user != LD_TEAM} == {1_000_000}


def test_what_is_so_already_is_not_planned_and_who_is_no_desk_is_left_alone() -> None:
    wanted = (Quota("a.b", 10), Quota("a.c", 20), Quota("a.d", 30))
    planned = plan_quotas(wanted, {"a.b": 10, "a.c": 21, "somebody else": 1})
    assert planned == (Limit(wanted[1], 21), Limit(wanted[2], None))
    assert [limit.told() for limit in planned] == [
        "limit: a.c may write 20 bytes a second (now: 21)",
        "limit: a.d may write 30 bytes a second (now: no limit)",
    ]


def test_a_limit_that_is_not_set_is_something_to_do_and_said_as_such() -> None:
    planned = Planned((), (), (Limit(Quota("a.b", 1_000_000), None),))
    assert (planned.pending, exit_code(planned), planned.must_not_be) == (True, 2, False)
    assert list(lines(planned)) == ["limit: a.b may write 1,000,000 bytes a second (now: no limit)"]
    assert done(planned) == "1 limit set."
    [topics, access] = lacks.found(planned)
    assert (topics.grade, access.grade, access.do) == ("FINE", "WRONG", "hub topics apply sets it")
    assert "a.b may write" in access.says
    assert [one.grade for one in lacks.found(Planned((), ()))] == ["FINE", "FINE"]
