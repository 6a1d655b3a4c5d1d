"""Earlier entries that are decided anew: at a handover, on a reviewer's word, or because nobody gave one in time."""

from dataclasses import replace
from datetime import UTC, datetime

from hub.log import STATE, At, Restored
from hub.model.entry import NO_ENTRY, Again, Entry, Fault, Override
from hub.model.keys import proved
from hub.model.pending import Held, Pending
from hub.model.person import Relationship
from hub.model.ruling import Outcome, Ruling
from hub.sharing import notices, process
from hub.sharing.again import _opened, comes_again, gone, own_id
from hub.sharing.pending import MOST_HELD
from hub.sharing.records import PENDING, records
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from schemas import codec
from tests.hub.sharing.county import CHARITY, COURT, DAY, HOUR, OFFICERS, TEAM, TRUST, county, event, given
from tests.hub.sharing.test_handover import ESCORT, HEALTHCARE, PRISON, handover
from tests.partition import Partition
from tests.world import KEYS, PERSON, policy, said, world

GUARDIAN, CLERK = "sharing-office.guardian", "sharing-office.protection"
AT = event("handover").occurred_at
SCREENING = event("screening", AT - HOUR, publisher=TEAM, holding_ref=COURT, place=None, named=())
REMANDED = handover(frm=COURT, to=ESCORT)
ARRIVED = handover(AT + HOUR, frm=ESCORT, to=PRISON)


def county_partition() -> Partition:
    return Partition(county())


def anew(outcomes: list[Outcome]) -> dict[str, list[str]]:
    """What each desk was given of what came again."""
    return {
        ruling.desk.name: given(ruling)
        for outcome in outcomes
        if outcome.entry.again
        for ruling in outcome.rulings
        if ruling.copy
    }


def reasons(outcomes: list[Outcome]) -> dict[str, str]:
    """Why each desk was told what it was, of what came again."""
    return {r.desk.name: r.reason for outcome in outcomes if outcome.entry.again for r in outcome.rulings}


def receipts(outcomes: list[Outcome]) -> list[str]:
    return [outcome.receipt.outcome for outcome in outcomes if outcome.receipt]


