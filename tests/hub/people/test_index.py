"""Which person is this, whichever worker asks, and was this event accepted before?"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import create_engine, text

from hub.intake.event import DAY_MS, Event, Settled
from hub.log import Span
from hub.model.key_check import ForeignKeysError
from hub.people import Index
from hub.people.index import IndexUnavailableError
from tests.hub.intake.builders import KEYS, Body, event, give

Given = tuple[str, str, str]
NHS: Given = ("NHS_NUMBER", "9990000018", "TRACED")
OTHER_NHS: Given = ("NHS_NUMBER", "9990000026", "TRACED")
CRN: Given = ("CRN", "X999001", "STATED")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'people.db'}"


@pytest.fixture
def index(url: str) -> Iterator[Index]:
    with Index.open(url, KEYS) as opened:
        yield opened


def screening(number: int, *identifiers: Given, confidence: str = "CONFIRMED") -> Event:
    return event("screening", give(*identifiers, event_id=f"s-{number}", confidence=confidence))


def people(settled: Sequence[Settled]) -> list[str]:
    return [one.identified.route_key for one in settled]


def test_a_batch_of_nothing_is_answered_with_nothing(index: Index) -> None:
    assert index.settle([]) == []


def test_a_person_once_known_is_found_again(index: Index) -> None:
    (first,) = index.settle([screening(1, NHS)])
    (second,) = index.settle([screening(2, NHS)])
    assert people([first]) == people([second])
    assert index.find("nhs_number", "9990000018") == first.identified.route_key


STATED_NHS: Given = ("NHS_NUMBER", "9990000018", "STATED")


def born(change: Callable[[Body], object], day: str | None) -> Callable[[Body], object]:
    def changed(body: Body) -> None:
        change(body)
        body["identity"]["born"] = day and (date.fromisoformat(day) - date(1970, 1, 1)).days

    return changed


@pytest.mark.parametrize(
    ("day", "confidence"), [("1991-04-17", "CONFIRMED"), ("1991-04-18", "UNRESOLVED"), (None, "PROBABLE")]
)
def test_a_number_that_was_traced_before_confirms_if_the_date_of_birth_agrees(
    index: Index, day: str | None, confidence: str
) -> None:
    index.settle([event("screening", born(give(NHS, event_id="s-1"), "1991-04-17"))])
    (later,) = index.settle([event("screening", born(give(STATED_NHS, event_id="s-2"), day))])
    assert later.identified.confidence == confidence


def test_a_number_that_was_only_stated_confirms_nobody_until_somebody_traces_it(index: Index) -> None:
    day = "1991-04-17"
    index.settle([event("screening", born(give(CRN, NHS, event_id="s-1"), day))])
    (stated,) = index.settle([event("screening", born(give(CRN, event_id="s-2"), day))])
    assert stated.identified.confidence == "PROBABLE"


def test_an_identifier_learned_beside_a_traced_number_finds_the_same_person(index: Index) -> None:
    (first,) = index.settle([screening(1, NHS, CRN)])
    (second,) = index.settle([screening(2, CRN)])
    assert people([first]) == people([second])
    assert second.identified.confidence == "PROBABLE"


def test_an_event_sees_what_those_before_it_in_its_batch_taught(index: Index) -> None:
    first, second = index.settle([screening(1, NHS, CRN), screening(2, CRN)])
    assert people([first]) == people([second])


def test_a_stranger_is_nobody(index: Index) -> None:
    assert index.find("nhs_number", "9990000018") is None


def test_a_birth_is_remembered_and_compared(index: Index) -> None:
    def younger(made: Body) -> None:
        give(CRN, event_id="s-2")(made)
        made["identity"]["born"] += 400

    index.settle([screening(1, NHS, CRN)])
    (settled,) = index.settle([event("screening", younger)])
    assert settled.identified.confidence == "UNRESOLVED"


def test_a_repeat_is_answered_as_it_was_then(index: Index) -> None:
    (first,) = index.settle([screening(1, CRN)])
    index.settle([screening(2, NHS)])
    (again,) = index.settle([screening(1, CRN)])
    assert again.answer == "REPEAT"
    assert again.identified.route_key == first.identified.route_key
    assert again.identified.confidence == first.identified.confidence


def test_a_repeat_keeps_whom_else_it_may_be_about(index: Index) -> None:
    index.settle([screening(1, NHS), screening(2, OTHER_NHS)])
    (first,) = index.settle([screening(3, NHS, OTHER_NHS)])
    (again,) = index.settle([screening(3, NHS, OTHER_NHS)])
    assert len(again.identified.possible) == 2
    assert again.identified.possible == first.identified.possible


def test_a_repeat_in_the_same_batch_is_one(index: Index) -> None:
    settled = index.settle([screening(1, NHS)] * 10)
    assert [one.answer for one in settled] == ["NEW", *["REPEAT"] * 9]


def test_another_body_under_a_used_id_is_altered(index: Index) -> None:
    index.settle([screening(1, NHS)])
    same_person, other_person = index.settle([screening(1, NHS, CRN), screening(1, OTHER_NHS)])
    assert (same_person.answer, other_person.answer) == ("ALTERED", "ALTERED")


def test_what_an_altered_body_says_is_not_learned(index: Index) -> None:
    index.settle([screening(1, NHS)])
    index.settle([screening(1, OTHER_NHS)])
    assert index.find("nhs_number", "9990000026") is None


def test_the_same_id_of_another_desk_is_another_event(index: Index) -> None:
    arrest = event("arrest", lambda made: made["submission"].update(event_id="s-1"))
    assert [one.answer for one in index.settle([screening(1, NHS), arrest])] == ["NEW", "NEW"]


def test_answers_outlive_the_process(url: str) -> None:
    with Index.open(url, KEYS) as before:
        (first,) = before.settle([screening(1, NHS)])
    with Index.open(url, KEYS) as after:
        (again,) = after.settle([screening(1, NHS)])
    assert (again.answer, people([again])) == ("REPEAT", people([first]))


LONG_AGO, LATELY = 20_000, 20_400
"""Days since 1970."""


def on(day: int, one: Event) -> Event:
    """The event as it came on that day."""
    return replace(one, received=replace(one.received, timestamp=day * DAY_MS))


def test_what_was_accepted_lately_is_known_again_after_a_clean_up_and_answered_as_then(index: Index) -> None:
    before = [on(LONG_AGO, screening(1, CRN)), on(LATELY, screening(2, CRN))]
    _, lately = index.settle(before)
    index.settle([on(LATELY, screening(3, NHS))])
    assert [index.forget(LATELY, 500), index.forget(LATELY, 500)] == [1, 0]
    assert index.settle([before[1]]) == [lately._replace(answer="REPEAT")]
    (other,) = index.settle([on(LATELY, screening(2, OTHER_NHS))])
    assert (other.answer, people([other])) == ("ALTERED", people([lately]))


def test_what_was_forgotten_is_new_and_about_whom_it_was(index: Index) -> None:
    (first,) = index.settle([on(LONG_AGO, screening(1, NHS))])
    index.forget(LATELY, 500)
    (again,) = index.settle([on(LATELY, screening(1, NHS))])
    assert (again.answer, people([again])) == ("NEW", people([first]))


def test_forgetting_waits_for_the_turn_of_another_worker(index: Index, url: str) -> None:
    index.settle([on(LONG_AGO, screening(1, NHS))])
    with create_engine(url).connect() as other:
        other.execute(text("UPDATE turn SET taken = taken + 1"))
        forgotten: list[int] = []
        waiting = threading.Thread(target=lambda: forgotten.append(index.forget(LATELY, 500)))
        waiting.start()
        assert forgotten == []
        other.rollback()
        waiting.join(10)
    assert forgotten == [1]


def test_a_batch_that_fails_stores_nothing_of_itself(index: Index) -> None:
    broken = screening(2, OTHER_NHS)
    object.__setattr__(broken, "content_hash", None)  # no such event exists; the database refuses it
    with pytest.raises(Exception, match="NOT NULL"):
        index.settle([screening(1, NHS), broken])
    assert index.find("nhs_number", "9990000018") is None


def test_a_database_that_does_not_answer_is_told_without_its_words(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailableError) as told:
        Index.open(f"sqlite:///{tmp_path / 'missing' / 'people.db'}", KEYS)
    assert str(told.value) == "OperationalError"


def test_a_database_that_is_damaged_is_no_event_s_fault(url: str, tmp_path: Path) -> None:
    with Index.open(url, KEYS) as index:
        for path in tmp_path.iterdir():
            path.write_bytes(b"not a database" * 1000)
        with pytest.raises(IndexUnavailableError) as told:
            index.settle([screening(1, NHS)])
    assert str(told.value) == "DatabaseError"


def test_an_index_that_was_made_with_other_keys_is_not_opened(url: str) -> None:
    Index.open(url, KEYS).close()
    others = replace(KEYS, pseudonym=b"P" * 32)
    with pytest.raises(ForeignKeysError, match=r"the person index was made .*\(pseudonym\)"):
        Index.open(url, others)
    Index.open(url, KEYS).close()


def test_nothing_in_the_database_names_anybody(url: str, tmp_path: Path) -> None:
    with Index.open(url, KEYS) as index:
        index.settle([screening(1, NHS, CRN)])
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for clear in (b"9990000018", b"X999001", b"Synthetic", b"1991-04-17"):
        assert clear not in raw


def test_one_worker_waits_for_the_others_turn(url: str) -> None:
    with Index.open(url, KEYS) as index, create_engine(url).connect() as other:
        other.execute(text("UPDATE turn SET taken = taken + 1"))
        waiting = threading.Thread(target=index.settle, args=([screening(1, NHS)],))
        waiting.start()
        assert index.find("nhs_number", "9990000018") is None
        other.rollback()
        waiting.join(10)
        assert index.find("nhs_number", "9990000018") is not None


def settle_all(url: str, worker: int) -> list[str]:
    """What one intake worker does, as a process of its own: the same people in another order."""
    numbers = [("NHS_NUMBER", value, "TRACED") for value in ("9990000018", "9990000026", "9990000050", "9990000131")]
    crns = [("CRN", f"X99900{n}", "STATED") for n in range(4)]
    pairs = list(zip(numbers, crns, strict=True))
    batches = [[screening(100 * worker + n, *pairs[(n + worker) % 4])] for n in range(12)]
    with Index.open(url, KEYS) as index:
        settled = [one for batch in batches for one in index.settle(batch)]
    return sorted({f"{one.identified.confidence} {one.identified.route_key}" for one in settled})


def test_two_workers_that_meet_the_same_people_at_once_agree(url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as workers:
        first, second = workers.map(settle_all, [url, url], [1, 2])
    assert first == second
    assert len(first) == 4
    assert all(one.startswith("CONFIRMED") for one in first)


STEPS = some.lists(
    some.tuples(some.integers(1, 4), some.lists(some.sampled_from([NHS, OTHER_NHS, CRN]), max_size=3)), max_size=8
)


@pytest.mark.wide
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_batches_make_no_difference(tmp_path: Path, steps: list[tuple[int, list[Given]]]) -> None:
    events = [screening(number, *identifiers) for number, identifiers in steps]
    together, apart = (f"sqlite:///{tmp_path / name}" for name in ("together.db", "apart.db"))
    for path in tmp_path.iterdir():
        path.unlink()
    with Index.open(together, KEYS) as one, Index.open(apart, KEYS) as other:
        at_once, one_by_one = one.settle(events), [settled for each in events for settled in other.settle([each])]
    assert [(s.answer, s.identified.route_key) for s in at_once] == [
        (s.answer, s.identified.route_key) for s in one_by_one
    ]


def test_what_is_begun_again_was_begun_in_vain_and_what_begins_behind_it_was_not(index: Index) -> None:
    assert index.begin({"in.a/0": Span(0, 9), "in.a/1": Span(5, 5)}) == {"in.a/0": 0, "in.a/1": 0}
    assert index.begin({"in.a/0": Span(0, 20), "in.a/1": Span(6, 7)}) == {"in.a/0": 1, "in.a/1": 0}
    assert index.begin({"in.a/0": Span(20, 30)}) == {"in.a/0": 2}
    assert index.begin({"in.a/0": Span(31, 31), "in.a/1": Span(7, 7)}) == {"in.a/0": 0, "in.a/1": 1}


def test_another_worker_knows_what_was_begun(url: str, index: Index) -> None:
    index.begin({"in.a/0": Span(0, 9)})
    with Index.open(url, KEYS) as other:
        assert other.begin({"in.a/0": Span(0, 0)}) == {"in.a/0": 1}
