"""Hypothesis strategies for anything that a schema allows."""

from typing import Any

from hypothesis import strategies as st

from schemas import catalogue
from schemas.shape import Node, kind, logical

WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
_SIMPLE: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "string": WORDS,
    "bytes": st.binary(max_size=20),
    "date": st.integers(-719_162, 2_932_896),
    "timestamp-millis": st.integers(-62_135_596_800_000, 253_402_300_799_999),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
}


def bodies(node: Node) -> st.SearchStrategy[Any]:
    """Any value of an expanded schema."""
    match kind(node):
        case "record":
            return st.fixed_dictionaries({field["name"]: bodies(field["type"]) for field in node["fields"]})
        case "union":
            return st.none() | bodies(node[1])
        case "array":
            return st.lists(bodies(node["items"]), max_size=2)
        case "enum":
            return st.sampled_from(node["symbols"])
        case _:
            return _SIMPLE[logical(node) or kind(node)]


ANY_EVENT = st.one_of(
    [st.tuples(st.just(schema), bodies(schema.tree)) for schema in map(catalogue.by_type, catalogue.event_types())]
)
"""Any schema of an event with any body of it."""
