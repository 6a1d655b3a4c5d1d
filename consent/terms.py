"""The words of permission, each said once: who may stand on either side, what may be shared, what may be answered.

They are the law's and the practitioner's own. A word that is not here cannot be used in a policy, a directory or a
ruling: whoever reads such a file refuses it by name. Words are plain strings, as they stand on the wire.
"""

from typing import Final, Literal, NamedTuple, get_args

Role = Literal[
    "POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL", "LD_TEAM", "MH_TRUST", "GP", "PROB_OM", "PROB_COURT",
    "PRISON_OMU", "PRISON_HC", "COURT", "CVO", "YJS", "MAPPA_RA", "MAPPA_DTC", "LA_SAFEGUARDING", "CRISIS", "ED",
    "AMHP_EDT", "ESCORT", "SMB", "ANALYST", "AUDITOR", "DPO", "CALDICOTT", "HUB",
]  # fmt: skip
"""What a desk is there for; one organisation may have desks of several roles. HUB: the hub's own clocks, which tell."""

View = Literal[
    "identity", "nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number", "location",
    "criminal_justice", "cj_summary", "cj_requirement", "health_minimum", "health_full", "health_extract",
    "compliance", "risk", "self_risk", "adjustments", "staff_safety", "status", "minutes", "victim", "equality",
    "consent_terms",
]  # fmt: skip
"""A group of fields that is shared or withheld as one; the name of its record in every event schema."""

Relationship = Literal[
    "NONE", "PUBLISHER", "CUSTODY", "PLACE_COVER", "PROPOSED", "ACTIVE", "TOLD", "ADDRESSED", "PANEL", "DUTY",
]  # fmt: skip
"""Why a desk has to do with a person. TOLD: it was given something under a consent or designation that now changes.
ADDRESSED: this event names it. PANEL: it takes part in managing the person's risk. DUTY: it answers emergencies there
and then. Those three, PUBLISHER, PROPOSED and TOLD are for one event; the others last."""

Confidence = Literal["CONFIRMED", "PROBABLE", "UNRESOLVED"]
"""How surely the hub knows whom an event is about."""

Purpose = Literal[
    "UNKNOWN", "CUSTODY", "DIRECT_CARE", "REFERRAL", "PSR", "SUPERVISION", "SENTENCE", "RISK_MANAGEMENT",
    "SAFEGUARDING", "EMPLOYMENT_VETTING",
]  # fmt: skip
"""What an event is shared for, as its publisher states it. UNKNOWN never satisfies a gateway."""

Reason = Literal[
    # why something is given
    "CONSENT", "DIRECT_CARE", "CUSTODY_CARE", "DETAINED_SAFETY", "CONSENT_NOTICE", "VITAL_INTERESTS",
    "PUBLIC_INTEREST", "SAFEGUARDING", "ORDER_ADMIN", "RISK", "S325_4", "DESIGNATED", "DESIGNATION_NOTICE", "ATTENDEE",
    "OMA14", "CDA115", "STAFF_SAFETY", "ADJUSTMENTS", "HANDOVER", "OWN_DATA", "S136", "ALERT",
    "RECALL", "LISTING", "ANONYMOUS", "CORRECTION", "ACKNOWLEDGED", "GUARDIAN",
    "MAPPA_L2_EXCLUDED", "EMERGENCY",
    # why something is not
    "NO_RELATIONSHIP", "NO_NEED_TO_KNOW", "NOT_A_RECEIVER", "NO_GATEWAY", "NO_CONSENT", "CONSENT_REFUSED",
    "CONSENT_WITHDRAWN", "WITHDRAWN_AT_SEND", "CONSENT_EXPIRED", "CONSENT_NOT_YET_VALID", "SCOPE_VIEW",
    "SCOPE_PURPOSE", "CARE_OBJECTION", "CAPACITY_IN_DOUBT", "UNKNOWN_PURPOSE", "PURPOSE_EXCLUDED", "NOT_HOLDING",
    "NO_PLACE_COVER", "TYPE_REVEALS", "NOTHING_ELSE_GIVEN", "RULE_BROKEN", "NOT_ON_DUTY", "NO_OVERRIDE",
    "OVERRIDE_INCOMPLETE", "NOT_IN_OVERRIDE", "NO_SAFEGUARDING_FLAG", "AGREEMENT_MISSING", "AGREEMENT_EXPIRED",
    "NOT_OWN_REQUIREMENT", "NOT_OMA_PARTY", "NOT_RELEVANT_AUTHORITY", "NOT_AT_THIS_STAGE", "NOT_MAPPA_ELIGIBLE",
    "NOT_DESIGNATED", "NO_PANEL_ROLE", "NOT_ATTENDEE", "VIC_NOT_RELEVANT", "NOT_A_CARE_BODY", "NOT_TREATING",
    "NOT_TAKING_ON", "NOT_NAMED", "MISSING_NEED", "PART3_FLOW", "HEALTH_ONLY", "S136_ENDED", "NOT_ANONYMOUS",
    "AGE_SCOPE", "NOT_OFFERED", "REVIEW_REFUSED", "HOLD_LAPSED", "HOLD_SUPERSEDED",
    # why it waits
    "ID_UNRESOLVED", "ID_PROBABLE", "NECESSITY_UNANSWERED", "CHILD_REFUSAL",
]  # fmt: skip
"""One code per cause; each has its words in consent/words.toml."""

