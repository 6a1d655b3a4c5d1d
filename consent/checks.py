"""The named tests that a rule may ask for: each looks at the facts and says what stands against sharing, or nothing.

The list is closed. A row of gateways.toml or receivers.toml that names a test which is not here does not load, so no
rule is skipped. A fact that nobody knows is one that does not hold.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from consent.broken import note
from consent.terms import Facts, Reason

Check = Callable[[Facts, str], Reason | None]
"""Facts and a view in; None, or the reason why the rule stays shut."""

_AT_HAND: Final = frozenset({"CUSTODY", "PLACE_COVER", "ACTIVE"})
"""Relationships of a desk that meets the person and keeps a record of them."""
_SUPERVISORS: Final = frozenset({"PROB_OM", "PROB_COURT", "YJS", "COURT"})
_POLICE: Final = frozenset({"POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL"})
_FOR_POLICE: Final = frozenset({"WARRANT", "OTHERS", "STAFF", "CHILD"})
"""A breach that has come to a warrant; a concern that somebody may be harmed."""
_LOOKED_AT: Final = frozenset({"OVERRIDE", "LATE_REFUSAL"})
"""Alerts that something was shared without consent, or was until a no arrived that had been said before."""
_SEVERAL_AGENCIES: Final = frozenset({"2", "3"})
"""MAPPA levels at which several agencies manage together."""
_S136_GOES_ON: Final = frozenset({"DETAINED", "ARRIVED", "EXTENDED", "TRANSFERRED"})
_HEALTH: Final = frozenset({"health_minimum", "health_extract"})
_CARERS: Final = frozenset({"LD_TEAM", "MH_TRUST", "GP", "PRISON_HC", "CRISIS", "ED", "AMHP_EDT", "LA_SAFEGUARDING"})
"""Roles that assess, treat or safeguard."""
_DANGER: Final = frozenset({"health_minimum", "status"})
"""What a decision to share without consent has to name; who and where it is and what keeps people safe goes along."""
_MAPPA: Final = frozenset({"RA", "DTC", "DESIGNATED"})
"""Who may share under CJA 2003 s325(4): responsible authority, duty to co-operate, recorded contributor (4A)(c)."""


def first_stop(checks: Iterable[Check], facts: Facts, view: str) -> Reason | None:
    """The first reason among the answers, or None; RULE_BROKEN if a test could not answer. Raises MemoryError alone."""
    try:
        for check in checks:
            stopped = check(facts, view)
            if stopped is not None:
                return stopped
    except MemoryError:  # says nothing of the rule: the process ends, and the next one decides
        raise
    except Exception as error:  # noqa: BLE001 - a rule that raises refuses; the answer says so and is counted
        note(error)
        return "RULE_BROKEN"
    return None


def holds_person(facts: Facts, _view: str) -> Reason | None:
    """The desk holds the person now, by the event's holding_ref."""
    return None if facts.holds_person else "NOT_HOLDING"


def place_cover(facts: Facts, _view: str) -> Reason | None:
    """The directory says that the desk serves the event's suite, court or hospital."""
    return None if facts.place_cover else "NO_PLACE_COVER"


def told(facts: Facts, _view: str) -> Reason | None:
    """The desk was given something under the consent or designation that this event changes."""
    return None if facts.relationship == "TOLD" else "NO_GATEWAY"


def consent_given(facts: Facts, view: str) -> Reason | None:
    """The person consented to this view, for this recipient and purpose, now; and it is certain who the person is."""
    for spoken, state in facts.consent:
        if spoken == view:
            return state if state != "GIVEN" else _certain(facts)
    return "NO_CONSENT"


def _certain(facts: Facts) -> Reason | None:
    return None if facts.confidence == "CONFIRMED" else "ID_PROBABLE"


def agreement(facts: Facts, _view: str) -> Reason | None:
    """The two organisations have agreed to share for this purpose, and the agreement holds today."""
    if facts.agreement == "HELD":
        return None
    return "AGREEMENT_EXPIRED" if facts.agreement == "EXPIRED" else "AGREEMENT_MISSING"


def on_duty(facts: Facts, _view: str) -> Reason | None:
    """The desk answers this emergency, by the directory's duty calendar."""
    return None if facts.duty else "NOT_ON_DUTY"


def vital_override(facts: Facts, view: str) -> Reason | None:
    """A named person decided to share it to save somebody's life or limb."""
    return _decided(facts, view, frozenset({"VITAL_INTERESTS"}))


def public_override(facts: Facts, view: str) -> Reason | None:
    """A named person decided to share it to protect the public, a child or an adult at risk."""
    return _decided(facts, view, frozenset({"PUBLIC_PROTECTION", "SAFEGUARDING"}))


