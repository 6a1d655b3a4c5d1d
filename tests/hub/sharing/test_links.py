"""Two records of one person: each refusal counts in both, whoever has to do with the person does, and nothing stays
behind when a reviewer says that they are two.
"""

from typing import Any

from hypothesis import given as over
from hypothesis import strategies as some

from consent.register import ALL_REFUSED
from hub.model.entry import Again, Entry
from hub.model.person import NOBODY, Designation, Link, Person, Registration, Relationship, Requirement, Warned
from hub.model.ruling import Outcome
from hub.sharing import links, ties
from hub.sharing.persons import pack, unpack
from tests.hub.sharing.county import CHARITY, COURT, CUSTODY, DAY, HOUR, PRACTICE, TEAM, county, event, given
from tests.hub.sharing.test_handover import ESCORT, handover
from tests.partition import Partition
from tests.world import KEYS, MARCH_2, consent, said, world

A, B, C = "0a" * 16, "0b" * 16, "0c" * 16
OFFICE = "sharing-office.protection"
AT = event("handover").occurred_at


def says(kind: str, record: str, *others: str, at: int = AT, number: int = 1) -> Entry:
    """A reviewer's word as intake writes it for one of the records."""
    return event(
        kind,
        at,
        publisher=OFFICE,
        event_id=f"{kind}-{number}",
        entry_id=f"{number:02x}{record[:2]}{'e' if kind == 'link' else 'f'}" + "0" * 11,
        route_key=record,
        possible=others,
        facts={"one_person": "YES"},
        named=(),
    )


def screening(record: str, at: int = AT, number: int = 1, **changes: Any) -> Entry:
    told = {"publisher": TEAM, "holding_ref": None, "place": None, "named": (), "event_id": f"s-{record[:2]}-{number}"}
    return event(
        "screening", at, route_key=record, entry_id=f"{number:02x}{record[:2]}a" + "0" * 11, **{**told, **changes}
    )


def custody(record: str, at: int = AT) -> Entry:
    return event(
        "arrest", at, route_key=record, entry_id=f"01{record[:2]}b" + "0" * 11, event_id=f"arrest-{record[:2]}"
    )


def refusal(record: str, at: int = AT) -> Entry:
    entry_id = f"01{record[:2]}c" + "0" * 11
    return said("REFUSE", at, route_key=record, entry_id=entry_id, event_id=f"no-{record[:2]}", publisher=TEAM)


def agreement(record: str, at: int = AT) -> Entry:
    entry_id = f"01{record[:2]}d" + "0" * 11
    return said("GRANT", at, route_key=record, entry_id=entry_id, event_id=f"yes-{record[:2]}", publisher=TEAM)


def linked(*before: Entry) -> Partition:
    """Two records of which these entries told, linked."""
    partition = Partition(county())
    partition.say(*before, says("link", A, B), says("link", B, A))
    return partition


def of(partition: Partition, record: str) -> Person:
    return partition.registers.person(record)


def desks(person: Person, at: int = AT) -> set[str]:
    return {each.desk for each in person.relationships if ties.holds(each, at)}


def copies(outcomes: list[Outcome]) -> dict[str, list[str]]:
    return {r.desk.name: given(r) for outcome in outcomes for r in outcome.rulings if r.copy}


def verdicts(outcomes: list[Outcome]) -> dict[str, tuple[str, str]]:
    return {r.desk.name: (r.verdict, r.reason) for outcome in outcomes for r in outcome.rulings}


