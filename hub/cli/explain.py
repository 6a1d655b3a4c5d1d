"""``hub explain``: each gateway that was tried for one desk, in order, with its answer, its words and its law.

It tells what the ledger recorded when it was decided. The words and the law are of today's policy; where that is
another than the one that decided, it says so.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Annotated, Final

import typer

from consent.policy import Policy
from consent.terms import Tried
from hub import directories, policies, settings
from hub.cli import answers, page
from hub.cli.answers import Object
from hub.cli.asking import DONE, FOUND_NOTHING, As, For, Json, asker, consulted, entry, on_record
from hub.ledger import words
from hub.ledger.questions import Consultation, Finding, Question
from hub.ledger.sheet import Ruled, Sheet, Shown, shown
from hub.model.errors import HubError
from hub.settings import Settings

NOT_ASKED: Final = "NOT_ASKED"

Event = Annotated[str, typer.Argument(metavar="EVENT", help="DESK/EVENT-ID, or the hub's own id of the event.")]
To = Annotated[str, typer.Option("--to", metavar="DESK", help="The desk that was told, or was not.")]


def explain(*, event: Event, to: To, as_: As = None, purpose: For = None, json: Json = False) -> None:
    """Say why a desk was told of an event, or was not: each gateway tried, in order, view by view.

    NOT_ASKED: nothing was decided about that desk, since nothing made it a candidate.
    Who asks, why and for what is recorded before anything is shown.

    Exit codes: 0 answered; 1 the ledger could not answer; 2 wrong usage; 4 no such event or desk.
    """
    chosen, desk = settings.read(os.environ), on_record(to)
    question = Question(entry=entry(event, chosen))
    policy = policies.read(chosen.policy)
    found = consulted(asker(as_, purpose), question, chosen.ledger, {"explained_to": desk})
    if json:
        answers.print_json(as_object(found, desk, policy))
    else:
        answers.print_lines(*lines(found, desk, policy), answers.reach(found))
    nobody = desk not in {one.ruling.desk for one in found.findings if one.ruling} and _is_nobody(desk, chosen)
    if nobody:
        page.notice("--to: there is no desk of that name today, nor was one asked about")
    raise typer.Exit(DONE if found.findings and not nobody else FOUND_NOTHING)


def _is_nobody(desk: str, chosen: Settings) -> bool:
    """Whether the directory, where it can be read, names no such desk."""
    try:
        return directories.read(chosen.directory).desk(desk) is None
    except HubError:
        return False


def lines(found: Consultation, desk: str, policy: Policy) -> Iterator[str]:
    """The explanation as lines; one heading per time that the event was decided."""
    if not found.findings:
        yield answers.NOTHING
    for sheet, ruling in about(found, desk):
        yield answers.heading(sheet)
        yield from _ruled(sheet, ruling, policy) if ruling else [f"{NOT_ASKED}: {desk} was not asked about."]


def about(found: Consultation, desk: str) -> Iterator[Finding]:
    """Each sheet of the event but its repeats, with the ruling for that desk if it has one.

    When it came again for others, nothing is to be said of this desk.
    """
    for _, group in groupby(found.findings, key=lambda finding: (finding.sheet.partition, finding.sheet.offset)):
        findings = list(group)
        sheet = findings[0].sheet
        ruled = next((one for one in findings if one.ruling and one.ruling.desk == desk), None)
        if sheet.kind != "REPEAT" and (ruled or not sheet.again):
            yield ruled or Finding(sheet, None)


def as_object(found: Consultation, desk: str, policy: Policy) -> Object:
    """The explanation as one object."""
    return {
        **answers.as_object(Consultation(found.number, (), found.recorded_until)),
        "desk": desk,
        "policy": policy.digest,
        "rows": [_row(sheet, ruling, policy) for sheet, ruling in about(found, desk)],
    }


def _row(sheet: Sheet, ruling: Ruled | None, policy: Policy) -> Object:
    if ruling is None:
        return {**answers.row(Finding(sheet, None)), "verdict": NOT_ASKED, "views": []}
    views = [
        {
            "view": part.view,
            "fate": part.fate,
            "reason": part.answer.reason,
            "words": words.because(part.answer.reason),
            "tried": [{**tried._asdict(), "source": _source(tried.gateway, policy)} for tried in part.answer.tried],
        }
        for part in shown(sheet, ruling)
    ]
    return {**answers.row(Finding(sheet, ruling)), "views": views}


def _ruled(sheet: Sheet, ruling: Ruled, policy: Policy) -> Iterator[str]:
    relationship = words.plain().say("relationship", ruling.relationship)
    yield f"{words.subject(ruling)}, which {relationship}: {ruling.verdict}. {words.because(ruling.reason)}"
    yield from words.under(ruling)
    known: set[str] = set()
    for group in _alike(shown(sheet, ruling)):
        yield from _views(group, policy, known)
    if sheet.policy != policy.digest:
        yield f"It was decided under policy {sheet.policy}; the law and the words above are those of {policy.digest}."


def _alike(parts: Iterable[Shown]) -> list[list[Shown]]:
    """The views by what became of them and which gateways were tried, in the order in which each first appears."""
    groups: dict[tuple[str, str, tuple[Tried, ...]], list[Shown]] = {}
    for part in parts:
        groups.setdefault((part.fate, part.answer.reason, part.answer.tried), []).append(part)
    return list(groups.values())


def _views(group: Sequence[Shown], policy: Policy, known: set[str]) -> Iterator[str]:
    """What became of these views, and each gateway; `known`: those whose law was given already, and then more."""
    named = "; ".join(f"{words.view(part.view)} ({part.view})" for part in group)
    fate, answer = group[0].fate, group[0].answer
    yield f"  {named}: {fate.lower()}. {words.because(answer.reason)}"
    for place, tried in enumerate(answer.tried, start=1):
        law = "" if tried.gateway in known else f" Law: {_source(tried.gateway, policy)}."
        known.add(tried.gateway)
        yield f"    {place}. {_gateway(tried, policy)}{law}"
    if not answer.tried:
        yield "    No gateway was asked."


def _gateway(tried: Tried, policy: Policy) -> str:
    row = policy.gateways.get(tried.gateway)
    opens = tried.answer == (row.reason if row else tried.gateway)
    name = words.plain().say("gateway", tried.gateway)
    return f"{tried.gateway} ({name}) {'opens' if opens else 'stays shut'}. {words.because(tried.answer)}"


def _source(gateway: str, policy: Policy) -> str:
    row = policy.gateways.get(gateway)
    return row.source if row else "not in today's policy"
