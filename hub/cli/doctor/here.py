"""Whatever can be looked at without a broker: files, keys, databases, room on the disk."""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from consent.errors import ConsentError
from hub import clock, directories, policies, settings
from hub.cli.doctor.finding import Finding, count
from hub.kafka.local import jars, places
from hub.kafka.local.errors import JarError
from hub.ledger import database, store
from hub.ledger.errors import LedgerError
from hub.model.directory import Directory
from hub.model.errors import HubError
from hub.model.key_check import ForeignKeysError, check_value
from hub.settings import Settings, SettingsError

SOON: Final = timedelta(days=60)
"""An agreement takes about this long to be made again."""
ROOM: Final = 1_000_000_000
"""Bytes below which a disk counts as full: Kafka stops at once when there are none."""
GIGABYTE: Final = 1_000_000_000


def chosen(environment: Mapping[str, str]) -> tuple[Settings | None, Finding]:
    """The settings, if they can be used."""
    try:
        read = settings.read(environment)
    except HubError as error:
        return None, Finding("settings", "WRONG", str(error), "mend the variable that is named")
    return read, Finding("settings", "FINE", f"home is {read.home}")


def directory(here: Settings) -> tuple[Directory | None, Finding]:
    """The directory, if it can be used."""
    try:
        read = directories.read(here.directory)
    except HubError as error:
        do = "mend the lines that are named; until then no worker starts, and nothing is shared"
        do = do if here.directory.exists() else "hub init makes one to begin with"
        return None, Finding("directory", "WRONG", str(error), do)
    desks, organisations = count(len(read.desks), "desk"), count(len(read.organisations), "organisation")
    kind = ", a demo's" if read.demo else ""
    return read, Finding("directory", "FINE", f"{desks} of {organisations}{kind}, version {read.version}")


def agreements(known: Directory, now: int | None = None) -> Finding:
    """Whether those who agreed to share still do, at `now` (milliseconds UTC)."""
    today = datetime.fromtimestamp((clock.now_ms() if now is None else now) / 1000, UTC).date()
    every = {held.ref: held for one in known.organisations.values() for held in one.agreements}
    ending = sorted((held.ends, held.ref) for held in every.values() if held.ends and held.ends < today + SOON)
    if not ending:
        return Finding("agreements", "FINE", f"{count(len(every), 'agreement')}, none ended or ending soon")
    says = "; ".join(f"{ref} {'ended' if ends < today else 'ends'} on {ends}" for ends, ref in ending)
    return Finding(
        "agreements", "NOTE", says, "make it again: without it its parties are told nothing for its purposes"
    )


def policy(here: Settings) -> Finding:
    """Whether there is a policy to decide by."""
    try:
        read = policies.read(here.policy)
    except (HubError, ConsentError) as error:
        return Finding("policy", "WRONG", str(error), "mend the line that is named; without a policy nothing is shared")
    which = "the one that is set" if here.policy else "the one that ships"
    return Finding("policy", "FINE", f"{which}, digest {read.digest}")


def keys(here: Settings) -> Finding:
    """Whether the key file can be read, and by its owner alone; the check value is no secret."""
    try:
        check = check_value(settings.read_keys(here.key_file))
    except HubError as error:
        missing = not here.key_file.exists()
        do = "hub init makes new ones for a new hub; else put back your copy: what old keys made needs them"
        do = do if missing else "mend it as it says"
        return Finding("keys", "WRONG", str(error), do)
    return Finding("keys", "FINE", f"all there, and closed to everybody else; check value {check}")


def ledger(here: Settings) -> Finding:
    """Whether the ledger's database answers, and was made with these keys."""
    try:
        _look_at_ledger(here)
    except (ForeignKeysError, SettingsError) as error:
        return Finding("ledger", "WRONG", str(error))
    except LedgerError as error:
        if error.code == "LEDGER_MISSING":
            return Finding("ledger", "NOTE", str(error), "hub worker with the part ledger makes it")
        return Finding("ledger", "WRONG", str(error), "see that the database of HUB_LEDGER runs and lets this user in")
    return Finding("ledger", "FINE", "its database answers")


def _look_at_ledger(here: Settings) -> None:
    engine = database.find(here.ledger)
    try:
        store.must_be_made_with(engine, check_value(settings.read_keys(here.key_file)))
    finally:
        engine.dispose()


def kafka_jars() -> Finding:
    """Whether a developer's broker could start from what was fetched."""
    folder = places.cache() / "jars"
    try:
        if missing := jars.missing(jars.listed(), folder):
            return Finding("jars", "NOTE", f"{count(len(missing), 'jar')} of Kafka not fetched", "hub kafka up does it")
        for jar in jars.listed():
            jars.check(jar, folder / jar.path)
    except (JarError, OSError) as error:
        return Finding("jars", "WRONG", str(error), f"remove it from {folder}; hub kafka up fetches it again")
    return Finding("jars", "FINE", "Kafka's jars are those on the list")


def disk(here: Settings) -> Finding:
    """Whether there is room where the hub keeps things on this machine."""
    folder = next(path for path in (here.home.absolute(), *here.home.absolute().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    says = f"{free / GIGABYTE:.1f} GB free at {folder}"
    if free < ROOM:
        return Finding("disk", "WRONG", says, "make room: a broker that finds none stops")
    return Finding("disk", "FINE", says)
