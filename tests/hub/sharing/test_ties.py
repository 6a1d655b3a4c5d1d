"""How one word about a relationship follows another."""

from hub.model.person import Relationship
from hub.sharing.ties import HOUR_MS, ended, holds, latest, of, put

AT = 1_773_041_400_000
CUSTODY = Relationship("a.desk", "CUSTODY", AT, AT + 9 * HOUR_MS, "a" * 16)


def word(opened_at: int, ends_at: int | None) -> Relationship:
    return CUSTODY._replace(opened_at=opened_at, ends_at=ends_at, entry_id="b" * 16)


def test_it_holds_until_the_moment_at_which_it_ends() -> None:
    assert holds(CUSTODY, AT + 9 * HOUR_MS - 1)
    assert not holds(CUSTODY, AT + 9 * HOUR_MS)
    assert holds(CUSTODY._replace(ends_at=None), 1 << 60)


def test_a_proposal_and_what_becomes_of_it_are_one_and_nothing_else_is() -> None:
    active = CUSTODY._replace(kind="ACTIVE")
    assert of((active,), "a.desk", "PROPOSED") is active
    assert of((active,), "a.desk", "CUSTODY") is None
    assert of((CUSTODY,), "other.desk", "CUSTODY") is None
    assert put((CUSTODY, active), CUSTODY, word(AT, None)) == (active, word(AT, None))


def test_the_later_word_counts_and_of_two_at_once_the_one_that_ends_it_sooner() -> None:
    later, earlier = word(AT + HOUR_MS, AT + HOUR_MS), word(AT - 1, None)
    assert latest((CUSTODY,), later) == (later,)
    assert latest((CUSTODY,), earlier) == (CUSTODY,)
    sooner, longer = word(AT, AT + HOUR_MS), word(AT, None)
    assert latest((CUSTODY,), sooner) == (sooner,)
    assert latest((CUSTODY,), longer) == (CUSTODY,)
    assert latest((CUSTODY,), CUSTODY._replace(entry_id="b" * 16)) == (CUSTODY,)


def test_what_would_last_less_than_an_hour_longer_stays_as_it_is_unless_it_was_over() -> None:
    ends_at = AT + 9 * HOUR_MS
    for longer, kept in ((0, True), (HOUR_MS - 1, True), (HOUR_MS, False), (-1, False)):
        new = word(AT + 1, ends_at + longer)
        assert latest((CUSTODY,), new) == ((CUSTODY,) if kept else (new,))
    after_it = word(ends_at, ends_at + 1)
    assert latest((CUSTODY,), after_it) == (after_it,)


def test_only_what_has_begun_and_holds_ends() -> None:
    later, over = CUSTODY._replace(opened_at=AT + 2), CUSTODY._replace(ends_at=AT + 1)
    assert ended((CUSTODY, later, over), (CUSTODY, later, over), AT + 1) == (
        later,
        over,
        CUSTODY._replace(ends_at=AT + 1),
    )
    assert ended((CUSTODY,), (CUSTODY,), AT) == (CUSTODY._replace(ends_at=AT),)
    assert ended((CUSTODY,), (), AT + 1) == (CUSTODY,)