class TestHandover:
    def test_whoever_supervises_or_provides_from_now_on_and_whoever_sits_on_the_panel_is_given_it_too(self) -> None:
        partition = county_partition()
        risky = event("screening", AT - HOUR, publisher=TEAM, place=None, holding_ref=None, named=())
        partition.say(risky)
        ordered = event("order", AT)
        taking_on = {each for one in partition.say(ordered) if one.entry.again for each in one.entry.again.desks}
        assert taking_on == {"probation-sw.officers", TRUST, TEAM}  # whose own event it is, and which is told nothing
        listed = event("mappa_registration", AT + HOUR)
        on_the_list = {each for one in partition.say(listed) if one.entry.again for each in one.entry.again.desks}
        assert on_the_list >= {"avon-police.ppu", "mappa.avon-l2"}
        unsupervised = {"order_id": "O-2", "requirement_id": "R-2", "supervised_by": "", "provider": CHARITY}
        by_whom = partition.say(event("order", AT + HOUR + 1, facts=unsupervised, place=None, event_id="O-2"))
        assert {each for one in by_whom if one.entry.again for each in one.entry.again.desks} == {CHARITY}
        left = event("mappa_registration", AT + 2 * HOUR, facts={"registration": "DEREGISTERED"}, event_id="left")
        assert not anew(partition.say(left))

    def test_whoever_takes_the_person_on_is_given_what_is_current_and_nobody_else_is(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        assert anew(partition.say(REMANDED)) == {ESCORT: ["self_risk"]}
        assert set(anew(partition.say(ARRIVED))) == {PRISON}

    def test_whoever_has_all_already_is_not_even_asked_again(self) -> None:
        partition = county_partition()
        partition.say(SCREENING, REMANDED, ARRIVED)
        partition.say(handover(AT + 2 * HOUR, frm=PRISON, to=HEALTHCARE))
        back = partition.say(handover(AT + 3 * HOUR, frm=HEALTHCARE, to=PRISON))
        had = {outcome.entry.again.entry_id for outcome in back if outcome.entry.again}
        assert SCREENING.entry_id not in had

    def test_an_order_comes_whole_to_whoever_supervises_from_now_on(self) -> None:
        partition = county_partition()
        other = replace(county().desks[OFFICERS], name="probation-sw.others")
        partition = Partition(replace(county(), desks={**county().desks, other.name: other}))
        ordered = event("order", AT)
        partition.say(ordered)
        said = {"handover_kind": "SUPERVISION", "handover_step": "HANDED_OVER"}
        facts = {**said, "hands_over": OFFICERS, "takes_on": other.name}
        told = anew(partition.say(event("handover", AT + HOUR, publisher=OFFICERS, facts=facts, place=None)))
        assert {"identity", "criminal_justice"} <= set(told[other.name])

    def test_whoever_had_the_person_once_and_has_them_again_is_new(self) -> None:
        partition = county_partition()
        partition.say(event("arrest", AT))
        long_after = AT + 8 * DAY
        self_risk = event("screening", long_after - HOUR, publisher=TEAM, place=None, holding_ref=None, named=())
        [noted] = partition.say(self_risk)
        assert not any(ruling.copy for ruling in noted.rulings)
        arrested_again = partition.say(event("arrest", long_after, event_id="arrested-again"))
        assert anew(arrested_again) == {"avon-police.custody": ["self_risk", "adjustments"]}

    def test_it_is_the_publishers_own_event_under_the_recipients_own_id(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        [_, again] = partition.say(REMANDED)
        assert again.entry.again is not None
        assert (again.entry.again.cause, again.entry.again.entry_id) == ("HANDOVER", SCREENING.entry_id)
        assert again.entry.again.by == REMANDED.entry_id
        assert (again.entry.type, again.entry.publisher) == ("screening", TEAM)
        assert again.receipt is None

    def test_nobody_is_sent_the_same_twice(self) -> None:
        partition = county_partition()
        partition.say(SCREENING, REMANDED, ARRIVED)
        back = partition.say(handover(AT + 2 * HOUR, frm=PRISON, to=HEALTHCARE))
        assert set(anew(back)) == {HEALTHCARE}
        assert not anew(partition.say(handover(AT + 3 * HOUR, frm=HEALTHCARE, to=PRISON)))

    def test_what_was_replaced_is_not_current_and_what_replaced_it_is(self) -> None:
        partition = county_partition()
        newer = SCREENING._replace(
            entry_id="77" * 8, event_id="newer", supersedes=SCREENING.event_id, occurred_at=AT - HOUR // 2
        )
        partition.say(SCREENING, newer)
        again = [outcome.entry.again for outcome in partition.say(REMANDED) if outcome.entry.again]
        assert [each.entry_id for each in again] == [newer.entry_id]

    def test_what_is_too_old_is_not_current(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        later = REMANDED._replace(occurred_at=AT + 31 * DAY)
        assert not anew(partition.say(later))

    def test_what_the_timeline_no_longer_holds_is_said_to_be_gone(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        partition.lost.add(0)
        [_, gone] = partition.say(REMANDED)
        assert [fault.code for fault in gone.faults] == ["GONE"]
        said = gone.entry
        assert (said.occurred_at, said.published_at) == (REMANDED.occurred_at, REMANDED.occurred_at)
        assert (said.assertion, said.marking, said.purpose) == ("UNKNOWN", "UNKNOWN", "UNKNOWN")
        assert gone.past == partition.registers._past[said.route_key] != b""
        assert (gone.kind, gone.rulings) == ("FOLDED", ())
        assert not partition.registers.owed(AT)

    def test_a_refusal_between_counts_when_it_is_decided_anew(self) -> None:
        partition = county_partition()
        note = event("screening", AT - HOUR, publisher=TEAM, place=None, holding_ref=None, named=())
        partition.say(note, event("referral", AT, publisher=TEAM, named=(TRUST,)))
        partition.say(said("REFUSE", AT + 1, about={"among_carers": True}, publisher=TEAM))
        accepted = event("referral", AT + HOUR, publisher=TRUST, named=(), facts={"status": "ACCEPTED"})
        assert reasons(partition.say(accepted)) == {TRUST: "CARE_OBJECTION"}

    def test_what_takes_somebody_on_and_corrects_something_does_both(self) -> None:
        partition = county_partition()
        note = event("screening", AT - HOUR, publisher=TEAM, place=None, holding_ref=None, named=())
        wrong = event("referral", AT - 1, publisher=TEAM, named=(TRUST,), event_id="F-1", place=None)
        partition.say(note, wrong)
        registered = event("health_registration", AT, publisher=TEAM, supersedes="F-1")
        causes = [one.entry.again.cause for one in partition.say(registered) if one.entry.again]
        assert set(causes) == {"HANDOVER", "CORRECTED"}

    def test_to_be_proposed_is_for_one_referral_and_brings_nothing_else(self) -> None:
        partition = county_partition()
        note = event("screening", AT - HOUR, publisher=TEAM, place=None, holding_ref=None, named=())
        proposed = event("referral", AT, publisher=TEAM, named=(TRUST,), place=None)
        assert not anew(partition.say(note, proposed))

    def test_whoever_has_the_person_already_is_given_nothing_by_having_them_still(self) -> None:
        partition = county_partition()
        arrest = event("arrest", AT - HOUR, place=None)
        note = event("screening", AT, publisher=TEAM, place=None, holding_ref=None, named=(), confidence="UNRESOLVED")
        still = event("arrest", AT + 2 * HOUR, place=None, event_id="still")
        partition.say(arrest, note)
        assert not [one for one in partition.say(still) if one.entry.again]

    def test_it_changes_nothing_but_who_has_it(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        [first, again] = partition.say(REMANDED)
        assert first.person is not None
        assert again.person is None

    def test_what_comes_twice_is_a_repeat(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        [_, again] = partition.say(REMANDED)
        assert [one.kind for one in partition.say(again.entry)] == ["REPEAT"]


REFERRAL = event("referral", AT, publisher=TEAM, named=(TRUST,), confidence="UNRESOLVED", event_id="R-1")


IN_DOUBT = event(
    "referral", AT, publisher=TEAM, named=(TRUST,), confidence="PROBABLE", holding_ref=COURT, event_id="R-2"
)

IN_DOUBT = IN_DOUBT._replace(segments=proved(KEYS, PERSON, IN_DOUBT.segments))


def of(outcome: Outcome, desk: str) -> Ruling:
    return next(ruling for ruling in outcome.rulings if ruling.desk.name == desk)


def review(decision: str, at: int = AT + HOUR, place: str = "0/0", **facts: str) -> Entry:
    about = {"held": place, "held_for": "", "review_views": ""}
    told = {**about, "review_decision": decision, "review_ground": "IDENTITY_CHECKED", **facts}
    return event("review", at, publisher=GUARDIAN, facts=told, route_key=f"held:{place}", confidence="UNRESOLVED")


class TestReview:
    def test_what_is_in_crisis_waits_half_an_hour_and_what_is_not_a_working_day(self) -> None:
        for need, waits in (("CRISIS", 30), ("SEVERE", None)):
            partition = county_partition()
            partition.say(REFERRAL._replace(facts={**REFERRAL.facts, "need_level": need, "urgency": "ROUTINE"}))
            ended = partition.wait(AT + 31 * 60_000)
            assert ({"HOLD_LAPSED"} <= set(reasons(ended).values())) is (waits == 30)
            assert {r.verdict for one in ended if one.entry.again for r in one.rulings} <= {"DENY"}

    def test_a_word_said_twice_sends_nothing_twice_and_tells_the_sender_once(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        first = partition.say(review("RELEASE"))
        again = partition.say(review("RELEASE", AT + HOUR + 1)._replace(entry_id="ab" * 8))
        assert (receipts(first)[-1:], anew(again)) == (["DELIVERED"], {})
        assert "DELIVERED" not in receipts(again)

    def test_two_words_before_the_first_has_come_end_it_once(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        both = [review("RELEASE"), review("REFUSE")._replace(entry_id="ab" * 8)]
        outcomes = [*partition._decide(both, AT + HOUR), *partition.wait(AT + HOUR)]
        assert TRUST in anew(outcomes)
        assert receipts(outcomes).count("DELIVERED") == 1
        assert receipts(outcomes).count("NOT_DELIVERED") == 0

    def test_what_its_sender_replaces_while_it_waits_is_let_go_by_nobody(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        newer = event("referral", AT + 1, publisher=TEAM, named=(TRUST,), event_id="R-9", supersedes="R-1")
        outcomes = partition.say(newer)
        assert reasons(outcomes)[TRUST] == "HOLD_SUPERSEDED"
        assert receipts(outcomes)[-1] == "NOT_DELIVERED"
        assert not partition.registers.waiting
        assert not anew(partition.say(review("RELEASE")))

    def test_what_waits_for_a_desk_that_is_there_no_more_ends_and_its_sender_hears(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL._replace(named=(CHARITY,)))
        left = {name: desk for name, desk in county().desks.items() if name != CHARITY}
        partition.registers.decisions = Decisions(policy(), replace(county(), desks=left))
        [lapsed] = partition.wait(AT + 4 * DAY)
        assert (receipts([lapsed]), partition.registers.waiting) == (["NOT_DELIVERED"], 0)

    def test_where_no_rule_says_how_long_it_waits_it_does_not(self) -> None:
        partition = county_partition()
        long_ago = REFERRAL._replace(occurred_at=1_500_000_000_000)  # before any rule is in force
        outcomes = partition.say(long_ago)
        assert [one.entry.again.cause for one in outcomes if one.entry.again] == ["LAPSED"]

    def test_what_waits_is_decided_anew_on_a_reviewers_word_and_its_sender_hears(self) -> None:
        partition = county_partition()
        [held] = partition.say(REFERRAL)
        assert {ruling.verdict for ruling in held.rulings if ruling.desk.name == TRUST} == {"HOLD"}
        outcomes = partition.say(review("RELEASE"))
        assert {"identity", "health_minimum", "status"} <= set(anew(outcomes)[TRUST])
        assert receipts(outcomes)[-1] == "DELIVERED"
        assert not partition.registers.owed(AT + 99 * DAY)

    def test_a_reviewers_refusal_ends_it_and_its_sender_hears(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        outcomes = partition.say(review("REFUSE"))
        assert reasons(outcomes)[TRUST] == "REVIEW_REFUSED"
        assert (anew(outcomes), receipts(outcomes)[-1]) == ({}, "NOT_DELIVERED")
        assert not partition.registers.owed(AT + 99 * DAY)

    def test_what_nobody_reviews_in_time_ends_and_its_sender_hears(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        [lapsed] = partition.wait(AT + 4 * DAY)
        assert reasons([lapsed])[TRUST] == "HOLD_LAPSED"
        assert lapsed.receipt is not None
        assert lapsed.receipt.outcome == "NOT_DELIVERED"
        assert not partition.wait(AT + 99 * DAY)

    def test_what_waits_and_is_gone_waits_no_longer_and_what_waits_beside_it_does(self) -> None:
        partition = county_partition()
        urgent = REFERRAL._replace(facts={**REFERRAL.facts, "urgency": "URGENT"})
        partition.say(urgent, REFERRAL._replace(entry_id="77" * 8, event_id="R-8"))
        partition.lost.add(0)
        assert partition.registers.waiting == 2
        [gone] = partition.wait(AT + HOUR)
        assert (gone.kind, [fault.code for fault in gone.faults]) == ("FOLDED", ["GONE"])
        assert gone.policy == partition.registers.decisions.policy.digest
        assert partition.registers.waiting == 1
        assert [one.kind for one in partition.say(gone.entry)] == ["REPEAT"]
        [lapsed] = partition.wait(AT + 9 * DAY)
        assert lapsed.entry.subject == "77" * 8

    def test_what_comes_again_and_cannot_be_decided_is_given_up_and_nothing_beside_it(self) -> None:
        why, later = Again("LAPSED", "77" * 8, 3, "77" * 8), Again("LAPSED", "66" * 8, 4, "66" * 8)
        held, other = Held("77" * 8, 3, AT, (TRUST,)), Held("66" * 8, 4, AT, (TRUST,))
        open_now = Pending((held, other), (why, later))
        made = process(REFERRAL._replace(entry_id="no id", again=why), world(at=AT, pending=open_now))
        assert (made.kind, made.pending) == ("QUARANTINED", Pending((other,), (later,)))
        gone = NO_ENTRY._replace(entry_id="88" * 8, content_hash=bytes(8), again=why)
        told = process(gone, world(at=AT, pending=open_now, past=b""))
        assert (told.kind, told.pending, told.past) == ("FOLDED", Pending((other,), (later,)), b"")
        assert told.repeats

    def test_a_word_that_comes_too_late_finds_nothing_and_the_reviewer_hears(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        partition.wait(AT + 4 * DAY)
        [outcome] = partition.say(review("RELEASE", AT + 5 * DAY))
        assert receipts([outcome]) == ["NOT_DELIVERED"]

    def test_a_word_about_another_place_moves_nothing(self) -> None:
        for place in ("0/1", "1/0", "0/00"):
            partition = county_partition()
            partition.say(REFERRAL)
            assert not anew(partition.say(review("RELEASE", place=place)))

    def test_a_word_that_says_neither_or_finds_nothing_breaks_nothing(self) -> None:
        for word in (review("UNKNOWN"), review("RELEASE", place="0/7")):
            partition = county_partition()
            partition.say(REFERRAL)
            outcomes = partition.say(word)
            assert not anew(outcomes)
            assert [(one.kind, one.faults) for one in outcomes] == [("FOLDED", ())]

    def test_a_word_finds_whose_it_is_by_what_waits_though_nothing_else_is_remembered_of_it(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        partition.registers._past.clear()
        [said_so, again] = partition.say(review("RELEASE"))
        assert (said_so.entry.route_key, said_so.entry.confidence) == (REFERRAL.route_key, "CONFIRMED")
        assert TRUST in anew([again])

    def test_a_word_about_a_place_where_nothing_is_is_about_nobody(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        for number, place in enumerate(("0/7", "1/0")):
            word = review("RELEASE", place=place)._replace(entry_id=f"{number:016x}")
            [nobodys] = partition.say(word)
            assert (nobodys.entry.route_key, nobodys.entry.confidence) == (f"held:{place}", "UNRESOLVED")

    def test_only_a_reviewers_word_counts(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        assert not anew(partition.say(review("RELEASE")._replace(publisher=TEAM)))

    def test_a_word_for_one_desk_leaves_the_others_waiting(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL._replace(named=(TRUST, CHARITY)))
        outcomes = partition.say(review("RELEASE", held_for=TRUST))
        assert set(reasons(outcomes)) == {TRUST}
        [lapsed] = partition.wait(AT + 4 * DAY)
        assert TRUST not in reasons([lapsed])

    def test_whoever_had_a_part_by_then_counts_as_reached_when_its_sender_hears_how_it_ended(self) -> None:
        partition = county_partition()
        partition.say(IN_DOUBT._replace(named=(TRUST, CHARITY)))
        first = partition.say(review("RELEASE", held_for=TRUST))
        assert receipts(first)[-1] == "NOT_DELIVERED"  # the charity still waits
        partition = county_partition()
        partition.say(said("GRANT", AT - HOUR), IN_DOUBT._replace(named=(TRUST, CHARITY)))
        partition.say(review("RELEASE", held_for=CHARITY, place="0/1"))
        last = partition.say(review("RELEASE", AT + HOUR + 1, held_for=TRUST, place="0/1")._replace(entry_id="ab" * 8))
        assert receipts(last)[-1] == "DELIVERED"
        assert [one.receipt.event_id for one in last if one.receipt and one.entry.again] == ["R-2"]

    def test_a_sender_that_wants_no_receipts_hears_only_of_what_did_not_arrive(self) -> None:
        desks = {**county().desks, TEAM: replace(county().desks[TEAM], wants_receipts=False)}
        for word, heard in (("RELEASE", []), ("REFUSE", ["NOT_DELIVERED"])):
            partition = Partition(replace(county(), desks=desks))
            partition.say(REFERRAL)
            assert receipts([one for one in partition.say(review(word)) if one.entry.again]) == heard

    def test_a_word_for_a_desk_for_which_nothing_waits_moves_nothing(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        outcomes = partition.say(review("RELEASE", held_for=CHARITY))
        assert reasons(outcomes) == {}
        assert partition.registers.waiting == 1

    def test_a_word_on_some_views_lets_go_no_other(self) -> None:
        partition = county_partition()
        partition.say(REFERRAL)
        assert anew(partition.say(review("RELEASE", review_views="identity health_minimum")))[TRUST] == [
            "identity",
            "health_minimum",
        ]

    def test_who_has_a_part_is_sent_what_was_held_in_a_copy_that_replaces_it(self) -> None:
        partition = county_partition()
        [first] = partition.say(IN_DOUBT)
        outcomes = partition.say(review("RELEASE"))
        before, again = of(first, TRUST), of(outcomes[-1], TRUST)
        assert before.copy is not None
        assert again.copy is not None
        assert again.copy.copy_id != before.copy.copy_id
        envelope = codec.decode(again.copy.body)[1]["envelope"]
        assert (envelope["copy_id"], envelope["supersedes"]) == (again.copy.copy_id, before.copy.copy_id)

    def test_who_has_a_part_is_sent_nothing_when_the_rest_is_refused(self) -> None:
        partition = county_partition()
        partition.say(IN_DOUBT)
        outcomes = partition.say(review("REFUSE"))
        assert (anew(outcomes), set(reasons(outcomes).values())) == ({}, {"REVIEW_REFUSED"})

    def test_a_withdrawal_between_counts_when_it_is_decided_anew(self) -> None:
        partition = county_partition()
        yes = said("GRANT", AT - HOUR)
        partition.say(yes, REFERRAL._replace(named=(CHARITY,), confidence="PROBABLE"))
        partition.say(said("WITHDRAW", AT + 1, about={"version": 3}))
        assert reasons(partition.say(review("RELEASE", place="0/1")))[CHARITY] == "CONSENT_WITHDRAWN"

    def test_what_cannot_wait_has_half_an_hour_and_the_rest_a_working_day(self) -> None:
        friday = round(datetime(2026, 4, 2, 15, tzinfo=UTC).timestamp() * 1000)  # the Thursday before Easter
        for urgent, ends in (("URGENT", friday + HOUR // 2), ("ROUTINE", datetime(2026, 4, 7, 23, tzinfo=UTC))):
            partition = county_partition()
            partition.say(REFERRAL._replace(occurred_at=friday, facts={**REFERRAL.facts, "urgency": urgent}))
            due = ends if isinstance(ends, int) else round(ends.timestamp() * 1000)
            assert not partition.registers.owed(due - 1)
            assert partition.registers.owed(due)

    def test_so_much_is_held_and_what_is_held_beyond_it_runs_out_at_once(self) -> None:
        partition = county_partition()
        for number in range(MOST_HELD):
            partition.say(REFERRAL._replace(entry_id=f"{number:016x}", event_id=f"R-{number}"))
        assert not partition.registers.owed(AT)
        outcomes = partition.say(REFERRAL._replace(entry_id="ff" * 8, event_id="R-last"))
        assert [one.entry.again.cause for one in outcomes if one.entry.again] == ["LAPSED"]


def test_what_is_open_is_committed_with_what_opened_it_and_restored() -> None:
    partition = county_partition()
    [held] = partition.say(REFERRAL)
    state = [(r.key or b"", r.value or b"") for r in records(held, KEYS) if r.topic == STATE]
    assert f"{PERSON}{PENDING}".encode() in dict(state)
    restored = Registers(0, partition.registers.decisions, KEYS)
    restored.restore(Restored(At(1, AT), state))
    assert restored.owed(AT + 99 * DAY) == partition.registers.owed(AT + 99 * DAY) != []


def test_what_is_open_no_longer_is_deleted() -> None:
    partition = county_partition()
    partition.say(REFERRAL)
    [lapsed] = partition.wait(AT + 4 * DAY)
    left = {record.key: record.value for record in records(lapsed, KEYS) if record.topic == STATE}
    assert left[f"{PERSON}{PENDING}".encode()] is None


OFFICER = "avon-police.ppu"


def asked(step: str = "ASKED", publisher: str = OFFICER, at: int = AT + HOUR, **facts: str) -> Entry:
    told = {"override_id": "O-1", "override_step": step, "override_event": f"{TEAM}/{NOTE.event_id}", **facts}
    whole = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("identity", "health_minimum"))
    made = event("override", at, publisher=publisher, event_id=f"{step}-{at}", facts=told, named=())
    return made._replace(override=whole)


NOTE = event("screening", AT, publisher=TEAM, place=None, holding_ref=None, named=(), event_id="N-1")


class TestOverride:
    def test_when_it_ends_is_as_long_as_the_rule_has_it_where_the_moment_is_none(self) -> None:
        partition = county_partition()
        partition.say(NOTE, asked(override_ends_at="tomorrow"))
        assert anew(partition.say(asked("APPROVED", CLERK, AT + 24 * HOUR)))

    def test_where_the_hub_has_no_name_to_speak_in_or_no_guardian_nobody_is_told(self) -> None:
        whole = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("identity",))
        for role in ("HUB", "CALDICOTT"):
            desks = {name: desk for name, desk in county().desks.items() if desk.role != role}
            partition = Partition(replace(county(), desks=desks))
            outcomes = partition.say(event("concern", AT, publisher=CHARITY, override=whole))
            assert [one.entry.type for one in outcomes] == ["concern"]

    def test_a_guardian_of_another_area_is_not_told(self) -> None:
        whole = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("identity",))
        elsewhere = replace(county().desks[GUARDIAN], areas=frozenset({"severn"}))
        partition = Partition(replace(county(), desks={**county().desks, GUARDIAN: elsewhere}))
        outcomes = partition.say(event("concern", AT, publisher=CHARITY, override=whole, area="avon"))
        assert [one.entry.type for one in outcomes] == ["concern"]

    def test_what_a_second_person_agrees_to_goes_to_who_asked_as_far_as_an_emergency_opens_it(self) -> None:
        partition = county_partition()
        [first] = partition.say(NOTE)
        assert OFFICER not in {ruling.desk.name for ruling in first.rulings if ruling.copy}
        assert not anew(partition.say(asked()))
        agreed_to = anew(partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR)))
        assert "health_full" in NOTE.segments
        assert agreed_to == {OFFICER: ["identity", "location", "health_minimum", "self_risk", "adjustments"]}

    def test_for_somebody_on_a_panels_list_it_may_be_agreed_to_for_twenty_eight_days(self) -> None:
        for listed, days, agreed in ((True, 27, True), (True, 29, False), (False, 27, False)):
            partition = county_partition()
            if listed:
                partition.say(event("mappa_registration", AT - DAY))
            partition.say(NOTE, asked(publisher=CHARITY))
            told = partition.say(asked("APPROVED", CLERK, AT + HOUR + days * DAY))
            assert bool([one for one in told if one.entry.again]) is agreed

    def test_to_agree_is_only_to_what_was_asked_and_to_that_once(self) -> None:
        partition = county_partition()
        partition.say(NOTE, asked(override_id="O-2"), asked(at=AT + HOUR + 1))
        first = asked("APPROVED", CLERK, AT + 2 * HOUR)
        assert [one.entry.again.cause for one in partition.say(first) if one.entry.again] == ["APPROVED"]
        assert not anew(partition.say(asked("APPROVED", CLERK, AT + 3 * HOUR)))
        other = asked("ENDED", OFFICER, AT + 4 * HOUR, override_id="O-1")
        partition.say(other)
        assert [
            one.entry.again.cause
            for one in partition.say(asked("APPROVED", CLERK, AT + 5 * HOUR, override_id="O-2"))
            if one.entry.again
        ] == ["APPROVED"]

    def test_what_was_refused_or_ended_is_agreed_to_in_vain_and_only_that(self) -> None:
        for step in ("REFUSED", "ENDED"):
            partition = county_partition()
            partition.say(NOTE, asked(), asked(override_id="O-2", at=AT + HOUR + 1), asked(step, CLERK, AT + HOUR + 2))
            assert not anew(partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR)))
            other = partition.say(asked("APPROVED", CLERK, AT + 3 * HOUR, override_id="O-2"))
            assert [one.entry.again.cause for one in other if one.entry.again] == ["APPROVED"]

    def test_a_step_that_nobody_knows_changes_nothing(self) -> None:
        partition = county_partition()
        partition.say(NOTE, asked(), asked("UNKNOWN", CLERK, AT + HOUR + 2))
        assert anew(partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR)))

    def test_to_agree_is_to_the_event_that_was_named_and_to_no_other_that_is_current(self) -> None:
        partition = county_partition()
        other = event("screening", AT + 1, publisher=TEAM, place=None, holding_ref=None, named=(), event_id="N-2")
        partition.say(NOTE, other, asked(override_event=f"{TEAM}/{other.event_id}"))
        told = partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR))
        assert [one.entry.again.entry_id for one in told if one.entry.again] == [other.entry_id]

    def test_an_events_own_id_may_have_slashes(self) -> None:
        partition = county_partition()
        note = event("screening", AT, publisher=TEAM, place=None, holding_ref=None, named=(), event_id="N/1/2")
        partition.say(note, asked(override_event=f"{TEAM}/N/1/2"))
        assert anew(partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR)))

    def test_at_the_moment_at_which_it_ends_it_has_ended(self) -> None:
        partition = county_partition()
        partition.say(NOTE, asked())
        assert not anew(partition.say(asked("APPROVED", CLERK, AT + HOUR + DAY)))

    def test_of_what_is_current_the_rule_says_how_old_it_may_be(self) -> None:
        for days, found in ((29, True), (31, False)):
            partition = county_partition()
            partition.say(SCREENING, asked(at=AT + days * DAY, override_event=""))
            told = partition.say(asked("APPROVED", CLERK, AT + days * DAY + HOUR))
            assert bool([one for one in told if one.entry.again]) is found

    def test_nobody_breaks_the_glass_alone(self) -> None:
        partition = county_partition()
        partition.say(NOTE, asked())
        for desk in (OFFICER, TEAM, TRUST):
            assert not anew(partition.say(asked("APPROVED", desk, AT + 2 * HOUR)))

    def test_a_reviewer_who_asks_does_not_agree_with_themselves(self) -> None:
        partition = county_partition()
        partition.say(NOTE, asked(publisher=CLERK))
        assert not anew(partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR)))

    def test_what_ran_out_was_ended_or_was_never_asked_is_agreed_to_in_vain(self) -> None:
        over = asked(override_ends_at="2026-03-01T00:00:00Z")
        for before in ((asked(),), (over,), (asked(), asked("ENDED", OFFICER, AT + HOUR + 1)), ()):
            partition = county_partition()
            partition.say(NOTE, *before)
            late = AT + 26 * HOUR if before == (asked(),) else AT + 2 * HOUR
            assert not anew(partition.say(asked("APPROVED", CLERK, late)))

    def test_without_its_answers_or_in_doubt_whom_it_is_about_nothing_is_asked(self) -> None:
        incomplete = asked()._replace(override=Override("VITAL_INTERESTS", "IMMINENT", complete=False, views=()))
        for wrong in (incomplete, asked()._replace(confidence="PROBABLE"), asked()._replace(override=None)):
            partition = county_partition()
            partition.say(NOTE, wrong)
            assert not anew(partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR)))

    def test_the_guardian_hears_of_each_step_in_codes(self) -> None:
        partition = county_partition()
        for step, desk in (("ASKED", OFFICER), ("APPROVED", CLERK)):
            [outcome] = [one for one in partition.say(asked(step, desk)) if one.entry.type == "override"]
            assert given(of(outcome, GUARDIAN)) == ["status"]

    def test_the_guardian_hears_of_a_named_persons_own_decision_without_whom_it_is_about(self) -> None:
        partition = county_partition()
        whole = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("identity", "health_minimum"))
        outcomes = partition.say(event("concern", AT, publisher=CHARITY, override=whole))
        [told] = [one for one in outcomes if one.entry.again and one.entry.again.cause == "OVERRIDDEN"]
        assert {ruling.desk.name: given(ruling) for ruling in told.rulings} == {GUARDIAN: ["status"]}
        assert told.receipt is None

    def test_what_is_about_nothing_in_particular_is_about_what_is_current(self) -> None:
        partition = county_partition()
        partition.say(SCREENING, asked(override_event=""))
        agreed_to = partition.say(asked("APPROVED", CLERK, AT + 2 * HOUR))
        assert [one.entry.again.entry_id for one in agreed_to if one.entry.again] == [SCREENING.entry_id]


