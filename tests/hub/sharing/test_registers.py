from dataclasses import replace

import pytest

from consent.register import MOST
from hub.log import STATE, Arrival, At, Barrier, Batch, Record, Restored
from hub.model.entry import NO_ENTRY, Entry
from hub.model.person import NOBODY
from hub.model.ruling import Outcome
from hub.sharing.errors import StateUnreadableError
from hub.sharing.forward import ALL_REFUSED, POISON
from hub.sharing.records import records
from hub.sharing.registers import Registers
from hub.sharing.world import Decisions
from tests.hub.sharing import county
from tests.world import CHARITY, DAY, KEYS, MARCH_2, MARCH_4, PERSON, arrival, decisions, entry, policy, said

BARRIER = Barrier(3, 0)
OTHER = "ab" * 16


def registers() -> Registers:
    return Registers(1, decisions(), KEYS)


def batch(*entries: Entry, withdrawals: tuple[Entry, ...] = (), start: int = 0, barrier: Barrier = BARRIER) -> Batch:
    came = tuple(arrival(made, start + place) for place, made in enumerate(entries))
    told = tuple(arrival(made, place) for place, made in enumerate(withdrawals))
    return Batch(1, came, barrier, told)


def state(outcomes: list[Outcome]) -> dict[bytes, bytes]:
    every: list[Record] = [record for outcome in outcomes for record in records(outcome, KEYS)]
    return {record.key: record.value for record in every if record.topic == STATE and record.key and record.value}


def verdict(outcome: Outcome, desk: str = CHARITY) -> tuple[str, str]:
    return next((each.verdict, each.reason) for each in outcome.rulings if each.desk.name == desk)


def test_within_a_transaction_each_entry_sees_what_the_one_before_it_left() -> None:
    granted, first, withdrawn, second = registers().decide(
        batch(
            said("GRANT", MARCH_4),
            entry("referral", MARCH_4 + 1),
            said("WITHDRAW", MARCH_4 + 2),
            entry("referral", MARCH_4 + 3),
        )
    )
    assert (granted.kind, withdrawn.kind) == ("FOLDED", "RULED")
    assert verdict(first) == ("REDACT", "SCOPE_VIEW")
    assert verdict(second) == ("DENY", "CONSENT_WITHDRAWN")


def test_an_acknowledged_withdrawal_overtakes_what_stands_before_it() -> None:
    withdrawal = said("WITHDRAW", MARCH_4 + 2)
    kept = registers()
    _, early, folded, late = kept.decide(
        batch(
            said("GRANT", MARCH_4),
            entry("referral", MARCH_4 + 1),
            withdrawal,
            entry("referral", MARCH_4 + 3),
            withdrawals=(withdrawal,),
        )
    )
    assert (verdict(early), early.overtaking) == (("DENY", "WITHDRAWN_AT_SEND"), (withdrawal.entry_id,))
    assert folded.overtaking == ()
    assert (verdict(late), late.overtaking) == (("DENY", "CONSENT_WITHDRAWN"), ())
    assert kept.unfolded(before=MARCH_4 * 2) == []


def test_a_withdrawal_that_the_timeline_still_owes_is_named_once_it_is_old_enough() -> None:
    kept, withdrawal = registers(), said("WITHDRAW", MARCH_4)
    kept.learn([arrival(withdrawal, 9, MARCH_4)])
    assert kept.unfolded(before=MARCH_4) == []
    (owed,) = kept.unfolded(before=MARCH_4 + 1)
    assert owed.offset == 9


def test_a_withdrawal_in_doubt_overtakes_for_everyone_whom_it_may_be_about() -> None:
    doubtful = said("REFUSE", MARCH_4 + 2, confidence="UNRESOLVED", route_key=OTHER, possible=(PERSON,))
    kept = registers()
    _, referral = kept.decide(batch(said("GRANT"), entry("referral", MARCH_4 + 1), withdrawals=(doubtful,)))
    assert verdict(referral) == ("DENY", "CONSENT_REFUSED")


def test_somebody_elses_withdrawal_overtakes_nothing() -> None:
    other = said("WITHDRAW", MARCH_4 + 2, route_key=OTHER)
    _, referral = registers().decide(batch(said("GRANT"), entry("referral", MARCH_4 + 1), withdrawals=(other,)))
    assert (verdict(referral)[0], referral.overtaking) == ("REDACT", ())


def test_what_the_timeline_has_brought_does_not_overtake_when_it_is_read_again() -> None:
    kept, withdrawal = registers(), said("WITHDRAW", MARCH_4 + 2)
    list(kept.decide(batch(said("GRANT"), withdrawal)))
    kept.learn([arrival(withdrawal, 0)])
    assert kept.unfolded(before=MARCH_4 * 2) == []