class TestLink:
    def test_each_refusal_counts_in_both_and_a_yes_stays_where_it_was_given(self) -> None:
        partition = linked(refusal(A), agreement(B))
        assert [one.action for one in of(partition, B).consents if one.action == "REFUSE"] == ["REFUSE"]
        assert {one.action for one in of(partition, A).consents} == {"REFUSE"}

    def test_the_withdrawal_of_what_one_record_knows_is_not_said_to_be_of_nothing_by_the_other(self) -> None:
        partition = linked(agreement(A))
        withdrawal = said("WITHDRAW", AT + HOUR, route_key=A, publisher=TEAM, event_id="no-more")
        other = withdrawal._replace(route_key=B, entry_id="44" * 8)
        heard = [one.receipt for one in partition.say(withdrawal, other) if one.receipt]
        assert {receipt.outcome for receipt in heard} == {"DELIVERED"}
        wrong = said(
            "WITHDRAW", AT + 2 * HOUR, about={"consent_id": "never"}, route_key=A, publisher=TEAM, event_id="wrong"
        )
        assert [one.receipt.outcome for one in partition.say(wrong) if one.receipt] == ["NOT_DELIVERED"]

    def test_a_refusal_that_comes_later_counts_in_both(self) -> None:
        partition = linked()
        partition.say(refusal(B, AT + HOUR))
        assert {one.action for one in of(partition, A).consents} == {"REFUSE"}

    def test_whoever_has_to_do_with_the_person_by_one_record_is_asked_about_the_other(self) -> None:
        alone, both = Partition(county()), linked(custody(A))
        later = screening(B, AT + HOUR)
        assert CUSTODY not in copies(alone.say(custody(A), later))
        assert copies(both.say(later))[CUSTODY] == ["adjustments"]

    def test_whoever_it_is_new_to_is_given_what_is_current_by_the_other_record(self) -> None:
        partition = Partition(county())
        partition.say(screening(B), custody(A))
        made = partition.say(says("link", A, B), says("link", B, A))
        assert copies(made) == {CUSTODY: ["self_risk", "adjustments"]}
        assert {one.entry.again.cause for one in made if one.entry.again and one.rulings} == {"HANDOVER"}

    def test_whoever_takes_the_person_on_later_is_given_what_is_current_by_the_other_record(self) -> None:
        partition = linked(screening(B), custody(A))
        taken = handover(AT + HOUR, frm=CUSTODY, to=ESCORT)._replace(route_key=A)
        assert copies(partition.say(taken))[ESCORT]

    def test_until_both_have_told_all_but_emergencies_waits_and_then_goes(self) -> None:
        partition = Partition(county())
        partition.say(custody(A))
        partition._decide([says("link", A, B)], AT)
        [waits] = partition._decide([screening(A, AT + 1)], AT + 1)
        assert {reason for _, reason in verdicts([waits]).values()} >= {"ID_UNRESOLVED"}
        assert not any(ruling.copy for ruling in waits.rulings)
        assert links.merging(of(partition, A))
        after = partition.say(says("link", B, A), at=AT + 2)
        assert copies(after)[CUSTODY] == ["self_risk", "adjustments"]
        assert {one.entry.again.cause for one in after if one.entry.again and one.rulings} == {"MERGED"}
        assert not links.merging(of(partition, A))
        assert partition.registers.waiting == 0

    def test_an_emergency_does_not_wait(self) -> None:
        partition = Partition(county())
        partition._decide([says("link", A, B)], AT)
        urgent = event("concern", AT + 1, route_key=A, entry_id="99" * 8)
        [called] = partition._decide([urgent], AT + 1)
        assert links.merging(of(partition, A))
        assert any(ruling.copy for ruling in called.rulings)

    def test_what_waits_for_something_else_waits_on(self) -> None:
        partition = Partition(county())
        partition.say(custody(A))
        partition._decide([says("link", A, B)], AT)
        doubted = screening(A, AT + 1, confidence="PROBABLE", named=(CHARITY,))
        partition._decide([doubted], AT + 1)
        held_for = partition.registers.waiting
        after = partition.say(says("link", B, A), at=AT + 2)
        again = [one for one in after if one.entry.again and one.entry.again.cause == "MERGED"]
        assert held_for == partition.registers.waiting == 1
        assert [one.receipt for one in again] == [None]

    def test_whichever_is_heard_first_both_end_alike(self) -> None:
        one, other = Partition(county()), Partition(county())
        one.say(custody(A), refusal(B), says("link", A, B), says("link", B, A))
        other.say(custody(A), refusal(B), says("link", B, A), says("link", A, B))
        for record in (A, B):
            assert desks(of(one, record)) == desks(of(other, record))
            assert of(one, record).consents == of(other, record).consents
            assert all(link.heard for link in of(one, record).links + of(other, record).links)

    def test_a_word_before_the_reviewers_own_is_answered(self) -> None:
        partition = linked(custody(A))
        once = Partition(county())
        once.say(custody(B), says("link", A, B))  # the reviewer's word for the other record never comes
        assert CUSTODY in desks(of(once, A))
        assert not links.merging(of(once, A))
        assert not links.merging(of(partition, A))

    def test_the_same_word_twice_is_one(self) -> None:
        partition = linked(custody(A))
        before = of(partition, B)
        again = says("link", B, A, number=2)
        [made] = partition.say(again)
        assert of(partition, B) == before
        assert not copies([made])

    def test_what_is_told_is_folded_once_and_changes_nothing_when_it_says_nothing_new(self) -> None:
        partition = Partition(county())
        made = partition.say(custody(A), says("link", A, B), says("link", B, A))
        told = [one for one in made if one.entry.again]
        assert {one.kind for one in told} == {"FOLDED"}
        assert {one.policy for one in told} == {partition.registers.decisions.policy.digest}
        assert {one.entry.type for one in told} == {"link"}
        for one in told:
            assert [again.kind for again in partition.say(one.entry)] == ["REPEAT"]
        for noted in (one for one in told if one.entry.again and not one.entry.again.carried):
            assert (noted.person, noted.receipt, noted.rulings) == (None, None, ())

    def test_only_whom_it_is_new_with_is_told_where_there_is_nothing_new_to_tell(self) -> None:
        partition = linked(custody(A))
        made = partition.say(says("link", A, B, C, number=2))
        words = [one.entry.route_key for one in made if one.entry.again and one.entry.again.carried]
        assert words == [C, A]  # and C answers, whom the reviewer's own word has not reached yet

    def test_what_waited_for_something_else_before_waits_on_by_itself(self) -> None:
        partition = Partition(county())
        doubted = screening(A, AT - 1, confidence="UNRESOLVED", named=(CHARITY,))
        partition.say(custody(A, AT - HOUR), doubted)
        made = partition.say(says("link", A, B), says("link", B, A))
        assert not [one for one in made if one.entry.again and one.entry.again.cause == "MERGED"]

    def test_a_word_never_causes_a_word(self) -> None:
        partition = linked(custody(A), refusal(B))
        made = partition.say(custody(A, AT + DAY)._replace(entry_id="77" * 8, event_id="again"))
        causes = [outcome.entry.again.cause for outcome in made if outcome.entry.again]
        assert causes.count("LINKED") == 2  # the word, and that it was told
        assert partition.registers.owed(AT + DAY) == []

    def test_nobody_else_may_link_two_people(self) -> None:
        partition = Partition(county())
        partition.say(says("link", A, B)._replace(publisher=CUSTODY))
        assert of(partition, A) == NOBODY

    def test_a_word_for_which_intake_found_nobody_links_nobody_and_its_sender_is_told(self) -> None:
        partition = Partition(county())
        [made] = partition.say(says("link", A, B)._replace(facts={}))
        assert of(partition, A) == NOBODY
        assert made.receipt is not None
        assert made.receipt.outcome == "NOT_DELIVERED"