class TestCorrection:
    def test_a_correction_that_names_nothing_reaches_nobody(self) -> None:
        partition = county_partition()
        partition.say(event("referral", AT, publisher=TEAM, named=(TRUST,), event_id="F-1"))
        outcomes = partition.say(event("disclosure_correction", AT + 1, publisher=TEAM, supersedes=None))
        assert not [ruling for one in outcomes for ruling in one.rulings if ruling.copy]

    def test_whoever_had_it_and_does_not_get_the_new_one_hears_that_it_was_wrong(self) -> None:
        partition = county_partition()
        referral = event("referral", AT, publisher=TEAM, named=(TRUST,), event_id="F-1")
        [first] = partition.say(referral)
        had = {ruling.desk.name for ruling in first.rulings if ruling.copy}
        newer = event("referral", AT + 1, publisher=TEAM, named=(CHARITY,), event_id="F-2", supersedes="F-1")
        outcomes = partition.say(newer)
        [told] = [one for one in outcomes if one.entry.type == "disclosure_correction"]
        assert {ruling.desk.name for ruling in told.rulings if ruling.copy} == had == {TRUST}
        assert given(of(told, TRUST)) == ["status"]
        before = of(first, TRUST).copy
        correction = of(told, TRUST).copy
        assert before is not None
        assert correction is not None
        envelope = codec.decode(correction.body)[1]["envelope"]
        assert (envelope["supersedes"], envelope["copy_id"] != before.copy_id) == (before.copy_id, True)

    def test_whoever_gets_the_new_one_hears_it_by_that_and_nothing_else(self) -> None:
        partition = county_partition()
        partition.say(event("referral", AT, publisher=TEAM, named=(TRUST,), event_id="F-1"))
        newer = event("referral", AT + 1, publisher=TEAM, named=(TRUST,), event_id="F-2", supersedes="F-1")
        assert [one.entry.type for one in partition.say(newer)] == ["referral"]

    def test_a_publishers_own_correction_reaches_whoever_had_it_and_nobody_else(self) -> None:
        partition = county_partition()
        partition.say(event("referral", AT, publisher=TEAM, named=(TRUST,), event_id="F-1"))
        said_so = event("disclosure_correction", AT + 1, publisher=TEAM, supersedes="F-1")
        [outcome] = partition.say(said_so)
        assert {ruling.desk.name: given(ruling) for ruling in outcome.rulings if ruling.copy} == {TRUST: ["status"]}

    def test_nobody_corrects_what_another_published(self) -> None:
        partition = county_partition()
        partition.say(event("referral", AT, publisher=TEAM, named=(TRUST,), event_id="F-1"))
        outcomes = partition.say(event("disclosure_correction", AT + 1, publisher=CHARITY, supersedes="F-1"))
        assert not [ruling for one in outcomes for ruling in one.rulings if ruling.copy]

    def test_what_nobody_had_is_corrected_for_nobody(self) -> None:
        partition = county_partition()
        outcomes = partition.say(event("disclosure_correction", AT, publisher=TEAM, supersedes="never"))
        assert not [ruling for one in outcomes for ruling in one.rulings if ruling.copy]


