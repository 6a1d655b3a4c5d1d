from typing import Any

import pytest

from consent import register
from consent.register import MOST, MOST_GRANTED
from hub.model.directory import Desk
from hub.model.entry import Fault
from hub.model.person import NOBODY, Person, Relationship, Told
from hub.model.ruling import Receipt
from hub.sharing import process
from hub.sharing.forward import ALL_REFUSED, REJECTIONS, unreadable
from hub.sharing.repeats import SIZE, remember
from hub.sharing.world import Decisions
from tests.hub.sharing.county import CUSTODY as CUSTODY_DESK
from tests.hub.sharing.county import shared
from tests.hub.sharing.test_handover import PRISON, handover
from tests.world import (
    CHARITY,
    CUSTODY,
    GP,
    LD_TEAM,
    MARCH_2,
    MARCH_4,
    bare,
    consent,
    directory,
    entry,
    policy,
    said,
    without,
    world,
)

AGREED = Person(consents=(consent(),))
NOT_ADJUSTMENTS = ("identity", "nhs_number", "custody_number", "location", "health_minimum", "health_full", "self_risk")
FAULT = Fault("BAD_CHECK", "submission.identifiers[0].value")


def test_an_entry_with_rulings_is_ruled_and_one_without_is_folded() -> None:
    assert process(entry("arrest"), world()).kind == "RULED"
    assert process(said("GRANT"), world(at=MARCH_4)).kind == "FOLDED"


def test_an_entry_that_changes_nothing_leaves_the_person_as_they_were() -> None:
    assert process(bare(type="screening", publisher=GP, area="elsewhere"), world()).person is None


def test_every_entry_is_remembered_so_that_its_repeat_is_dropped() -> None:
    arrest = entry("arrest")
    first = process(arrest, world())
    again = process(arrest, world(repeats=first.repeats))
    assert (again.kind, again.rulings, again.receipt, again.person, again.repeats) == ("REPEAT", (), None, None, None)
    assert again.policy == first.policy == world().decisions.policy.digest


def test_what_cannot_be_read_causes_its_sheet_and_nothing_else() -> None:
    made = unreadable(world().moment, "policy")
    assert (made.rulings, made.overtaking, made.person, made.repeats, made.past) == ((), (), None, None, b"")
    assert (made.pending, made.receipt) == (None, None)


def test_what_intake_refused_leaves_who_had_what_as_it_was() -> None:
    refused = process(bare(kind="REJECTED", faults=(FAULT,)), world(past=b""))
    assert (refused.kind, refused.past, refused.repeats is None) == ("QUARANTINED", b"", False)


def test_an_altered_repeat_counts_for_nothing_and_its_publisher_is_told() -> None:
    arrest = entry("arrest")
    known = world(repeats=remember(b"", arrest, MARCH_2, 35))
    altered = process(arrest._replace(content_hash=b"changed."), known)
    assert (altered.kind, list(altered.copies()), altered.person, altered.repeats) == ("QUARANTINED", [], None, None)
    fault = Fault("ALTERED_REPEAT", "submission.event_id")
    assert altered.receipt == Receipt(arrest.event_id, "FIX_AND_RESEND", (fault,))
    assert altered.faults == (fault,)


def test_an_entry_that_intake_refused_only_tells_its_publisher_and_only_once() -> None:
    refused = bare(kind="REJECTED", event_id="E-9", faults=(FAULT,), content_hash=bytes(8))
    outcome = process(refused, world(repeats=bytes(SIZE * REJECTIONS), window_days=99_999))
    assert (outcome.kind, outcome.rulings, outcome.faults) == ("QUARANTINED", (), (FAULT,))
    assert outcome.entry == refused
    assert outcome.receipt == Receipt("E-9", "FIX_AND_RESEND", (FAULT,))
    assert len(outcome.repeats or b"") == SIZE * REJECTIONS
    assert process(refused, world(repeats=outcome.repeats)).receipt is None