def test_what_was_brought_so_long_ago_that_its_id_is_forgotten_does_not_overtake_either() -> None:
    kept, withdrawal = registers(), said("WITHDRAW", MARCH_4 + 2)
    committed = state(list(kept.decide(batch(said("GRANT"), withdrawal))))
    restored = registers()
    restored.restore(Restored(kept.at, [(PERSON.encode(), committed[PERSON.encode()])]))
    restored.learn([arrival(withdrawal, 0)])
    assert restored.unfolded(before=MARCH_4 * 2) == []


def test_noes_for_which_one_refusal_stands_do_not_overtake_once_their_ids_are_forgotten_and_a_later_one_does() -> None:
    kept = registers()
    noes = [said("REFUSE", MARCH_4 + n, event_id=f"r-{n}", about={"consent_id": f"R-{n}"}) for n in range(MOST + 1)]
    *_, last = kept.decide(batch(*noes))
    assert last.faults == (ALL_REFUSED,)
    restored = registers()
    restored.restore(Restored(kept.at, [(PERSON.encode(), state([last])[PERSON.encode()])]))
    later = said("REFUSE", MARCH_4 + MOST + 1, event_id="later", about={"consent_id": "later"})
    restored.learn([arrival(no, offset) for offset, no in enumerate((*noes, later))])
    assert [each.offset for each in restored.unfolded(before=MARCH_4 * 2)] == [len(noes)]


def test_an_entry_that_says_nothing_of_consent_overtakes_nothing() -> None:
    kept = registers()
    kept.learn([arrival(entry("arrest"), 0)])
    assert kept.unfolded(before=MARCH_4 * 2) == []


def test_a_quarantined_repeat_of_a_withdrawal_leaves_it_in_force() -> None:
    kept, withdrawal = registers(), said("WITHDRAW", MARCH_4 + 2)
    first = said("GRANT")._replace(entry_id=withdrawal.entry_id, content_hash=b"before..")
    *_, altered, referral = kept.decide(
        batch(said("GRANT"), first, withdrawal, entry("referral", MARCH_4 + 3), withdrawals=(withdrawal,))
    )
    assert altered.kind == "QUARANTINED"
    assert verdict(referral) == ("DENY", "WITHDRAWN_AT_SEND")


def test_a_withdrawal_that_cannot_be_read_stops_everything() -> None:
    with pytest.raises(StateUnreadableError, match=r"^12$"):
        registers().learn([Arrival(12, MARCH_4, b"\xff\xff")])


def test_a_withdrawal_that_can_never_be_folded_stays_in_force() -> None:
    odd = said("WITHDRAW", MARCH_4 + 2, entry_id="odd")
    *_, folded, referral = registers().decide(
        batch(said("GRANT"), odd, entry("referral", MARCH_4 + 3), withdrawals=(odd,))
    )
    assert folded.kind == "QUARANTINED"
    assert verdict(referral) == ("DENY", "WITHDRAWN_AT_SEND")


def test_an_unreadable_entry_gets_a_sheet_and_the_partition_goes_on() -> None:
    kept = registers()
    came = (Arrival(4, MARCH_2, b"\xff"), arrival(entry("arrest"), 5))
    broken, arrest = kept.decide(Batch(1, came, BARRIER, ()))
    assert (broken.kind, [fault.code for fault in broken.faults]) == ("QUARANTINED", ["UNREADABLE_ENTRY"])
    assert (broken.moment.offset, arrest.kind) == (4, "RULED")
    assert kept.at == At(6, MARCH_2)


def test_the_clock_is_the_highest_timestamp_so_far_and_never_goes_back() -> None:
    kept = registers()
    kept.restore(Restored(At(4, MARCH_4), ()))
    assert kept.at == At(4, MARCH_4)
    early, later = kept.decide(
        Batch(1, (arrival(entry("arrest"), 4, MARCH_2), arrival(entry("referral"), 5, MARCH_4 + 9)), BARRIER, ())
    )
    assert (early.moment.recorded_at, later.moment.recorded_at) == (MARCH_4, MARCH_4 + 9)
    assert kept.at == At(6, MARCH_4 + 9)


def test_expiry_is_judged_at_the_barriers_time_when_that_is_later() -> None:
    first, second = (
        registers().decide(batch(entry("arrest"), barrier=Barrier(8, MARCH_4))),
        registers().decide(batch(entry("arrest"), barrier=Barrier(8, MARCH_2 - 1))),
    )
    moments = [next(outcomes).moment for outcomes in (first, second)]
    assert [moment.judged_at for moment in moments] == [MARCH_4, MARCH_2]
    assert [moment.barrier for moment in moments] == [8, 8]


def test_whoever_restores_what_was_written_goes_on_as_if_nothing_had_happened() -> None:
    entries = [said("GRANT"), entry("referral", MARCH_4 + 1), entry("arrest", MARCH_4 + 2)]
    before = registers()
    committed = state(list(before.decide(batch(*entries))))
    restored = registers()
    restored.restore(Restored(before.at, committed.items()))
    again = batch(entries[1], entry("referral", MARCH_4 + 5), said("WITHDRAW", MARCH_4 + 6), start=3)
    assert list(restored.decide(again)) == list(before.decide(again))


