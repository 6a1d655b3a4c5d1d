"""The oracle's questions, put to Cedar: schema always loaded, and only an Allow without errors is a yes.

The policies are written by hand from the domain's tables and know nothing of consent/*.toml.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import cedarpy

from consent.terms import ROLES, VIEWS

_ENTITY_FACTS: Final = {"from": "Role", "event": "Event"}
_HERE: Final = Path(__file__).parent
SCHEMA_TEXT: Final = (_HERE / "schema.cedarschema").read_text(encoding="utf-8")
PARTS: Final = ("matrix", "receivers", "gateways", "open")
TEXT: Final = "\n".join((_HERE / f"{part}.cedar").read_text(encoding="utf-8") for part in PARTS)
_SCHEMA: Final = cedarpy.Schema.from_str(SCHEMA_TEXT)


Fact = str | bool | tuple[str, ...]
"""A word, a yes or no, or a set of words."""


class Question(NamedTuple):
    """One question: may the principal do this with the resource, if these facts hold?"""

    action: str
    principal: str
    resource: str
    context: tuple[tuple[str, Fact], ...]


def attributes() -> dict[str, tuple[str, ...]]:
    """For every action of the schema, the facts that its answer may rest on."""
    found: dict[str, tuple[str, ...]] = {}
    said = re.sub(r"//.*", "", SCHEMA_TEXT)
    for names, context in re.findall(r"action ([^{]+?)\s+appliesTo \{.*?context: \{(.*?)\}", said, re.DOTALL):
        fields = tuple(re.findall(r"(\w+):", context))
        found |= dict.fromkeys((name.strip() for name in names.split(",")), fields)
    return found


def _members(kind: str, file: str, names: Iterable[str]) -> list[dict[str, Any]]:
    groups: dict[str, list[str]] = json.loads((_HERE / file).read_text(encoding="utf-8"))
    return [
        {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": [
            {"type": kind, "id": group} for group, members in groups.items() if name in members
        ]}
        for name in names
    ]  # fmt: skip


_ENTITIES: Final = cedarpy.Entities.from_json_str(
    json.dumps(_members("Role", "groups.json", sorted(ROLES)) + _members("View", "columns.json", VIEWS)),
    _SCHEMA,
)


class Oracle:
    """Cedar with one text of policies; it remembers every answer."""

    def __init__(self, text: str = TEXT) -> None:
        """Take the policies; AssertionError if they do not agree with the schema."""
        checked = cedarpy.validate_policies(text, SCHEMA_TEXT)
        assert checked.validation_passed, [str(error) for error in checked.errors]
        self._policies = cedarpy.PolicySet.from_str(text)
        self._known: dict[Question, bool] = {}

    def says(self, asked: Question) -> bool:
        """The answer; AssertionError if the question does not fit the schema."""
        if asked not in self._known:
            answer = cedarpy.is_authorized(_request(asked), self._policies, _ENTITIES, _SCHEMA)
            assert answer.decision != cedarpy.Decision.NoDecision, (asked, answer.diagnostics.errors)
            self._known[asked] = answer.allowed and not answer.diagnostics.errors
        return self._known[asked]


def _request(asked: Question) -> dict[str, Any]:
    kind = "Event" if asked.action == "publish" else "View"
    return {
        "principal": {"type": "Role", "id": asked.principal},
        "action": {"type": "Action", "id": asked.action},
        "resource": {"type": kind, "id": asked.resource},
        "context": {name: _value(name, fact) for name, fact in asked.context},
    }


def _value(name: str, fact: Fact) -> Any:
    """A fact as Cedar takes it: who sent it and what it is are entities."""
    if name in _ENTITY_FACTS:
        return {"type": _ENTITY_FACTS[name], "id": fact}
    return list(fact) if isinstance(fact, tuple) else fact