Verdict = Literal["PERMIT", "REDACT", "DENY", "HOLD"]
"""PERMIT: everything the event holds that this desk could ever be given, it was given. REDACT: some of it."""

Answer = Literal["GIVE", "WITHHOLD", "HOLD"]
"""What was decided about one view."""

ConsentState = Literal[
    "GIVEN", "NO_CONSENT", "CONSENT_REFUSED", "CONSENT_WITHDRAWN", "WITHDRAWN_AT_SEND", "CONSENT_EXPIRED",
    "CONSENT_NOT_YET_VALID", "SCOPE_VIEW", "SCOPE_PURPOSE", "CHILD_REFUSAL",
]  # fmt: skip
"""What the person's consents say to one recipient about one view, for one purpose, at one moment."""

OverrideState = Literal["NONE", "INCOMPLETE", "VITAL_INTERESTS", "PUBLIC_PROTECTION", "SAFEGUARDING", "COURT"]
"""What a publisher's decision to share without consent rests on, if its block is whole."""

Review = Literal["RELEASED", "REFUSED", "LAPSED", "SUPERSEDED"]
"""What a reviewer said of what was held; LAPSED: nobody did in time; SUPERSEDED: its sender replaced it meanwhile."""

AgreementState = Literal["HELD", "EXPIRED", "MISSING"]
"""Whether the two organisations have agreed to share for the stated purpose. EXPIRED: they have, on other days."""

ConsentAction = Literal["GRANT", "REFUSE", "WITHDRAW"]

ROLES: Final[frozenset[str]] = frozenset(get_args(Role))
VIEWS: Final[tuple[View, ...]] = get_args(View)
IDENTIFIERS: Final[tuple[View, ...]] = ("nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number")
"""Views of one identifier each: given with `identity`, to the roles that the matrix names, and never without it."""
RELATIONSHIPS: Final[frozenset[str]] = frozenset(get_args(Relationship))
PURPOSES: Final[frozenset[str]] = frozenset(get_args(Purpose))
REASONS: Final[frozenset[str]] = frozenset(get_args(Reason))


class Recipient(NamedTuple):
    """Whom a consent names: an organisation in one of its roles."""

    organisation: str
    role: str


class ConsentEntry(NamedTuple):
    """One thing a person said about sharing, as a timeline entry brought it. Times are milliseconds UTC."""

    consent_id: str
    version: int
    action: ConsentAction
    occurred_at: int
    recipients: tuple[Recipient, ...]
    views: tuple[str, ...]
    purposes: tuple[str, ...]
    valid_from: int
    valid_to: int | None
    """First moment at which it no longer holds; None: until withdrawn."""
    among_carers: bool
    """True: about sharing among carers (an objection to direct care). False: about sharing outside care."""
    taken_role: str
    custody_setting: bool
    decided_by: str = "PERSON"
    """Who decided: PERSON, PARENT, or whoever may decide for somebody who cannot."""


