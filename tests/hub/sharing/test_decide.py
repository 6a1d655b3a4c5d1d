from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from consent.terms import Decision, Facts
from hub.model.directory import Desk
from hub.model.person import Person
from hub.model.ruling import Ruling
from hub.sharing import process
from hub.sharing.candidates import Candidate
from hub.sharing.decide import ruled, rulings
from hub.sharing.facts import facts as facts_of
from hub.sharing.fold import fold
from hub.sharing.matter import Matter, matter
from hub.sharing.world import Decisions
from tests.world import (
    CHARITY,
    COURT,
    CUSTODY,
    LD_TEAM,
    MARCH_4,
    consent,
    directory,
    entry,
    policy,
    said,
    without,
    world,
)

AGREED = Person(consents=(consent(),))


def a_matter(made: object = None, person: Person = AGREED, **known: object) -> Matter:
    referral = made or entry("referral", MARCH_4)
    return matter(referral, person, world(person, **{"at": MARCH_4, **known}))  # type: ignore[arg-type]


def desk(name: str) -> Desk:
    return directory().desks[name]


CANDIDATE = Candidate(desk(CHARITY), "PROPOSED")


def facts(brought: Matter, candidate: Candidate) -> Facts:
    return facts_of(brought.case, candidate, desk(brought.case.publisher), brought.world.decisions)


def test_facts_are_read_from_the_entry_the_directory_and_what_was_said() -> None:
    screening = entry("screening", MARCH_4, disturbed=True, place=COURT)
    found = facts(a_matter(screening), Candidate(desk(CUSTODY), "CUSTODY"))
    assert found == Facts(
        event_type="screening",
        from_role="LD_TEAM",
        to_role="POLICE_CUSTODY",
        relationship="CUSTODY",
        confidence="CONFIRMED",
        holds_person=True,
        place_cover=False,
        purpose="REFERRAL",
        objection=False,
        disturbed=True,
        consent=(),
        agreement="HELD",
        from_standing=("DTC", "HEALTH_BODY"),
        to_standing=("OMA_PARTY", "RA", "S115_AUTHORITY"),
    )
    assert facts(a_matter(screening), Candidate(desk(LD_TEAM), "PLACE_COVER")).place_cover


def test_a_purpose_that_the_policy_does_not_speak_of_is_unknown() -> None:
    assert facts(a_matter(entry("referral", MARCH_4, purpose="CURIOSITY")), CANDIDATE).purpose == "UNKNOWN"


def test_consent_is_asked_for_this_recipient_purpose_and_moment() -> None:
    assert dict(facts(a_matter(), CANDIDATE).consent)["identity"] == "GIVEN"
    assert facts(a_matter(), Candidate(desk(LD_TEAM), "ACTIVE")).consent == ()


def test_an_objection_that_overtakes_counts_at_once() -> None:
    no = said("REFUSE", MARCH_4, about={"among_carers": True, "consent_id": "C-2"})
    assert facts(a_matter(overtaking=(no,)), CANDIDATE).objection
    assert not facts(a_matter(), CANDIDATE).objection


def test_an_entry_does_not_overtake_itself() -> None:
    no = said("WITHDRAW", MARCH_4)
    assert a_matter(no, overtaking=(no,)).case.overtaking == ()


def test_a_ruling_names_the_consents_that_it_rests_on() -> None:
    assert ruled(a_matter(), CANDIDATE).consents == ("C-1",)
    assert ruled(a_matter(person=Person()), CANDIDATE).consents == ()


def broken(ruling: Ruling) -> bool:
    answers = {(answer.answer, answer.reason) for answer in ruling.decision.answers}
    told = (ruling.verdict, ruling.reason, ruling.copy, ruling.consents)
    tried = {answer.tried for answer in ruling.decision.answers}
    return (
        told == ("DENY", "RULE_BROKEN", None, ())
        and answers <= {("WITHHOLD", "RULE_BROKEN")}
        and tried <= {()}
        and ruling.decision == Decision(ruling.decision.answers, (), frozenset())
    )


def test_an_unknown_publisher_refuses() -> None:
    ruling = ruled(a_matter(entry("referral", publisher="gone.desk")), CANDIDATE)
    assert broken(ruling)
    assert ruling.relationship == CANDIDATE.relationship


def test_an_event_whose_schema_is_of_another_type_is_not_sent() -> None:
    referral, screening = entry("referral", MARCH_4), entry("screening", MARCH_4)
    assert broken(ruled(a_matter(referral._replace(schema_id=screening.schema_id)), CANDIDATE))


