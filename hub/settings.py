"""What an operator sets, read once from the environment, and the key file, which is never in the environment.

Every name begins with HUB_. What a setting holds is never repeated in an error or a repr that could hold a secret: a
database address may carry a password.
"""

import base64
import binascii
import json
import os
import secrets
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, ValidationError

from hub.model.errors import HubError
from hub.model.keys import Keys

KEY_BYTES: Final = 32
KEY_NAMES: Final = tuple(field.name for field in fields(Keys))
_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP
LOOPBACK: Final = IPv4Address("127.0.0.1")
SQL: Final = r"^(sqlite|postgresql)(\+[a-z0-9]+)?://"
_FOLDER: Final = Path(".local") / "share" / "mappa-sharing-hub"


class SettingsError(HubError):
    """A setting or the key file cannot be used; names it and the rule, never what it holds."""


class Settings(BaseModel):
    """What one process of the hub runs with. Each field `x` is the variable HUB_X."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    """Folder of what the hub keeps on this machine."""
    bootstrap: str = Field(default="127.0.0.1:19092", pattern=r"^\S+:\d{1,5}(,\S+:\d{1,5})*$")
    """Kafka's addresses, host:port, with commas between; the broker that is kept in `home` unless set."""
    directory: Path
    """The file that says who takes part; in `home` unless set."""
    policy: Path | None = None
    """Folder of the policy's five files, named as in the hub's own; that one unless set."""
    key_file: Path
    """The four secrets; in `home` unless set."""
    credentials: Path | None = None
    """The file of names and passwords for a broker that asks for them; unless set, nobody is named."""
    people: str = Field(repr=False, pattern=SQL)
    """Address of the person index's SQL database; SQLite in `home` unless set."""
    ledger: str = Field(repr=False, pattern=SQL)
    """Address of the ledger's; another one, so that an auditor's credentials do not open the index."""
    repeat_days: int = Field(default=90, ge=36, le=3_660)
    """Days for which intake knows an event again that it accepted, or that it is altered; later both count as new."""
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where /metrics is served; 0: nowhere."""
    metrics_address: IPvAnyAddress = LOOPBACK
    """The machine's own address at which it is; unless set, nobody on another machine reaches it."""
    transaction_timeout_ms: int = Field(default=5_000, ge=1_000, le=60_000)
    """After which the broker aborts a transaction whose worker hangs; until then its recipients wait."""
    replication: int = Field(default=3, ge=1, le=7)
    """How many brokers keep each record."""


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of that environment; an empty variable is one that is not set. Raises SettingsError."""
    given = {name: value for name in Settings.model_fields if (value := environment.get(_variable(name), ""))}
    home = Path(given.get("home") or Path.home() / _FOLDER)
    kept = _kept_broker(home)
    usual: dict[str, Any] = {
        "home": home,
        **({"bootstrap": kept} if kept else {}),
        "directory": home / "directory.toml",
        "key_file": home / "keys.toml",
        "people": f"sqlite:///{home.absolute() / 'people.db'}",
        "ledger": f"sqlite:///{home.absolute() / 'ledger.db'}",
    }
    try:
        return Settings.model_validate({**usual, **given})
    except ValidationError as error:
        raise SettingsError(_told(error)) from None


def _kept_broker(home: Path) -> str | None:
    """Where the broker that `hub kafka up` keeps in this home listens, or did last: another's must not be joined."""
    try:
        bootstrap = json.loads((home / "kafka" / "state.json").read_text("ascii"))["bootstrap"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return bootstrap if isinstance(bootstrap, str) else None


def _variable(field: str) -> str:
    return f"HUB_{field.upper()}"


def _told(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    return "\n".join(f"{_variable(str(one['loc'][0]))}: {one['msg']}" for one in wrong)


def create_keys(path: Path) -> Keys:
    """New secrets in a new file that its owner alone may read. Raises SettingsError where there is one already."""
    keys = Keys(**{name: secrets.token_bytes(KEY_BYTES) for name in KEY_NAMES})
    lines = (f'{name} = "{base64.b64encode(getattr(keys, name)).decode()}"\n' for name in KEY_NAMES)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise SettingsError(f"{path}: exists; what it made cannot be read with other keys") from None
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    return keys


def read_keys(path: Path) -> Keys:
    """The secrets in that file. Raises SettingsError unless it holds exactly them and no stranger may read it."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise SettingsError(f"{path}: others may read or change it; chmod 600")
        held = tomllib.loads(path.read_text(encoding="ascii"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except ValueError:
        raise SettingsError(f"{path}: is not TOML") from None
    if held.keys() != set(KEY_NAMES):
        raise SettingsError(f"{path}: must hold exactly {', '.join(KEY_NAMES)}")
    keys = Keys(**{name: _key(path, name, held[name]) for name in KEY_NAMES})
    if len({getattr(keys, name) for name in KEY_NAMES}) < len(KEY_NAMES):
        raise SettingsError(f"{path}: each use needs a key of its own")
    return keys


def _key(path: Path, name: str, written: object) -> bytes:
    try:
        key = base64.b64decode(written if isinstance(written, str) else "", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{path}: {name}: must be {KEY_BYTES} bytes in base64")
    return key
