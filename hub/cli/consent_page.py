"""How what is on record of a person's consents is shown: a line each, or an object for a program."""

from collections.abc import Sequence

from consent.expiry import Expiry
from consent.register import ALL_REFUSED
from consent.terms import ConsentEntry
from hub.cli.answers import Object
from hub.ledger import moments


def line(entry: ConsentEntry, expiry: Expiry) -> str:
    """The entry on a line: which record, what was said and when, to whom, about what, what for and until when.

    `expiry` says when it is to be asked about again.
    """
    if entry.consent_id == ALL_REFUSED:
        return _all_refused(entry)
    whom = _listed(entry, [f"{to.organisation}/{to.role}" for to in entry.recipients], "nobody", "everybody")
    what = _listed(entry, entry.views, "nothing", "every view")
    purposes = _listed(entry, entry.purposes, "no purpose", "every purpose")
    until = f", until {moments.read_out(entry.valid_to)}" if entry.valid_to is not None else ""
    again = _ask_again(entry, expiry)
    until += f"; ask again from {moments.read_out(again)}" if again is not None else ""
    until += f"; decided by {entry.decided_by}" if entry.decided_by not in {"PERSON", "UNKNOWN"} else ""
    about = " (among carers)" if entry.among_carers else ""
    return (
        f"{entry.consent_id}, version {entry.version}: {entry.action}{about}, {moments.read_out(entry.occurred_at)}: "
        f"{whom}; {what}; {purposes}{until}"
    )


def _ask_again(entry: ConsentEntry, expiry: Expiry) -> int | None:
    return expiry.ask_again(entry.valid_to, entry.valid_from) if entry.action == "GRANT" else None


def _all_refused(entry: ConsentEntry) -> str:
    """The line of the one refusal that stands for all, or that stood until a reviewer ended it."""
    what = "sharing among carers" if entry.among_carers else "everything"
    since = moments.read_out(entry.occurred_at)
    if entry.action == "REFUSE":
        return (
            f"ALL_REFUSED, {since}: more was said than is kept, so {what} is refused. What was said before is lost; "
            "only a reviewer ends it (hub consent lift), once the person has said anew what they refuse."
        )
    return f"ALL_REFUSED, {since}: {what} was refused in place of more than is kept, until a reviewer ended it."


def _listed(entry: ConsentEntry, named: Sequence[str], none: str, every: str) -> str:
    """What a list names. An empty one means nothing in a grant and all in a refusal; a withdrawal ends the record."""
    return ", ".join(named) or {"GRANT": none, "REFUSE": every}.get(entry.action, "as granted")


def as_object(entry: ConsentEntry, expiry: Expiry) -> Object:
    """The same for a program."""
    again = _ask_again(entry, expiry)
    times = {name: moments.iso(value) for name in ("occurred_at", "valid_from") if (value := getattr(entry, name))}
    return {
        **entry._asdict(),
        **times,
        "recipients": [to._asdict() for to in entry.recipients],
        "valid_to": moments.iso(entry.valid_to) if entry.valid_to is not None else None,
        "ask_again": moments.iso(again) if again is not None else None,
    }
