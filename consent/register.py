"""What a person said about sharing: kept by record of consent, asked per recipient, view, purpose and moment.

Nothing is implied and nothing widened: a grant gives what it names, to whom and for what it names it, while it holds.
Within one record (`consent_id`) the newest entry counts, whatever order they arrived in; across records a refusal beats
any grant. Where order is in doubt (a tie, or version and time that disagree) the refusing reading holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from consent.takers import Takers
from consent.terms import VIEWS, ConsentEntry, ConsentState, Recipient

_STRENGTH: Final[tuple[ConsentState, ...]] = (
    "CHILD_REFUSAL", "CONSENT_REFUSED", "GIVEN", "WITHDRAWN_AT_SEND", "CONSENT_WITHDRAWN", "CONSENT_EXPIRED",
    "CONSENT_NOT_YET_VALID", "SCOPE_PURPOSE", "SCOPE_VIEW", "NO_CONSENT",
)  # fmt: skip
"""Of what several records say about one view, the first of these counts."""

Entries = tuple[ConsentEntry, ...]

MOST_GRANTED: Final = 50
"""Entries of one person beyond which no new grant is kept."""
MOST: Final = 100
"""Entries of one person beyond which one refusal of everything stands for all."""
ALL_REFUSED: Final = "*"
"""The record of that refusal: no publisher can name it, so only a reviewer ends it, with `lifted`."""

UNKNOWN: Final = "UNKNOWN"
"""No purpose that anybody could agree to."""


def fold(held: Entries, entry: ConsentEntry, now: int = 0) -> Entries:
    """The person's consents after this entry: per record the newest by version and time, and whatever ties with it.

    A withdrawal does not replace what it ends, so that what it was about stays known. Arrival order does not matter,
    unless more is said than is kept: then a grant gives nothing, and a no is never lost. `now`: milliseconds UTC.
    """
    others = (other for other in held if other.consent_id != entry.consent_id)
    record = {other for other in held if other.consent_id == entry.consent_id} | {entry}
    after = tuple(sorted((*others, *_kept(record)), key=_order))
    if entry.action == "GRANT":
        return held if len(after) > max(MOST_GRANTED, len(held)) else after
    return _widened(after, entry, now) if len(after) > MOST else after


def _widened(said: Entries, entry: ConsentEntry, now: int) -> Entries:
    """One refusal of everything, and of sharing among carers too where anything was said of it."""
    wide = entry._replace(
        consent_id=ALL_REFUSED, version=1, action="REFUSE", recipients=(), views=(), purposes=(), valid_to=None,
        occurred_at=max(now, *(other.occurred_at for other in said)),
    )  # fmt: skip
    halves = {False, *(other.among_carers for other in said if other.action != "WITHDRAW")}
    return tuple(wide._replace(among_carers=half) for half in sorted(halves))


def collapsed(before: Entries, after: Entries) -> bool:
    """Whether what was said between these two made one refusal of everything of all that was on record."""
    return after != before and bool(after) and all(_stands_for_all(entry) for entry in after)


def lifted(takers: Takers, held: Entries, at: int) -> Entries:
    """What is left once a reviewer ends, at that moment (milliseconds UTC), the refusal that stands for all.

    What it stood for is lost. So it ends only where the person has said something since, to somebody who may take it;
    among carers and outside care each by itself. What was said since is all that counts from then on; that it stood
    there stays known, as a grant of nothing.
    """
    ended = {one for one in held if _stands_for_all(one) and any(_anew(takers, entry, one, at) for entry in held)}
    return tuple(entry._replace(action="GRANT", version=2) if entry in ended else entry for entry in held)


def accounted(held: Entries, entry: ConsentEntry, acknowledged_at: int) -> bool:
    """Whether a no that was acknowledged then (milliseconds UTC) need not be kept beside what is on record.

    Folding it would change nothing, or it came before one refusal stood for all: since then that has counted, and
    after a reviewer ended it what the person said anew.
    """
    return fold(held, entry) == held or any(
        one.consent_id == ALL_REFUSED
        and acknowledged_at <= one.occurred_at
        and (entry.action == "WITHDRAW" or entry.among_carers is one.among_carers)
        for one in held
    )


def counts(held: Entries, no: ConsentEntry) -> bool:
    """Whether a no that was folded into these ends or refuses anything, or a newer yes had answered it already."""
    record = {entry for entry in held if entry.consent_id == no.consent_id} | {no}
    for among_carers in (False, True):
        about = _about(record, among_carers=among_carers)
        said, withdrawals = _standing(about)
        if no in said or (no in withdrawals and any(entry.action != "WITHDRAW" for entry in about)):
            return True
    return False


def _stands_for_all(entry: ConsentEntry) -> bool:
    return entry.consent_id == ALL_REFUSED and entry.action == "REFUSE"


def _anew(takers: Takers, entry: ConsentEntry, refusal: ConsentEntry, at: int) -> bool:
    """Whether this is what the person said of the same matter after that refusal came to stand for all."""
    said = entry.consent_id != ALL_REFUSED and entry.action != "WITHDRAW" and entry.among_carers is refusal.among_carers
    taken = takers.may_take(entry.taken_role, entry.views, entry.purposes)
    return said and taken and refusal.occurred_at < entry.occurred_at <= at


def states(  # noqa: PLR0913, PLR0917 - one question with all its terms
    takers: Takers, held: Entries, overtaking: Entries, recipient: Recipient, purpose: str, at: int
) -> tuple[tuple[str, ConsentState], ...]:
    """What the consents say to the recipient, per view that one of them speaks of, in the order of VIEWS.

    `takers` says whose staff may take a consent. `overtaking` are acknowledged withdrawals and refusals not yet folded;
    `at` is milliseconds UTC. A view that is not in the answer has NO_CONSENT.
    """
    said: dict[str, ConsentState] = {}
    by_parents = set[str]()
    for record in _records(held, overtaking, among_carers=False):
        for view, state in _says(takers, record, recipient, purpose, at):
            if view not in said or _STRENGTH.index(state) < _STRENGTH.index(said[view]):
                said[view] = state
            if state == "GIVEN" and record.by_parent:
                by_parents.add(view)
    for view in by_parents:
        if said[view] == "CONSENT_REFUSED":
            said[view] = "CHILD_REFUSAL"
    return tuple((view, said[view]) for view in VIEWS if view in said)


def objection(held: Entries, overtaking: Entries, recipient: Recipient, at: int) -> bool:  # noqa: ARG001 - no end
    """Whether the person objects to sharing among carers with the recipient; an objection has no end of its own."""
    return any(
        _names(entry, entry.recipients, recipient)
        for record in _records(held, overtaking, among_carers=True)
        for entry in (*record.refusals, *(record.grants if record.ended else ()))
    )


def resting_on(  # noqa: PLR0913, PLR0917 - as above
    takers: Takers,
    held: Entries,
    overtaking: Entries,
    recipient: Recipient,
    purpose: str,
    at: int,
    views: Iterable[str],
) -> tuple[str, ...]:
    """Ids of the consents that give one of these views to the recipient, sorted; ask for views that are GIVEN."""
    wanted = frozenset(views)
    return tuple(sorted({
        record.consent_id
        for record in _records(held, overtaking, among_carers=False)
        if any(state == "GIVEN" and view in wanted for view, state in _says(takers, record, recipient, purpose, at))
    }))  # fmt: skip


def stands(takers: Takers, held: Entries, overtaking: Entries, recipient: Recipient, at: int) -> bool:
    """Whether some agreement to share with the recipient holds at that moment, and no refusal of everything."""
    records = _records(held, overtaking, among_carers=False)
    refused = any(
        _names(entry, entry.recipients, recipient) and not entry.views and not entry.purposes
        for record in records
        for entry in record.refusals
    )
    granted = (grant for record in records for grant in record.grants if record.ended is None)
    return not refused and any(_holds(takers, grant, recipient, at) for grant in granted)


def _holds(takers: Takers, grant: ConsentEntry, recipient: Recipient, at: int) -> bool:
    takes = recipient in grant.recipients and takers.may_take(grant.taken_role, grant.views, grant.purposes)
    return takes and grant.valid_from <= at and (grant.valid_to is None or at < grant.valid_to)


class _Record(NamedTuple):
    """What one record of consent says after all its entries."""

    consent_id: str
    refusals: Entries
    grants: Entries
    ended: ConsentState | None
    """How the grants were withdrawn."""

    @property
    def by_parent(self) -> bool:
        """Whether what it grants a parent decided: it holds while the person is under 18."""
        return any(grant.decided_by == "PARENT" for grant in self.grants)


@lru_cache(maxsize=256)  # asked anew for every desk that an event might go to
def _records(held: Entries, overtaking: Entries, *, among_carers: bool) -> tuple[_Record, ...]:
    """Every record, as far as it is about sharing among carers or outside care; a withdrawal ends both."""
    entries = {*held, *(entry for entry in overtaking if entry.action != "GRANT")}
    about = _about(entries, among_carers=among_carers)
    return tuple(
        _read(consent_id, {entry for entry in about if entry.consent_id == consent_id}, frozenset(held))
        for consent_id in sorted({entry.consent_id for entry in about})
    )


def _read(consent_id: str, entries: set[ConsentEntry], held: frozenset[ConsentEntry]) -> _Record:
    said, withdrawals = _standing(entries)
    newest = _newest(said)
    refusals = {entry for entry in said if entry.action == "REFUSE"}
    if len(newest) > 1 or refusals - newest:
        return _Record(consent_id, tuple(refusals | newest), (), None)
    if refusals:
        return _Record(consent_id, tuple(refusals), (), None)
    ended: ConsentState = "WITHDRAWN_AT_SEND" if held.isdisjoint(withdrawals) else "CONSENT_WITHDRAWN"
    return _Record(consent_id, (), tuple(newest), ended if withdrawals else None)


def _says(
    takers: Takers, record: _Record, recipient: Recipient, purpose: str, at: int
) -> Iterator[tuple[str, ConsentState]]:
    """What the record says to the recipient about each view it speaks of."""
    for entry in record.refusals:
        if _names(entry, entry.recipients, recipient) and _names(entry, entry.purposes, purpose):
            yield from ((view, "CONSENT_REFUSED") for view in VIEWS if _names(entry, entry.views, view))
    for entry in record.grants:
        if recipient in entry.recipients and takers.may_take(entry.taken_role, entry.views, entry.purposes):
            yield from _grants(entry, record.ended or _state(entry, purpose, at))


def _grants(entry: ConsentEntry, state: ConsentState) -> Iterator[tuple[str, ConsentState]]:
    """The state for each view named; a grant that holds now also says that the others are outside its scope."""
    yield from ((view, state) for view in entry.views)
    if state in {"GIVEN", "SCOPE_PURPOSE"}:
        yield from ((view, "SCOPE_VIEW") for view in VIEWS if view not in entry.views)


def _state(grant: ConsentEntry, purpose: str, at: int) -> ConsentState:
    """What a standing grant says about the views it names, for this purpose and moment."""
    if grant.valid_to is not None and at >= grant.valid_to:
        return "CONSENT_EXPIRED"
    if at < grant.valid_from:
        return "CONSENT_NOT_YET_VALID"
    return "GIVEN" if purpose in grant.purposes and purpose != UNKNOWN else "SCOPE_PURPOSE"


def _names(entry: ConsentEntry, listed: Sequence[object], item: object) -> bool:
    """Whether one of the entry's lists names the item; an empty list means none in a grant and all in a refusal."""
    return item in listed or (not listed and entry.action == "REFUSE")


