"""What a publisher must answer before something is shared against a person's word, in an emergency or under a power.

Names, harms and reasons are for the auditor and stay behind; sharing hears in codes whether each answer is there. What
is missing opens nothing, and the publisher is told which answer it was.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hub.model.entry import Fault, Override
from schemas.codes import UNKNOWN

Submission = Mapping[str, Any]

OVERRIDE: Final = ("basis", "decided_by", "harm", "imminence", "why_no_consent", "views")
"""What an override must say; told_person never delays it."""
OVER_REFUSAL: Final = ("necessity", "proportionality", "views")
"""What a legal power over a refusal must say (Human Rights Act 1998 Art 8), besides told_person."""


def override(submission: Submission) -> Override | None:
    """The override block in codes, if there is one."""
    block = submission["override"]
    if block is None:
        return None
    complete = not any(_missing(block, OVERRIDE))
    return Override(block["basis"], block["imminence"], complete, _views(block))


def over_refusal(submission: Submission) -> tuple[str, ...]:
    """The views that may be shared over a refusal as far as answers go; none if any answer is missing."""
    block = submission.get("over_refusal")
    return () if block is None or any(_unanswered(block)) else _views(block)


def unanswered(submission: Submission) -> Iterator[Fault]:
    """Each answer that is missing from a block that is there."""
    if submission["override"] is not None:
        yield from _faults("override", _missing(submission["override"], OVERRIDE))
    if submission.get("over_refusal") is not None:  # events of an earlier schema have none
        yield from _faults("over_refusal", _unanswered(submission["over_refusal"]))


def _faults(block: str, names: Iterator[str]) -> Iterator[Fault]:
    return (Fault("MISSING", f"submission.{block}.{name}") for name in names)


def _unanswered(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _missing(block, OVER_REFUSAL)
    if block["told_person"] is None:
        yield "told_person"
    if block["told_person"] is False and not _says_something(block["not_told_reason"] or ""):
        yield "not_told_reason"


def _missing(block: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        said = bool(_views(block)) if name == "views" else _says_something(block[name])
        if not said:
            yield name


def _says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it, and more than that it is not known: a full stop is no reason."""
    return text.strip() != UNKNOWN and any(sign.isalnum() for sign in text)


def _views(block: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(view for view in block["views"] if view != UNKNOWN))
