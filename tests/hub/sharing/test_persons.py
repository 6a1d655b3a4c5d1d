import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.model.person import (
    NOBODY,
    Designation,
    Person,
    Registration,
    Relationship,
    Requirement,
    Told,
    Warned,
)
from hub.sharing.persons import Persons, pack, unpack
from schemas.codec import encode_record
from schemas.errors import WireError
from tests.examples import examples
from tests.world import consent

MOMENT = some.integers(-(2**63), 2**63 - 1)


def person(number: int) -> Person:
    return Person(consents=(consent(consent_id=f"C-{number}"),), told=(Told(f"C-{number}", "a.desk"),))


def test_whoever_is_kept_is_found_again_however_many_came_since() -> None:
    persons = Persons(most=2)
    for number in range(6):
        persons.keep(str(number), person(number))
    assert [persons.of(str(number)) for number in range(6)] == [person(number) for number in range(6)]
    assert persons.of("7") is NOBODY


def test_the_latest_counts_whether_it_was_packed_or_not() -> None:
    persons = Persons(most=1)
    persons.keep("a", person(1))
    persons.keep("b", person(2))
    persons.keep("a", person(3))
    persons.keep("b", person(4))
    assert (persons.of("a"), persons.of("b"), persons.of("a")) == (person(3), person(4), person(3))


def test_so_many_stay_unpacked_and_the_one_that_was_met_longest_ago_is_packed_first() -> None:
    persons = Persons(most=2)
    for name in "aba":
        persons.keep(name, person(ord(name)))
    assert not persons._packed
    persons.keep("c", person(1))
    assert persons._packed == {"b": pack(person(ord("b")))}


def test_whoever_was_restored_is_found() -> None:
    persons = Persons()
    persons.restore("a", pack(person(1)))
    assert persons.of("a") == person(1)
    assert persons.of("a") is persons.of("a")


def test_what_cannot_be_read_is_not_restored() -> None:
    with pytest.raises(WireError):
        Persons().restore("a", b"\xff")


@examples(60)
@given(some.lists(some.builds(Relationship, some.text(), some.text(), MOMENT, some.none() | MOMENT, some.text())))
def test_whose_relationships_alone_are_known_is_packed_as_the_schema_has_them(held: list[Relationship]) -> None:
    known = Person(relationships=tuple(held))
    assert pack(known) == encode_record("hub.state.Person", known.to_record())


def test_packing_loses_nothing() -> None:
    assert unpack(pack(person(1))) == person(1)
    assert unpack(pack(NOBODY)) == NOBODY


def test_a_person_is_packed_as_the_schema_has_them() -> None:
    related = Relationship("a.desk", "ACTIVE", 1, None, "e"), Relationship("b.desk", "CUSTODY", 1, 2**50, "f")
    known = Person(
        (consent(), consent("REFUSE", among_carers=True, custody_setting=True)),
        related,
        person(1).told,
        (Requirement("O-1", "R-1", "MHTR", "a.desk", "b.desk", 1, None, 2**50),),
        (Warned("O-1", "2026-03-10"),),
        (Registration("a.panel", "2", "3", ("a.desk", "b.desk"), "2026-06-15", 1, ended=True, entry_id="e"),),
        (Designation("a", "", "HOUSING", 1, None, 1, ended=False, entry_id="f"),),
    )
    assert pack(known) == encode_record("hub.state.Person", known.to_record())
    assert unpack(pack(known)) == known