def unlinked(place: str = "0/0", publisher: str = GUARDIAN) -> Entry:
    made = event("unlink", AT + HOUR, publisher=publisher, named=(), facts={"held": place})
    return made._replace(route_key=f"held:{place}", confidence="UNRESOLVED", event_id=f"U-{place}-{publisher}")


class TestUnlink:
    def test_whoever_had_what_was_of_the_wrong_person_hears_so_of_its_own_copy_and_nobody_else_does(self) -> None:
        partition = county_partition()
        [first] = partition.say(SCREENING._replace(confidence="UNRESOLVED", route_key="77" * 16))
        outcomes = partition.say(unlinked())
        [told] = [one for one in outcomes if one.entry.type == "disclosure_correction"]
        assert {ruling.desk.name: given(ruling) for ruling in told.rulings if ruling.copy} == {COURT: ["status"]}
        had, correction = of(first, COURT).copy, of(told, COURT).copy
        assert had is not None
        assert correction is not None
        copy = codec.decode(correction.body)[1]
        assert (copy["envelope"]["supersedes"], copy["envelope"]["person_ref"]) == (had.copy_id, had.person_ref)
        assert (copy["status"]["reason"], copy["status"]["action"]) == ("UNLINKED", "DELETE")

    def test_whoever_had_it_hears_so_though_the_timeline_holds_it_no_longer(self) -> None:
        partition = county_partition()
        [first] = partition.say(SCREENING._replace(confidence="UNRESOLVED", route_key="77" * 16))
        partition.lost.add(0)
        [told] = [one for one in partition.say(unlinked()) if one.entry.type == "disclosure_correction"]
        assert told.entry.publisher == notices.speaker(county())
        assert {ruling.desk.name: given(ruling) for ruling in told.rulings if ruling.copy} == {COURT: ["status"]}
        had, correction = of(first, COURT).copy, of(told, COURT).copy
        assert had is not None
        assert correction is not None
        assert codec.decode(correction.body)[1]["envelope"]["supersedes"] == had.copy_id

    def test_where_the_hub_has_no_desk_to_speak_from_it_is_gone(self) -> None:
        mute = replace(county(), desks={n: d for n, d in county().desks.items() if d.role != notices.CLOCKS})
        partition = Partition(mute)
        partition.say(SCREENING._replace(confidence="UNRESOLVED", route_key="77" * 16))
        partition.lost.add(0)
        assert [fault.code for fault in partition.say(unlinked())[-1].faults] == ["GONE"]

    def test_what_waits_of_it_is_refused_and_it_is_handed_over_to_nobody(self) -> None:
        partition = county_partition()
        partition.say(IN_DOUBT)
        outcomes = partition.say(unlinked())
        assert set(reasons(outcomes).values()) >= {"REVIEW_REFUSED"}
        assert not partition.registers.waiting
        partition = county_partition()
        partition.say(SCREENING, unlinked())
        assert not anew(partition.say(REMANDED))

    def test_only_a_reviewers_word_counts_and_only_about_what_is_known(self) -> None:
        for wrong in (unlinked(publisher=TEAM), unlinked("0/9"), unlinked("1/0")):
            partition = county_partition()
            partition.say(SCREENING)
            assert [one.entry.type for one in partition.say(wrong)] == ["unlink"]

    def test_a_reviewer_who_names_nothing_that_is_known_hears_that_it_moved_nothing(self) -> None:
        partition = county_partition()
        partition.say(SCREENING)
        assert receipts(partition.say(unlinked("0/9"))) == ["NOT_DELIVERED"]
        assert receipts(partition.say(unlinked("0/0"))) == []


