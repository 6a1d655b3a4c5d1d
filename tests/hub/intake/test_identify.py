"""Whom an event is about, from what the index answers."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consent.terms import Confidence
from hub.intake.event import Event, Identified
from hub.intake.identify import identify, linking
from hub.model.keys import born_digest, route_key, unresolved_route_key
from tests.examples import examples
from tests.hub.intake.builders import KEYS, Body, event, give

NHS = ("NHS_NUMBER", "9990000018", "TRACED")
NHS_SAID = ("NHS_NUMBER", "9990000018", "STATED")
CRN = ("CRN", "X999001", "STATED")
PNC = ("PNC", "2019/9999901W", "FINGERPRINT")  # vouched for by police alone
A, B = "a" * 32, "b" * 32
BORN = "1991-04-17"


def screening(*identifiers: tuple[str, str, str], confidence: str = "CONFIRMED") -> Event:
    return event("screening", give(*identifiers, confidence=confidence))


def ask(one: Event, holders: Sequence[str | None], born: Mapping[str, bytes] | None = None) -> Identified:
    return identify(one, holders, born or {}, KEYS)


def dated(person: str, born: str) -> dict[str, bytes]:
    return {person: born_digest(KEYS, person, born)}


def test_identifiers_are_asked_strongest_first_whatever_their_order() -> None:
    assert linking(screening(CRN, NHS)) == linking(screening(NHS, CRN))
    assert [one.kind for one in linking(screening(CRN, NHS))] == ["nhs_number", "crn"]


def test_an_identifier_given_twice_is_asked_once_as_its_best() -> None:
    (one,) = linking(screening(NHS_SAID, NHS, NHS_SAID))
    assert one.strong


def test_a_custody_number_links_nobody() -> None:
    one = screening(("CUSTODY_NUMBER", "AV/26/1", "STATED"))
    assert linking(one) == ()
    assert ask(one, []).confidence == "UNRESOLVED"


def test_nobody_is_known_by_name_and_birth() -> None:
    one = screening()
    assert ask(one, [], dated(A, BORN)) == Identified(unresolved_route_key(KEYS, one.entry_id), "UNRESOLVED")


def test_at_first_sight_of_a_traced_number_a_person_begins_and_all_identifiers_join() -> None:
    one = screening(CRN, NHS)
    found = ask(one, [None, None])
    assert found.route_key == route_key(KEYS, "nhs_number", "9990000018")
    assert (found.confidence, found.possible, found.born) == ("CONFIRMED", (), BORN)
    assert found.learned == linking(one)


def test_at_first_sight_of_hearsay_a_person_begins_with_one_identifier() -> None:
    one = screening(CRN, NHS_SAID)
    found = ask(one, [None, None])
    assert found.confidence == "PROBABLE"
    assert found.learned == linking(one)[:1]


def test_a_traced_number_that_is_theirs_confirms_and_teaches_the_rest() -> None:
    one = screening(NHS, CRN)
    found = ask(one, [A, None])
    assert (found.route_key, found.confidence) == (A, "CONFIRMED")
    assert [identifier.kind for identifier in found.learned] == ["crn"]
    assert found.born == BORN


def test_what_is_known_is_not_learned_again() -> None:
    found = ask(screening(NHS), [A], dated(A, BORN))
    assert (found.learned, found.born) == ((), None)


def test_hearsay_about_one_person_is_probable_and_teaches_nothing() -> None:
    found = ask(screening(NHS_SAID, CRN), [A, None])
    assert found == Identified(A, "PROBABLE")


def test_a_new_traced_number_beside_hearsay_needs_the_birth_to_agree() -> None:
    one = screening(NHS, CRN)
    assert ask(one, [None, A]) == Identified(A, "PROBABLE")
    found = ask(one, [None, A], dated(A, BORN))
    assert found.confidence == "CONFIRMED"
    assert [identifier.kind for identifier in found.learned] == ["nhs_number"]


def test_a_birth_that_differs_lowers_a_traced_number_and_defeats_hearsay() -> None:
    assert ask(screening(NHS, CRN), [A, None], dated(A, "1990-02-02")) == Identified(A, "PROBABLE")
    one = screening(NHS_SAID)
    assert ask(one, [A], dated(A, "1990-02-02")) == Identified(
        unresolved_route_key(KEYS, one.entry_id), "UNRESOLVED", (A,)
    )


def test_identifiers_of_two_people_leave_the_event_unresolved_and_name_both() -> None:
    one = screening(NHS, CRN)
    found = ask(one, [B, A])
    assert found == Identified(unresolved_route_key(KEYS, one.entry_id), "UNRESOLVED", (A, B))


@pytest.mark.parametrize(
    ("said", "expected"),
    [("CONFIRMED", "CONFIRMED"), ("PROBABLE", "PROBABLE"), ("UNKNOWN", "PROBABLE"), ("UNRESOLVED", "UNRESOLVED")],
)
def test_the_publishers_doubt_lowers_the_answer(said: str, expected: Confidence) -> None:
    assert ask(screening(NHS, confidence=said), [A]).confidence == expected


def test_a_publisher_that_doubts_names_whom_it_might_be() -> None:
    assert ask(screening(NHS, confidence="UNRESOLVED"), [A]).possible == (A,)


def test_a_publisher_that_doubts_at_first_sight_begins_nobody() -> None:
    found = ask(screening(NHS, confidence="UNRESOLVED"), [None])
    assert (found.possible, found.learned, found.born) == ((), (), None)


ORDER = ("UNRESOLVED", "PROBABLE", "CONFIRMED")
IDENTIFIERS = (NHS, ("NHS_NUMBER", "9990000026", "STATED"), CRN, ("PNC", "2021/9999902C", "FINGERPRINT"))


@examples(150)
@given(some.permutations(IDENTIFIERS), some.data())
def test_the_answer_does_not_depend_on_the_publishers_order(
    order: list[tuple[str, str, str]], data: some.DataObject
) -> None:
    holders = dict(
        zip(IDENTIFIERS, data.draw(some.lists(some.sampled_from([None, A, B]), min_size=4, max_size=4)), strict=True)
    )
    by_value = {value: holders[kind, value, assurance] for kind, value, assurance in IDENTIFIERS}
    first, second = screening(*IDENTIFIERS), screening(*order)
    assert ask(first, [by_value[one.value] for one in linking(first)]) == ask(
        second, [by_value[one.value] for one in linking(second)]
    )


@examples(100)
@given(some.lists(some.sampled_from([None, A, B]), min_size=2, max_size=2), some.sampled_from(ORDER))
def test_no_claim_of_a_publisher_ever_raises_the_answer(holders: list[str | None], claim: str) -> None:
    best = ask(screening(NHS, CRN), holders).confidence
    assert ORDER.index(ask(screening(NHS, CRN, confidence=claim), holders).confidence) <= ORDER.index(best)


def test_a_birth_on_the_first_of_january_neither_confirms_nor_denies() -> None:
    def change(made: Body) -> None:
        give(NHS, CRN)(made)
        made["identity"]["born"] = 7_305  # 1990-01-01

    assert ask(event("screening", change), [None, A], dated(A, "1990-01-01")).confidence == "PROBABLE"
