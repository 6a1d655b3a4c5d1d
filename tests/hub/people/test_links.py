"""Records that a reviewer says are of one person, and that they are not."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given as over
from hypothesis import strategies as some

from hub.intake.cut import entries
from hub.intake.event import Event, Settled
from hub.people import Index
from hub.people.links import Links
from tests.hub.intake.builders import KEYS, Body, event, give, rules

PNC, OTHER_PNC = ("PNC", "2024/9999903Z", "FINGERPRINT"), ("PNC", "1998/9999904B", "FINGERPRINT")
NHS, CRN = ("NHS_NUMBER", "9990000018", "TRACED"), ("CRN", "X999001", "STATED")
records = some.sampled_from("abcdef")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(f"sqlite:///{tmp_path / 'people.db'}", KEYS) as opened:
        yield opened


def arrest(number: int, *identifiers: tuple[str, str, str], change: Callable[[Body], object] = lambda _: None) -> Event:
    def changed(body: Body) -> None:
        give(*identifiers, event_id=f"a-{number}")(body)
        change(body)

    return event("arrest", changed)


def says(kind: str, number: int = 1, *identifiers: tuple[str, str, str], confidence: str = "CONFIRMED") -> Event:
    return event(kind, give(*(identifiers or (PNC, OTHER_PNC)), event_id=f"{kind}-{number}", confidence=confidence))


def settle(index: Index, one: Event) -> Settled:
    [settled] = index.settle([one])
    return settled


def two(index: Index) -> tuple[str, ...]:
    """The route keys of two people, sorted."""
    settled = index.settle([arrest(1, PNC), arrest(2, OTHER_PNC)])
    return tuple(sorted(one.identified.route_key for one in settled))


def test_linked_records_are_one_persons_and_an_event_with_both_numbers_is_certain(index: Index) -> None:
    first, second = two(index)
    doubted = settle(index, arrest(3, PNC, OTHER_PNC)).identified
    assert (doubted.confidence, doubted.possible) == ("UNRESOLVED", (first, second))
    linked = settle(index, says("link")).identified
    assert (linked.confidence, linked.groups) == ("CONFIRMED", ((first, second),))
    for number, numbers in enumerate(((PNC,), (OTHER_PNC,), (PNC, OTHER_PNC)), 4):
        found = settle(index, arrest(number, *numbers)).identified
        assert (found.route_key, found.confidence, found.possible) == (first, "CONFIRMED", (second,))
    assert index.records("pnc", OTHER_PNC[1]) == (first, second)
    assert index.records("pnc", "2019/9999901W") == ()


def test_what_is_parted_again_is_two_people_as_before(index: Index) -> None:
    first, second = two(index)
    settle(index, says("link"))
    parted = settle(index, says("unlink")).identified
    assert parted.groups == ((first,), (second,))
    assert {
        settle(index, arrest(3, PNC)).identified.route_key,
        settle(index, arrest(4, OTHER_PNC)).identified.route_key,
    } == {
        first,
        second,
    }
    assert settle(index, arrest(5, PNC, OTHER_PNC)).identified.confidence == "UNRESOLVED"


def test_the_same_word_again_is_a_repeat_with_the_same_entries(index: Index) -> None:
    two(index)
    said = says("link")
    first, again = settle(index, said), settle(index, said)
    assert (first.answer, again.answer) == ("NEW", "REPEAT")
    assert entries(said, first.identified, rules()) == entries(said, again.identified, rules())
    parted = says("unlink")
    first, again = settle(index, parted), settle(index, parted)
    assert first.identified.groups == again.identified.groups != ()


def test_all_in_one_batch_is_as_one_after_another(index: Index) -> None:
    batch = [
        arrest(1, PNC),
        arrest(2, OTHER_PNC),
        says("link"),
        arrest(3, OTHER_PNC),
        says("unlink"),
        arrest(4, OTHER_PNC),
    ]
    one, other, _, linked, _, parted = (each.identified.route_key for each in index.settle(batch))
    assert linked == min(one, other)
    assert parted == other
    assert index.records("pnc", PNC[1]) == (one,)


@pytest.mark.parametrize("kind", ["link", "unlink"])
def test_a_word_that_is_not_sure_or_names_one_person_only_links_nobody(index: Index, kind: str) -> None:
    two(index)
    assert settle(index, says(kind, 1, confidence="PROBABLE")).identified.groups == ()
    assert settle(index, says(kind, 2, PNC, CRN)).identified.groups == ()
    assert len(index.records("pnc", PNC[1])) == 1


@pytest.mark.parametrize("kind", ["link", "unlink"])
def test_a_word_about_records_that_nobody_made_makes_none(index: Index, kind: str) -> None:
    settle(index, says(kind))
    assert index.records("pnc", PNC[1]) == index.records("pnc", OTHER_PNC[1]) == ()
    assert settle(index, arrest(1, PNC)).identified.confidence == "CONFIRMED"


def test_to_part_what_is_not_linked_parts_nothing(index: Index) -> None:
    two(index)
    assert settle(index, says("unlink")).identified.groups == ()


def test_a_third_record_joins_all_and_leaves_alone(index: Index) -> None:
    first, second = two(index)
    settle(index, says("link"))
    third = settle(index, event("screening", give(NHS, event_id="s-1"))).identified.route_key
    [joined] = settle(index, says("link", 2, PNC, NHS)).identified.groups
    assert set(joined) == {first, second, third}
    groups = settle(index, says("unlink", 2, PNC, NHS)).identified.groups
    assert sorted(groups) == sorted(((first, second), (third,)))


def test_one_date_of_birth_of_the_person_is_enough(index: Index) -> None:
    def older(body: Body) -> None:
        body["identity"]["born"] -= 400

    index.settle([arrest(1, PNC), arrest(2, OTHER_PNC, change=older)])
    settle(index, says("link"))
    stated = ("PNC", OTHER_PNC[1], "STATED")
    assert settle(index, arrest(3, stated, change=older)).identified.confidence == "CONFIRMED"
    assert settle(index, arrest(4, stated)).identified.confidence == "CONFIRMED"


def test_what_corrects_an_earlier_event_stands_where_that_stands(index: Index) -> None:
    keys = {
        number[1]: settle(index, arrest(n, number)).identified.route_key for n, number in enumerate((PNC, OTHER_PNC), 1)
    }
    first, second = sorted(keys.values())
    numbered = next(n for n, key in enumerate(keys.values(), 1) if key == second)
    settle(index, says("link"))

    def corrects(body: Body) -> None:
        body["envelope"]["supersedes"] = f"a-{numbered}"

    found = settle(index, arrest(3, PNC, change=corrects)).identified
    assert (found.route_key, found.possible) == (second, (first,))
    assert settle(index, arrest(4, PNC)).identified.route_key == first


def test_a_word_is_an_entry_for_each_record_which_names_the_others(index: Index) -> None:
    first, second = two(index)
    said = says("link")
    made = entries(said, settle(index, said).identified, rules())
    assert [(each.route_key, each.possible) for each in made] == [(first, (second,)), (second, (first,))]
    assert made[0].entry_id == said.entry_id
    assert len({each.entry_id for each in made}) == 2
    assert {each.facts["one_person"] for each in made} == {"YES"}


def test_what_was_shared_wrongly_is_named_beside_the_records(index: Index) -> None:
    two(index)
    settle(index, says("link"))

    def names(body: Body) -> None:
        give(PNC, OTHER_PNC, event_id="unlink-1")(body)
        body["status"]["entries"] = ["1/7", "2/9"]

    said = event("unlink", names)
    made = entries(said, settle(index, said).identified, rules())
    assert [each.facts.get("held") for each in made] == [None, None, "1/7", "2/9"]
    assert len({each.entry_id for each in made}) == 4


@pytest.mark.parametrize("event_type", ["consent_refuse", "consent_withdraw"])
def test_a_no_counts_for_every_record_of_the_person(index: Index, event_type: str) -> None:
    first, second = two(index)
    settle(index, says("link"))
    said = event(event_type, give(PNC, event_id="no"))
    made = entries(said, settle(index, said).identified, rules())
    assert [each.route_key for each in made] == [first, second]
    assert all(each.consent for each in made)


def test_an_event_of_a_person_of_several_records_is_in_no_doubt_about_others(index: Index) -> None:
    two(index)
    settle(index, says("link"))
    one = arrest(3, PNC)
    [made] = entries(one, settle(index, one).identified, rules())
    assert (made.confidence, made.possible) == ("CONFIRMED", ())


def test_a_yes_stays_where_it_was_given(index: Index) -> None:
    two(index)
    settle(index, says("link"))
    said = event("consent_grant", give(PNC, event_id="yes"))
    assert len(entries(said, settle(index, said).identified, rules())) == 1


@over(some.lists(some.tuples(some.booleans(), some.sets(records, min_size=2, max_size=3)), max_size=8))
def test_whatever_is_linked_and_parted_hangs_together_as_it_was_said(said: list[tuple[bool, set[str]]]) -> None:
    links, known = Links(set()), set[tuple[str, str]]()
    for link, named in said:
        pairs = {(a, b) for a in named for b in named if a < b}
        known = known | pairs if link else known - pairs
        groups = links.say("link" if link else "unlink", named)
        assert not groups or named <= {one for group in groups for one in group}
        assert all(links.of(one) == group for group in groups for one in group)
    assert links.known == known
    assert links.made == known
    assert not any(set(links.of(one)) - {one} for one in "abcdef" if not any(one in pair for pair in known))
    assert all(links.of(a) == links.of(b) for a, b in known)
    assert all(left < right for left, right in pairwise(links.of("a")))
