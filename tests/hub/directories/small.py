"""A small directory with everything that one can hold, and what it says of a change that breaks it."""

from pathlib import Path

import pytest

from hub.directories import DirectoryError, Fault, read

TYPES = frozenset({"arrest", "screening", "referral", "consent_grant", "consent_refuse", "consent_withdraw"})
SMALL = """\
identifiers = "live"
partitions = 12
in_force = 2026-01-01

[bank_holidays]
added = [2026-06-15]

[hours.daytime]
open = [{ days = ["DAILY"], from = 07:00:00, to = 22:00:00 }]

[hours.office]
open = [{ days = ["WEEKDAYS", "SAT"], from = 09:00:00, to = 17:00:00 }]

[areas.avon]
title = "Avon"
duty = [{ desk = "avon-ld.team", hours = "daytime" }, { desk = "avon-police.custody", hours = "on-call" }]

[organisations.avon-police]
title = "Avon Police"
kind = "POLICE"
standing = [
  { code = "RA", from = 2001-04-01, to = 2030-03-31 },
]

[organisations.avon-police.desks.custody]  # the cells
role = "POLICE_CUSTODY"
areas = ["avon"]
subscriptions = ["screening"]
partitions = 3
in_partitions = 2
receipts = false

[organisations.avon-police.desks.coordinator]
role = "MAPPA_RA"
areas = ['avon']

[organisations.avon-police.desks.panel]
role = "MAPPA_RA"
areas = [ "avon" ]
panel = { level = 2, coordinator = "avon-police.coordinator" }

[organisations.avon-ld]
title = "Avon L&D"
kind = "HEALTH"

[organisations.avon-ld.desks.team]
role = "LD_TEAM"
areas = ["avon" ]

[organisations.bridge]
title = "Bridge"
kind = "CHARITY"

[organisations.bridge.desks.liaison]
role = 'LD_TEAM'

[agreements.ISA-7]
title = "Custody and health"
parties = ["avon-police", "avon-ld"]
purposes = ["CUSTODY"]
from = 2026-01-01
to = 2028-12-31

[agreements.CON-1]
title = "Liaison"
kind = "CONTRACT"
parties = ["avon-ld", "bridge"]
purposes = ["REFERRAL"]
from = 2025-04-01

[places."avon/suite"]
title = "Suite"
kind = "SUITE"
area = "avon"
served_by = ["avon-ld.team"]
held_by = "avon-police.custody"
duty = [{ desk = "avon-ld.team", hours = "office" }]
"""


def refused(file: Path, text: str) -> tuple[Fault, ...]:
    """The faults of that text; each is told with the file's name."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DirectoryError) as raised:
        read(file, TYPES)
    assert raised.value.__cause__ is None
    assert all(line.startswith(f"{file}: ") for line in str(raised.value).splitlines())
    return raised.value.faults


def changed(old: str, new: str) -> str:
    """The small directory with one thing changed."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def only(file: Path, old: str, new: str) -> Fault:
    """The one fault of the small directory when `old` is replaced by `new`; its line must be the changed one."""
    (fault,) = refused(file, changed(old, new))
    assert fault.line == SMALL[: SMALL.index(old)].count("\n") + 1 + new.count("\n")
    return fault