class TestUnlink:
    def test_what_came_from_the_other_goes_and_refusals_stay(self) -> None:
        partition = linked(custody(A), refusal(A), event("order", AT, route_key=A))
        assert CUSTODY in desks(of(partition, B))
        assert of(partition, B).requirements
        partition.say(says("unlink", A), says("unlink", B))
        assert CUSTODY in desks(of(partition, A))
        assert CUSTODY not in desks(of(partition, B))
        assert not of(partition, B).requirements
        assert of(partition, A).requirements
        assert [one.action for one in of(partition, B).consents] == ["REFUSE"]
        assert CUSTODY not in copies(partition.say(screening(B, AT + HOUR)))

    def test_what_is_said_afterwards_stays_with_whom_it_is_about(self) -> None:
        partition = linked()
        partition.say(says("unlink", A), says("unlink", B), refusal(A, AT + HOUR), custody(A, AT + HOUR))
        assert of(partition, B).consents == ()
        assert desks(of(partition, B), AT + HOUR) == set()

    def test_a_late_word_of_what_was_parted_changes_nothing(self) -> None:
        partition = linked()
        late = links.word(of(partition, A)._replace(relationships=(CARED,)), A, owed(partition), AT, KEYS)
        partition.say(says("unlink", A), says("unlink", B))
        partition.say(late._replace(entry_id="66" * 8))
        assert desks(of(partition, B)) == set()

    def test_what_is_linked_again_tells_all_again(self) -> None:
        partition = linked(custody(A))
        partition.say(says("unlink", A), says("unlink", B))
        partition.say(says("link", A, B, number=2), says("link", B, A, number=2))
        assert CUSTODY in desks(of(partition, B))
        assert not links.merging(of(partition, B))

    def test_of_three_the_two_that_stay_keep_what_is_theirs(self) -> None:
        partition = linked(custody(A))
        partition.say(*(says("link", one, *others, number=2) for one, *others in ((A, B, C), (B, A, C), (C, A, B))))
        assert CUSTODY in desks(of(partition, C))
        partition.say(says("unlink", A), says("unlink", B, C), says("unlink", C, B))
        assert CUSTODY not in desks(of(partition, B)) | desks(of(partition, C))
        assert [link.other for link in of(partition, C).links if not link.ended] == [B]


