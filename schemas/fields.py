"""Where in an event a field with some attribute stands, found once per schema, so that intake only looks there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas.catalogue import EventSchema
from schemas.shape import Node, kind


@dataclass(frozen=True, slots=True)
class Place:
    """A field that has the attribute asked for."""

    path: str
    """Such as `health_minimum.result`."""
    attribute: str
    """What the attribute says, such as the name of a code list."""
    steps: tuple[str, ...]
    node: Node
    """The field's type."""

    @property
    def view(self) -> str:
        """The view it stands in; for others `envelope` or `submission`."""
        return self.steps[0]

    def holders(self, body: Mapping[str, Any]) -> list[Any]:
        """Return the records of this body that hold the field; none if the view is not there."""
        found: list[Any] = [body]
        for step in self.steps[:-1]:
            found = [below for above in found for below in _below(above[step])]
        return found

    def values(self, body: Mapping[str, Any]) -> list[Any]:
        """Return the field's values in this body, the items of a list each for itself; null is no value."""
        name = self.steps[-1]
        return [value for holder in self.holders(body) for value in _below(holder[name])]


def _below(value: Any) -> Any:
    return value if isinstance(value, list) else () if value is None else (value,)


@cache
def places(schema: EventSchema, attribute: str) -> tuple[Place, ...]:
    """Return every field of the event with that attribute, in the order of the wire."""
    return tuple(
        Place(".".join(steps), field[attribute], steps, field["type"])
        for steps, field in walk(schema.tree)
        if attribute in field
    )


def walk(node: Node, steps: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each field at any depth with the names that lead to it."""
    match kind(node):
        case "union":
            for branch in node:
                yield from walk(branch, steps)
        case "array":
            yield from walk(node["items"], steps)
        case "record":
            for field in node["fields"]:
                yield (*steps, field["name"]), field
                yield from walk(field["type"], (*steps, field["name"]))
        case _:
            return
