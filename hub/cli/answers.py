"""How an auditor's answer is shown: a table in a terminal, plain lines in a pipe, one object as JSON."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.cli import page
from hub.ledger import words
from hub.ledger.moments import iso, read_out
from hub.ledger.questions import Consultation, Finding
from hub.ledger.sheet import Fate, Ruled, Sheet, shown

Object = dict[str, Any]

NOTHING: Final = "Nothing is recorded that answers this."
WIDTHS: Final = {"Event": 24, "Desk": 24, "Ruling": 6}
"""Characters: an entry's id and most desks fit into a line; what is said has the rest."""
STYLES: Final = {"PERMIT": "green", "REDACT": "yellow", "DENY": "red", "HOLD": "magenta"}


def present(consultation: Consultation, console: Console) -> None:
    """Show what was found: a table if somebody sits at a terminal, else plain lines."""
    if consultation.findings and console.is_terminal:
        console.print(table(consultation))
        console.print(Text(footing(consultation)))
    else:
        print_lines(*lines(consultation), footing(consultation))


def print_lines(*lines_: str) -> None:
    """Show lines that cannot steer a terminal, wrapped where there is one."""
    page.put(lines_)


def print_json(content: Object) -> None:
    """Show one object to a program."""
    print(json.dumps(content, indent=2, ensure_ascii=False))


def lines(consultation: Consultation) -> Iterator[str]:
    """Each event on a line, and under it each desk."""
    if not consultation.findings:
        yield NOTHING
    for _, group in groupby(consultation.findings, key=lambda finding: (finding.sheet.partition, finding.sheet.offset)):
        findings = list(group)
        yield heading(findings[0].sheet)
        yield from (f"  {words.sentence(one.sheet, one.ruling)}" for one in findings if one.ruling)


def heading(sheet: Sheet) -> str:
    """One event: when, what, from whom, about whom, and the id to ask further by."""
    person = f", person {sheet.person}" if sheet.person else ""
    return f"{read_out(sheet.recorded_at)}: {words.event(sheet)} (entry {sheet.entry_id}{person})"


def table(consultation: Consultation) -> Table:
    """One row per desk and event; where all are about one desk, it stands above and has no column."""
    subjects = {words.subject(ruling) if ruling else "" for _, ruling in consultation.findings}
    alone = subjects.pop() if len(subjects) == 1 else ""
    found = Table(title=Text(page.safe(alone)) if alone else None, title_justify="left", show_lines=True)
    for name in ("Event", *(() if alone else ("Desk",)), "Ruling", "In words"):
        found.add_column(name, overflow="fold", min_width=WIDTHS.get(name), max_width=WIDTHS.get(name))
    for finding in consultation.findings:
        event, desk, *told = _cells(finding)
        found.add_row(event, *(() if alone else (desk,)), *told)
    return found


def _cells(finding: Finding) -> tuple[Text, ...]:
    """Event, desk, ruling, in words."""
    sheet, ruling = finding
    event = f"{words.called(sheet.type)} from {sheet.publisher}" if sheet.type else "a record"
    told = (words.subject(ruling), words.predicate(sheet, ruling)) if ruling else ("", words.event(sheet))
    verdict = Text(ruling.verdict, STYLES.get(ruling.verdict, "")) if ruling else Text("")
    named = (f"{read_out(sheet.recorded_at)}\n{page.safe(event)}\nentry {sheet.entry_id}", page.safe(told[0]))
    return (*map(Text, named), verdict, Text(page.safe(told[1])))


def footing(consultation: Consultation) -> str:
    """How far the answer reaches, and that the question is on record."""
    count = len(consultation.findings)
    return f"{count} {'row' if count == 1 else 'rows'}. {reach(consultation)}"


def reach(consultation: Consultation) -> str:
    """How far the ledger reaches, and under which number the question is on record."""
    until = consultation.recorded_until
    reaches = f"The ledger reaches to {read_out(until)}." if until is not None else "The ledger is empty."
    return f"{reaches} On record as consultation {consultation.number}."


def as_object(consultation: Consultation) -> Object:
    """The answer as one object."""
    until = consultation.recorded_until
    return {
        "consultation": consultation.number,
        "recorded_until": iso(until) if until is not None else None,
        "rows": [row(finding) for finding in consultation.findings],
    }


def row(finding: Finding) -> Object:
    """One desk and event as an object; an event about which no desk was asked has no desk."""
    sheet, ruling = finding
    return {**_event(sheet), **(_ruling(sheet, ruling) if ruling else {"desk": None, "words": words.event(sheet)})}


def _event(sheet: Sheet) -> Object:
    moments = {name: iso(getattr(sheet, name)) for name in ("occurred_at", "recorded_at", "judged_at")}
    return {
        "entry": sheet.entry_id,
        "partition": sheet.partition,
        "offset": sheet.offset,
        "kind": sheet.kind,
        "type": sheet.type,
        "publisher": sheet.publisher,
        "purpose": sheet.purpose,
        "person": sheet.person,
        "confidence": sheet.confidence,
        **moments,
        "policy": sheet.policy,
        "overtaking": list(sheet.overtaking),
        "faults": list(sheet.faults),
        "again": sheet.again._asdict() if sheet.again else None,
        "held": {"due_at": iso(sheet.held.due_at), "desks": list(sheet.held.desks)} if sheet.held else None,
    }


def _ruling(sheet: Sheet, ruling: Ruled) -> Object:
    names = ("desk", "organisation", "role", "relationship", "verdict", "reason", "decision_id", "copy_id")
    return {
        **{name: getattr(ruling, name) for name in names},
        "consents": list(ruling.consents),
        "given": _views(sheet, ruling, "GIVEN"),
        "withheld": _views(sheet, ruling, "WITHHELD"),
        "held": _views(sheet, ruling, "HELD"),
        "digests": {digest.view: digest.hmac.hex() for digest in ruling.digests},
        "words": words.sentence(sheet, ruling),
    }


def _views(sheet: Sheet, ruling: Ruled, fate: Fate) -> list[Object]:
    parts = (part for part in shown(sheet, ruling) if part.fate == fate)
    return [{"view": part.view, "gateway": part.answer.gateway, "reason": part.answer.reason} for part in parts]
