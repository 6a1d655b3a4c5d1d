"""The role x view matrix, read from views.toml: the most that a role can ever be given of each view."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from consent.terms import IDENTIFIERS, ROLES, VIEWS
from consent.text import ROLE, VIEW, Text, Vocabulary

NOT_BLOCKS: Final = frozenset({"legend", "probable"})
"""Tables of views.toml that are no part of the matrix."""
_FOLLOWING: Final = frozenset({"-", "Y"})
"""What a cell of an identifier view may say: it goes with identity or never."""


class Matrix(NamedTuple):
    """Cells that are not "never", and what need not wait for a sure identity."""

    cells: Mapping[tuple[str, str], frozenset[str]]
    """(role, view): the gateways that may open it; a pair that is not here is never given."""
    probable: frozenset[tuple[str, str]]
    """(role, view) that may go although identity is only PROBABLE."""


def parse(text: Text, gateways: frozenset[str]) -> Matrix:
    """The matrix that the text sets out; PolicyError where it is not whole or says something unknown."""
    legend = _legend(text, gateways)
    cells: dict[tuple[str, str], frozenset[str]] = {}
    for block in text.says:
        if block not in NOT_BLOCKS:
            cells |= _block(text, block, legend)
    for view in VIEWS:
        if (next(iter(ROLES)), view) not in cells:
            raise text.fault("VIEW_WITHOUT_COLUMN", "legend", view)
    return Matrix({pair: opened for pair, opened in cells.items() if opened}, _probable(text))


def _legend(text: Text, gateways: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """What each sign opens."""
    legend = text.table("legend")
    return {sign: _sign(text, sign, said, gateways) for sign, said in legend.items()}


def _sign(text: Text, sign: str, said: Any, gateways: frozenset[str]) -> frozenset[str]:
    if not isinstance(said, dict):
        raise text.fault("NOT_A_TABLE", "legend", sign)
    text.fields("legend", said, ("means", "gateways"))
    text.string("legend", sign, said["means"])
    if said["gateways"] == "any":
        return gateways
    return frozenset(text.words("legend", sign, said["gateways"], Vocabulary("GATEWAY", gateways)))


def _block(text: Text, block: str, legend: Mapping[str, frozenset[str]]) -> dict[tuple[str, str], frozenset[str]]:
    """The cells of one block: a column per view, a row for every role."""
    rows = text.table(block)
    text.fields(block, rows, ("columns", *sorted(ROLES)))
    columns = text.words(block, "columns", rows["columns"], VIEW)
    cells: dict[tuple[str, str], frozenset[str]] = {}
    for role in sorted(ROLES):
        row = rows[role]
        if not isinstance(row, list) or len(row) != len(columns):
            raise text.fault("ROW_LENGTH", block, role)
        cells |= {
            (role, view): _cell(text, (block, role, view), said, legend)
            for view, said in zip(columns, row, strict=True)
        }
    return cells


def _cell(text: Text, at: tuple[str, str, str], said: object, legend: Mapping[str, frozenset[str]]) -> frozenset[str]:
    block, role, view = at
    signs = said.split("/") if isinstance(said, str) else [""]
    known = _FOLLOWING & legend.keys() if view in IDENTIFIERS else legend.keys()
    if not known >= set(signs):
        raise text.fault("UNKNOWN_SIGN", block, role)
    return frozenset().union(*(legend[sign] for sign in signs))


def _probable(text: Text) -> frozenset[tuple[str, str]]:
    said = text.table("probable")
    for role in said:
        text.word("probable", role, role, Vocabulary("ROLE", ROLES | {"any"}))
    return frozenset(
        (role, view)
        for who, views in said.items()
        for role in (ROLE.known if who == "any" else {who})
        for view in text.words("probable", who, views, VIEW)
    )