def _decided(facts: Facts, view: str, bases: frozenset[str]) -> Reason | None:
    """Whether the decision is whole, rests on one of these, and covers the view. No automated override."""
    if facts.override not in bases:
        return "OVERRIDE_INCOMPLETE" if facts.override == "INCOMPLETE" else "NO_OVERRIDE"
    if view not in _DANGER or view in facts.override_views or "health_minimum" in facts.override_views:
        return None
    return "NOT_IN_OVERRIDE"


def safeguarding_flag(facts: Facts, _view: str) -> Reason | None:
    """The publisher raised a safeguarding concern, by the flag or by a whole decision that rests on one."""
    return None if facts.safeguarding or facts.override == "SAFEGUARDING" else "NO_SAFEGUARDING_FLAG"


def at_hand(facts: Facts, _view: str) -> Reason | None:
    """The desk meets the person: it holds, serves, treats, supervises or takes them on, or hears their case."""
    hears = facts.to_role == "COURT" and facts.relationship == "ADDRESSED"
    return None if facts.relationship in _AT_HAND or facts.takes_on or hears else "NO_RELATIONSHIP"


def on_record(facts: Facts, _view: str) -> Reason | None:
    """The desk has a record of the person, for it has to do with them."""
    return None if facts.relationship in _AT_HAND else "NO_RELATIONSHIP"


def named(facts: Facts, _view: str) -> Reason | None:
    """The event is addressed to the desk."""
    return None if facts.named else "NOT_NAMED"


def need_stated(facts: Facts, _view: str) -> Reason | None:
    """The event says how much help is needed."""
    return None if facts.aspect != "UNKNOWN" else "MISSING_NEED"


def for_health(facts: Facts, _view: str) -> Reason | None:
    """The desk assesses, treats or safeguards people, or is the police's."""
    return None if facts.to_role in _CARERS or facts.to_role in _POLICE else "HEALTH_ONLY"


def s136_active(facts: Facts, _view: str) -> Reason | None:
    """The detention under MHA 1983 s136 goes on; once it has ended only direct care remains."""
    return None if facts.aspect in _S136_GOES_ON else "S136_ENDED"


def ages_served(facts: Facts, _view: str) -> Reason | None:
    """The desk is for people of this age, or does not say for which."""
    return None if not facts.outside_ages else "AGE_SCOPE"


def need_met(facts: Facts, _view: str) -> Reason | None:
    """The desk meets such a need, or does not say which it meets."""
    return None if not facts.not_offered else "NOT_OFFERED"


def excluded_from_fixed_term(facts: Facts, _view: str) -> Reason | None:
    """The person was managed at MAPPA level 2 or 3, and the recall is of a kind that excludes whoever was."""
    return None if facts.aspect == "FTR_56" and facts.level in _SEVERAL_AGENCIES else "NO_GATEWAY"


def anonymous(facts: Facts, _view: str) -> Reason | None:
    """The event says that it is about nobody who could be known; intake takes none that says so and names somebody."""
    return None if facts.aspect == "YES" else "NOT_ANONYMOUS"


def looked_at(facts: Facts, _view: str) -> Reason | None:
    """The alert is about something shared without consent, which is looked at afterwards."""
    return None if facts.aspect in _LOOKED_AT else "NOT_AT_THIS_STAGE"


def treating(facts: Facts, _view: str) -> Reason | None:
    """The desk treats the person: it accepted them, admitted them or provides their treatment requirement."""
    return None if facts.treating else "NOT_TREATING"


def takes_on(facts: Facts, _view: str) -> Reason | None:
    """The desk takes the person on from whoever had them."""
    return None if facts.takes_on else "NOT_TAKING_ON"


def order_party(facts: Facts, _view: str) -> Reason | None:
    """Probation, youth justice, the court, or the provider of the very requirement that the event is about."""
    return None if facts.to_role in _SUPERVISORS or facts.own_requirement else "NOT_OWN_REQUIREMENT"


def own_requirement(facts: Facts, _view: str) -> Reason | None:
    """The event is about a requirement that this desk provides."""
    return None if facts.own_requirement else "NOT_OWN_REQUIREMENT"


def oma_parties(facts: Facts, _view: str) -> Reason | None:
    """Both are parties to offender management, or one is and the other works for it under contract."""
    parties = ["OMA_PARTY" in standing for standing in (facts.from_standing, facts.to_standing)]
    return None if all(parties) or (any(parties) and facts.contracted) else "NOT_OMA_PARTY"


def relevant_authority(facts: Facts, _view: str) -> Reason | None:
    """The recipient is a relevant authority of CDA 1998 s115; the police only for a warrant or a threat to somebody."""
    if "S115_AUTHORITY" not in facts.to_standing:
        return "NOT_RELEVANT_AUTHORITY"
    return "NOT_AT_THIS_STAGE" if facts.to_role in _POLICE and facts.aspect not in _FOR_POLICE else None