def test_an_event_of_an_unknown_schema_is_not_sent() -> None:
    ruling = ruled(a_matter(entry("referral", MARCH_4, schema_id=99_999)), CANDIDATE)
    assert broken(ruling)
    assert {answer.view for answer in ruling.decision.answers} == a_matter().case.present


def test_a_segment_that_is_not_of_the_event_is_not_sent() -> None:
    referral = entry("referral", MARCH_4)
    nothing: Any = None
    wrong = referral._replace(segments=dict.fromkeys(referral.segments, nothing))
    assert broken(ruled(a_matter(wrong), CANDIDATE))


def test_one_broken_ruling_leaves_the_others_alone() -> None:
    rules = policy()
    withheld = {key: views for key, views in rules.withheld.items() if key != ("referral", "PROB_OM")}
    referral, known = (
        entry("referral", MARCH_4),
        world(AGREED, MARCH_4, decisions=Decisions(replace(rules, withheld=withheld), directory())),
    )
    brought = matter(referral, fold(referral, known), known)
    assert [(ruling.desk.role, broken(ruling)) for ruling in rulings(brought)] == [("CVO", False), ("PROB_OM", True)]


def exhausted() -> Any:
    raise MemoryError


def test_a_worker_that_is_out_of_memory_refuses_nobody_and_ends() -> None:
    known = world(AGREED, MARCH_4, decisions=Decisions(replace(policy(), withheld=defaultdict(exhausted)), directory()))
    with pytest.raises(MemoryError):
        process(entry("referral", MARCH_4), known)


class Exhausted(dict[str, bytes]):
    """Segments that there is no memory for."""

    @override
    def __getitem__(self, view: str) -> bytes:
        raise MemoryError


def test_one_that_runs_out_of_memory_over_a_copy_refuses_nobody_either() -> None:
    referral = entry("referral", MARCH_4)
    with pytest.raises(MemoryError):
        process(referral._replace(segments=Exhausted(referral.segments)), world(AGREED, MARCH_4))


def test_the_same_facts_are_answered_once() -> None:
    answers = Decisions(policy(), directory())
    found = facts(a_matter(), CANDIDATE)
    assert answers.on(found, a_matter().case.present) is answers.on(
        facts(a_matter(), CANDIDATE), a_matter().case.present
    )
    assert answers.on(found, frozenset({"identity"})).views == ()


def test_answers_are_forgotten_together_when_there_are_too_many() -> None:
    answers, found = Decisions(policy(), directory(), most=1), facts(a_matter(), CANDIDATE)
    first = answers.on(found, a_matter().case.present)
    answers.on(found, frozenset())
    again = answers.on(found, a_matter().case.present)
    assert again is not first
    assert (again.decision, again.views) == (first.decision, first.views)


def test_an_event_type_without_a_policy_gives_nothing() -> None:
    found = facts(a_matter(), CANDIDATE)._replace(event_type="gossip")
    answer = Decisions(policy(), directory()).on(found, frozenset({"identity"}))
    assert (answer.verdict, answer.views, answer.sees_what_it_is) == ("DENY", (), False)


def test_an_event_that_would_only_say_who_somebody_is_says_nothing() -> None:
    referral = entry("referral", MARCH_4)
    rest = [view for view in referral.segments if view not in {"identity", "nhs_number", "location"}]
    ruling = ruled(a_matter(without(referral, *rest)), CANDIDATE)
    assert (ruling.verdict, ruling.copy, ruling.consents) == ("DENY", None, ())


def test_expiry_is_judged_at_the_later_of_the_records_and_the_barriers_time() -> None:
    known = world(AGREED, MARCH_4)
    late = known.moment._replace(judged_at=consent().valid_to or 0)
    assert ruled(a_matter(moment=late), CANDIDATE).reason == "CONSENT_EXPIRED"
    assert ruled(a_matter(moment=late._replace(judged_at=late.judged_at - 1)), CANDIDATE).verdict == "REDACT"


def test_facts_are_all_said_and_each_in_its_place() -> None:
    before = a_matter()
    known = facts_of(before.case, Candidate(desk(CHARITY), "PROPOSED"), desk(LD_TEAM), before.world.decisions)
    assert len(known) == len(Facts._fields)
    kinds = {name: type(value) for name, value in known._asdict().items()}
    meant = {name: type(value) for name, value in Facts._field_defaults.items()}
    assert {name: kinds[name] for name in meant} == meant
    assert known[:5] == ("referral", "LD_TEAM", "CVO", "PROPOSED", "CONFIRMED")
    assert (known.purpose, known.agreement, known.level, known.reviewed) == ("REFERRAL", "HELD", "UNKNOWN", "NONE")
