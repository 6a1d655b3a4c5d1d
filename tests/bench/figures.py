"""The figures that the hub is held to: what they are, what each must reach, and how they are told."""

import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

BUILT: Final = Path("build") / "bench.json"


class Figure(NamedTuple):
    """One figure; `floor` and `ceiling` None: it is told and held to nothing."""

    name: str
    value: float
    against: str
    """What it is compared with, or how it came about."""
    floor: float | None = None
    ceiling: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is where it must be."""
        return (self.floor is None or self.value >= self.floor) and (self.ceiling is None or self.value <= self.ceiling)

    @property
    def limit(self) -> str:
        """What it is held to, in a few signs."""
        if self.floor is not None:
            return f">= {self.floor:g}"
        return f"<= {self.ceiling:g}" if self.ceiling is not None else ""


def machine() -> str:
    """What it was measured on, and how busy that was: above one per core, times tell more of others than of the hub."""
    busy = os.getloadavg()[1]
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return f"{where}; load of the last five minutes {busy:.1f}"


def table(figures: Iterable[Figure], stages: dict[str, float]) -> str:
    """All of it for people; stages in microseconds an event."""
    lines = [f"{'figure':<32}{'value':>10}  {'limit':<8} {'':<6}  compared with"]
    lines += [_line(figure) for figure in figures]
    lines += ["", "us of processor time an event, by stage, in a run that is not compiled"] if stages else []
    lines += [f"  {stage:<30}{cpu:>10.1f}" for stage, cpu in stages.items()]
    return "\n".join([*lines, "", machine()]) + "\n"


def write(figures: Sequence[Figure], stages: dict[str, float], path: Path = BUILT) -> None:
    """All of it for programs."""
    path.parent.mkdir(exist_ok=True)
    said: dict[str, Any] = {figure.name: round(figure.value, 3) for figure in figures}
    more = {"sharing_stages_us": {stage: round(cpu, 1) for stage, cpu in stages.items()}, "machine": machine()}
    path.write_text(json.dumps({**said, **more}, indent=2) + "\n", "utf-8")


def tell(text: str) -> None:
    """Print it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _line(figure: Figure) -> str:
    answer = "" if not figure.limit else "holds" if figure.holds else "MISSED"
    value = f"{figure.value:.2f}" if figure.value < 10 else f"{figure.value:,.0f}"
    return f"{figure.name:<32}{value:>10}  {figure.limit:<8} {answer:<6}  {figure.against}"