@pytest.mark.parametrize(
    ("key", "value"),
    [(PERSON.encode(), b"\xff"), (PERSON.encode(), b""), (f"{PERSON}/repeats".encode(), bytes(19)), (b"\xff", b"")],
)
def test_state_that_cannot_be_read_is_not_guessed(key: bytes, value: bytes) -> None:
    with pytest.raises(StateUnreadableError) as raised:
        registers().restore(Restored(At(0, 0), [(key, value)]))
    assert PERSON not in str(raised.value)


def test_whom_nobody_has_spoken_of_is_nobody() -> None:
    made = entry("arrest")
    assert registers().world(arrival(made, 0), made, BARRIER).person is NOBODY


def test_the_end_of_a_designation_overtakes_until_the_timeline_brings_it() -> None:
    over = county.event("designation", MARCH_4, facts={"designation": "ENDED"}, entry_id="ef" * 8)
    kept = Registers(1, Decisions(policy(), county.county()), KEYS)
    kept.learn([arrival(over, 0)])
    assert [each.timestamp for each in kept.unfolded(MARCH_4 + 1)] == [MARCH_4]
    list(kept.decide(Batch(1, (arrival(over, 0),), BARRIER, ())))
    assert kept.unfolded(MARCH_4 + 1) == []
    kept.learn([arrival(over._replace(entry_id="ee" * 8, event_id="again"), 1)])
    assert kept.unfolded(MARCH_4 + 1) == []


def test_poison_is_not_even_read_and_what_stands_around_it_is_decided() -> None:
    came = (arrival(said("GRANT", MARCH_4), 0), Arrival(1, MARCH_4, b"whatever it is"), arrival(entry("referral"), 2))
    first, poisoned, last = registers().decide(Batch(1, came, BARRIER, ()), frozenset({1}))
    assert (poisoned.kind, poisoned.faults, poisoned.rulings) == ("QUARANTINED", (POISON,), ())
    assert (poisoned.entry, poisoned.policy) == (NO_ENTRY, first.policy)
    assert poisoned.moment.offset == 1
    assert (first.kind, verdict(last)) == ("FOLDED", ("REDACT", "SCOPE_VIEW"))


def test_a_withdrawal_that_is_poison_is_honoured_and_owed_no_more() -> None:
    kept, no, yes = registers(), said("WITHDRAW", MARCH_4 + 1), said("GRANT", MARCH_4)
    brought = arrival(no, 1)
    kept.learn([arrival(no, 9, MARCH_4 + 1)])
    batch_of_three = Batch(1, (arrival(yes, 0), brought, arrival(entry("referral"), 2)), BARRIER, ())
    outcomes = list(kept.decide(batch_of_three, frozenset({1})))
    after = outcomes[-1]
    assert len(kept.unfolded(before=MARCH_4 * 2)) == 1
    record = kept.set_aside(brought)
    assert kept.unfolded(before=MARCH_4 * 2) == []
    assert verdict(after) == ("DENY", "WITHDRAWN_AT_SEND")
    assert (record.topic, record.partition, record.value, record.headers) == (STATE, 1, b"", ())
    assert PERSON.encode() not in (record.key or b"")
    restored = registers()
    known = state(outcomes) | {record.key or b"": b""}
    restored.restore(Restored(At(3, MARCH_4), known.items()))
    other = said("REFUSE", MARCH_4 + 1, about={"consent_id": "C-2"})
    restored.learn([arrival(no, 9, MARCH_4 + 1), arrival(other, 10)])
    assert [each.offset for each in restored.unfolded(before=MARCH_4 * 2)] == [10]
    unaware = registers()
    unaware.restore(Restored(At(3, MARCH_4), state(outcomes).items()))
    unaware.learn([arrival(no, 9, MARCH_4 + 1), arrival(other, 10)])
    assert [each.offset for each in unaware.unfolded(before=MARCH_4 * 2)] == [9, 10]


def test_what_is_behind_a_batch_is_where_to_go_on_and_the_latest_time_that_the_log_has_shown() -> None:
    kept = registers()
    made = Batch(1, (arrival(entry("arrest"), 4, MARCH_4), arrival(entry("arrest"), 6, MARCH_2)), BARRIER, ())
    assert kept.behind(made) == At(7, MARCH_4)
    kept.restore(Restored(At(4, MARCH_4 + DAY), []))
    assert kept.behind(made) == At(7, MARCH_4 + DAY)
    longer = replace(made, arrivals=(*made.arrivals, arrival(entry("arrest"), 9, MARCH_2)))
    assert kept.behind(longer) == At(10, MARCH_4 + DAY)


def test_what_overtakes_nothing_is_not_kept_ahead() -> None:
    kept = registers()
    kept.learn([arrival(entry("arrest"), 0)])
    assert kept.unfolded(MARCH_4 + DAY) == []
