"""What a person said about sharing, in the policy's own words, with the moment at which it ends.

A yes that was not the person's to give gives nothing: where capacity is lacking, fluctuates or was not said, or was
not assessed although the person was disturbed (Mental Capacity Act 2005 s2-3), the grant stands as one to nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from consent.expiry import Expiry
from consent.terms import ConsentAction, ConsentEntry, Recipient
from hub.intake import ages
from hub.model.days import begins
from hub.model.entry import Fault

ACTIONS: Final[Mapping[str, ConsentAction]] = {
    "consent_grant": "GRANT",
    "consent_refuse": "REFUSE",
    "consent_withdraw": "WITHDRAW",
}
"""The event types that say something about sharing."""

MOST: Final = 50
"""Of each list of a consent's scope."""
SCOPE: Final = ("recipients", "views", "purposes")

FOR_SOMEBODY: Final = frozenset({"ATTORNEY", "DEPUTY", "BEST_INTERESTS"})
"""Whoever may decide for an adult who cannot (Mental Capacity Act 2005)."""
PRESUMED_ABLE: Final = 16
FLUCTUATING_MS: Final = 72 * 3_600_000
"""For so long counts what was decided for somebody who may be able to decide again (working rule of the project)."""
_FIRST_DAY: Final = date(1970, 1, 1)


def too_many(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The lists of its scope that name more than is kept: a grant of that is refused, a refusal then means all."""
    return tuple(name for name in SCOPE if len(_once(said, name)) > MOST)


def faults(event_type: str, body: Mapping[str, Any], role: str) -> Iterator[Fault]:
    """What its publisher, a desk of that role, must mend of a consent."""
    if event_type in ACTIONS:
        said = body["consent_terms"]
        yield from (Fault("TOO_MANY", f"consent_terms.{name}") for name in too_many(said))
        if said["taken_role"] != role:
            yield Fault("WRONG_PUBLISHER", "consent_terms.taken_role")


def consent_of(event_type: str, body: Mapping[str, Any], expiry: Expiry, role: str) -> ConsentEntry | None:
    """What a valid event of a desk of that role says about sharing; None: nothing.

    A desk speaks for its own staff alone: a grant that others are said to have taken gives nothing.
    """
    action = ACTIONS.get(event_type)
    if action is None:
        return None
    said, occurred_at = body["consent_terms"], body["envelope"]["occurred_at"]
    purposes = _listed(said, "purposes")
    valid_from = _begins(said["valid_from"], occurred_at) if action == "GRANT" else occurred_at
    return ConsentEntry(
        consent_id=said["consent_id"],
        version=said["version"],
        action=action,
        occurred_at=occurred_at,
        recipients=_recipients(said) if action != "GRANT" or (counts(body) and said["taken_role"] == role) else (),
        views=_listed(said, "views"),
        purposes=purposes,
        valid_from=valid_from,
        valid_to=_earliest(_ends(said, purposes, (occurred_at, valid_from), expiry), *_sooner(body))
        if action == "GRANT"
        else None,
        among_carers=said["among_carers"],
        taken_role=role,
        custody_setting=said["custody_setting"],
        decided_by=said["decision_maker"],
    )


def counts(body: Mapping[str, Any]) -> bool:
    """Whether it was a yes of whoever may give it, as far as the publisher says.

    A parent decides for somebody under 18 only; whoever decides for an adult, only if they cannot themselves.
    """
    said = body["consent_terms"]
    if said["decision_maker"] == "PARENT":
        years = ages.age(body, body["envelope"]["occurred_at"])
        return years is not None and years < ages.ADULT
    if said["decision_maker"] in FOR_SOMEBODY:
        return said["capacity"] in {"LACKS", "FLUCTUATING"}
    return capable(body)


def capable(body: Mapping[str, Any]) -> bool:
    """Whether the person could decide this then, as far as the publisher says.

    From 16 on it is presumed; of somebody younger it has to be said (Gillick competence; to be confirmed).
    """
    capacity = body["consent_terms"]["capacity"]
    years = ages.age(body, body["envelope"]["occurred_at"])
    presumed = capacity == "NOT_ASSESSED" and not body["submission"]["disturbed"]
    return capacity == "HAS" or (presumed and (years is None or years >= PRESUMED_ABLE))


def _sooner(body: Mapping[str, Any]) -> Iterator[int]:
    """Moments at which it ends whatever its last day: a decision for somebody who may be able again, and turning 18."""
    said, occurred_at = body["consent_terms"], body["envelope"]["occurred_at"]
    unsettled = said["capacity"] == "FLUCTUATING" or body["submission"]["disturbed"]
    if said["decision_maker"] in FOR_SOMEBODY and unsettled:
        yield occurred_at + FLUCTUATING_MS
    of_age = ages.turns(ages.ADULT, body)
    if of_age is not None and occurred_at < of_age:
        yield of_age


def _earliest(end: int | None, *others: int) -> int | None:
    return min((each for each in (end, *others) if each is not None), default=None)


def _listed(said: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    listed = _once(said, name)
    return tuple(listed) if len(listed) <= MOST else ()


def _once(said: Mapping[str, Any], name: str) -> Sequence[Any]:
    if name == "recipients":
        return list({(to["organisation"], to["role"]): to for to in said[name]}.values())
    return list(dict.fromkeys(said[name]))


def _recipients(said: Mapping[str, Any]) -> tuple[Recipient, ...]:
    return tuple(Recipient(to["organisation"], to["role"]) for to in _listed(said, "recipients"))


def _begins(day: int | None, occurred_at: int) -> int:
    """The first moment of that day in London; without a day, when it was said."""
    if day is None:
        return occurred_at
    return begins(_FIRST_DAY + timedelta(days=day))


def _ends(said: Mapping[str, Any], purposes: tuple[str, ...], since: tuple[int, int], expiry: Expiry) -> int | None:
    taken_at, valid_from = since
    last = None if said["valid_to"] is None else _FIRST_DAY + timedelta(days=said["valid_to"])
    custody = said["custody_setting"]
    return expiry.expires_at(purposes, valid_from, last, taken_at=taken_at, custody_setting=custody)
