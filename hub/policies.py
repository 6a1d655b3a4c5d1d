"""Reads the policy's five texts: the ones that ship with the hub, or those in a folder that the operator names."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from consent import dead
from consent.errors import PolicyError
from consent.policy import Policy
from consent.text import Text
from hub.model.errors import HubError

TEXTS: Final = ("views.toml", "receivers.toml", "gateways.toml", "takers.toml", "expiry.toml")


class PolicyUnreadableError(HubError):
    """The policy cannot be used: names file, line and rule. Without a policy nothing is shared."""


def read(folder: Path | None = None) -> Policy:
    """The policy in that folder; the hub's own if none is named. Raises PolicyUnreadableError."""
    where: Traversable = folder if folder is not None else files("consent")
    try:
        texts = [(where / name).read_text(encoding="utf-8") for name in TEXTS]
        policy = Policy.parse(*texts)
        views, receivers, *_ = map(Text.parse, TEXTS, texts)
        dead.refuse(policy, views, receivers)
    except OSError as error:
        raise PolicyUnreadableError(f"{error.filename or folder}: {error.strerror}") from None
    except PolicyError as error:
        raise PolicyUnreadableError(str(error)) from None
    return policy
