"""Under which name a process of the hub, or a desk, comes to the broker, and with which password.

A broker that asks for names refuses whoever has none, and its access rules (`hub topics plan`) are by name. The file
says how it is spoken to and which names this machine may come by; a machine that hosts one part needs one name. Without
the file nobody is named, as at a developer's own broker.
"""

import ssl
import stat
import tomllib
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from hub.settings import Settings, SettingsError

INTAKE: Final = "hub-intake"
SHARING: Final = "hub-sharing"
LEDGER: Final = "hub-ledger"
STATISTICS: Final = "hub-statistics"
OPERATOR: Final = "hub-operator"
"""Whoever looks after the broker: topics, access, quarantine. A broker names it among its super users."""
PART_OF: Final = {"intake": INTAKE, "sharing": SHARING, "ledger": LEDGER}
"""By what a worker hosts."""

_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP


class Credentials(BaseModel):
    """The file of HUB_CREDENTIALS, as TOML."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    protocol: Literal["SASL_SSL", "SASL_PLAINTEXT"] = "SASL_SSL"
    mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    ca_file: str | None = None
    """Certificates by which the broker is known, PEM; unless set, those that this machine trusts."""
    names: dict[str, SecretStr] = Field(min_length=1)
    """Passwords by name: a desk's own, or hub-intake, hub-sharing, hub-ledger, hub-statistics, hub-operator."""


def connection(chosen: Settings, name: str) -> dict[str, Any]:
    """How that name reaches the broker, in aiokafka's words. Raises SettingsError as `security` does."""
    return {"bootstrap_servers": chosen.bootstrap, **security(chosen, name)}


def security(chosen: Settings, name: str) -> dict[str, Any]:
    """What is shown at the broker's door; nothing where no file is set.

    Raises SettingsError if the file cannot be used or has no such name; it names the file and the rule.
    """
    if chosen.credentials is None:
        return {}
    held = _read(chosen.credentials)
    if name not in held.names:
        raise SettingsError(f"{chosen.credentials}: names: has no {name}, by which this comes to the broker")
    return {
        "security_protocol": held.protocol,
        "sasl_mechanism": held.mechanism,
        "sasl_plain_username": name,
        "sasl_plain_password": held.names[name].get_secret_value(),
        **({"ssl_context": _trust(chosen.credentials, held)} if held.protocol == "SASL_SSL" else {}),
    }


def _trust(path: Path, held: Credentials) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=held.ca_file)
    except (OSError, ssl.SSLError):
        raise SettingsError(f"{path}: ca_file: holds no certificates that can be read") from None


def _read(path: Path) -> Credentials:
    try:
        if path.stat().st_mode & _OTHERS:
            raise SettingsError(f"{path}: others may read or change it; chmod 600")
        return Credentials.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        told = "\n".join(f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong)
        raise SettingsError(told) from None
    except ValueError:
        raise SettingsError(f"{path}: is not TOML") from None
