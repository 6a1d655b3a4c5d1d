"""Make the registered schemas from the authored ones: `python -m schemas.register`, `--check` to write nothing.

A registered schema is never changed: recipients hold copies written with it. A change of an authored schema becomes a
new id, and only if every version so far can read it and be read by it. Both ways exit 1 when something is wrong.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from schemas.catalogue import Registered, file_name, read
from schemas.compatibility import conflicts
from schemas.errors import CatalogueError
from schemas.lint import faults
from schemas.shape import authored, collapsed, expanded

HERE: Final = Path(__file__).parent
HEADING: Final = "# Made by `python -m schemas.register`. What stands here is never changed, only added to.\n"


def texts(folder: Path) -> dict[str, str]:
    """Return the self-contained text of every authored event and notice, by full name."""
    trees = {path.stem: authored(path.stem, folder) for path in sorted(folder.glob("*.avsc"))}
    roots = {name: tree for name, tree in trees.items() if tree.keys() & {"event", "notice"}}
    return {name: json.dumps(collapsed(tree), indent=1) + "\n" for name, tree in roots.items()}


def additions(wanted: dict[str, str], held: Sequence[Registered]) -> tuple[Registered, ...]:
    """Return what has to be registered: each authored schema that differs from the newest of its name."""
    newest = {entry.name: entry.text for entry in held}
    changed = [name for name, text in wanted.items() if newest.get(name) != text]
    first = max((entry.id for entry in held), default=0) + 1
    return tuple(Registered(first + n, name, wanted[name]) for n, name in enumerate(changed))


def write(folder: Path, held: Sequence[Registered], added: Sequence[Registered]) -> None:
    """Write what is added; rewrite the list of sums."""
    for entry in added:
        (folder / file_name(entry.id, entry.name)).write_text(entry.text, "utf-8")
    (folder / "ids.toml").write_text(HEADING + "".join(map(_row, (*held, *added))), "utf-8")


def _row(entry: Registered) -> str:
    digest = hashlib.sha256(entry.text.encode()).hexdigest()
    return f'\n[{entry.id}]\nname = "{entry.name}"\nsha256 = "{digest}"\n'


def problems(entries: Sequence[Registered]) -> tuple[str, ...]:
    """Return what forbids these schemas to stand side by side: faults of their own, or versions that do not fit."""
    own = [f"{one.name} {one.id}: {fault}" for one in entries for fault in faults(expanded(json.loads(one.text)))]
    return (*own, *conflicts(entries))


def run(source_folder: Path, folder: Path, *, check: bool) -> list[str]:
    """Register what is new and return what is wrong; with `check`, that something is new is wrong and nothing is done.

    Raise CatalogueError if what is registered does not agree with its sums.
    """
    held = read(folder) if (folder / "ids.toml").exists() else ()
    added = additions(texts(source_folder), held)
    found = list(problems((*held, *added)))
    if check:
        found += [f"{entry.name} differs from what is registered" for entry in added]
    elif not found:
        write(folder, held, added)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Do as the command line says; print what is wrong; return 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m schemas.register", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything would change")
    try:
        found = run(HERE / "source", HERE / "registered", check=parser.parse_args(arguments).check)
    except CatalogueError as error:
        found = [str(error)]
    sys.stderr.writelines(f"schemas: {line}\n" for line in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
