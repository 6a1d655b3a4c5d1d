import json
from pathlib import Path
from typing import Any

import pytest
from fastavro.schema import load_schema, parse_schema, to_parsing_canonical_form

import schemas
from schemas.errors import CatalogueError
from schemas.shape import authored, collapsed, expanded

pytestmark = pytest.mark.wide

SOURCE = Path(schemas.__file__).parent / "source"


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.avsc")), ids=lambda path: path.stem)
def test_fastavro_loads_the_same_from_the_authored_files(path: Path) -> None:
    ours = parse_schema(collapsed(authored(path.stem)))
    assert to_parsing_canonical_form(ours) == to_parsing_canonical_form(load_schema(str(path)))


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.avsc")), ids=lambda path: path.stem)
def test_a_file_is_named_after_the_type_in_it(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    assert path.stem == f"{schema['namespace']}.{schema['name']}"


def test_expanding_what_was_collapsed_gives_the_same_tree() -> None:
    tree = authored("hub.Referral")
    assert expanded(collapsed(tree)) == tree


def test_every_authored_type_is_used() -> None:
    roots = [p.stem for p in SOURCE.glob("*.avsc") if json.loads(p.read_text("utf-8")).keys() & {"event", "notice"}]
    used = {
        *roots,
        "hub.timeline.Entry",
        "hub.timeline.Particulars",
        "hub.audit.Sheet",
        "hub.state.Person",
        "hub.state.Pending",
        "hub.quarantine.Refused",
    }
    for root in list(used):
        used |= names(authored(root))
    assert {path.stem for path in SOURCE.glob("*.avsc")} <= used


def names(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(names, node))
    if not isinstance(node, dict):
        return set()
    below = [node.get("items"), node.get("values"), *(field["type"] for field in node.get("fields", ()))]
    return {str(node.get("name"))}.union(*map(names, below))


def test_a_schema_that_holds_itself_is_refused() -> None:
    loop = {"type": "record", "name": "R", "namespace": "x", "fields": [{"name": "r", "type": ["null", "x.R"]}]}
    with pytest.raises(CatalogueError, match=r"RECURSIVE x\.R"):
        expanded(loop)


def test_a_type_that_is_nowhere_is_refused() -> None:
    with pytest.raises(CatalogueError, match="NO_SUCH_TYPE"):
        expanded({"type": "array", "items": "x.Missing"})
    with pytest.raises(CatalogueError, match="NO_SUCH_TYPE"):
        authored("x.Missing")
