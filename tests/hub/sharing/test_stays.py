import pytest

from hub.model.entry import Entry
from hub.model.person import NOBODY, Person, Relationship
from hub.sharing.orders import provides, supervises
from hub.sharing.ties import holds
from tests.hub.sharing.county import CHARITY, DAY, HOUR, OFFICERS, TRUST, after, agreed, event, given, rulings, told
from tests.hub.sharing.test_handover import ESCORT, HEALTHCARE, PRISON, handover

RELEASE = event("release")
AT = RELEASE.occurred_at


def released(at: int = AT, publisher: str = PRISON, confidence: str = "CONFIRMED", **facts: str) -> Entry:
    return event("release", at, facts=facts, publisher=publisher, confidence=confidence)


def inside() -> Person:
    """Held by the prison and its healthcare."""
    came = handover(AT - 9 * DAY, "RECEIVED", frm=ESCORT, to=PRISON)
    return after(came, handover(AT - 8 * DAY, "RECEIVED", frm=ESCORT, to=HEALTHCARE))


def held_by(person: Person, at: int) -> set[str]:
    return {each.desk for each in person.relationships if each.kind == "CUSTODY" and holds(each, at)}


def test_a_release_ends_what_the_prison_and_its_healthcare_had() -> None:
    assert held_by(inside(), AT) == {PRISON, HEALTHCARE}
    assert held_by(after(RELEASE, person=inside()), AT) == set()


@pytest.mark.parametrize(
    "facts", [{"release_state": "PLANNED"}, {"release_state": "CANCELLED"}, {"release_type": "ROTL"}]
)
def test_who_is_to_leave_or_comes_back_has_not_left(facts: dict[str, str]) -> None:
    person = after(released(**facts), person=inside())  # type: ignore[arg-type]
    assert held_by(person, AT) == {PRISON, HEALTHCARE}
    assert person.requirements == ()


def test_healthcare_speaks_for_itself_and_nobody_for_a_prison_that_does_not_hold_the_person() -> None:
    assert held_by(after(released(publisher=HEALTHCARE), person=inside()), AT) == {PRISON}
    only_healthcare = after(handover(AT - DAY, "RECEIVED", frm=ESCORT, to=HEALTHCARE))
    assert held_by(after(RELEASE, person=only_healthcare), AT) == {HEALTHCARE}


def test_a_release_in_doubt_ends_custody_only_if_it_is_probably_this_person() -> None:
    assert held_by(after(released(confidence="PROBABLE"), person=inside()), AT) == set()
    assert held_by(after(released(confidence="UNRESOLVED"), person=inside()), AT) == {PRISON, HEALTHCARE}


def standing(person: Person, at: int) -> set[str]:
    found = {each.provider for each in person.requirements if provides(each, at)}
    return found | {each.supervised_by for each in person.requirements if supervises(each, at)}


def test_a_licence_opens_supervision_and_its_requirement_until_they_end() -> None:
    person = after(RELEASE)
    assert standing(person, AT) == {OFFICERS, CHARITY}
    assert standing(person, AT + 364 * DAY) == {OFFICERS}
    assert standing(person, AT + 366 * DAY) == set()
    assert after(released(AT - DAY, supervised_by="nobody.else"), person=person) == person


def test_a_licence_keeps_what_it_says_of_its_requirement() -> None:
    (made,) = after(released(requirement_id="R-7", requirement="RAR", requirement_ends="2026-09-30")).requirements
    assert (made.requirement_id, made.kind) == ("R-7", "RAR")
    assert made.ends_at is not None
    assert made.order_ends_at is not None
    assert made.ends_at < made.order_ends_at
    (to_its_end,) = after(released(requirement_ends="")).requirements
    assert to_its_end.ends_at == to_its_end.order_ends_at


def test_a_licence_without_a_requirement_has_a_supervisor_all_the_same() -> None:
    person = after(event("release", without=["cj_requirement"]))
    assert [(each.requirement_id, each.supervised_by) for each in person.requirements] == [("SW-26-0131", OFFICERS)]


@pytest.mark.parametrize("changes", [{"publisher": HEALTHCARE}, {"confidence": "PROBABLE"}, {"order_id": ""}])
def test_neither_healthcare_nor_a_doubt_nor_a_release_without_licence_opens_supervision(
    changes: dict[str, str],
) -> None:
    assert after(released(**changes)) is NOBODY  # type: ignore[arg-type]


