"""What the ledger raises when it could not record or answer. Texts hold codes and places in the log, never a row."""

from typing import Final

from hub.model.errors import HubError

WORDS: Final = {
    "LEDGER_MISSING": "there is no ledger here; the sink makes it when it first runs",
    "LEDGER_UNREADABLE": "the ledger's database did not answer",
    "LEDGER_UNWRITABLE": "the ledger's database did not take what was to be recorded",
    "NO_DRIVER": "the driver for this kind of database is not installed",
    "OVERTAKEN": "another sink has recorded these sheets, and only one may run at a time",
    "SHEET_MISSING": "the sheet of an offset of the timeline did not come before the next one's",
    "SHEET_TWICE": "an offset of the timeline has two sheets",
    "SHEET_UNREADABLE": "a sheet is not in the schema's form",
    "SHEET_MISPLACED": "a sheet stands in another partition than it says",
    "NOT_CONSULTED": "the question could not be answered and put on record, so nothing is shown",
    "NO_PURPOSE": "who asks, and why, must be said before anything is shown",
}


class LedgerError(HubError):
    """The ledger could not do what was asked; `code` says which rule, `place` where in hub.audit."""

    def __init__(self, code: str, place: str = "") -> None:
        super().__init__(f"{code}: {WORDS[code]}" + (f" ({place})" if place else ""))
        self.code = code
        self.place = place