CARED = Relationship(PRACTICE, "REGISTERED", AT, None, "ca" * 8)


def owed(partition: Partition) -> Any:
    """As record A would owe record B a word."""
    [link] = of(partition, A).links
    return links._owed(screening(A), link, world())._replace(other=B)


def heard(before: Person, carried: Person) -> Person:
    """What a record knows after another's word."""
    why = Again("LINKED", "aa" * 8, 3, "bb" * 8, other=B, carried=pack(carried))
    return links.taken_over(before, why, world(before))


def relationship(**changes: Any) -> Relationship:
    return Relationship(CHARITY, "ACTIVE", AT, None, "cc" * 8)._replace(**changes)


class TestJoining:
    def test_of_one_relationship_the_later_state_counts_whichever_record_says_it(self) -> None:
        proposed, active, over = relationship(kind="PROPOSED"), relationship(), relationship(ends_at=AT + 1)
        for first, second, result in (
            (proposed, active, active),
            (active, proposed, active),
            (active, over, over),
            (over, active, over),
        ):
            assert heard(Person(relationships=(first,)), Person(relationships=(second,))).relationships == (result,)

    def test_of_two_relationships_the_later_counts(self) -> None:
        first = relationship(kind="CUSTODY", ends_at=AT + DAY)
        second = first._replace(opened_at=AT + HOUR, ends_at=AT + HOUR, entry_id="dd" * 8)
        assert heard(Person(relationships=(first,)), Person(relationships=(second,))).relationships == (second,)
        assert heard(Person(relationships=(second,)), Person(relationships=(first,))).relationships == (second,)

    def test_whoever_referred_is_kept_beside_the_others(self) -> None:
        one, other = relationship(kind="PUBLISHER"), relationship(kind="PUBLISHER", entry_id="dd" * 8)
        joined = heard(Person(relationships=(one,)), Person(relationships=(one, other))).relationships
        assert joined == (one, other)

    def test_of_orders_lists_and_designations_what_was_said_last_counts(self) -> None:
        order = Requirement("O", "R", "MHTR", TEAM, "", AT, None, None)
        listed = Registration("mappa.avon-l2", "1", "2", (), "", AT, ended=False, entry_id="1" * 16)
        named = Designation("bridge-charity", "", "RISK", AT, None, AT, ended=False, entry_id="2" * 16)
        older = Person(requirements=(order,), registrations=(listed,), designations=(named,))
        later = Person(
            requirements=(order._replace(said_at=AT + 1, provider=""),),
            registrations=(listed._replace(ended=True),),
            designations=(named._replace(ended=True),),
        )
        for first, second in ((older, later), (later, older)):
            joined = heard(first, second)
            assert joined.requirements == later.requirements
            assert joined.registrations == later.registrations
            assert joined.designations == later.designations

    def test_things_that_are_not_the_same_are_kept_beside_each_other(self) -> None:
        order = Requirement("O", "R", "MHTR", TEAM, "", AT, None, None)
        listed = Registration("mappa.avon-l2", "1", "2", (), "", AT, ended=False, entry_id="1" * 16)
        named = Designation("bridge-charity", "", "RISK", AT, None, AT, ended=False, entry_id="2" * 16)
        first = Person(requirements=(order,), registrations=(listed,), designations=(named,))
        other = Person(
            requirements=(order._replace(order_id="P"), order._replace(requirement_id="S")),
            registrations=(listed._replace(panel="mappa.severn-l2"),),
            designations=(named._replace(body="hillside-gp"), named._replace(purpose="SUPPORT")),
        )
        joined = heard(first, other)
        assert joined.requirements == first.requirements + other.requirements
        assert joined.registrations == first.registrations + other.registrations
        assert joined.designations == first.designations + other.designations

    def test_of_two_words_at_the_same_moment_the_one_that_ends_it_sooner_counts_and_of_equal_ones_the_own(self) -> None:
        order = Requirement("O", "R", "MHTR", TEAM, "", AT, None, None)
        sooner, later = order._replace(ends_at=AT + 1), order._replace(ends_at=AT + DAY)
        for held, word, result in (
            (order, sooner, sooner),
            (sooner, order, sooner),
            (later, sooner, sooner),
            (sooner, later, sooner),
            (sooner, sooner._replace(provider=CHARITY), sooner),
        ):
            assert heard(Person(requirements=(held,)), Person(requirements=(word,))).requirements == (result,)

    def test_relationships_of_other_kinds_or_desks_stand_beside_each_other(self) -> None:
        one, other, third = relationship(), relationship(kind="CUSTODY"), relationship(desk=TEAM)
        joined = heard(Person(relationships=(one,)), Person(relationships=(other, third))).relationships
        assert set(joined) == {one, other, third}

    def test_since_when_it_is_linked_is_kept_from_the_first_word_on(self) -> None:
        before = Person(links=(Link(B, "bb" * 8, 1, heard=False, ended=False, came=("x",)),))
        [link] = heard(before, NOBODY).links
        assert (link.since, link.heard, link.came) == (1, True, ("x",))
        [new] = heard(NOBODY, NOBODY).links
        assert (new.since, new.by, new.other) == (7, "bb" * 8, B)

    def test_warnings_are_joined(self) -> None:
        one, other = Warned("O", "2026-03-01"), Warned("O", "2026-02-01")
        assert heard(Person(warnings=(one,)), Person(warnings=(one, other))).warnings == (other, one)

    def test_what_a_record_was_told_it_does_not_tell_but_for_what_is_over(self) -> None:
        order = Requirement("O", "R", "MHTR", TEAM, "", AT, None, None)
        listed = Registration("mappa.avon-l2", "1", "2", (), "", AT, ended=False, entry_id="1" * 16)
        named = Designation("bridge-charity", "", "RISK", AT, None, AT, ended=False, entry_id="2" * 16)
        warned = Warned("O", "2026-03-01")
        person = heard(NOBODY, Person((), (relationship(),), (), (order,), (warned,), (listed,), (named,)))
        assert links.told(person, AT) == NOBODY
        ended = person._replace(
            relationships=(relationship(ends_at=AT),),
            requirements=(order._replace(ends_at=AT, order_ends_at=AT),),
            registrations=(listed._replace(ended=True),),
            designations=(named._replace(ended=True),),
        )
        assert links.told(ended, AT) == ended._replace(warnings=(), links=())
        assert unpack(pack(person)) == person

    def test_what_came_goes_with_the_link(self) -> None:
        order = Requirement("O", "R", "MHTR", TEAM, "", AT, None, None)
        listed = Registration("mappa.avon-l2", "1", "2", (), "", AT, ended=False, entry_id="1" * 16)
        named = Designation("bridge-charity", "", "RISK", AT, None, AT, ended=False, entry_id="2" * 16)
        came = Person((), (relationship(),), (), (order,), (Warned("O", "2026-03-01"),), (listed,), (named,))
        person = heard(NOBODY, came)
        after = links.linked(person, says("unlink", A), world(person))
        assert after._replace(links=()) == NOBODY
        assert [link.ended for link in after.links] == [True]