class Facts(NamedTuple):
    """Everything one ruling rests on. Two events with the same facts are decided alike."""

    event_type: str
    from_role: str
    to_role: str
    relationship: Relationship
    confidence: Confidence
    holds_person: bool
    """The event's holding_ref names this desk."""
    place_cover: bool
    """The directory says that this desk serves the event's suite, court or hospital."""
    purpose: str
    objection: bool
    """The person objects to sharing among carers with this recipient."""
    disturbed: bool
    """The publisher flagged intoxication or acute disturbance: consent has to wait."""
    consent: tuple[tuple[str, ConsentState], ...]
    """Per view that some consent speaks of, in the order of VIEWS; any other view is NO_CONSENT."""
    aspect: str = "UNKNOWN"
    """The code that decides whom such an event is for, where one does: a breach's stage, whose safety it is about."""
    override: OverrideState = "NONE"
    override_views: tuple[str, ...] = ()
    """The least that has to be shared under that decision, sorted."""
    duty: bool = False
    """This desk answers this emergency, there and then."""
    safeguarding: bool = False
    """The publisher raised a safeguarding concern."""
    agreement: AgreementState = "MISSING"
    contracted: bool = False
    """One of the two organisations works for the other under contract."""
    from_standing: tuple[str, ...] = ()
    """The publisher's legal standing today, as codes, sorted; DESIGNATED: the responsible authority recorded that it
    may contribute to managing this person's risk (CJA 2003 s325(4A)(c))."""
    to_standing: tuple[str, ...] = ()
    """The same of the recipient."""
    care_body: bool = False
    """The recipient is a body of health, housing or social care."""
    mappa: bool = False
    """The person is on a MAPPA panel's list."""
    on_panel: bool = False
    """This desk is that panel or sits on it for this person."""
    attended: bool = False
    """This desk was at the meeting that the event is about."""
    relevant_to_harm: bool = False
    """What the event holds of third parties bears on the risk of serious harm."""
    named: bool = False
    """The event names this desk."""
    own_requirement: bool = False
    """The event is about a requirement that this desk provides."""
    treating: bool = False
    """This desk treats the person."""
    takes_on: bool = False
    """This desk takes the person on by this event."""
    answered: tuple[str, ...] = ()
    """Views for which the publisher answered why they are shared over a refusal, sorted."""
    part3: bool = False
    """The publisher processes it for law enforcement (DPA 2018 Part 3)."""
    level: str = "UNKNOWN"
    """The highest MAPPA level at which the person is managed."""
    outside_ages: bool = False
    """The desk says for which ages it is, and the person is of another, or of none that is known."""
    not_offered: bool = False
    """The desk says which services and levels of need it meets, and the event asks for another."""
    reviewed: Review | Literal["NONE"] = "NONE"
    """What was held of it before, and what a reviewer said."""
    reviewed_views: tuple[str, ...] = ()
    """The views that the reviewer spoke of, sorted; empty: all."""


class Tried(NamedTuple):
    """One gateway that was asked, and its answer: the reason it permits or does not."""

    gateway: str
    answer: str


class ViewAnswer(NamedTuple):
    """What was decided about one view, and everything that was asked on the way."""

    view: str
    answer: Answer
    gateway: str
    """The gateway it goes under; empty unless the answer is GIVE."""
    reason: Reason
    tried: tuple[Tried, ...]


class Decision(NamedTuple):
    """One answer per view of the event's type, whether or not this event holds it."""

    answers: tuple[ViewAnswer, ...]
    withheld: tuple[str, ...]
    """The views a copy names as withheld: by type and role alone, so that it tells nothing about this event."""
    within_reach: frozenset[str]
    """The views that this role could be given of this type under some condition."""
    due: frozenset[str] = frozenset()
    """Those of them that such an event is for this role to have; the others come in an emergency alone."""