def _kept(entries: set[ConsentEntry]) -> set[ConsentEntry]:
    """What has to be kept of one record's entries, whichever of the two they are about."""
    halves = (_standing(_about(entries, among_carers=among_carers)) for among_carers in (False, True))
    return {entry for half in halves for part in half for entry in part}


def _standing(entries: set[ConsentEntry]) -> tuple[set[ConsentEntry], set[ConsentEntry]]:
    """Grants and refusals that no other grant or refusal follows; withdrawals that nothing follows."""
    said = {entry for entry in entries if entry.action != "WITHDRAW"}
    return _front(said), _front(entries) - said


def _about(entries: Iterable[ConsentEntry], *, among_carers: bool) -> set[ConsentEntry]:
    return {entry for entry in entries if entry.action == "WITHDRAW" or entry.among_carers is among_carers}


def _front(entries: set[ConsentEntry]) -> set[ConsentEntry]:
    """The entries that none other follows both in version and in time."""
    return {entry for entry in entries if not any(_follows(other, entry) for other in entries)}


def _follows(later: ConsentEntry, entry: ConsentEntry) -> bool:
    return (
        later.version >= entry.version
        and later.occurred_at >= entry.occurred_at
        and (later.version, later.occurred_at) != (entry.version, entry.occurred_at)
    )


def _newest(said: set[ConsentEntry]) -> set[ConsentEntry]:
    """The grant or refusal with the highest (version, occurred_at), and those that tie with it."""
    highest = max(((entry.version, entry.occurred_at) for entry in said), default=None)
    return {entry for entry in said if (entry.version, entry.occurred_at) == highest}


def _order(entry: ConsentEntry) -> tuple[object, ...]:
    """A total order in which no None is compared with a number."""
    return (*entry._replace(valid_to=None)[:9], entry.valid_to is None, entry.valid_to or 0, *entry[9:])