@over(some.lists(some.sampled_from(["arrest", "refuse", "grant", "order"]), max_size=5), some.booleans())
def test_to_be_linked_never_loses_a_refusal_nor_gives_a_yes(kinds: list[str], first: bool) -> None:  # noqa: FBT001
    make = {
        "arrest": custody,
        "refuse": refusal,
        "grant": agreement,
        "order": lambda r, at: event("order", at, route_key=r),
    }
    partition, alone = Partition(county()), Partition(county())
    for number, kind in enumerate(kinds):
        told = make[kind](A if number % 2 else B, MARCH_2 + number)._replace(
            entry_id=f"{number:016x}", event_id=f"e{number}"
        )
        partition.say(told)
        alone.say(told)
    words = [says("link", A, B, at=AT), says("link", B, A, at=AT)]
    partition.say(*(words if first else reversed(words)))
    said_no = {one for record in (A, B) for one in of(alone, record).consents if one.action == "REFUSE"}
    for record in (A, B):
        held = of(partition, record).consents
        assert {one.consent_id for one in held} >= {one.consent_id for one in said_no}
        grants = {one for one in held if one.action == "GRANT"}
        assert grants <= set(of(alone, record).consents)
    assert {COURT, CUSTODY} - desks(of(partition, A)) == {COURT, CUSTODY} - desks(of(partition, B))


