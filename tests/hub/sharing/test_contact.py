"""Who serves a place has to do with whoever is there: by the word of whoever has them there, not by a bare claim."""

import pytest

from hub.model.entry import OWN_CLAIM
from hub.sharing.contact import FIRST_CONTACT_MS, SEEN_THERE
from hub.sharing.ties import holds
from schemas import catalogue
from tests.hub.sharing.county import CUSTODY, DAY, HOUR, PRACTICE, TEAM, after, county, event, given, shared, told
from tests.hub.sharing.test_handover import HEALTHCARE, handover
from tests.partition import Partition

SUITE = "avon/patchway-suite"
AT = event("arrest").occurred_at


def covers(*entries, at: int) -> set[str]:  # type: ignore[no-untyped-def]
    person = after(*entries)
    return {each.desk for each in person.relationships if each.kind == "PLACE_COVER" and holds(each, at)}


@pytest.mark.parametrize("kind", sorted(set(catalogue.event_types()) - SEEN_THERE))
def test_what_does_not_say_where_somebody_is_begins_no_contact_there(kind: str) -> None:
    assert covers(event(kind, AT, place=SUITE), at=AT) == set()


def test_a_teams_request_that_names_its_own_suite_fetches_nothing() -> None:
    partition = Partition(county())
    partition.say(event("screening", AT, publisher=HEALTHCARE, place=None, holding_ref=None, named=()))
    asked = event("request", AT + HOUR, publisher=TEAM, place=SUITE, named=())
    assert [each for one in partition.say(asked) for each in one.rulings if each.copy] == []


def test_what_a_team_says_of_its_own_suite_opens_nothing_unless_it_examined_somebody_there() -> None:
    arrested, examined = event("arrest", AT, place=SUITE), event("screening", AT + HOUR, publisher=TEAM, place=SUITE)
    handed = handover(AT + HOUR, publisher=TEAM, place=SUITE, kind="TREATMENT")
    assert covers(handed, at=AT + HOUR) == set()
    assert covers(examined, at=AT + HOUR) == {TEAM}
    lasts = covers(arrested, handed, at=AT + HOUR + FIRST_CONTACT_MS - 1)
    assert lasts == {TEAM}, "its own word makes longer what others opened"


def test_in_doubt_who_it_is_no_contact_begins() -> None:
    assert covers(event("arrest", AT, place=SUITE, confidence="PROBABLE"), at=AT) == set()


class TestOwnClaim:
    """What a carer opens for its own organisation is on the sheet, so that it can be counted and looked at."""

    def test_a_screening_in_ones_own_suite_of_somebody_new_there_is_one(self) -> None:
        own = event("screening", AT + HOUR, publisher=TEAM, place=SUITE)
        assert OWN_CLAIM in shared(own).faults
        assert OWN_CLAIM not in shared(own, after(event("arrest", AT, place=SUITE))).faults

    def test_so_is_a_practices_own_registration_and_a_prisons_healthcares_reception(self) -> None:
        registered = event("health_registration", AT, publisher=PRACTICE, facts={"gp_desk": PRACTICE})
        assert OWN_CLAIM in shared(registered).faults
        assert OWN_CLAIM not in shared(registered._replace(publisher=TEAM)).faults
        assert OWN_CLAIM not in shared(registered, after(event("health_registration", AT - DAY))).faults
        assert OWN_CLAIM in shared(handover(AT, "RECEIVED", to=HEALTHCARE)).faults

    def test_custody_that_the_police_open_is_none(self) -> None:
        assert OWN_CLAIM not in shared(event("arrest", AT, publisher=CUSTODY, place=SUITE)).faults


def test_who_takes_somebody_on_by_its_own_word_has_no_health_in_full_of_it() -> None:
    partition = Partition(county())
    noted = event("screening", AT, publisher=HEALTHCARE, place=None, holding_ref=None, named=())
    assert "health_full" in noted.segments
    partition.say(noted)
    claimed = partition.say(event("screening", AT + HOUR, publisher=TEAM, place=SUITE))
    again = [ruling for one in claimed if one.entry.again for ruling in one.rulings if ruling.desk.name == TEAM]
    assert {view for ruling in again for view in given(ruling)} == {"identity", "location", "self_risk", "adjustments"}
    assert told(noted) == {}