def test_faults_are_told_although_the_event_went_on() -> None:
    outcome = process(entry("arrest", faults=(FAULT,)), world())
    assert list(outcome.copies())
    assert outcome.receipt == Receipt(outcome.entry.event_id, "FIX_AND_RESEND", (FAULT,))
    assert outcome.faults == (FAULT,)


def test_a_named_desk_that_got_nothing_is_told_of_without_a_reason() -> None:
    assert process(entry("referral", MARCH_4), world(at=MARCH_4)).receipt == Receipt(
        "referral-" + str(MARCH_4), "NOT_DELIVERED"
    )
    assert process(entry("referral", MARCH_4, named=("gone.desk",)), world(at=MARCH_4)).receipt == Receipt(
        "referral-" + str(MARCH_4), "NOT_DELIVERED"
    )


def test_a_delivered_event_is_confirmed_to_desks_that_ask_for_it() -> None:
    delivered = process(entry("referral", MARCH_4), world(AGREED, MARCH_4))
    assert delivered.receipt == Receipt(delivered.entry.event_id, "DELIVERED")
    assert process(entry("referral", MARCH_4, publisher=GP), world(AGREED, MARCH_4)).receipt is None


def test_what_reaches_nobody_is_not_delivered_though_it_names_nobody() -> None:
    for nobody_asked in (entry("arrest", place=None, named=()), entry("referral", MARCH_4, named=())):
        missed = process(nobody_asked, world(at=MARCH_4)).receipt
        assert missed
        assert missed.outcome == "NOT_DELIVERED"
        to_mend = process(nobody_asked._replace(faults=(FAULT,), entry_id="99" * 8), world(at=MARCH_4)).receipt
        assert to_mend == Receipt(nobody_asked.event_id, "FIX_AND_RESEND", (FAULT,))


def test_a_screening_that_is_for_its_own_team_is_delivered_to_it_unless_another_was_to_have_it() -> None:
    alone = without(entry("screening", MARCH_4, place=None, holding_ref=None, named=()), "self_risk", "adjustments")
    kept = process(alone, world(at=MARCH_4)).receipt
    assert kept
    assert kept.outcome == "DELIVERED"
    patient = Person(relationships=(Relationship(GP, "REGISTERED", MARCH_4 - 1, None, "1" * 16),))
    refused = process(alone._replace(purpose="SENTENCE"), world(patient, MARCH_4))
    assert {ruling.desk.name: ruling.verdict for ruling in refused.rulings}[GP] == "DENY"
    assert refused.receipt
    assert refused.receipt.outcome == "NOT_DELIVERED"


def test_that_a_prison_received_somebody_is_on_record_and_for_nobody_else_to_have() -> None:
    received = shared(handover(step="RECEIVED", to=PRISON)).receipt
    assert received
    assert received.outcome == "DELIVERED"
    given = shared(handover(frm=CUSTODY_DESK, to=PRISON, publisher=CUSTODY_DESK)._replace(named=()), NOBODY)
    assert given.receipt


def test_who_was_given_all_that_such_an_event_has_for_it_was_reached_though_it_says_little() -> None:
    little = without(entry("screening", MARCH_4, named=(CUSTODY,), holding_ref=CUSTODY), *NOT_ADJUSTMENTS)
    held = Person(relationships=(Relationship(CUSTODY, "CUSTODY", MARCH_4 - 1, None, "1" * 16),))
    outcome = process(little, world(held, MARCH_4))
    assert {r.desk.name: list(r.copy.digests) for r in outcome.rulings if r.copy}[CUSTODY] == ["adjustments"]
    assert outcome.receipt
    assert outcome.receipt.outcome == "DELIVERED"


def test_a_yes_in_doubt_makes_no_refusal_of_everything_where_one_stood_before() -> None:
    everything = consent("REFUSE", consent_id=register.ALL_REFUSED, recipients=(), views=(), purposes=())
    doubted = process(said("GRANT", confidence="PROBABLE"), world(Person(consents=(everything,)), MARCH_4))
    assert ALL_REFUSED not in doubted.faults