def test_warnings_of_two_records_stand_by_their_days() -> None:
    one, other = Warned("Z", "2026-01-05"), Warned("A", "2026-02-05")
    assert heard(Person(warnings=(other,)), Person(warnings=(one,))).warnings == (one, other)


class TestWord:
    """What one record tells another, as an entry of the timeline."""

    def test_it_says_nothing_of_anybody_but_what_is_carried(self) -> None:
        why = Again("LINKED", "1" * 16, 7, "2" * 16, other=B)
        made = links.noted(A, why, "3" * 16, AT)
        assert (made.entry_id, made.route_key, made.type, made.again) == ("3" * 16, A, "link", why)
        assert (made.occurred_at, made.published_at, made.confidence) == (AT, AT, "CONFIRMED")
        assert {made.assertion, made.marking, made.purpose} == {"UNKNOWN"}
        assert (made.segments, made.facts, made.content_hash) == ({}, {}, bytes(8))

    def test_what_came_of_the_other_is_told_back_only_once_it_is_over(self) -> None:
        link = Link(B, "2" * 16, 0, heard=True, ended=False, came=("O/R", f"O/{DAY_OF_WARNING}"))
        made = Requirement("O", "R", "RAR", CHARITY, COURT, AT, AT + HOUR, AT + DAY)
        person = NOBODY._replace(links=(link,), requirements=(made,), warnings=(Warned("O", DAY_OF_WARNING),))
        assert links.told(person, AT + DAY - 1).requirements == ()
        assert links.told(person, AT + DAY).requirements == (made,)
        assert links.told(person, AT + DAY).warnings == ()

    def test_so_many_noes_of_two_records_become_one_as_of_that_moment(self) -> None:
        noes = [tuple(consent("REFUSE", AT, consent_id=f"{record}-{n}") for n in range(60)) for record in "ab"]
        why = Again("LINKED", "1" * 16, 7, "2" * 16, other=B, carried=pack(NOBODY._replace(consents=noes[1])))
        after = links.taken_over(NOBODY._replace(consents=noes[0]), why, world(at=AT + DAY))
        [all_of_them] = [each for each in after.consents if each.consent_id == ALL_REFUSED]
        assert all_of_them.occurred_at == AT + DAY
        assert not {each.consent_id for each in after.consents} & {f"a-{n}" for n in range(60)}


DAY_OF_WARNING = "2026-03-10"
