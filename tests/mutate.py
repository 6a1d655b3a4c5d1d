"""`make mutate`: change what decides, one thing at a time, and see whether a test notices.

Works on a copy of what git knows of, in build/mutate/copy. Prints how many changes were noticed, by module, and each
that was not, unless tests/mutants.toml says why no test can or need notice it; exits 1 where fewer than 95 in a hundred
were, or one is unexplained. Arguments: names of mutants, such as "consent.register*"; none: all. What was found is
kept, so that a run that was broken off goes on.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
BUILT: Final = ROOT / "build" / "mutate"
COPY: Final = BUILT / "copy"
PYTHON: Final = BUILT / "venv" / "bin" / "python"
"""Of an environment of its own: mutmut needs another click than faust."""
EXPLAINED: Final = ROOT / "tests" / "mutants.toml"
FLOOR: Final = 95.0
"""Per cent that must be noticed."""
NOTICED: Final = frozenset({"killed", "timeout", "suspicious", "caught by type check"})
UNTRIED: Final = "not checked"

Found = dict[str, Counter[bool]]
"""By module, how many changes were noticed and how many were not."""


def main(names: Sequence[str]) -> int:
    """Try them, tell, and say whether enough were noticed."""
    _copied()
    _mutmut("run", "--max-children", str(os.cpu_count() or 1), *names)
    results = list(_results())
    missed = [name for name, said in results if said not in NOTICED]
    left = _unexplained(missed)
    _tell(_by_module(results), len(missed) - len(left), left)
    return 0 if _share(results) >= FLOOR and not left else 1


def _unexplained(missed: Sequence[str]) -> list[str]:
    """Those whose change no explanation is about."""
    known = tomllib.loads(EXPLAINED.read_text("utf-8"))["explained"]
    patterns = [re.compile(one["change"]) for one in known]
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        changes = side_by_side.map(_change, missed)
        return [
            name for name, change in zip(missed, changes, strict=True) if not any(p.search(change) for p in patterns)
        ]


def _change(name: str) -> str:
    """The lines that the mutant has and the code has not."""
    shown = _mutmut("show", name, quiet=True).splitlines()
    return "\n".join(line[1:].strip() for line in shown if line.startswith("+") and not line.startswith("+++"))


def _copied() -> None:
    """The copy as git has it now; what was found before stays beside it."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S607
    for name in listed.stdout.splitlines():
        there = COPY / name
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, there)


def _mutmut(*words: str, quiet: bool = False) -> str:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(COPY / "pycache")}
    command = [str(PYTHON), "-m", "mutmut", *words]
    made = subprocess.run(  # noqa: S603
        command, cwd=COPY, env=environment, check=not quiet, stdout=subprocess.PIPE if quiet else None, text=True
    )
    return made.stdout or ""


def _results() -> Iterator[tuple[str, str]]:
    """Each mutant that was tried, and what became of it."""
    for line in _mutmut("results", "--all", "true", quiet=True).splitlines():
        name, _, said = line.strip().partition(": ")
        if said and said != UNTRIED:
            yield name, said


def _by_module(results: Sequence[tuple[str, str]]) -> Found:
    found: Found = {}
    for name, said in results:
        found.setdefault(name.rpartition(".")[0], Counter())[said in NOTICED] += 1
    return found


def _share(results: Sequence[tuple[str, str]]) -> float:
    """Per cent that were noticed; of nothing, nothing."""
    return 100 * sum(said in NOTICED for _, said in results) / len(results) if results else 0.0


def _tell(found: Found, explained: int, missed: Sequence[str]) -> None:
    lines = [f"{'module':<36}{'noticed':>9}{'of':>7}"]
    lines += [f"{module:<36}{counts[True]:>9}{counts.total():>7}" for module, counts in sorted(found.items())]
    whole = sum(found.values(), Counter[bool]())
    share = 100 * whole[True] / whole.total() if whole else 0.0
    lines += [f"{'all':<36}{whole[True]:>9}{whole.total():>7}   {share:.1f} %; {FLOOR:g} % are asked"]
    lines += [f"{'of the others explained':<36}{explained:>9}"]
    lines += ["", *(f"not noticed: {name}" for name in missed)]
    lines += (
        ["", f"To see one: cd {COPY.relative_to(ROOT)} && ../venv/bin/python -m mutmut show NAME"] if missed else []
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