def test_what_is_gone_stands_under_the_persons_key_and_says_what_was_to_come() -> None:
    why = Again("HANDOVER", "ab" * 8, 3, "cd" * 8, desks=(TRUST,))
    said_so = gone(PERSON, why, AT, KEYS)
    assert (said_so.route_key, said_so.again, said_so.entry_id) == (PERSON, why, own_id(why, KEYS))
    assert (said_so.occurred_at, said_so.published_at) == (AT, AT)


def test_what_comes_again_changes_nothing_and_nobody_is_told_twice_what_to_mend() -> None:
    whole = Override("VITAL_INTERESTS", "IMMINENT", complete=True, views=("identity",))
    earlier = said("REFUSE", AT)._replace(faults=(Fault("BAD_CHECK", "x"),), override=whole)
    why = Again("RELEASED", earlier.entry_id, 3, "cd" * 8)
    made = comes_again(earlier, PERSON, why, AT, county(), KEYS)
    assert (made.consent, made.faults, made.override, made.again) == (None, (), whole, why)
    assert (made.entry_id, made.event_id, made.route_key) == (own_id(why, KEYS), earlier.event_id, PERSON)
    agreed_to = comes_again(earlier, PERSON, why._replace(cause="APPROVED", ground="SAFEGUARDING"), AT, county(), KEYS)
    assert agreed_to.override == Override("SAFEGUARDING", "UNKNOWN", complete=True, views=())
    notice = why._replace(cause="CORRECTED", ground="UNLINKED", desks=(TRUST,))
    told = comes_again(earlier, PERSON, notice, AT, county(), KEYS)
    assert (told.entry_id, told.event_id) == (own_id(notice, KEYS), own_id(notice, KEYS))
    assert own_id(notice, KEYS) != own_id(notice._replace(other="7" * 32), KEYS)