def test_a_withdrawal_that_a_newer_yes_has_answered_is_not_delivered() -> None:
    no = said("WITHDRAW", MARCH_4)
    assert no.consent is not None
    newer = consent(at=MARCH_4 + 1, version=no.consent.version + 1)
    for held, outcome in (((newer,), "NOT_DELIVERED"), ((consent(at=MARCH_2),), "DELIVERED")):
        told = process(no, world(Person(consents=held), MARCH_4)).receipt
        assert told
        assert told.outcome == outcome


def test_a_desk_that_holds_the_person_and_did_not_hear_of_the_risk_is_told_of() -> None:
    screening = entry("screening", MARCH_4, holding_ref="gone.desk")
    missed = process(screening, world(at=MARCH_4)).receipt
    assert missed
    assert missed.outcome == "NOT_DELIVERED"
    silent = process(without(screening, "self_risk"), world(at=MARCH_4)).receipt
    assert silent
    assert silent.outcome == "DELIVERED"
    heard = process(entry("screening", MARCH_4, holding_ref=CUSTODY), world(at=MARCH_4)).receipt
    assert heard
    assert heard.outcome == "DELIVERED"


def test_a_named_desk_that_got_nothing_is_told_of_beside_what_is_to_be_mended() -> None:
    missed = process(entry("referral", MARCH_4, faults=(FAULT,)), world(at=MARCH_4))
    assert missed.receipt == Receipt(missed.entry.event_id, "NOT_DELIVERED", (FAULT,))
    reached = process(entry("referral", MARCH_4, faults=(FAULT,)), world(AGREED, MARCH_4))
    assert reached.receipt == Receipt(reached.entry.event_id, "FIX_AND_RESEND", (FAULT,))


def test_a_withdrawal_is_confirmed_only_if_it_ends_something_of_somebody_certain() -> None:
    withdrawn = Person(consents=(consent("WITHDRAW"),))
    told = [
        process(said("WITHDRAW", MARCH_4, **changes), world(known, MARCH_4)).receipt
        for changes, known in (
            ({}, AGREED),
            ({}, Person()),
            ({}, withdrawn),
            ({"about": {"consent_id": "C-typo"}}, AGREED),
            ({"confidence": "PROBABLE"}, AGREED),
            ({"confidence": "UNRESOLVED"}, AGREED),
        )
    ]
    assert [receipt.outcome for receipt in told if receipt] == ["DELIVERED", *["NOT_DELIVERED"] * 5]


def test_one_no_too_many_is_told_on_the_sheet_alone_and_its_publisher_should_telephone() -> None:
    noes = tuple(consent("REFUSE", consent_id=f"C-{n:03}") for n in range(MOST))
    last = said("REFUSE", MARCH_4 + 1, about={"consent_id": "C-999"}, faults=(FAULT,))
    one, other = (process(last, world(Person(consents=noes[left:]), MARCH_4 + 1)) for left in (0, 1))
    assert [each.faults for each in (one, other)] == [(FAULT, ALL_REFUSED), (FAULT,)]
    assert one.receipt == Receipt(last.event_id, "NOT_DELIVERED", (FAULT,))
    assert other.receipt == Receipt(last.event_id, "FIX_AND_RESEND", (FAULT,))


@pytest.mark.parametrize(("since", "outcome"), [(MARCH_4 + 1, "DELIVERED"), (MARCH_4, "NOT_DELIVERED")])
def test_a_reviewer_is_told_when_the_refusal_that_stands_for_all_still_stands(since: int, outcome: str) -> None:
    guardian = Desk("office.guardian", "office", "CALDICOTT")
    held = consent("REFUSE", consent_id="*", version=1), consent("REFUSE", since)
    review = bare(type="review", publisher=guardian.name, facts={"review_decision": "LIFT"}, occurred_at=MARCH_4 + 2)
    decisions = Decisions(policy(), directory(guardian))
    lifted = process(review, world(Person(consents=held), MARCH_4 + 2, decisions=decisions))
    assert lifted.receipt == Receipt(review.event_id, outcome)  # type: ignore[arg-type]
    assert (lifted.kind, lifted.rulings) == ("FOLDED", ())


