"""Why a command could not do what it was asked, in words that say what to do next."""

import logging
from collections.abc import Mapping
from typing import Final

from hub import settings
from hub.directories import DirectoryError
from hub.kafka import errors
from hub.kafka.errors import KafkaError
from hub.ledger.errors import LedgerError
from hub.settings import SettingsError

LIBRARIES: Final = ("aiokafka", "asyncio")
"""What they would say while a command fails is said in words at its end."""


def hush() -> None:
    """Let no library speak between the lines of an answer."""
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def unhush() -> None:
    """Let them speak again: this process runs on, and its log is read."""
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.NOTSET)


def told(error: Exception, environment: Mapping[str, str]) -> str:
    """The failure, and on a line of its own what to do first where this machine has no hub yet."""
    if isinstance(error, KafkaError):
        return errors.told(error, settings.read(environment).bootstrap)
    hint = _no_home(environment) if isinstance(error, DirectoryError | SettingsError | LedgerError) else ""
    return f"{error}{hint}"


def _no_home(environment: Mapping[str, str]) -> str:
    try:
        chosen = settings.read(environment)
    except SettingsError:
        return ""
    missing = not (chosen.directory.exists() and chosen.key_file.exists())
    return f"\nThere is no hub in {chosen.home} yet: run hub init first." if missing else ""
