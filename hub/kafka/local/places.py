"""Where fetched jars and a developer's broker live, for whoever did not say otherwise."""

import os
from pathlib import Path

NAME = "mappa-sharing-hub"


def cache() -> Path:
    """Return the folder of what can be fetched again: HUB_CACHE, else ours in the user's cache directory."""
    own = os.environ.get("HUB_CACHE")
    return Path(own).absolute() if own else _or(os.environ.get("XDG_CACHE_HOME"), ".cache") / NAME


def home() -> Path:
    """Return the folder of what a developer keeps: HUB_HOME, else ours in the user's data directory."""
    own = os.environ.get("HUB_HOME")
    return Path(own).absolute() if own else Path.home() / ".local" / "share" / NAME


def _or(chosen: str | None, usual: str) -> Path:
    return Path(chosen) if chosen else Path.home() / usual
