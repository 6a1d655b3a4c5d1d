"""Reads the policy's five texts: the ones that ship with the hub, or those in a folder that the operator names."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from consent import dead, faults
from consent.errors import PolicyError
from consent.policy import Policy
from consent.text import Text
from hub.model.errors import HubError
from schemas import catalogue
from schemas import codes as codelists
from schemas.facts import code_fields
from schemas.fields import places

TEXTS: Final = faults.FILES


class PolicyUnreadableError(HubError):
    """The policy cannot be used: names file, line and rule. Without a policy nothing is shared."""


def read(folder: Path | None = None) -> Policy:
    """The policy in that folder; the hub's own if none is named. Raises PolicyUnreadableError."""
    written = texts(folder)
    try:
        policy = Policy.parse(*written)
        views, receivers, *_ = map(Text.parse, TEXTS, written)
        dead.refuse(policy, views, receivers)
        for fault in code_faults(policy, receivers):
            raise fault
    except PolicyError as error:
        raise PolicyUnreadableError(str(error)) from None
    return policy


def texts(folder: Path | None = None) -> tuple[str, ...]:
    """The five texts as they are written. Raises PolicyUnreadableError where one cannot be read at all."""
    where: Traversable = folder if folder is not None else files("consent")
    return tuple(_text(where / name, folder) for name in TEXTS)


def _text(file: Traversable, folder: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyUnreadableError(f"{error.filename or folder}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PolicyUnreadableError(f"{file.name}: is not UTF-8") from None


def codes(*policies: Policy) -> Mapping[str, frozenset[str]]:
    """Per event type, every code of the fact on which its receivers depend in one of the policies."""
    asked = [(kind, rule.aspect) for policy in policies for kind, rule in policy.events.items() if rule.aspect]
    return {
        kind: frozenset(code for one, aspect in asked if one == kind for code in _codes(kind, aspect))
        for kind, _ in asked
    }


def code_faults(policy: Policy, receivers: Text) -> Iterator[PolicyError]:
    """UNKNOWN_CODE for each code to which a row is limited and which no event could have: it would be a row for nobody.

    And UNKNOWN_EVENT for a type that no schema is of.
    """
    known = codes(policy)
    for kind, rule in sorted(policy.events.items()):
        if kind not in catalogue.event_types():
            yield receivers.fault("UNKNOWN_EVENT", kind)
        named = frozenset(code for rows in rule.rows.values() for row in rows for code in row.only or ())
        for code in sorted(named - known.get(kind, frozenset())):
            yield receivers.fault("UNKNOWN_CODE", f"{kind}.receivers", "only", code)


def _codes(kind: str, aspect: str) -> frozenset[str]:
    """The codes of a fact of an event; none where there is no such event or fact."""
    if kind not in catalogue.event_types():
        return frozenset()
    schema = catalogue.by_type(kind)
    stated = {place.path for place in places(schema, "fact") if place.attribute == aspect}
    lists = {place.attribute for place in code_fields(schema) if place.path in stated}
    return frozenset(code for name in lists for code in codelists.codes(name))