class TestNew:
    """Who has to do with the person from now on, and had not until now."""

    def test_who_comes_in_the_place_of_another_is_new_and_who_stays_is_not(self) -> None:
        one = Relationship(TEAM, "PLACE_COVER", AT, AT + DAY, "1" * 16)
        gone = Relationship(COURT, "CUSTODY", AT - DAY, AT - 1, "2" * 16)
        longer, trust = one._replace(ends_at=AT + 2 * DAY), one._replace(desk=TRUST, entry_id="3" * 16)
        assert _opened((one,), (trust,), AT) == [TRUST]
        assert _opened((one,), (longer,), AT) == []
        assert _opened((one, gone), (longer, trust), AT) == [TRUST]
        assert _opened((one,), (longer, trust), AT) == [TRUST]
        assert _opened((one,), (one._replace(kind="ACTIVE"),), AT) == [TEAM]
        assert _opened((), (gone, one._replace(kind="PROPOSED")), AT) == []
        assert _opened((gone,), (gone, one), AT) == [TEAM]

    def test_who_had_to_do_with_them_once_and_has_again_is_new(self) -> None:
        over = Relationship(TEAM, "PLACE_COVER", AT - 2 * DAY, AT - DAY, "1" * 16)
        anew_ = over._replace(opened_at=AT, ends_at=AT + DAY)
        assert _opened((over,), (anew_,), AT) == [TEAM]
        assert _opened((over,), (over._replace(opened_at=AT - DAY),), AT) == []
