"""Every fault of a policy's five texts, for whoever writes one; what loads a policy stops at the first.

Each part is read apart from the others of its text, by the readers that load it, so that one fault hides no other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from consent import dead, gateways, matrix, receivers
from consent.errors import PolicyError
from consent.expiry import Expiry
from consent.policy import Policy
from consent.takers import Takers
from consent.terms import ROLES
from consent.text import Text

FILES: Final = ("views.toml", "receivers.toml", "gateways.toml", "takers.toml", "expiry.toml")
"""As Policy.parse takes them."""

_NOTHING: Final = {"means": "never", "gateways": []}
"""A sign that opens nothing."""

Read = Callable[[Text], object]
Parts = Iterator[Mapping[str, Any]]


class _Kind(NamedTuple):
    """How one text is read, and how it falls into parts that can be read alone."""

    read: Read
    parts: Callable[[Mapping[str, Any]], Parts]


def found(texts: Sequence[str]) -> tuple[PolicyError, ...]:
    """The faults of the five texts, in the order of FILES and their lines; none: the policy loads and keeps its word.

    What two texts say against each other is asked once each of them is sound.
    """
    read: list[Text] = []
    faults: list[PolicyError] = []
    for name, written in zip(FILES, texts, strict=True):
        try:
            read.append(Text.parse(name, written))
        except PolicyError as fault:
            faults.append(fault)
    known = _gateway_names(read)
    for text in read:
        faults += _of_text(text, _kinds(known)[text.file])
    return _once(faults or _of_all(texts))


def _kinds(known: frozenset[str]) -> Mapping[str, _Kind]:
    return {
        "views.toml": _Kind(lambda text: matrix.parse(text, known), _matrix_parts),
        "receivers.toml": _Kind(receivers.parse, _receivers_parts),
        "gateways.toml": _Kind(gateways.parse, _gateway_parts),
        "takers.toml": _Kind(lambda text: Takers.parse(text.text), lambda _: iter(())),
        "expiry.toml": _Kind(lambda text: Expiry.parse(text.text), lambda _: iter(())),
    }


def _of_text(text: Text, kind: _Kind) -> list[PolicyError]:
    """What is wrong with the whole and, if something is, what each part says wrongly by itself."""
    whole = _fault(kind.read, text)
    if whole is None:
        return []
    parts = (_fault(kind.read, replace(text, says=part)) for part in kind.parts(text.says))
    return [whole, *(fault for fault in parts if fault)]


def _fault(read: Read, text: Text) -> PolicyError | None:
    try:
        read(text)
    except PolicyError as fault:
        return fault
    return None


def _of_all(texts: Sequence[str]) -> list[PolicyError]:
    """What sound texts say against each other."""
    try:
        policy = Policy.parse(*texts)
    except PolicyError as fault:
        return [fault]
    views, rows, *_ = map(Text.parse, FILES, texts)
    return list(dead.faults(policy, views, rows))


def _once(faults: Sequence[PolicyError]) -> tuple[PolicyError, ...]:
    told = {str(fault): fault for fault in faults}
    return tuple(sorted(told.values(), key=lambda fault: (FILES.index(fault.file), fault.line)))


def _gateway_names(read: Sequence[Text]) -> frozenset[str]:
    """What gateways.toml calls its gateways, sound or not, so that the matrix is not blamed for its faults."""
    says = next((text.says for text in read if text.file == "gateways.toml"), {})
    rows, waiting = (listed if isinstance(listed, list) else [] for listed in map(says.get, ("gateway", "not_yet")))
    named = (row.get("id") for row in rows if isinstance(row, dict))
    return frozenset(name for name in (*named, *waiting) if isinstance(name, str))


def _rows(says: Mapping[str, Any], name: str) -> Parts:
    """The text with each of its rows alone."""
    rows = says.get(name)
    return ({**says, name: [row]} for row in rows) if isinstance(rows, list) else iter(())


def _receivers_parts(says: Mapping[str, Any]) -> Parts:
    """Each event type without its rows, and with each of them alone."""
    for kind, rule in says.items():
        if kind != "groups" and isinstance(rule, dict):
            alone = {"groups": says.get("groups"), kind: {**rule, "receivers": []}}
            yield alone
            yield from ({**alone, kind: part} for part in _rows(rule, "receivers"))


def _gateway_parts(says: Mapping[str, Any]) -> Parts:
    """Each gateway alone, and those that are sound together: what two of them say alike is hidden by no third."""
    alone = list(_rows(says, "gateway"))
    yield from alone
    text = Text(FILES[2], "", {})
    sound = [part["gateway"][0] for part in alone if not _fault(gateways.parse, replace(text, says=part))]
    yield {**says, "gateway": sound}


def _matrix_parts(says: Mapping[str, Any]) -> Parts:
    """Each row of each block alone, every other row closed; and each sign of the legend alone."""
    legend = says.get("legend")
    blocks = {name: block for name, block in says.items() if name not in matrix.NOT_BLOCKS and isinstance(block, dict)}
    columns = {name: block.get("columns") for name, block in blocks.items()}
    if not isinstance(legend, dict) or not all(isinstance(listed, list) for listed in columns.values()):
        return
    shut = {name: {"columns": listed, **_closed(listed or ())} for name, listed in columns.items()}
    bare = {**says, **shut, "legend": {**dict.fromkeys(legend, _NOTHING), "-": _NOTHING}}
    yield from ({**bare, "legend": {"-": _NOTHING, sign: said}} for sign, said in legend.items())
    for name, block in blocks.items():
        yield from ({**bare, name: {**shut[name], role: row}} for role, row in block.items())


def _closed(columns: Sequence[object]) -> Mapping[str, Sequence[str]]:
    return {role: ["-"] * len(columns) for role in sorted(ROLES)}
