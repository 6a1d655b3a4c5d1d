"""Events in which every string is a canary: a word that stands nowhere else, one for each field.

A canary that turns up where it must not names the field that it came from.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from schemas import catalogue
from schemas.catalogue import EventSchema
from schemas.fields import Place, places, walk
from schemas.shape import kind
from tests.kafka.bad_inputs import DAY, NOW
from tests.schemas.samples import example, strictly_written

LATER = NOW + 200 * DAY
"""After everything in the examples."""
MARK = "Kanarie7q"
"""Stands in every canary, and nowhere else in the world."""
IDENTIFIERS = {
    "NHS_NUMBER": "9990000131",
    "PNC": "1998/9999904B",
    "CRN": "X999131",
    "CRO": "999901/19X",
    "PRISON_NUMBER": "A9931ZZ",
    "CUSTODY_NUMBER": "PW-26-99131",
}
"""Of nobody, and of no other test. They are canaries too."""
WRITTEN = (*IDENTIFIERS.values(), "999 000 0131", "98/9999904B", "9999904", "999901")
"""Every way in which they might turn up."""

_RIGHT = frozenset({"envelope.type", "envelope.publisher_org", "envelope.publisher_desk", "submission.desk"})
"""What must be right for anything else to be looked at."""
_DIRECTORY = frozenset({"place", "organisation", "desk", "area"})
_BY_HUB = frozenset({"nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number", "withheld"})
_SCALARS = {"string": "UNKNOWN", "boolean": False, "int": 0, "long": 0}


class Aviary:
    """Makes canaries and remembers which field each stands in."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        """Path of the field, with the event's type, by canary."""

    def canary(self, path: str) -> str:
        """A new one, in the shape of a reference; none is part of another."""
        made = f"{MARK}{len(self.fields):05d}"
        self.fields[made] = path
        return made

    def found_in(self, *texts: bytes) -> set[str]:
        """The fields whose canaries stand there."""
        marked = b"\n".join(text for text in texts if MARK.encode() in text)
        return {path for made, path in self.fields.items() if made.encode() in marked}

    def accepted(self, event_type: str, event_id: str = "") -> dict[str, Any]:
        """The example with a canary wherever free text or a reference of the publisher's own may stand."""
        schema, body = catalogue.by_type(event_type), deepcopy(example(event_type))
        body.update(
            {view: _smallest(_field(schema.tree, view)) for view in set(schema.views) - _BY_HUB if not body[view]}
        )
        for place, field in _texts(schema.tree):
            if place.path not in _RIGHT and place.view not in _BY_HUB and not _is_listed(field):
                self._fill(event_type, place, body)
        for given in body["submission"]["identifiers"]:
            given["value"] = IDENTIFIERS[given["kind"]]
        if event_id:
            body["submission"]["event_id"] = event_id
        _make_parts_equal(schema, body)
        return body

    def everywhere(self, event_type: str) -> dict[str, Any]:
        """A canary in every string: codes, places, desks and identifiers too, and what the hub itself fills."""
        schema, body = catalogue.by_type(event_type), deepcopy(example(event_type))
        body.update({view: _smallest(_field(schema.tree, view)) for view in schema.views if not body[view]})
        body["submission"]["override"] = _smallest(_field(_field(schema.tree, "submission"), "override"))
        for place, _ in _texts(schema.tree):
            if place.path not in _RIGHT:
                self._fill(event_type, place, body)
        return body

    def _fill(self, event_type: str, place: Place, body: Mapping[str, Any]) -> None:
        name, many = place.steps[-1], kind(place.node) == "array"
        for holder in place.holders(body):
            canary = self.canary(f"{event_type}.{place.path}")
            holder[name] = [canary] if many else canary


def _make_parts_equal(schema: EventSchema, body: Mapping[str, Any]) -> None:
    """A part says what its whole says, where both are there."""
    wholes = {place.path: place for place in places(schema, "doc")}
    for part in places(schema, "same_as"):
        whole = wholes.get(part.attribute)
        for holder, other in zip(part.holders(body), whole.holders(body) if whole else (), strict=False):
            holder[part.steps[-1]] = other[part.attribute.rpartition(".")[2]]


def _texts(tree: Any) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every field of strings."""
    for steps, field in walk(tree):
        if _is_text(field["type"]):
            yield Place(".".join(steps), "", steps, field["type"]), field


def _is_text(node: Any) -> bool:
    match kind(node):
        case "union":
            return _is_text(node[1])
        case "array":
            return _is_text(node["items"])
        case other:
            return other == "string"


def _is_listed(field: Mapping[str, Any]) -> bool:
    """Whether only a word of some list does there, or what has a check of its own."""
    return "code" in field or "check" in field or field.get("ref") in _DIRECTORY


def _field(tree: Any, name: str) -> Any:
    record = tree[1] if kind(tree) == "union" else tree
    [found] = [field["type"] for field in record["fields"] if field["name"] == name]
    return found


def _smallest(node: Any) -> Any:
    """The least that this may be while every record in it is there."""
    match kind(node):
        case "record":
            return {field["name"]: _default(field) for field in node["fields"]}
        case "union":
            return _smallest(node[1])
        case "array":
            return []
        case "enum":
            return node["symbols"][0]
        case other:
            return _SCALARS[other]


def _default(field: Mapping[str, Any]) -> Any:
    return deepcopy(field["default"]) if "default" in field else _smallest(field["type"])


def bytes_of(event_type: str, body: Mapping[str, Any]) -> bytes:
    """Written with no code of the hub's."""
    return strictly_written(catalogue.by_type(event_type), body)


def publisher(event_type: str) -> str:
    """The desk that speaks in the committed example."""
    return str(example(event_type)["submission"]["desk"])


def malformed(event_type: str, body: Mapping[str, Any]) -> Iterator[bytes]:
    """The same canaries where nothing can be read, or where what is read cannot be taken."""
    whole = bytes_of(event_type, body)
    yield whole[:-3]
    yield whole + b"\0"
    yield whole[5:]
    yield b"\0\0\0\x10\x92" + whole[5:]
    yield repr(body).encode()
    yield bytes_of(event_type, {**body, "submission": {**body["submission"], "desk": "avon-police.ppu"}})
    yield bytes_of(event_type, {**body, "envelope": {**body["envelope"], "occurred_at": 2**47}})
    yield bytes_of(event_type, {**body, "submission": None})