def test_a_grant_that_is_kept_is_confirmed_and_one_too_many_is_not() -> None:
    many = tuple(consent(consent_id=f"C-{n:03}") for n in range(MOST_GRANTED))
    last = said("GRANT", MARCH_4 + 1, about={"consent_id": "C-999"})
    for held, outcome in ((many[1:], "DELIVERED"), (many, "NOT_DELIVERED")):
        receipt = process(last, world(Person(consents=held), MARCH_4 + 1)).receipt
        assert receipt
        assert receipt.outcome == outcome


def test_a_refusal_is_confirmed() -> None:
    receipt = process(said("REFUSE", MARCH_4 + 1), world(AGREED, MARCH_4 + 1)).receipt
    assert receipt
    assert receipt.outcome == "DELIVERED"


def test_a_grant_that_does_not_count_is_not_confirmed() -> None:
    doubtful = process(said("GRANT", confidence="PROBABLE"), world(at=MARCH_4)).receipt
    assert doubtful
    assert (doubtful.outcome, doubtful.faults) == ("NOT_DELIVERED", ())


@pytest.mark.parametrize("changes", [{}, {"faults": (FAULT,)}, {"entry_id": "broken"}, {"named": (CHARITY,)}])
def test_a_publisher_that_is_no_desk_is_told_nothing(changes: dict[str, Any]) -> None:
    assert process(entry("arrest", publisher="gone.desk", **changes), world()).receipt is None


def test_whoever_is_given_something_under_a_consent_is_noted_once() -> None:
    first = process(entry("referral", MARCH_4), world(AGREED, MARCH_4)).person
    assert first
    assert first.told == (Told("C-1", CHARITY),)
    second = process(entry("referral", MARCH_4 + 1), world(first, MARCH_4 + 1)).person
    assert second is None


def test_what_breaks_shares_nothing_changes_nothing_and_asks_its_publisher_to_telephone() -> None:
    broken = process(entry("referral", MARCH_4, entry_id="not an id"), world(AGREED, MARCH_4))
    assert (broken.kind, broken.rulings, broken.person, broken.repeats) == ("QUARANTINED", (), None, None)
    assert [fault.code for fault in broken.faults] == ["RULE_BROKEN"]
    assert broken.receipt == Receipt(broken.entry.event_id, "NOT_DELIVERED")


def test_a_value_that_is_no_entry_gets_a_sheet_and_nothing_else() -> None:
    outcome = unreadable(world().moment, "policy")
    assert (outcome.kind, outcome.rulings, outcome.receipt, outcome.person) == ("QUARANTINED", (), None, None)
    assert [fault.code for fault in outcome.faults] == ["UNREADABLE_ENTRY"]


def test_a_desk_that_left_the_directory_is_not_told_again() -> None:
    told = Person(told=(Told("C-1", "gone.desk"),))
    assert process(said("WITHDRAW"), world(told, MARCH_4)).rulings == ()


def test_withdrawals_that_overtake_are_on_the_outcome() -> None:
    withdrawal = said("WITHDRAW", MARCH_4 + 1)
    assert process(entry("arrest"), world(overtaking=(withdrawal,))).overtaking == (withdrawal.entry_id,)
    assert process(withdrawal, world(at=MARCH_4, overtaking=(withdrawal,))).overtaking == ()


def test_more_desks_may_be_asked_about_than_the_demo_has() -> None:
    more = Desk("another.gp", "another", "GP", frozenset({"avon"}), frozenset({"arrest"}))
    asked = {ruling.desk.name for ruling in process(entry("arrest"), world(directory=directory(more))).rulings}
    assert {"another.gp", GP, CHARITY, LD_TEAM} == asked
