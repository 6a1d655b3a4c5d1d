"""SP-01 and SP-03, step by step, in memory."""

from hub.model.directory import Desk
from hub.model.person import NOBODY, Person, Told
from hub.model.ruling import Outcome, Ruling
from hub.sharing import process
from tests.world import (
    CHARITY,
    GP,
    LD_TEAM,
    MARCH_4,
    PROBATION,
    SEPTEMBER_5,
    directory,
    entry,
    said,
    world,
)


def ruling(outcome: Outcome, desk: str) -> Ruling:
    return next(each for each in outcome.rulings if each.desk.name == desk)


def views(given: Ruling) -> set[str]:
    return set(given.copy.digests) if given.copy else set()


def agreed() -> Person:
    return process(said("GRANT"), world(at=MARCH_4)).person or NOBODY


def test_an_arrest_tells_the_team_that_serves_the_suite_and_nobody_else() -> None:
    outcome = process(entry("arrest"), world())
    told = ruling(outcome, LD_TEAM)
    assert (told.verdict, told.reason) == ("PERMIT", "CUSTODY_CARE")
    assert views(told) >= {"identity", "location", "cj_summary", "health_minimum"}
    assert not views(told) & {"criminal_justice", "pnc"}
    for desk in (CHARITY, GP):
        refused = ruling(outcome, desk)
        assert (refused.verdict, refused.reason, refused.copy) == ("DENY", "NO_RELATIONSHIP", None)


def test_a_consented_referral_gives_the_charity_what_was_agreed_and_no_more() -> None:
    outcome = process(entry("referral", MARCH_4), world(agreed(), MARCH_4))
    told = ruling(outcome, CHARITY)
    assert (told.verdict, told.reason) == ("REDACT", "SCOPE_VIEW")
    assert views(told) == {"identity", "health_minimum"}
    assert told.consents == ("C-1",)
    refused = ruling(outcome, PROBATION)
    assert (refused.verdict, refused.reason) == ("DENY", "NO_RELATIONSHIP")


def test_the_resent_referral_stays_here_a_day_after_the_consent_ran_out() -> None:
    outcome = process(entry("referral", SEPTEMBER_5), world(agreed(), SEPTEMBER_5))
    refused = ruling(outcome, CHARITY)
    assert (refused.verdict, refused.reason, refused.copy) == ("DENY", "CONSENT_EXPIRED", None)


def test_an_update_that_holds_only_what_was_agreed_is_permitted_whole() -> None:
    referral = entry("referral", MARCH_4)
    kept = {view: referral.segments[view] for view in ("identity", "health_minimum")}
    told = ruling(process(referral._replace(segments=kept), world(agreed(), MARCH_4)), CHARITY)
    assert (told.verdict, told.reason) == ("PERMIT", "CONSENT")


def test_an_acknowledged_withdrawal_stops_the_update_that_is_before_it_in_the_timeline() -> None:
    withdrawal = said("WITHDRAW", MARCH_4 + 2000)
    outcome = process(entry("referral", MARCH_4), world(agreed(), MARCH_4 + 3000, overtaking=(withdrawal,)))
    refused = ruling(outcome, CHARITY)
    assert (refused.verdict, refused.reason, refused.copy) == ("DENY", "WITHDRAWN_AT_SEND", None)
    assert outcome.overtaking == (withdrawal.entry_id,)


def test_a_withdrawn_consent_stops_the_next_event() -> None:
    withdrawn = process(said("WITHDRAW", MARCH_4 + 2000), world(agreed(), MARCH_4 + 2000)).person
    assert withdrawn
    refused = ruling(process(entry("referral", MARCH_4 + 5000), world(withdrawn, MARCH_4 + 5000)), CHARITY)
    assert (refused.verdict, refused.reason, refused.copy) == ("DENY", "CONSENT_WITHDRAWN", None)


def test_what_would_be_too_long_to_write_is_quarantined_and_the_partition_goes_on() -> None:
    heard = Person(told=tuple(Told(f"C-{n}" * 16, CHARITY) for n in range(9_000)))
    outcome = process(entry("arrest"), world(heard))
    assert (outcome.kind, list(outcome.copies()), outcome.person, outcome.repeats) == ("QUARANTINED", [], None, None)


def test_so_many_rulings_that_their_sheet_is_too_long_are_quarantined() -> None:
    more = [Desk(f"gp.{n}", f"gp{n}" * 50, "GP", frozenset({"avon"}), frozenset({"arrest"})) for n in range(1_500)]
    outcome = process(entry("arrest"), world(directory=directory(*more)))
    assert (outcome.kind, outcome.rulings) == ("QUARANTINED", ())


def test_many_desks_and_a_long_memory_are_not_too_much() -> None:
    heard = Person(told=tuple(Told(f"C-{n}", CHARITY) for n in range(100)))
    more = (Desk(f"gp.{n}", f"gp{n}", "GP", frozenset({"avon"}), frozenset({"arrest"})) for n in range(70))
    assert process(entry("arrest"), world(heard, directory=directory(*more))).kind == "RULED"


def test_whoever_was_told_under_a_consent_hears_that_it_ended_and_nothing_else() -> None:
    told = process(entry("referral", MARCH_4), world(agreed(), MARCH_4)).person
    assert told
    outcome = process(said("WITHDRAW", MARCH_4 + 2000), world(told, MARCH_4 + 2000))
    notice = ruling(outcome, CHARITY)
    assert (notice.relationship, notice.verdict, views(notice)) == ("TOLD", "PERMIT", {"status"})


def test_what_is_known_is_not_printed() -> None:
    assert repr(world(agreed())).startswith("World(Moment(")
