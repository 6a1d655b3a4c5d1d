"""What the policy's tables allow at most, read for the checker alone: role by view, and whom each gateway serves."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

CONSENT: Final = Path(__file__).parents[2] / "consent"
IDENTIFIERS: Final = frozenset({"nhs_number", "pnc", "cro", "crn", "prison_number", "custody_number"})


@dataclass(frozen=True, slots=True)
class Tables:
    """The matrix and the gateways."""

    cells: Mapping[tuple[str, str], frozenset[str] | None]
    """By role and view, the gateways that may open it; None: any."""
    opens: Mapping[str, frozenset[str]]
    """By gateway, the views."""
    to: Mapping[str, frozenset[str]]
    """By gateway, the roles that it serves."""

    def allows(self, role: str, view: str, gateway: str) -> bool:
        """Whether a desk of that role may ever be given the view under that gateway."""
        cell = self.cells.get((role, view), frozenset())
        opened = "identity" if view in IDENTIFIERS else view
        return (cell is None or gateway in cell) and opened in self.opens[gateway] and role in self.to[gateway]


@cache
def tables() -> Tables:
    """As they are committed."""
    views, gateways = (tomllib.loads((CONSENT / f"{name}.toml").read_text("utf-8")) for name in ("views", "gateways"))
    rows = gateways["gateway"]
    return Tables(
        dict(_cells(views)),
        {row["id"]: frozenset(row["opens"]) for row in rows},
        {row["id"]: _roles(row["to"], gateways["groups"], views) for row in rows},
    )


def _cells(views: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], frozenset[str] | None]]:
    legend = views["legend"]
    for name, table in views.items():
        if "columns" not in table:
            continue
        assert name != "legend"
        for role, row in table.items():
            if role == "columns":
                continue
            for view, said in zip(table["columns"], row, strict=True):
                yield (role, view), _cell(said, legend)


def _cell(said: str, legend: Mapping[str, Any]) -> frozenset[str] | None:
    named = [legend[letter]["gateways"] for letter in said.split("/")]
    return None if "any" in named else frozenset(gateway for each in named for gateway in each)


def _roles(said: Any, groups: Mapping[str, list[str]], views: Mapping[str, Any]) -> frozenset[str]:
    if said == "any":
        return frozenset(role for role in views["who"] if role != "columns")
    return frozenset(role for name in said for role in groups.get(name, [name]))