def test_the_officer_gets_the_licence_and_the_charity_what_the_person_agreed_to() -> None:
    accepted = event("referral", AT - 3 * DAY, submission={"named": [CHARITY]}, facts={"status": "SENT"})
    yes = event("referral", AT - 2 * DAY, facts={"status": "ACCEPTED"}, publisher=CHARITY)
    said = agreed("bridge-charity", "CVO", "identity", "status", purpose="SUPERVISION")
    person = after(accepted, yes, person=Person(consents=(said,)))
    heard = told(event("release", without=["cj_requirement"]), person)
    assert heard[CHARITY][:2] == ["identity", "status"]
    assert "criminal_justice" in heard[OFFICERS]
    assert "health_minimum" not in heard[OFFICERS]
    nothing = rulings(event("release", without=["cj_requirement"]), after(accepted, yes))
    assert CHARITY not in nothing or not given(nothing[CHARITY])


STAY = event("s136")


def outcome(code: str, at: int = STAY.occurred_at + 6 * HOUR, **changes: object) -> Entry:
    facts = {"s136_state": "ENDED", "outcome": code}
    return event("s136", at, facts=facts, **{"publisher": TRUST, **changes})  # type: ignore[arg-type]


def treats(person: Person, at: int) -> bool:
    return any(each.desk == TRUST and each.kind == "ACTIVE" and holds(each, at) for each in person.relationships)


@pytest.mark.parametrize("code", ["ADMITTED_S2", "ADMITTED_S3", "ADMITTED_INFORMAL"])
def test_a_trust_that_admits_treats(code: str) -> None:
    made = outcome(code)
    assert treats(after(STAY, made), made.occurred_at + 99 * DAY)


@pytest.mark.parametrize("code", ["COMMUNITY", "NO_DISORDER", "ARRESTED", "UNKNOWN"])
def test_a_trust_that_does_not_admit_does_not_treat_by_it(code: str) -> None:
    made = outcome(code)
    assert not treats(after(STAY, made), made.occurred_at)


def test_nobody_else_admits_and_no_trust_whom_it_never_met_nor_in_doubt() -> None:
    for made in (
        outcome("ADMITTED_S2", publisher="avon-police.custody"),
        outcome("ADMITTED_S2", confidence="PROBABLE"),
    ):
        assert not treats(after(STAY, made), made.occurred_at)
    stranger = outcome("ADMITTED_S2", place=None)
    assert not treats(after(stranger), stranger.occurred_at)


def test_a_trust_that_admits_treats_from_then_on_by_that_entry() -> None:
    met = Relationship(TRUST, "PLACE_COVER", AT - HOUR, AT + DAY, "a" * 16)
    admitted = event("s136", AT, publisher=TRUST, facts={"outcome": "ADMITTED_S2"}, place=None, entry_id="b" * 16)
    person = after(admitted, person=NOBODY._replace(relationships=(met,)))
    assert Relationship(TRUST, "ACTIVE", AT, None, "b" * 16) in person.relationships


@pytest.mark.parametrize(
    "other",
    [
        Relationship(CHARITY, "ACTIVE", AT - HOUR, None, "a" * 16),
        Relationship(TRUST, "PLACE_COVER", AT - DAY, AT - HOUR, "a" * 16),
    ],
)
def test_that_somebody_else_has_to_do_with_the_person_or_it_once_had_makes_no_trust_treat(other: Relationship) -> None:
    admitted = event("s136", AT, publisher=TRUST, facts={"outcome": "ADMITTED_S2"}, place=None)
    person = after(admitted, person=NOBODY._replace(relationships=(other,)))
    assert not any(each.desk == TRUST and each.kind == "ACTIVE" for each in person.relationships)


def test_only_a_prison_releases_and_one_that_held_the_person_once_speaks_for_itself_alone() -> None:
    assert held_by(after(released(publisher=TRUST), person=inside()), AT) == {PRISON, HEALTHCARE}
    once = [each._replace(ends_at=AT) if each.desk == PRISON else each for each in inside().relationships]
    person = NOBODY._replace(relationships=tuple(once))
    assert held_by(after(RELEASE, person=person), AT) == {HEALTHCARE}
    assert held_by(after(event("arrest", AT, facts=dict(RELEASE.facts), publisher=PRISON), person=inside()), AT) == {
        PRISON,
        HEALTHCARE,
    }