def mappa_registered(facts: Facts, _view: str) -> Reason | None:
    """The person is on a MAPPA panel's list, in any category and at any level."""
    return None if facts.mappa else "NOT_MAPPA_ELIGIBLE"


def mappa_bodies(facts: Facts, _view: str) -> Reason | None:
    """Both belong to the responsible authority, have a duty to co-operate, or are recorded as contributors."""
    parties = (facts.from_standing, facts.to_standing)
    return None if not any(_MAPPA.isdisjoint(party) for party in parties) else "NOT_DESIGNATED"


def designated(facts: Facts, _view: str) -> Reason | None:
    """The recipient may take part in managing the person's risk, or is told that it no longer may."""
    told_of_it = facts.relationship == "TOLD" or not _MAPPA.isdisjoint(facts.to_standing)
    return None if told_of_it else "NOT_DESIGNATED"


def on_panel(facts: Facts, _view: str) -> Reason | None:
    """The recipient may take part in managing risk, and sits on the panel for this person or is the panel."""
    if _MAPPA.isdisjoint(facts.to_standing):
        return "NOT_DESIGNATED"
    return None if facts.on_panel else "NO_PANEL_ROLE"


def attended(facts: Facts, _view: str) -> Reason | None:
    """The recipient was at the meeting."""
    return None if facts.attended else "NOT_ATTENDEE"


def relevant_to_harm(facts: Facts, view: str) -> Reason | None:
    """What concerns third parties bears on the risk of serious harm; asked of that view alone."""
    return None if view != "victim" or facts.relevant_to_harm else "VIC_NOT_RELEVANT"


def health_to_carers(facts: Facts, view: str) -> Reason | None:
    """Under a duty to co-operate, health goes to health, housing and social care only; asked of health views alone."""
    whoever = view not in _HEALTH or facts.care_body or "RA" in facts.to_standing
    return None if whoever else "NOT_A_CARE_BODY"


def objection(facts: Facts, _view: str) -> Reason | None:
    """The person objects to sharing among carers with this recipient."""
    return "CARE_OBJECTION" if facts.objection else None


def disturbed(facts: Facts, _view: str) -> Reason | None:
    """The publisher flagged intoxication or acute disturbance, so consent waits."""
    return "CAPACITY_IN_DOUBT" if facts.disturbed else None


def part3(facts: Facts, _view: str) -> Reason | None:
    """The publisher processes it for law enforcement, where consent is no basis."""
    return "PART3_FLOW" if facts.part3 else None


def refused(facts: Facts, view: str) -> Reason | None:
    """The person refused this view to this recipient."""
    return "CONSENT_REFUSED" if _said_no(facts, view) else None


def _said_no(facts: Facts, view: str) -> bool:
    """Whether the person refused the view, also where a parent agreed to it."""
    return (view, "CONSENT_REFUSED") in facts.consent or (view, "CHILD_REFUSAL") in facts.consent


def unanswered_refusal(facts: Facts, view: str) -> Reason | None:
    """The person refused this view, and the publisher did not answer why a power is used over that.

    Identity says nothing by itself and goes only with what may go.
    """
    over = view != "identity" and view not in facts.answered and _said_no(facts, view)
    return "NECESSITY_UNANSWERED" if over else None


def _by_name(*checks: Check) -> Mapping[str, Check]:
    return MappingProxyType({check.__name__: check for check in checks})


NEEDS: Final = _by_name(
    holds_person, place_cover, told, consent_given, agreement, on_duty, vital_override, public_override,
    safeguarding_flag, at_hand, on_record, named, need_stated, for_health, s136_active,
    ages_served,
    need_met, excluded_from_fixed_term, anonymous, looked_at, treating, takes_on, order_party, own_requirement,
    oma_parties, relevant_authority, mappa_registered, mappa_bodies, designated, on_panel, attended, relevant_to_harm,
    health_to_carers,
)  # fmt: skip
"""Tests that must hold."""

UNLESS: Final = _by_name(objection, disturbed, part3, refused, unanswered_refusal)
"""Tests that must not."""


def purpose_served(purposes: frozenset[str] | None, purpose: str) -> Reason | None:
    """Whether a gateway serves the stated purpose (None: any); UNKNOWN never satisfies one that asks for a purpose."""
    if purposes is None or purpose in purposes:
        return None
    return "UNKNOWN_PURPOSE" if purpose == "UNKNOWN" else "PURPOSE_EXCLUDED"


def asks(check: Check) -> str:
    """What a named test asks, in the words of its own docstring, with what the answer must be: `only if ...`."""
    said = " ".join((check.__doc__ or check.__name__).split())
    said = said[0].lower() + said[1:] if said[1:2].islower() or said[1:2] == " " else said
    return f"{'only if' if check in NEEDS.values() else 'not if'} {said.rstrip('.')}"
